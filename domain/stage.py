"""Stages: what goods go through until they can be had, each a monotone map of minutes with its residual.

`after(start)` is when the stage is done if it begins then; `before(end)` the last start for which it is done by then. The two
are a Galois connection: after(start) <= end exactly if start <= before(end) (G. Birkhoff, "Lattice Theory", 1940), and so is a
chain of stages. So folding `before` back from what was promised finds the very last minute for which the promise holds.

Minutes count from the epoch, in UTC. None: not within 60 days; the law is exact for starts and ends that are no further apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from typing import Protocol

from domain.hours import DAYS_AROUND, Hours, Span, midnight

QUARTER_MINUTES = 15


class Stage(Protocol):
    def after(self, start: int) -> int | None:
        """When it is done, if it begins then."""
        ...

    def before(self, end: int) -> int | None:
        """The last start for which it is done by then."""
        ...


@dataclass(frozen=True, slots=True)
class Chain:
    """One stage after the other; without any, goods are there at once."""

    stages: tuple[Stage, ...]

    def after(self, start: int) -> int | None:
        at: int | None = start
        for stage in self.stages:
            if at is None:
                break
            at = stage.after(at)
        return at

    def before(self, end: int) -> int | None:
        at: int | None = end
        for stage in reversed(self.stages):
            if at is None:
                break
            at = stage.before(at)
        return at


@dataclass(frozen=True, slots=True)
class Known:
    """A stage that several journeys have in common: what it was asked once it remembers."""

    stage: Stage
    ends: dict[int, int | None] = field(default_factory=dict, compare=False, repr=False)
    starts: dict[int, int | None] = field(default_factory=dict, compare=False, repr=False)

    def after(self, start: int) -> int | None:
        if start not in self.ends:
            self.ends[start] = self.stage.after(start)
        return self.ends[start]

    def before(self, end: int) -> int | None:
        if end not in self.starts:
            self.starts[end] = self.stage.before(end)
        return self.starts[end]


@dataclass(frozen=True, slots=True)
class NotBefore:
    """Goods that come in later."""

    minute: int

    def after(self, start: int) -> int | None:
        return max(start, self.minute)

    def before(self, end: int) -> int | None:
        return end if end >= self.minute else None


@dataclass(frozen=True, slots=True)
class Work:
    """So many minutes of work, done in these hours only, be it in several goes."""

    minutes: int
    hours: Hours

    def after(self, start: int) -> int | None:
        left = self.minutes
        if left <= 0:
            return start
        for begin, end in self.hours.spans_from(start):
            begin = max(begin, start)
            if end - begin >= left:
                return begin + left
            left -= end - begin
        return None

    def before(self, end: int) -> int | None:
        left = self.minutes
        if left <= 0:
            return end
        for begin, stop in self.hours.spans_until(end):
            stop = min(stop, end)
            if stop - begin >= left:
                return stop - left
            left -= stop - begin
        return None


@dataclass(frozen=True, slots=True)
class Openings:
    """The first quarter hour at which the place is open."""

    hours: Hours

    def after(self, start: int) -> int | None:
        quarters = (
            (-(-max(begin, start) // QUARTER_MINUTES) * QUARTER_MINUTES, end) for begin, end in self.hours.spans_from(start)
        )
        return next((quarter for quarter, end in quarters if quarter < end), None)

    def before(self, end: int) -> int | None:
        quarters = (
            (begin, min(stop - 1, end) // QUARTER_MINUTES * QUARTER_MINUTES) for begin, stop in self.hours.spans_until(end)
        )
        return next((quarter for begin, quarter in quarters if quarter >= begin), None)


@dataclass(frozen=True, slots=True)
class Collections:
    """The next beginning of a span: then a carrier collects. What never begins, as 24/7, is no collection."""

    hours: Hours

    def after(self, start: int) -> int | None:
        begins = (begin for begin, _ in self.hours.spans_from(start) if begin >= start)
        return next((begin for begin in begins if not self.hours.covers(begin - 1)), None)

    def before(self, end: int) -> int | None:
        return next((begin for begin, _ in self.hours.spans_until(end) if not self.hours.covers(begin - 1)), None)


class WindowEnd(Enum):
    """Which end of a day's window."""

    BEGIN = 0
    END = 1


@dataclass(frozen=True, slots=True)
class Transit:
    """The way to the buyer: it ends in the window of the n-th day of delivery after the day on which it began.

    With n = 0 it is the first window that begins at or after that moment. A day's window is from its first open minute to its
    last; a day without one is no day of delivery. Days are those of the destination: nothing arrives before it has left.
    """

    hours: Hours
    days: int
    end: WindowEnd

    def after(self, start: int) -> int | None:
        day = self.hours.day(start)
        if self.days == 0:
            windows = (window for _, window in self.windows(day, 1) if window[0] >= start)
        else:
            windows = (window for _, window in islice(self.windows(day + 1, 1), self.days - 1, None))
        return next((window[self.end.value] for window in windows), None)

    def before(self, end: int) -> int | None:
        reached = ((day, window) for day, window in self.windows(self.hours.day(end), -1) if window[self.end.value] <= end)
        if self.days == 0:
            return next((window[0] for _, window in reached), None)
        zone = self.hours.calendar.zone
        return next((midnight(day, zone) - 1 for day, _ in islice(reached, self.days - 1, None)), None)

    def windows(self, day: int, step: int) -> Iterator[tuple[int, Span]]:
        """Each day of delivery from this one on, or back from it, with its window."""
        for each in range(day, day + step * DAYS_AROUND, step):
            if spans := self.hours.of_day(each):
                yield each, (spans[0][0], spans[-1][1])
