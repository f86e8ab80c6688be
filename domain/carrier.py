"""Carriers: how parcels get from one place to another, when, for how much, and with how much carbon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.address import AddressFacts
from domain.calendar import Calendar
from domain.carbon import Carbon
from domain.ids import LocationId
from domain.location import Coordinates, Location, PostalCode
from domain.money import Money


class DeliveryService(StrEnum):
    """How fast, or how gently, goods are brought to a buyer."""

    STANDARD = "STANDARD"
    EXPRESS = "EXPRESS"
    SAME_DAY = "SAME_DAY"
    GREEN = "GREEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where goods shall be brought. `coordinates` are of the postal code, None where that is not known; `address` is None
    where somebody only asks what it would take."""

    country_code: str
    postal_code: str
    coordinates: Coordinates | None
    address: AddressFacts | None = None

    def is_at(self, address: AddressFacts) -> bool:
        """Has this address the postal code of the destination?"""
        there = PostalCode(address.country_code, address.postal_code)
        return there == PostalCode(self.country_code, self.postal_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """How a carrier takes parcels from a place to where they go; places whose lanes are alike share one.

    `collections`: at the origin; each span of these hours is one collection, and what is ready at its beginning goes with it.
    `deliveries`: at the destination; a day's hours are that day's window, and a day without any is none of the carrier's.
    `days_min`, `days_max`: days of delivery after the day of the collection; with 0, the first window that begins after it.
    `parcel_minor`, `kg_minor`: what the shop pays for a parcel, and for each kilogram in it, in minor units of the currency
    that was asked for. `parcel_grams_max`: nothing heavier is taken, None for any weight; what is lighter goes in as many
    boxes as it needs, at the price of one parcel for all that a place sends.
    """

    carrier: str
    collections: Calendar
    deliveries: Calendar
    days_min: int
    days_max: int
    parcel_minor: float
    kg_minor: float
    carbon: Carbon
    parcel_grams_max: int | None = None

    def takes(self, grams: int) -> bool:
        """One unit of so many grams."""
        return self.parcel_grams_max is None or grams <= self.parcel_grams_max


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A service to one destination. `price`: what the buyer pays, however many parcels it takes; nothing from `free_from` on,
    of goods after discounts. `lanes`: from each location that can send by it."""

    service: DeliveryService
    price: Money
    free_from: Money | None
    lanes: Mapping[LocationId, Lane]

    def price_of(self, goods: Money) -> Money:
        if self.free_from is not None and goods >= self.free_from:
            return Money(self.price.currency_code, 0)
        return self.price


class Carriers(Protocol):
    """What carriers offer; an adapter that asks one over the network has a time limit of its own, and leaves out what it was
    not told in time."""

    async def deliveries(self, origins: Sequence[Location], to: Destination, currency: str) -> tuple[Delivery, ...]:
        """By service, as the shop offers them in this currency; what nobody offers to that place is left out.

        What lanes cost is in minor units of that currency too.
        """
        ...

    async def transfers(
        self, origins: Sequence[Location], to: Sequence[Location], currency: str
    ) -> Mapping[tuple[LocationId, LocationId], Lane]:
        """Between the shop's own places, by origin and destination; what nobody carries is left out."""
        ...


class CarrierReads(Protocol):
    async def current(self) -> Carriers:
        """What carriers offer now, for one operation to ask as often as it likes."""
        ...
