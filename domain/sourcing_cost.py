"""What sourcing minimizes: money, and what a split, distant, late, carbon-heavy or depleting shipment is worth avoiding.

Amounts are floats of minor units until the plan is made; each cost is so much for a parcel, and so much for each unit in it,
of which the next never costs less than the one before: what `domain/facility` can solve exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from math import inf

from domain.calendar import LOOK_AHEAD
from domain.carrier import Lane
from domain.facility import Offer, Problem
from domain.location import Location, LocationKind, Place
from domain.money import minor_digits
from domain.reason import Reason
from domain.rules import WEIGHTS, SourcingRules

DAY = timedelta(days=1)
KILOGRAM = 1000  # grams
SHELVES_FOR_BUYERS = (LocationKind.STORE, LocationKind.POP_UP, LocationKind.CONCESSION)
BANDS = 4  # of a store's shelf: a unit out of its last quarter weighs four times as much as one out of its first


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Units of a SKU to be brought to one place. `grams`: of one."""

    sku: str
    quantity: int
    grams: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A location that might send some of what is needed.

    `lane`: how it would go, None where it cannot, and then `hindrance` says why, or where it need not; `units`: all it has, by
    need; `latest`: by when what it sends is there, None where that is not known; `expected_at`: of goods that have yet to come
    in there; `shortage`: says why it has none.
    """

    place: Place
    lane: Lane | None
    units: tuple[int, ...]
    latest: datetime | None = None
    expected_at: datetime | None = None
    hindrance: Reason | None = None
    shortage: Callable[[], tuple[Reason, ...]] = field(default=tuple, compare=False, repr=False)

    @property
    def is_incoming(self) -> bool:
        return self.expected_at is not None

    @property
    def is_there(self) -> bool:
        """At the very place where goods are wanted: no parcel brings them."""
        return self.lane is None and self.hindrance is None

    @property
    def location(self) -> Location:
        return self.place.location

    @property
    def distance_km(self) -> float | None:
        return self.place.distance_km


class Costs:
    """Of sending what is needed from each of some sources, by the weights of a rule set."""

    def __init__(self, needs: tuple[Need, ...], sources: tuple[Source, ...], rules: SourcingRules, currency: str) -> None:
        self.needs, self.sources, self.rules = needs, sources, rules
        self.minor = 10.0 ** minor_digits(currency)
        self.weights = {name: float(getattr(rules, name)) for name in WEIGHTS}
        self.able = [one.lane is not None and rules.allows(one.location) for one in sources]
        self.there = next((n for n, source in enumerate(sources) if source.is_there), None)
        self.soonest = min((self.arrival(n) for n in range(len(sources)) if self.gives(n)), default=inf)

    def problem(self, taken: Sequence[int] | None = None) -> Problem:
        """What is to be sent; `taken`: of what is there, by need."""
        taken = taken or (0,) * len(self.needs)
        return Problem(
            needs=tuple(need.quantity - units for need, units in zip(self.needs, taken, strict=True)),
            missing_costs=(self.missing,) * len(self.needs),
            fixed_costs=self.of_parcels,
            capacities=(None,) * len(self.sources),
            offers=self.offers,
            nodes_max=self.rules.max_parcels,
        )

    @cached_property
    def missing(self) -> float:
        """Of one unit that is not sent: more than sending everything could cost, so that nothing is left out to save money."""
        dearest: dict[int, float] = {}
        for offer in self.offers:
            dearest[offer.line] = max(dearest.get(offer.line, 0.0), offer.unit_cost)
        units = sum(need.quantity * dearest.get(i, 0.0) for i, need in enumerate(self.needs))
        parcels = sorted(self.of_parcels, reverse=True)[: sum(need.quantity for need in self.needs)]
        return 1.0 + units + sum(parcels)

    @cached_property
    def of_parcels(self) -> tuple[float, ...]:
        return tuple(self.of_parcel(n) if self.gives(n) else 0.0 for n in range(len(self.sources)))

    def of_parcel(self, n: int) -> float:
        """Whatever is in it; where nothing is sent, that it is late."""
        source, weights = self.sources[n], self.weights
        late = weights["per_day_late"] * self.days_late(n)
        if source.lane is None:
            return late * self.minor
        km = source.distance_km or 0.0
        worth = weights["per_parcel"] * (1 + self.rules.steps_down(source.location)) + weights["per_km"] * km + late
        worth += weights["per_kg_carbon"] * source.lane.carbon.of_parcel(km) / KILOGRAM
        return weights["shipping_cost"] * source.lane.parcel_minor + worth * self.minor

    def of_unit(self, n: int, i: int) -> float:
        """But for what a store's last ones are worth."""
        source, kg = self.sources[n], self.needs[i].grams / KILOGRAM
        assert source.lane
        carbon = source.lane.carbon.of_kg(source.distance_km or 0.0) * kg / KILOGRAM
        return self.weights["shipping_cost"] * source.lane.kg_minor * kg + self.weights["per_kg_carbon"] * carbon * self.minor

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        return tuple(offer for n in range(len(self.sources)) if self.sends(n) for offer in self.offers_of(n))

    def offers_of(self, n: int) -> Iterator[Offer]:
        for i, units in enumerate(self.most(n)):
            if units:
                of_unit = self.of_unit(n, i)
                for size, worth in self.bands(n, i, units):
                    yield Offer(node=n, line=i, unit_cost=of_unit + worth, units=size)

    def bands(self, n: int, i: int, units: int) -> Sequence[tuple[int, float]]:
        """How many of these units come out of which quarter of the shelf, and what each of them is worth keeping there."""
        source, worth = self.sources[n], self.weights["store_depletion"] * self.minor
        if not worth or source.is_incoming or source.location.kind not in SHELVES_FOR_BUYERS:
            return ((units, 0.0),)
        return tuple((size, worth * share) for size, share in quarters(source.units[i], units))

    def of(self, n: int, units: tuple[int, ...]) -> float:
        """Of sending just these, by need."""
        total = self.of_parcel(n)
        for i, wanted in enumerate(units):
            if wanted and n != self.there:
                total += wanted * self.of_unit(n, i)
                total += sum(size * worth for size, worth in self.bands(n, i, wanted))
        return total

    def shipping(self, n: int, units: tuple[int, ...]) -> float:
        """What the carrier is paid, whatever money weighs."""
        lane = self.sources[n].lane
        return lane.parcel_minor + lane.kg_minor * self.kilograms(units) if lane else 0.0

    def kilograms(self, units: tuple[int, ...]) -> float:
        return sum(wanted * need.grams for wanted, need in zip(units, self.needs, strict=True)) / KILOGRAM

    def carbon_grams(self, n: int, units: tuple[int, ...]) -> float:
        source = self.sources[n]
        if source.lane is None:
            return 0.0
        carbon, km = source.lane.carbon, source.distance_km or 0.0
        return carbon.of_parcel(km) + carbon.of_kg(km) * self.kilograms(units)

    def most(self, n: int) -> tuple[int, ...]:
        """All it has of what is needed."""
        return tuple(min(units, need.quantity) for units, need in zip(self.sources[n].units, self.needs, strict=True))

    def sends(self, n: int) -> bool:
        return self.able[n]

    def gives(self, n: int) -> bool:
        return n == self.there or self.sends(n)

    def can_send(self, n: int, units: tuple[int, ...]) -> bool:
        return self.sends(n) and all(has >= wanted for has, wanted in zip(self.sources[n].units, units, strict=True))

    def arrival(self, n: int) -> float:
        """By when it is there for sure, in seconds since the epoch."""
        latest = self.sources[n].latest
        return latest.timestamp() if latest else inf

    def days_late(self, n: int) -> float:
        """After the soonest of those that may send; of what cannot be promised, as if it took as long as a promise may."""
        if self.soonest == inf:
            return 0.0
        return max(0.0, min(self.arrival(n) - self.soonest, LOOK_AHEAD.total_seconds())) / DAY.total_seconds()


@lru_cache(maxsize=10_000)
def quarters(shelf: int, units: int) -> tuple[tuple[int, float], ...]:
    """How many of the units come out of which quarter of a shelf, and which share of a last one's worth each of them has."""
    ends = [min(shelf * band // BANDS, units) for band in range(BANDS + 1)]
    return tuple((end - start, band / BANDS) for band, (start, end) in enumerate(pairwise(ends), start=1) if end > start)
