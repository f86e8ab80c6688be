"""The promise once more, with nothing of the domain: every minute is looked at, by the clock on the wall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Minutes = npt.NDArray[np.int64]
Yes = npt.NDArray[np.bool_]

DAY = 24 * 60
HORIZON = 60 * DAY
SINCE = datetime(2022, 10, 28, tzinfo=UTC)  # the first minute that is looked at
MINUTES = 230 * DAY
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


@dataclass(frozen=True)
class Week:
    """Hours: spans of minutes of a day, by weekday from Monday, and by date where there is an exception."""

    zone: str
    spans: tuple[tuple[tuple[int, int], ...], ...]
    exceptions: tuple[tuple[date, tuple[tuple[int, int], ...]], ...] = ()

    def written(self) -> str:
        """In OpenStreetMap's syntax; exceptions come last, so that they decide."""
        rules = [f"{DAYS[day]} {clocks(spans)}" for day, spans in enumerate(self.spans)]
        return "; ".join([*rules, *(f"{day:%Y %b %d} {clocks(spans)}" for day, spans in self.exceptions)])


def clocks(spans: Sequence[tuple[int, int]]) -> str:
    return ",".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in spans) or "off"


@dataclass(frozen=True)
class Site:
    """A place that works: limits are None for none; bookings are by hours and days of its own clock."""

    week: Week
    handling: int
    hourly: int | None
    daily: int | None
    parcels_daily: int | None
    queue: int
    pickups: Mapping[datetime, int] = field(default_factory=dict)
    parcels: Mapping[date, int] = field(default_factory=dict)
    trades: tuple[datetime | None, datetime | None] = (None, None)


@dataclass(frozen=True)
class Way:
    """A carrier's: when it collects and delivers, and the fewest and the most days of delivery it needs."""

    collections: Week
    deliveries: Week
    days: tuple[int, int]


@dataclass(frozen=True)
class Line:
    """Goods of one place: collected at `store`, brought by `way` from `origin`, or both, one after the other."""

    origin: Site | None
    way: Way | None
    store: Site | None
    is_verified: bool = True
    incoming: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """Moments as ISO 8601 writes them: in the hour that comes twice, Python finds a moment unlike itself in another zone."""

    earliest: str
    latest: str
    order_by: str
    valid_until: str
    zone: str


