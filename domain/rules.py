"""Sourcing rules: what each thing that speaks against a way to fulfill an order weighs in a channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import NamedTuple, Protocol

from domain.actor import Actor
from domain.location import Location, LocationKind

WEIGHT_MAX = 1_000_000
WEIGHTS = ("shipping_cost", "per_parcel", "per_km", "per_day_late", "per_kg_carbon", "store_depletion")
PARCELS_MAX = 1_000
SIMULATED = "simulated"
SHARED = "all channels"  # what rules are called that count in every channel without its own


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcingRules:
    """Weights of one cost, which sourcing makes as small as it can.

    `shipping_cost`: of one unit of real money. The other weights are in major units of the channel's currency: for each
    parcel, kilometer, day late and kilogram of CO2 equivalent, and for depleting a store. `prefer`: kinds of
    locations, the best first; each step down weighs as much as one more parcel. `exclude`: codes or opaque ids of locations.
    `max_parcels`: None for any number.
    """

    shipping_cost: float = 1
    per_parcel: Decimal = Decimal(0)
    per_km: Decimal = Decimal(0)
    per_day_late: Decimal = Decimal(0)
    per_kg_carbon: Decimal = Decimal(0)
    store_depletion: Decimal = Decimal(0)
    prefer: tuple[LocationKind, ...] = ()
    exclude: tuple[str, ...] = ()
    max_parcels: int | None = None

    def allows(self, location: Location) -> bool:
        if not self.exclude:
            return True
        return location.code not in self.exclude and str(location.id) not in self.exclude

    def steps_down(self, location: Location) -> int:
        """How far down the list of what is preferred; what is not on it stands below it."""
        return self.prefer.index(location.kind) if location.kind in self.prefer else len(self.prefer)


REAL_MONEY = SourcingRules()  # alone


class NamedRules(NamedTuple):
    """`name` says which rules they are, for good: `web v3`, `all channels v3` or, where none are set, `default`."""

    name: str
    rules: SourcingRules


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """One version of all rules: those of channels by code, and those that all others share."""

    shared: SourcingRules = REAL_MONEY
    channels: Mapping[str, SourcingRules] = field(default_factory=dict)

    def of(self, channel: str, version: int) -> NamedRules:
        """`version`: of this book, 0 where there is none."""
        if version == 0:
            return NamedRules("default", REAL_MONEY)
        name = channel if channel in self.channels else SHARED
        return NamedRules(f"{name} v{version}", self.channels.get(channel, self.shared))

    def tried(self, channel: str) -> NamedRules:
        """Of a book that somebody tries out."""
        return NamedRules(SIMULATED, self.channels.get(channel, self.shared))


class Mistake(NamedTuple):
    field: str
    text: str


class RulesReads(Protocol):
    async def of(self, actor: Actor) -> NamedRules:
        """Of the actor's channel."""
        ...


def mistakes_in_rules(rules: SourcingRules) -> Iterator[Mistake]:
    """What cannot be weighed; locations are looked up by whoever knows them."""
    for name in WEIGHTS:
        weight = getattr(rules, name)
        if not (isfinite(weight) and 0 <= weight <= WEIGHT_MAX):
            yield Mistake(name, f"is a number from 0 to {WEIGHT_MAX:,}, and not {weight}")
    if rules.max_parcels is not None and not 1 <= rules.max_parcels <= PARCELS_MAX:
        yield Mistake("max_parcels", f"is a number of parcels from 1 to {PARCELS_MAX:,}; leave it out for any number")
    if len(set(rules.prefer)) < len(rules.prefer):
        yield Mistake("prefer", "names a kind twice")
