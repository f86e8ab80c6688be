"""P4: promises, against an oracle that looks at every minute."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

from bench.promise_cases import Triple, triples
from bench.promise_oracle import Answer, Line, Site, Week, answer
from domain.address import Address
from domain.calendar import Calendar
from domain.carbon import Carbon
from domain.carrier import Lane
from domain.ids import LocationId
from domain.load import Load
from domain.location import Capacity, Location, LocationKind
from domain.promise import Journey, Promise, Workplace, delivery, pickup, promise, ship_to_store

TRIPLES = 10_000
VALID_FOR = timedelta(minutes=15)
NOWHERE = Address(line1="", postal_code="", city="", country_code="CA")


def measure(share: int | None = None) -> dict[str, Any]:
    """`share`: so many of the triples, the first ones. Times are of a cart's promise, hours known."""
    asked = list(triples(share or TRIPLES))
    seconds: list[float] = []
    promised = equal = 0
    for triple in asked:
        journeys, expected = journeys_of(triple), answer(triple.cart, triple.now, VALID_FOR)
        ours = promise(journeys, triple.now, valid_for=VALID_FOR)
        begun = perf_counter()
        promise(journeys, triple.now, valid_for=VALID_FOR)
        seconds.append(perf_counter() - begun)
        promised += ours is not None
        equal += told(ours) == expected
    stores = len({triple.store for triple in asked})
    exact = {"triples": len(asked), "stores": stores, "promises": promised, "equal": equal}
    return {"exact": exact, "times": {"µs a promise, median": round(median(seconds) * 1e6, 1)}}


def told(made: Promise | None) -> Answer | None:
    if made is None:
        return None
    return Answer(
        made.earliest.isoformat(),
        made.latest.isoformat(),
        made.order_by.isoformat(),
        made.valid_until.isoformat(),
        made.time_zone,
    )


def journeys_of(triple: Triple) -> list[Journey]:
    found = [journey_of(line) for line in triple.cart]
    return [journey for journey in found if journey is not None]


def journey_of(line: Line) -> Journey | None:
    if line.origin is None or line.way is None:
        assert line.store is not None
        return pickup(workplace(line.store), is_verified=line.is_verified, not_before=line.incoming)
    if line.store is None:
        return delivery(workplace(line.origin), lane(line), not_before=line.incoming)
    return ship_to_store(workplace(line.origin), lane(line), workplace(line.store), not_before=line.incoming)


def workplace(site: Site) -> Workplace:
    first, until = site.trades
    location = Location(
        id=LocationId.new(),
        code="",
        name="",
        kind=LocationKind.STORE,
        address=NOWHERE,
        latitude=0.0,
        longitude=0.0,
        time_zone=site.week.zone,
        opening_hours=site.week.written(),
        services=(),
        trades_from=first,
        trades_until=until,
        capacity=Capacity(
            handling_minutes=site.handling,
            pickups_per_hour=site.hourly,
            pickups_per_day=site.daily,
            parcels_per_day=site.parcels_daily,
        ),
    )
    return Workplace(location, Load(queue_minutes=site.queue, pickups=site.pickups, parcels=site.parcels))


def lane(line: Line) -> Lane:
    assert line.way is not None
    days_min, days_max = line.way.days
    return Lane(
        carrier="",
        collections=calendar(line.way.collections),
        deliveries=calendar(line.way.deliveries),
        days_min=days_min,
        days_max=days_max,
        parcel_minor=0,
        kg_minor=0,
        carbon=Carbon(grams_parcel=0, grams_km=0, grams_kg_km=0),
    )


def calendar(week: Week) -> Calendar:
    return Calendar(week.written(), week.zone, "CA")