def answer(lines: Sequence[Line], now: datetime, valid_for: timedelta) -> Answer | None:
    """By trying each later minute until one is promised something later."""
    start = -((SINCE - now) // timedelta(minutes=1))
    view = slice(start - 2 * DAY, start + HORIZON + 2 * DAY)  # two days are before the first minute
    ways = [arrivals(line, view) for line in lines]
    earliest, latest = (np.maximum.reduce([way[end] for way in ways])[2 * DAY :] for end in (0, 1))
    here = 2 * DAY
    if latest[0] - here > HORIZON:
        return None
    order_by = 0
    while (earliest[order_by + 1], latest[order_by + 1]) == (earliest[0], latest[0]):
        order_by += 1
    zone = ending(lines[0]).zone
    first, last, by = (SINCE + timedelta(minutes=int(n) + view.start) for n in (earliest[0], latest[0], order_by + here))
    until = min(by, now + valid_for)
    first, last, by, until = (at.astimezone(ZoneInfo(zone)) for at in (first, last, by, until))
    return Answer(first.isoformat(), last.isoformat(), by.isoformat(), until.isoformat(), zone)


def ending(line: Line) -> Week:
    """Where the goods end up."""
    if line.store is not None:
        return line.store.week
    assert line.way is not None
    return line.way.deliveries


def arrivals(line: Line, view: slice) -> tuple[Minutes, Minutes]:
    """For each minute of the view as a start, when the goods can be had, at the earliest and at the latest."""
    at = np.arange(view.stop - view.start + 1)
    if line.incoming is not None:
        at = np.maximum(at, min(-((SINCE - line.incoming) // timedelta(minutes=1)) - view.start, len(at) - 1))
    if line.way is None:
        assert line.store is not None
        busy = works(line.store, view, parcels=False)
        minutes = line.store.queue + line.store.handling + (0 if line.is_verified else 30)
        first = quarters(line.store, view)[worked(busy, minutes)[at]]
        return first, quarters(line.store, view)[worked(busy, 60)[first]]
    assert line.origin is not None
    ready = worked(works(line.origin, view, parcels=True), line.origin.queue + line.origin.handling)[at]
    left = upcoming(begins(is_open(line.way.collections)[view]))[ready]
    there = [driven(line.way.deliveries, view, days)[end][left] for end, days in enumerate(line.way.days)]
    if line.store is not None:
        unpacked = worked(works(line.store, view, parcels=False), 30)
        there = [quarters(line.store, view)[unpacked[arrived]] for arrived in there]
    return there[0], there[1]


# ------------------------------------------------------------------------------------------ minute by minute


@cache
def wall(zone: str) -> Minutes:
    """What the clock on the wall shows at each minute, as minutes since 1970-01-01 there."""
    there, begin = ZoneInfo(zone), datetime(1970, 1, 1)
    moments = ((SINCE + timedelta(minutes=n)).astimezone(there).replace(tzinfo=None) for n in range(MINUTES))
    return np.fromiter(((moment - begin) // timedelta(minutes=1) for moment in moments), np.int64, MINUTES)


@cache
def is_open(week: Week) -> Yes:
    """Is it, at each minute?"""
    clock = wall(week.zone)
    days, minutes = clock // DAY, clock % DAY
    found = np.zeros(MINUTES, np.bool_)
    special = np.isin(days, [number(day) for day, _ in week.exceptions])
    parts = [((days + 3) % 7 == weekday, spans) for weekday, spans in enumerate(week.spans)]  # 1970 began on a Thursday
    parts = [(which & ~special, spans) for which, spans in parts]
    for which, spans in [*parts, *((days == number(day), spans) for day, spans in week.exceptions)]:
        for begin, end in spans:
            found |= which & (begin <= minutes) & (minutes < end)
    return found


def number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def trading(site: Site, view: slice) -> Yes:
    """Open, and neither before its first day nor after its last."""
    found = is_open(site.week)[view].copy()
    first, until = site.trades
    at = [SINCE if moment is None else moment for moment in site.trades]
    begin, end = (int((moment - SINCE) // timedelta(minutes=1)) - view.start for moment in at)
    if first is not None:
        found[: max(begin, 0)] = False
    if until is not None:
        found[max(end, 0) :] = False
    return found


def works(site: Site, view: slice, *, parcels: bool) -> Yes:
    """Open, with room for another one in that hour and on that day."""
    clock = wall(site.week.zone)[view]
    by_day: dict[date, int] = dict(site.parcels) if parcels else {}
    limit = site.parcels_daily if parcels else site.daily
    hours: list[int] = []
    if not parcels:
        for hour, taken in site.pickups.items():
            by_day[hour.date()] = by_day.get(hour.date(), 0) + taken
            if site.hourly is not None and taken >= site.hourly:
                hours.append(number(hour.date()) * 24 + hour.hour)
    days = [number(day) for day, taken in by_day.items() if limit is not None and taken >= limit]
    return trading(site, view) & ~np.isin(clock // 60, hours) & ~np.isin(clock // DAY, days)


def worked(working: Yes, minutes: int) -> Minutes:
    """For each start, the minute at which so many minutes of work are done; the last one stands for never."""
    if minutes == 0:
        return np.arange(len(working) + 1)
    done = np.concatenate(([0], np.cumsum(working)))
    return np.minimum(np.searchsorted(done, done + minutes), len(working))


def upcoming(marked: Yes) -> Minutes:
    """For each minute, the next that is marked, be it itself; the last one stands for never."""
    never = len(marked)
    at = np.append(np.where(marked, np.arange(never), never), never)
    return np.minimum.accumulate(at[::-1])[::-1]


def quarters(site: Site, view: slice) -> Minutes:
    return upcoming(trading(site, view) & (wall(site.week.zone)[view] % 15 == 0))


def begins(marked: Yes) -> Yes:
    return marked & ~np.concatenate(([True], marked[:-1]))


def driven(week: Week, view: slice, days: int) -> tuple[Minutes, Minutes]:
    """For each minute, the beginning and the end of the window in which what leaves then is delivered."""
    opened, day = is_open(week)[view], wall(week.zone)[view] // DAY
    never = len(opened)
    which, first, count = np.unique(day[opened], return_index=True, return_counts=True)
    minutes = np.flatnonzero(opened)
    begin, end = minutes[first], minutes[first + count - 1] + 1
    if days == 0:
        index = np.searchsorted(begin, np.arange(never + 1))
    else:
        index = np.append(np.searchsorted(which, day, side="right") + days - 1, len(which))
    begin, end = np.append(begin, never), np.append(end, never)
    chosen = np.minimum(index, len(which))
    return begin[chosen], end[chosen]
