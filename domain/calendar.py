"""Calendars: when a place is open, by its opening hours in OpenStreetMap's syntax and its own clock.

The law: a place is open at an instant if the wall clock there, at that instant, stands within its hours. The next
change is what a walk forward through the instants would first find. The library is asked in wall-clock time, one day at
a time, and zoneinfo does the zones: asked with a time zone, it errs around daylight saving (docs/decisions/0006).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError, State, UnknownCountryError  # type: ignore[attr-defined]

HOURS_MAX = 1000  # characters; what longer texts cost to evaluate has no bound
LOOK_AHEAD = timedelta(days=60)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
NEVER_CHANGING = ("24/7", "off", "closed")


@dataclass(frozen=True, slots=True)
class Calendar:
    """`hours` have passed `hours_problem`; public holidays (PH) are those of the country."""

    hours: str
    time_zone: str
    country_code: str

    def is_open(self, at: datetime) -> bool:
        return self.rules.is_open(wall_clock(at, self.zone))

    def opens_at(self, now: datetime) -> datetime | None:
        """When it next opens, in its own time; None while it is open, and where it stays shut for the next 60 days."""
        return None if self.is_open(now) else self.next_change(now)

    def closes_at(self, now: datetime) -> datetime | None:
        """When it next closes, in its own time; None while it is shut, and where it stays open for the next 60 days."""
        return self.next_change(now) if self.is_open(now) else None

    def next_change(self, now: datetime) -> datetime | None:
        if self.hours in NEVER_CHANGING:
            return None
        before = self.is_open(now)
        moments = self.candidates(now)
        return next((at.astimezone(self.zone) for at in moments if self.is_open(at) is not before), None)

    def candidates(self, now: datetime) -> Iterator[datetime]:
        """Every instant up to the horizon at which the place could open or close, in order.

        Those are the ends of the wall clock's intervals, each midnight, and wherever the clock itself is changed.
        """
        at, end = now.astimezone(UTC), now + LOOK_AHEAD
        while at < end:
            offset, local = at.astimezone(self.zone).utcoffset(), wall_clock(at, self.zone)
            assert offset is not None
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
            is_open = self.rules.is_open(local)
            intervals = self.rules.intervals(local, midnight)
            change = next((start for start, _, state, _ in intervals if (state == State.OPEN) is not is_open), midnight)
            moment = (change - offset).replace(tzinfo=UTC)
            at = min(moment, clock_change(at, moment, self.zone) or moment)
            yield at

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def rules(self) -> OpeningHours:
        return parsed(self.hours, self.country_code)


def wall_clock(at: datetime, zone: tzinfo) -> datetime:
    """What the clock on the wall says, without a zone."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def clock_change(start: datetime, end: datetime, zone: tzinfo) -> datetime | None:
    """When the clock between these two instants is put forward or back, to the second; None if it is not.

    By bisection: a zone does not change its offset twice within a day.
    """
    before = start.astimezone(zone).utcoffset()
    if end.astimezone(zone).utcoffset() == before:
        return None
    low, high = start.replace(microsecond=0), end
    while high - low > SECOND:
        middle = low + (high - low) // 2 // SECOND * SECOND
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high


@lru_cache(maxsize=4096)
def parsed(hours: str, country_code: str) -> OpeningHours:
    """Without holidays where the library does not know the country; `hours_problem` refuses PH there."""
    try:
        return OpeningHours(hours, country=country_code)
    except UnknownCountryError:
        return OpeningHours(hours)


def hours_problem(hours: str, country_code: str | None) -> str | None:
    """Why these hours cannot be kept, or None. What would be read silently as something else is refused too.

    `country_code`: whose public holidays they may speak of; None where that is not known yet.
    """
    if len(hours) > HOURS_MAX:
        return f"is longer than {HOURS_MAX} characters"
    words = set(hours.replace(",", " ").replace(";", " ").replace("-", " ").split())
    if "SH" in words:
        return "speaks of school holidays (SH), which are not known here; give dates instead"
    if any(word in hours for word in ("sunrise", "sunset", "dawn", "dusk")):
        return "depends on the sun; give clock times instead"
    try:
        OpeningHours(hours)
        if "PH" in words and country_code is not None:
            OpeningHours(hours, country=country_code)
    except UnknownCountryError:
        return f"speaks of public holidays (PH), which are not known for {country_code!r}; give dates instead"
    except (ParserError, UnicodeError):
        return f"{hours!r} is not in the OpenStreetMap syntax, such as 'Mo-Sa 10:00-19:00; PH off'"
    return None
