"""Channels."""

from __future__ import annotations

import domain.channel
import resolvers.channel
from domain.channel import ChannelKind, ChannelStrategy, FulfillmentMethod
from schema.edge import answered_by
from schema.node import Node
from schema.scalar import CurrencyCode
from schema.view import enum, object_type, view_of

enum(ChannelKind)
enum(ChannelStrategy)
enum(FulfillmentMethod)


@view_of(domain.channel.Channel)
class Channel(Node):
    """A way a buyer comes to the shop."""

    code: str
    """What `Comptoir-Channel` names it by."""
    name: str
    """For people."""
    kind: ChannelKind
    """Where a buyer meets the shop."""
    strategy: ChannelStrategy
    """Whether it shares stock, carts, pickup and returns with others."""
    currency_code: CurrencyCode
    """What it sells in."""
    fulfillment_methods: list[FulfillmentMethod]
    """How goods can get to a buyer."""


@object_type
class ChannelQuery:
    """All channels."""

    channels: list[Channel] | None = answered_by(resolvers.channel.channels)
    """Staff only: all there are, by code."""
