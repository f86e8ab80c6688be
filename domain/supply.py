"""Supply: what the locations that sell to a channel can bring to one place, as things stand now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from domain import offer
from domain.availability import Confidence, available, confidence
from domain.carrier import Lane
from domain.catalog import Variant
from domain.channel import Channel
from domain.group import Group
from domain.ids import CartLineId, LocationId
from domain.load import IDLE, Load
from domain.location import Coordinates, Location, LocationService, Place, distance_km
from domain.offer import ShelfState, shortage
from domain.promise import Journey, Promise, Workplace, latest_of, promise
from domain.reason import Reason, ReasonCode
from domain.rules import NamedRules
from domain.sourcing import Part, Plan, plan
from domain.sourcing_cost import Need, Source
from domain.way import Way

VALID_FOR = timedelta(minutes=30)  # an option's price and promise, if the last moment to order it is not sooner

Wanted: TypeAlias = Sequence[tuple[Variant, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """As one channel may sell it. `loads`: what waits at the locations already; `is_over`: is the time to think up?"""

    channel: Channel
    locations: tuple[Location, ...]
    shelves: Mapping[tuple[str, LocationId], ShelfState]
    loads: Mapping[LocationId, Load]
    rules: NamedRules
    now: datetime
    is_over: Callable[[], bool]
    workplaces: dict[LocationId, Workplace] = field(default_factory=dict, init=False, compare=False, repr=False)
    stocks: dict[tuple[str, ...], Mapping[LocationId, Stocked]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def shelf(self, variant: Variant, location: Location) -> ShelfState | None:
        return self.shelves.get((variant.sku, location.id))

    def on_shelf(self, variant: Variant, location: Location) -> int:
        """Units that can be sold; none of what the channel does not sell."""
        state = self.shelf(variant, location)
        return available(state.level, self.channel.safety) if state and variant.is_sold else 0

    def expected(self, variant: Variant, location: Location) -> int:
        """Units that can be sold before they have come in."""
        state = self.shelf(variant, location)
        if not (state and state.expected and variant.is_sold and variant.backorders):
            return 0
        return state.expected.quantity if state.expected.by > self.now else 0

    def gives(self, variant: Variant, location: LocationId, *, expected: bool) -> int:
        """Units that the location still has, or still expects."""
        here = next((one for one in self.locations if one.id == location), None)
        return 0 if here is None else self.expected(variant, here) if expected else self.on_shelf(variant, here)

    def without(self, excluded: Collection[LocationId]) -> Supply:
        """Nothing is taken from there, though goods may be sent to it."""
        shelves = {shelf: state for shelf, state in self.shelves.items() if shelf[1] not in excluded}
        return replace(self, shelves=shelves)

    def after(self, group: Group, variants: Mapping[CartLineId, Variant]) -> Supply:
        """What is left when a group has taken its units."""
        shelves = dict(self.shelves)
        for part in group.parts:
            for line, units in part.units:
                shelf = variants[line].sku, part.location
                shelves[shelf] = less(shelves[shelf], units, expected=part.expected_at is not None)
        return replace(self, shelves=shelves)

    def expected_by(self, variants: Sequence[Variant], location: Location) -> datetime | None:
        """When all that is expected there of them has come in; None where that is nothing."""
        states = [self.shelf(variant, location) for variant in variants]
        return max((state.expected.by for state in states if state and state.expected), default=None)

    def is_doubtful(self, wanted: Wanted, location: Location) -> bool:
        """Is anything there by a count so old that somebody has to look?"""
        there = zip(wanted, self.stocked(wanted)[location.id].units, strict=True)
        states = [self.shelf(variant, location) for (variant, _), units in there if units]
        return any(confidence(state.level, self.now) is Confidence.LOW for state in states if state)

    def shortage(self, variant: Variant, location: Location) -> tuple[Reason, ...]:
        """Why there is none that could be sold, or not as many as are wanted."""
        if not variant.is_sold:
            return (Reason(ReasonCode.CHANNEL_POLICY),)
        if self.on_shelf(variant, location):
            return (Reason(ReasonCode.TOO_FEW),)
        return tuple(shortage(location, self.shelf(variant, location), asked=offer.Asked(self.channel, self.now)))

    def workplace(self, location: Location) -> Workplace:
        """The same each time: what it takes to send from there is worked out once for all stores."""
        if location.id not in self.workplaces:
            self.workplaces[location.id] = Workplace(location, self.loads.get(location.id, IDLE))
        return self.workplaces[location.id]

    def stocked(self, wanted: Wanted) -> Mapping[LocationId, Stocked]:
        """At each location; the same each time, so it is looked up once for all places where a cart could go."""
        skus = tuple(variant.sku for variant, _ in wanted)
        if skus not in self.stocks:
            self.stocks[skus] = {one.id: self.stocked_at(one, wanted) for one in self.locations}
        return self.stocks[skus]

    def stocked_at(self, location: Location, wanted: Wanted) -> Stocked:
        return Stocked(self.workplace(location), tuple(self.on_shelf(variant, location) for variant, _ in wanted))

    def promised(self, journeys: Sequence[Journey | None]) -> Promise | None:
        """None where there are none, or nothing can be said of one of them."""
        known = [journey for journey in journeys if journey]
        is_known = 0 < len(known) == len(journeys)
        return promise(known, self.now.replace(microsecond=0), valid_for=VALID_FOR) if is_known else None

    def latest(self, journey: Journey | None) -> datetime | None:
        """By when it is done; None where nothing can be said."""
        return latest_of(journey, self.now) if journey else None


@dataclass(frozen=True, slots=True)
class Stocked:
    """What a location has on its shelves that can be sold; `units`: of each variant that is wanted."""

    workplace: Workplace
    units: tuple[int, ...]


def less(state: ShelfState, units: int, *, expected: bool) -> ShelfState:
    if expected and state.expected:
        return replace(state, expected=replace(state.expected, quantity=state.expected.quantity - units))
    return replace(state, level=replace(state.level, on_hand=state.level.on_hand - units))


def planned(supply: Supply, wanted: Wanted, way: Way, *, currency: str) -> Plan:
    """From the shelves; and of what they cannot send all of, from what is expected too."""
    sources = [source(supply, wanted, way, stocked) for stocked in supply.stocked(wanted).values()]
    found = plan(needs(wanted), sources, supply.rules, currency=currency, is_over=supply.is_over)
    if any(found.missing):
        coming = [one for location in supply.locations if (one := incoming(supply, wanted, way, location, found.missing))]
        if coming:
            found = plan(needs(wanted), sources + coming, supply.rules, currency=currency, is_over=supply.is_over)
    return replace(found, parts=tuple(replace(part, promised=partial(promise_of, supply, part, way)) for part in found.parts))


def promise_of(supply: Supply, part: Part, way: Way) -> Promise | None:
    """Of one part alone; only staff ask for it."""
    return supply.promised([way.journey(supply.workplace(part.location), part.source.expected_at)])


def needs(wanted: Wanted) -> list[Need]:
    return [Need(sku=variant.sku, quantity=quantity, grams=variant.grams) for variant, quantity in wanted]


def source(supply: Supply, wanted: Wanted, way: Way, stocked: Stocked) -> Source:
    location = stocked.workplace.location
    lane = way.lanes.get(location.id)
    units = tuple(
        has if quantity and goes(variant, lane) else 0 for has, (variant, quantity) in zip(stocked.units, wanted, strict=True)
    )
    return Source(
        place=place(location, way.to),
        lane=lane,
        units=units,
        latest=supply.latest(way.journey(stocked.workplace, None)) if lane and any(units) else None,
        hindrance=None if lane else hindrance(location),
        shortage=partial(shortages, supply, wanted, location),
    )


def incoming(supply: Supply, wanted: Wanted, way: Way, location: Location, missing: Sequence[int]) -> Source | None:
    """What is expected there of the goods that shelves are short of; None where that is nothing."""
    lane = way.lanes.get(location.id)
    if lane is None and not way.ends_at(location):
        return None
    is_wanted = [short > 0 and goes(variant, lane) for (variant, _), short in zip(wanted, missing, strict=True)]
    units = tuple(supply.expected(variant, location) * of for (variant, _), of in zip(wanted, is_wanted, strict=True))
    if not any(units):
        return None
    at = supply.expected_by([variant for (variant, _), has in zip(wanted, units, strict=True) if has], location)
    latest = supply.latest(way.journey(supply.workplace(location), at))
    return Source(place=place(location, way.to), lane=lane, units=units, latest=latest, expected_at=at)


def goes(variant: Variant, lane: Lane | None) -> bool:
    """Is it not too heavy for that lane, if there is one?"""
    return lane is None or lane.takes(variant.grams)


def place(location: Location, to: Coordinates | None) -> Place:
    return Place(location, None if to is None else distance_km(location.coordinates, to))


def hindrance(location: Location) -> Reason:
    """Why there is no lane from here."""
    ships = LocationService.SHIP_FROM in location.services
    return Reason(ReasonCode.SERVICE_NOT_OFFERED if ships else ReasonCode.NOT_SHIPPABLE)


def shortages(supply: Supply, wanted: Wanted, location: Location) -> tuple[Reason, ...]:
    """Why a location has none of what is wanted, each reason once."""
    found = [reason for variant, quantity in wanted if quantity for reason in supply.shortage(variant, location)]
    return tuple(dict.fromkeys(found))
