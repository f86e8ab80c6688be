"""Options: every way in which what is asked for can reach a buyer, complete or not, when, and at what price and carbon."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Protocol, TypeVar

from domain.carrier import DeliveryService
from domain.catalog import Variant
from domain.channel import FulfillmentMethod
from domain.group import Group
from domain.ids import CartId, CartLineId
from domain.location import Location, Place
from domain.money import Money
from domain.order import OrderLine
from domain.promise import Promise
from domain.quote import QuotedGroup, QuotedLine
from domain.reason import Reason, ReasonCode
from domain.sold_line import ChangeOf
from domain.sourcing import Candidate, Plan

AnOption = TypeVar("AnOption", bound="Option")


class Line(Protocol):
    """Of a cart, or of an order."""

    @property
    def id(self) -> CartLineId: ...

    @property
    def variant(self) -> Variant: ...

    @property
    def quantity(self) -> int: ...

    @property
    def total(self) -> Money: ...

    @property
    def cart_line(self) -> QuotedLine | None: ...

    @property
    def order_line(self) -> OrderLine | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedPart:
    """What one location sends, line by line."""

    location: Location
    lines: tuple[LineCoverage, ...]
    cost: Money
    promise: Promise | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class SourcedPlan:
    """A plan, with the lines it is for."""

    plan: Plan
    lines: tuple[Line, ...]

    @property
    def cost(self) -> Money:
        return self.plan.cost

    @property
    def bound(self) -> Money:
        return self.plan.bound

    @property
    def optimal(self) -> bool:
        return self.plan.optimal

    @property
    def parcels(self) -> int:
        return self.plan.parcels

    @property
    def carbon_grams(self) -> int:
        return self.plan.carbon_grams

    @property
    def rules(self) -> str:
        return self.plan.rules

    @property
    def considered(self) -> tuple[Candidate, ...]:
        return self.plan.considered

    @property
    def parts(self) -> tuple[SourcedPart, ...]:
        return tuple(
            SourcedPart(
                location=part.location,
                lines=tuple(
                    LineCoverage(line=line, quantity=units, missing=0)
                    for line, units in zip(self.lines, part.units, strict=True)
                    if units
                ),
                cost=part.cost,
                promise=part.promised(),
                reasons=part.reasons,
            )
            for part in self.plan.parts
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """Units of a line that somebody wants to get."""

    line: Line
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCoverage:
    """How much of a line something covers; `missing` tells no more of a count than the channel's policy shows."""

    line: Line
    quantity: int
    missing: int
    reasons: tuple[Reason, ...] = ()

    @property
    def variant(self) -> Variant:
        return self.line.variant

    @property
    def cart_line(self) -> QuotedLine | None:
        return self.line.cart_line

    @property
    def order_line(self) -> OrderLine | None:
        return self.line.order_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """`of`: what it is an option for. `group`: what it comes to when it is chosen. `plan`: how it was found; None of one that
    was chosen before."""

    of: CartId | ChangeOf
    group: Group
    coverage: tuple[LineCoverage, ...]
    reasons: tuple[Reason, ...] = ()
    plan: Plan | None = field(default=None, repr=False)

    @property
    def complete(self) -> bool:
        return not any(one.missing for one in self.coverage)

    @property
    def sourcing(self) -> SourcedPlan | None:
        return SourcedPlan(self.plan, tuple(one.line for one in self.coverage)) if self.plan else None

    @property
    def method(self) -> FulfillmentMethod:
        return self.group.method

    @property
    def price(self) -> Money:
        return self.group.price

    @property
    def promise(self) -> Promise | None:
        return self.group.promise

    @property
    def carbon_grams(self) -> int:
        return self.group.carbon_grams

    @property
    def parcels(self) -> int:
        return self.group.parcels


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOption(Option):
    @property
    def service(self) -> DeliveryService:
        assert self.group.service
        return self.group.service


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupOption(Option):
    """`place`: the store, and how far it is from where somebody asks."""

    place: Place

    @property
    def location(self) -> Location:
        return self.place.location

    @property
    def distance_km(self) -> float | None:
        return self.place.distance_km

    @property
    def ship_to_store(self) -> bool:
        """Do goods come from elsewhere first?"""
        return self.group.parcels > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryQuote:
    """What it takes to bring somebody one unit."""

    service: DeliveryService
    price: Money
    promise: Promise
    carbon_grams: int
    parcels: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Options:
    delivery: tuple[DeliveryOption, ...]
    pickup: tuple[PickupOption, ...]


def by_usefulness(option: Option) -> tuple[bool, float, int]:
    """Complete ones first, then by readiness; what cannot be promised comes last."""
    promise = option.promise
    return not option.complete, promise.latest.timestamp() if promise else inf, option.price.minor_units


def option_of(chosen: QuotedGroup, place: Place | None) -> DeliveryOption | PickupOption:
    """What a group was chosen as. `place`: of a store, which it is collected at."""
    covered = tuple(LineCoverage(line=one.line, quantity=one.quantity, missing=0) for one in chosen.lines)
    if place is None:
        return DeliveryOption(of=chosen.cart.id, group=chosen.group, coverage=covered)
    return PickupOption(of=chosen.cart.id, group=chosen.group, coverage=covered, place=place)


# ------------------------------------------------------------------------------------------------ merits


def price_of(option: Option) -> float:
    return option.price.minor_units


def arrival_of(option: Option) -> float:
    return option.promise.latest.timestamp() if option.promise else inf


def carbon_of(option: Option) -> float:
    return option.carbon_grams


def distance_of(option: PickupOption) -> float:
    return inf if option.distance_km is None else option.distance_km


DELIVERY_MERITS = {
    ReasonCode.CHOSEN_CHEAPEST: price_of,
    ReasonCode.CHOSEN_FASTEST: arrival_of,
    ReasonCode.CHOSEN_LOWEST_CARBON: carbon_of,
}
PICKUP_MERITS: dict[ReasonCode, Callable[[PickupOption], float]] = {
    ReasonCode.CHOSEN_FASTEST: arrival_of,
    ReasonCode.CHOSEN_NEAREST: distance_of,
}


def praised(options: Sequence[AnOption], merits: Mapping[ReasonCode, Callable[[AnOption], float]]) -> list[AnOption]:
    """Each with what it is best at, among those that are complete. What all are equally good at is said of none."""
    rivals = [option for option in options if option.complete]
    best = {code: min(map(measure, rivals)) for code, measure in merits.items() if len({*map(measure, rivals)}) > 1}

    def with_merits(option: AnOption) -> AnOption:
        shown = [Reason(code) for code, least in best.items() if option.complete and merits[code](option) == least]
        return replace(option, reasons=(*shown, *option.reasons))

    return [with_merits(option) for option in options]
