"""What P4 asks: carts of up to three lines, at Canadian stores, at moments where much changes."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bench.promise_oracle import Line, Site, Way, Week, answer

FILE = Path(os.environ.get("COMPTOIR_SHARED", Path(__file__).parents[2] / "shared")) / "data/stores/walmart-ca-stores.json.gz"
SEED = 1
ZONES = {"NB": "America/Moncton", "ON": "America/Toronto", "Ontario": "America/Toronto", "QC": "America/Montreal"}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FIRST_DAY = date(2022, 11, 3)
DAYS = 145
CLOCK_CHANGES = (date(2022, 11, 6), date(2023, 3, 12))
CHRISTMAS = date(2022, 12, 24)
NEAR = timedelta(days=10)
HOLIDAYS = tuple(date(*day) for day in ((2022, 12, 25), (2022, 12, 26), (2023, 1, 1), (2023, 2, 20)))


@dataclass(frozen=True)
class Triple:
    store: str
    now: datetime
    cart: tuple[Line, ...]


def weeks() -> dict[str, Week]:
    """The hours of each store, by its number."""
    stores = json.loads(gzip.decompress(FILE.read_bytes()))["stores"]
    return {str(store["id"]): week_of(store) for store in stores}


def week_of(store: dict[str, Any]) -> Week:
    told = store["operationalHours"]
    days = [told.get(f"{day}Hrs") or told["monToFriHrs"] for day in WEEKDAYS]
    special = {datetime.strptime(one["date"], "%m/%d/%Y").date(): one for one in store["metadata"]["storeHolidays"]}
    return Week(
        ZONES[store["address"]["state"]],
        tuple(spans_of(day.get("startHr"), day.get("endHr")) for day in days),
        tuple((day, spans_of(*(one.get("hours", {}).get(end) for end in ("start", "end")))) for day, one in special.items()),
    )


def spans_of(begin: str | None, end: str | None) -> tuple[tuple[int, int], ...]:
    """None where it is closed."""
    return ((minutes(begin), minutes(end)),) if begin and end else ()


def minutes(clock: str) -> int:
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


def triples(count: int) -> Iterator[Triple]:
    random, stores = Random(SEED), weeks()
    names = sorted(stores)
    for _ in range(count):
        name = random.choice(names)
        now = instant(random, stores[name])
        others = [stores[random.choice(names)] for _ in range(2)]
        goods = cart(random, now, site(random, now, stores[name]), [site(random, now, one) for one in others])
        yield Triple(name, on_the_edge(now, goods) if random.random() < 0.25 else now, goods)


def on_the_edge(now: datetime, goods: Sequence[Line]) -> datetime:
    """The last moment at which it is still the same promise, by the oracle, or a second later; not so far ahead."""
    made = answer(goods, now, timedelta(0))
    order_by = now if made is None else datetime.fromisoformat(made.order_by).astimezone(UTC)
    return now if order_by - now > NEAR else order_by + timedelta(seconds=now.second % 2)


def instant(random: Random, week: Week) -> datetime:
    """To the second: any time, on days of clock changes, around Christmas, a minute before closing, or at the full minute."""
    zone = ZoneInfo(week.zone)
    kind = random.randrange(5)
    day = FIRST_DAY + timedelta(days=random.randrange(DAYS))
    if kind == 0:
        day = random.choice(CLOCK_CHANGES)
    if kind == 1:
        day = CHRISTMAS + timedelta(days=random.randrange(10))
    at = datetime.combine(day, time(), zone) + timedelta(seconds=random.randrange(86_400))
    spans = dict(week.exceptions).get(day, week.spans[day.weekday()])
    if kind == 2 and spans:
        at = datetime.combine(day, time(), zone) + timedelta(minutes=spans[-1][1] - 1, seconds=random.randrange(60))
    return at.astimezone(UTC).replace(second=0 if kind == 3 else at.second)


def site(random: Random, now: datetime, week: Week) -> Site:
    """With queues and limits, some of them reached on the days that come."""
    today = now.astimezone(ZoneInfo(week.zone)).date()
    near = [today + timedelta(days=n) for n in range(4)]
    hours = [datetime.combine(day, time(hour)) for day in near for hour in range(24)]
    made = Site(
        week,
        handling=random.choice((0, 30, 45, 60, 60, 90, 240)),
        hourly=random.choice((None, 4)),
        daily=random.choice((None, 30)),
        parcels_daily=random.choice((None, 20)),
        queue=random.choice((0, 0, 17, 55, 600)),
        pickups={hour: random.randrange(6) for hour in hours if random.random() < 0.5},
        parcels={day: random.randrange(15, 24) for day in near},
    )
    if random.random() < 0.1:
        until = datetime.combine(today + timedelta(days=random.randrange(1, 9)), time(), ZoneInfo(week.zone)).astimezone(UTC)
        return replace(made, trades=(until - timedelta(days=random.randrange(12)), until))
    return made


def cart(random: Random, now: datetime, store: Site, others: Sequence[Site]) -> tuple[Line, ...]:
    """Collected at the store, goods from elsewhere too; or delivered from one place or two."""
    if random.random() < 0.25:
        deliveries = delivering(random, store.week.zone)
        return tuple(Line(origin, way(random, origin, deliveries), None, incoming=late(random, now)) for origin in others)
    here = Line(None, None, store, is_verified=random.random() < 0.8, incoming=late(random, now))
    sent = [Line(other, way(random, other, delivering(random, store.week.zone)), store) for other in others]
    return (here, *(one for one in sent if random.random() < 0.25))


def late(random: Random, now: datetime) -> datetime | None:
    """When the goods come in, for one in ten; for a few too late to be promised."""
    return now + timedelta(seconds=random.randrange(-86_400, 70 * 86_400)) if random.random() < 0.1 else None


def way(random: Random, origin: Site, deliveries: Week) -> Way:
    days = random.randrange(4)
    collected = random.choice((((17 * 60, 17 * 60 + 30),), ((11 * 60, 11 * 60 + 15), (18 * 60 + 7, 19 * 60))))
    week = Week(origin.week.zone, (collected,) * 5 + ((),) * 2, tuple((day, ()) for day in HOLIDAYS))
    return Way(week, deliveries, (days, days + random.randrange(3)))


def delivering(random: Random, zone: str) -> Week:
    weekday = random.choice((((9 * 60, 18 * 60),), ((8 * 60, 12 * 60), (14 * 60, 20 * 60 + 30))))
    saturday = random.choice(((), ((9 * 60, 13 * 60),)))
    return Week(zone, (weekday,) * 5 + (saturday, ()), tuple((day, ()) for day in HOLIDAYS))
