"""Promises: when goods can be collected, or are delivered, and until when ordering them gets exactly that.

How one is made, with an example: docs/promises.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.calendar import LOOK_AHEAD
from domain.hours import MINUTE, minute_of, moment
from domain.journey import Journey, Workplace, pickup

HORIZON_MINUTES = LOOK_AHEAD // MINUTE
VALID_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Goods can be had from a moment between `earliest` and `latest`, in the place's own time.

    In the hour that comes twice, moments of one zone compare as the clock shows them; compare their timestamps.
    `order_by`: whoever orders by then, to the second, gets exactly this; `valid_until`: for how long that may be relied upon.
    """

    earliest: datetime
    latest: datetime
    order_by: datetime
    valid_until: datetime
    time_zone: str


def promise(journeys: Sequence[Journey], now: datetime, *, valid_for: timedelta = VALID_FOR) -> Promise | None:
    """When all journeys (one at least) have arrived, in the time zone of the first; None if not within 60 days.

    `valid_for` is not negative. The promise stays the same for every `now` up to `order_by`, and is later after it.
    """
    start = minute_of(now)
    earliest = all_of(max, (journey.earliest.after(start) for journey in journeys))
    latest = all_of(max, (journey.latest.after(start) for journey in journeys))
    if earliest is None or latest is None or latest - start > HORIZON_MINUTES:
        return None
    stages = [(stage, end) for one in journeys for stage, end in ((one.earliest, earliest), (one.latest, latest))]
    order_by = all_of(min, (stage.before(end) for stage, end in stages))
    assert order_by is not None, "a start that is known to do: the law of stages"
    zone = ZoneInfo(journeys[0].time_zone)
    valid_until = min(moment(order_by), now.astimezone(UTC) + valid_for)
    return Promise(
        earliest=moment(earliest, zone),
        latest=moment(latest, zone),
        order_by=moment(order_by, zone),
        valid_until=valid_until.astimezone(zone),
        time_zone=zone.key,
    )


def all_of(pick: Callable[[Iterable[int]], int], minutes: Iterable[int | None]) -> int | None:
    """The one picked of all, which must all be known."""
    known: list[int] = []
    for minute in minutes:
        if minute is None:
            return None
        known.append(minute)
    return pick(known)


# ------------------------------------------------------------------------------------------ at one store, now


@dataclass(frozen=True, slots=True)
class Pickup:
    """`is_delayed`: it would be sooner, or at all, if the store had taken fewer pickups on."""

    promise: Promise | None = None
    is_delayed: bool = False


NO_PICKUP = Pickup()


class Pickups:
    """Pickups at one store, ordered at one moment: what is alike for many variants is worked out once."""

    def __init__(self, store: Workplace, now: datetime) -> None:
        self.store, self.now = store, now
        self.known: dict[tuple[bool, datetime | None], Pickup] = {}

    def of(self, *, is_verified: bool, not_before: datetime | None) -> Pickup:
        """As for `pickup`, which has no promise where the hours are not known."""
        asked = (is_verified, not_before)
        if asked not in self.known:
            made = self.promised(self.store, *asked)
            with_room = replace(self.store, load=replace(self.store.load, pickups={}))
            sooner = self.promised(with_room, *asked) if self.store.load.pickups else made
            self.known[asked] = Pickup(made, is_sooner(sooner, made))
        return self.known[asked]

    def promised(self, store: Workplace, is_verified: bool, not_before: datetime | None) -> Promise | None:
        journey = pickup(store, is_verified=is_verified, not_before=not_before)
        return None if journey is None else promise([journey], self.now)


def is_sooner(one: Promise | None, other: Promise | None) -> bool:
    if one is None or other is None:
        return one is not None and other is None
    return one.earliest.timestamp() < other.earliest.timestamp()
