"""Channels: the ways a buyer comes to the shop, and what each of them may show and sell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.ids import SHARED_POOL, ChannelId, PoolId

SPEAKS_FRENCH = ("FR", "MC")


class ChannelKind(StrEnum):
    """Where a buyer meets the shop."""

    WEB = "WEB"
    MOBILE = "MOBILE"
    KIOSK = "KIOSK"
    PHONE = "PHONE"
    STORE = "STORE"
    SOCIAL = "SOCIAL"
    MARKETPLACE = "MARKETPLACE"


class ChannelStrategy(StrEnum):
    """OMNI shares stock, carts, pickup and returns with all OMNI channels; MULTI stands alone on its own pool of stock."""

    OMNI = "OMNI"
    MULTI = "MULTI"


class FulfillmentMethod(StrEnum):
    """How goods get to a buyer."""

    DELIVERY = "DELIVERY"
    PICKUP = "PICKUP"
    RESERVE_IN_STORE = "RESERVE_IN_STORE"


class Shows(StrEnum):
    """What a channel tells shoppers of a count: the units, or only whether there are many, few or none."""

    QUANTITY = "QUANTITY"
    BAND = "BAND"


class Assortment(StrEnum):
    """Whether goods are sold in a channel unless a listing says no (ALL), or only where a listing says yes (LISTED)."""

    ALL = "ALL"
    LISTED = "LISTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFacts:
    """What a shop says of a channel.

    `low_stock`: this many units or fewer are LOW_STOCK; `safety`: units this channel leaves at every location;
    `registered_only`: it answers no documents but those the shop has registered for it; `country_code`: whose taxes its
    prices include, and where that is null no tax is known; `line_quantity_max`: units of one line of a cart;
    `packing`: what its parcels are wrapped in, and what is put into them, in words for the staff.
    """

    code: str
    name: str
    kind: ChannelKind
    strategy: ChannelStrategy
    currency_code: str
    public: bool
    fulfillment_methods: tuple[FulfillmentMethod, ...]
    shows: Shows
    low_stock: int
    safety: int
    assortment: Assortment
    registered_only: bool = False
    country_code: str | None = None
    line_quantity_max: int = 50
    packing: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        """What its shoppers are written in, who said no language: that of its home country, as far as it is spoken here."""
        return "fr" if self.country_code in SPEAKS_FRENCH else "en"

    @property
    def shows_quantity(self) -> bool:
        return self.shows is Shows.QUANTITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(ChannelFacts):
    """A channel that is there, and the pool it sells from."""

    id: ChannelId
    pool: PoolId


def pool_of(channel: ChannelId, strategy: ChannelStrategy) -> PoolId:
    """The one pool a channel sells from: the shared one, or its own, which bears its id."""
    return SHARED_POOL if strategy is ChannelStrategy.OMNI else PoolId(channel.value)


class ChannelReads(Protocol):
    async def every(self) -> tuple[Channel, ...]:
        """All channels by code. Bounded: a shop has tens."""
        ...
