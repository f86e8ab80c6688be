"""Hours: the spans in which a place is open, in whole minutes since the epoch (UTC), over daylight saving and midnight.

Instants are ints here: a promise looks at many of them. Days are local ones, as ordinals of the Gregorian calendar
(`date.toordinal`): a day begins when the clock there first shows it, so days that lose or gain an hour are no matter.
Taken for granted, with a test that looks at all zones: no clock is put back into the day before, and all show quarters
when UTC does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from opening_hours import State

from domain.calendar import LOOK_AHEAD, Calendar, clock_change, wall_clock

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAYS_AROUND = LOOK_AHEAD.days + 2  # days that 60 times 24 hours touch, if the clock is changed among them
DAYS_REMEMBERED = 16_384

Span: TypeAlias = tuple[int, int]  # from its first minute until the one after its last


@dataclass(frozen=True, slots=True)
class Hours:
    """When a place takes work: while its calendar is open, from `first` until `until`, but not in `full`.

    `first`, `until`: None for always. `full`: apart from each other and in order.
    """

    calendar: Calendar
    first: int | None = None
    until: int | None = None
    full: tuple[Span, ...] = ()

    def spans_from(self, start: int) -> Iterator[Span]:
        """Each span that ends after `start`, the next one first, for at least 60 days. Spans that touch at midnight are two."""
        day = self.day(start)
        for each in range(day, day + DAYS_AROUND):
            for span in self.of_day(each):
                if span[1] > start:
                    yield span

    def spans_until(self, end: int) -> Iterator[Span]:
        """Each span that begins at `end` or before, the last one first, for at least 60 days."""
        day = self.day(end)
        for each in range(day, day - DAYS_AROUND, -1):
            for span in reversed(self.of_day(each)):
                if span[0] <= end:
                    yield span

    def of_day(self, day: int) -> tuple[Span, ...]:
        spans = spans_of_day(self.calendar, day)
        if self.first is None and self.until is None and not self.full:
            return spans
        return tuple(part for span in spans for part in self.left_of(span))

    def left_of(self, span: Span) -> Iterator[Span]:
        """What of the span is between `first` and `until`, and not full."""
        begin, end = span
        begin = begin if self.first is None else max(begin, self.first)
        end = end if self.until is None else min(end, self.until)
        for full_begin, full_end in self.full:
            if begin < min(full_begin, end):
                yield begin, min(full_begin, end)
            begin = max(begin, full_end)
        if begin < end:
            yield begin, end

    def covers(self, minute: int) -> bool:
        return any(begin <= minute < end for begin, end in self.of_day(self.day(minute)))

    def day(self, minute: int) -> int:
        """The local day of a minute."""
        return datetime.fromtimestamp(minute * 60, self.calendar.zone).toordinal()


@lru_cache(maxsize=DAYS_REMEMBERED)
def spans_of_day(calendar: Calendar, day: int) -> tuple[Span, ...]:
    """When the place is open on a local day, in order and apart from each other."""
    opened: list[Span] = []
    for begin, end in steady(midnight(day, calendar.zone), midnight(day + 1, calendar.zone), calendar.zone):
        local, local_end = (wall_clock(moment(begin), calendar.zone) + minutes * MINUTE for minutes in (0, end - begin))
        for start, stop, state, _ in calendar.rules.intervals(local, local_end):
            if state == State.OPEN:
                opened.append((begin + (max(start, local) - local) // MINUTE, begin + (min(stop, local_end) - local) // MINUTE))
    return joined(opened)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in the order of their beginnings, as spans that are apart from each other."""
    found: list[Span] = []
    for begin, end in spans:
        if found and begin <= found[-1][1]:
            begin, end = found[-1][0], max(end, found.pop()[1])
        found.append((begin, end))
    return tuple(found)


def steady(begin: int, end: int, zone: ZoneInfo) -> tuple[Span, ...]:
    """The parts of a day between which the clock is changed: one, or two; none of a day that is left out."""
    change = clock_change(moment(begin), moment(end), zone)
    if change is None:
        return ((begin, end),) if begin < end else ()
    return ((begin, minute_of(change)), (minute_of(change), end))


def midnight(day: int, zone: ZoneInfo) -> int:
    """The minute at which the clock there first shows the day, or a later one where the day is left out."""
    return instant(datetime.combine(date.fromordinal(day), time()), zone)


def instant(local: datetime, zone: ZoneInfo) -> int:
    """The minute at which the clock there first shows this time, or a later one where that is left out."""
    return minute_of(local.replace(tzinfo=zone, fold=0))


def minute_of(at: datetime) -> int:
    """The first whole minute at or after a moment."""
    return -((EPOCH - at.astimezone(UTC)) // MINUTE)


def moment(minute: int, zone: tzinfo = UTC) -> datetime:
    """As the clock there shows it."""
    return datetime.fromtimestamp(minute * 60, zone)
