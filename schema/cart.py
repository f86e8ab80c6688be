"""Carts."""

from __future__ import annotations

import datetime

import domain.cart
import resolvers.cart
from domain.cart import CartStatus
from schema.channel import Channel
from schema.edge import answered_by, answered_for_all
from schema.node import Node
from schema.scalar import CurrencyCode
from schema.view import enum, object_type, view_of

enum(CartStatus)


def as_it_is(cart: domain.cart.Cart) -> tuple[object, int]:
    return cart.id, cart.version


@view_of(domain.cart.Cart)
class Cart(Node):
    """What a buyer means to buy, the same from wherever they look at it."""

    version: int
    """One more with each change."""
    status: CartStatus
    """Where it stands."""
    channel: Channel = answered_for_all(resolvers.cart.channels_of_carts, key=as_it_is)
    """The channel that prices it: where it is being worked on."""
    currency_code: CurrencyCode
    """What it is priced in."""
    created_at: datetime.datetime
    """When it was begun."""
    updated_at: datetime.datetime
    """When it was changed last."""


@object_type
class CartQuery:
    """Carts by id."""

    cart: Cart | None = answered_by(resolvers.cart.cart)
    """A cart that this session opens; anybody else's looks missing."""
