"""Offers: what a buyer may choose; one variant at one location, as one channel may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from domain.actor import Actor
from domain.availability import Confidence, available, confidence
from domain.catalog import Variant
from domain.channel import Channel, FulfillmentMethod
from domain.ids import LocationId
from domain.ledger import StockLevel
from domain.location import Location, Place, methods_at
from domain.promise import NO_PICKUP, Pickup, Pickups, Promise
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


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAvailability:
    """`stock_reasons`: of the shelf alone; `expected_at`: when more comes in; `pickups`: of the location; `arrives`: of what
    others could send there."""

    variant: Variant
    location: Location
    distance_km: float | None
    status: AvailabilityStatus
    quantity: int | None
    journeys: tuple[FulfillmentMethod, ...]
    stock_reasons: tuple[Reason, ...]
    confidence: Confidence
    as_of: datetime
    expected_at: datetime | None
    pickups: Pickups = field(compare=False)
    arrives: Callable[[], Promise | None] | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        return f"{self.variant.sku}@{self.location.code}"

    @property
    def pickup(self) -> Promise | None:
        """When it can be collected, if it is ordered now; None where it cannot, and where nobody knows when."""
        return self.arrives() if self.arrives else self.collected.promise

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return (*self.stock_reasons, *self.pickup_reasons())

    @property
    def collected(self) -> Pickup:
        """What is overdue is not promised, nor looked for what is not there yet."""
        is_backorder = self.status is AvailabilityStatus.BACKORDER
        not_before = self.expected_at if is_backorder else None
        if (
            self.arrives
            or FulfillmentMethod.PICKUP not in self.journeys
            or (not_before is not None and not_before <= self.as_of)
        ):
            return NO_PICKUP
        return self.pickups.of(is_verified=is_backorder or self.confidence is not Confidence.LOW, not_before=not_before)

    def pickup_reasons(self) -> Iterator[Reason]:
        """Why it cannot be collected sooner, or not at all, although it is there."""
        is_there = self.status in (AvailabilityStatus.IN_STOCK, AvailabilityStatus.LOW_STOCK)
        if self.collected.is_delayed:
            yield Reason(ReasonCode.CAPACITY_FULL)
        elif is_there and FulfillmentMethod.PICKUP in self.journeys and self.location.calendar and self.pickup is None:
            yield Reason(ReasonCode.CLOSED)


def store_availability(
    variant: Variant, place: Place, state: ShelfState | None, pickups: Pickups, *, asked: Asked
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
        confidence=confidence(state.level if state else None, now),
        as_of=now,
        expected_at=state.expected.at if state and state.expected else None,
        pickups=pickups,
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
    if units > 0 and state and confidence(state.level, now) is Confidence.LOW:
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
