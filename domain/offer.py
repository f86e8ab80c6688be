"""Offers: what a buyer may choose; one variant at one location, as one channel may see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Protocol
from zoneinfo import ZoneInfo

from domain.actor import Actor
from domain.availability import Confidence, available, confidence
from domain.catalog import Variant
from domain.channel import Channel, FulfillmentMethod
from domain.ids import LocationId
from domain.ledger import StockLevel
from domain.load import Load
from domain.location import Location, Place, methods_at
from domain.promise import Promise, Workplace, pickup, promise
from domain.reason import Reason, ReasonCode


class AvailabilityStatus(StrEnum):
    """How a variant stands at a location."""

    IN_STOCK = "IN_STOCK"
    LOW_STOCK = "LOW_STOCK"
    SHIP_TO_STORE = "SHIP_TO_STORE"
    BACKORDER = "BACKORDER"
    OUT_OF_STOCK = "OUT_OF_STOCK"


@dataclass(frozen=True, slots=True)
class Expected:
    """Units on their way to a shelf that nobody has been promised, and when the first and the last of them come."""

    quantity: int
    at: datetime
    by: datetime


@dataclass(frozen=True, slots=True)
class ShelfState:
    level: StockLevel
    expected: Expected | None


@dataclass(frozen=True, slots=True)
class NetworkState:
    """Over all locations that sell to a channel: units it can sell now, and units on their way that nobody was promised."""

    available: int = 0
    expected: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """For which channel, and when."""

    channel: Channel
    now: datetime


@dataclass(frozen=True, kw_only=True)
class StoreAvailability:
    """`load`: of the location; `expected_at`: when the goods of a backorder come in; `stock_reasons`: of the shelf alone.

    It has no slots, so that what takes a while is worked out once, and only if it is asked for.
    """

    variant: Variant
    location: Location
    distance_km: float | None
    status: AvailabilityStatus
    quantity: int | None
    journeys: tuple[FulfillmentMethod, ...]
    stock_reasons: tuple[Reason, ...]
    confidence: Confidence
    as_of: datetime
    load: Load
    expected_at: datetime | None

    @property
    def id(self) -> str:
        return f"{self.variant.sku}@{self.location.code}"

    @cached_property
    def pickup(self) -> Promise | None:
        """When it can be collected, if it is ordered now; None where it cannot, and where nobody knows when."""
        return self.pickup_under(self.load)

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        return (*self.stock_reasons, *self.pickup_reasons())

    def pickup_under(self, load: Load) -> Promise | None:
        """Goods that are overdue are not promised."""
        is_backorder = self.status is AvailabilityStatus.BACKORDER
        overdue = is_backorder and (self.expected_at is None or self.expected_at <= self.as_of)
        if FulfillmentMethod.PICKUP not in self.journeys or overdue:
            return None
        is_verified = is_backorder or self.confidence is not Confidence.LOW
        not_before = self.expected_at if is_backorder else None
        journey = pickup(Workplace(self.location, load), is_verified=is_verified, not_before=not_before)
        return None if journey is None else promise([journey], self.as_of)

    def pickup_reasons(self) -> Iterator[Reason]:
        """Why it is not to be collected sooner, or not at all, although it is there."""
        if FulfillmentMethod.PICKUP not in self.journeys or self.location.calendar is None:
            return
        with_room = self.pickup_under(replace(self.load, pickups={})) if self.load.pickups else self.pickup
        if with_room and (self.pickup is None or with_room.earliest.timestamp() < self.pickup.earliest.timestamp()):
            yield Reason(ReasonCode.CAPACITY_FULL)
        elif self.pickup is None and self.status is not AvailabilityStatus.BACKORDER:
            yield Reason(ReasonCode.CLOSED)


def store_availability(
    variant: Variant, place: Place, state: ShelfState | None, load: Load, *, asked: Asked
) -> StoreAvailability:
    """`state` is None where the location never had the variant."""
    channel, now = asked.channel, asked.now
    units = available(state.level, channel.safety) if state else 0
    status = status_of(variant, units, state, channel=channel)
    return StoreAvailability(
        variant=variant,
        location=place.location,
        distance_km=place.distance_km,
        status=status,
        quantity=units if channel.shows_quantity else None,
        journeys=() if status is AvailabilityStatus.OUT_OF_STOCK else methods_at(place.location, channel),
        stock_reasons=tuple(stock_reasons(place.location, units, state, asked=asked)),
        confidence=confidence(state.level.counted_at if state else None, now),
        as_of=now,
        load=load,
        expected_at=state.expected.at if state and state.expected else None,
    )


def status_of(variant: Variant, units: int, state: ShelfState | None, *, channel: Channel) -> AvailabilityStatus:
    if units > channel.low_stock:
        return AvailabilityStatus.IN_STOCK
    if units > 0:
        return AvailabilityStatus.LOW_STOCK
    if variant.backorders and state and state.expected:
        return AvailabilityStatus.BACKORDER
    return AvailabilityStatus.OUT_OF_STOCK


def stock_reasons(location: Location, units: int, state: ShelfState | None, *, asked: Asked) -> Iterator[Reason]:
    """Why the variant is not, or not fully, available at the location; what decided most comes first."""
    channel, now = asked.channel, asked.now
    if units == 0:
        yield from shortage(location, state, asked=asked)
    offered, wanted = set(methods_at(location, channel)), set(channel.fulfillment_methods)
    if wanted - {FulfillmentMethod.DELIVERY} and not offered - {FulfillmentMethod.DELIVERY}:
        yield Reason(ReasonCode.NOT_COLLECTABLE)
    if FulfillmentMethod.DELIVERY in wanted - offered:
        yield Reason(ReasonCode.NOT_SHIPPABLE)
    if units > 0 and state and confidence(state.level.counted_at, now) is Confidence.LOW:
        yield Reason(ReasonCode.LOW_CONFIDENCE)


def shortage(location: Location, state: ShelfState | None, *, asked: Asked) -> Iterator[Reason]:
    """Why there is none that could be sold, and when there may be some."""
    yield Reason(why_none(state, asked.channel) if state else ReasonCode.OUT_OF_STOCK)
    if state and state.expected:
        overdue = state.expected.at <= asked.now
        yield Reason(ReasonCode.INCOMING, None if overdue else state.expected.at.astimezone(ZoneInfo(location.time_zone)))


def why_none(state: ShelfState, channel: Channel) -> ReasonCode:
    """Which of the things that are taken off left nothing."""
    level = state.level
    if level.on_hand <= 0:
        return ReasonCode.OUT_OF_STOCK
    if level.on_hand - level.held - level.allocated <= 0:
        return ReasonCode.HELD_FOR_OTHERS
    if level.safety_is_default and level.safety >= channel.safety:
        return ReasonCode.STORE_BUFFER
    return ReasonCode.SAFETY_STOCK


def for_sale(variant: Variant, network: NetworkState) -> bool:
    """Can one be sold now, by any method?"""
    return variant.is_sold and (network.available > 0 or (variant.backorders and network.expected > 0))


class StockReads(Protocol):
    """Counts of the actor's pool, always from the database."""

    async def shelves(
        self, actor: Actor, skus: Sequence[str], *, at: Sequence[LocationId], available_only: bool
    ) -> dict[tuple[str, LocationId], ShelfState]:
        """`available_only`: shelves that have something for the actor's channel."""
        ...

    async def networks(self, actor: Actor, skus: Sequence[str], now: datetime) -> dict[str, NetworkState]:
        """By SKU; one that is nowhere is not in it."""
        ...
