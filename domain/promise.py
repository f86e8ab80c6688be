"""Promises: when goods can be collected, or are delivered, and until when ordering them gets exactly that.

How one is made, with an example: docs/promises.md.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from domain.calendar import LOOK_AHEAD
from domain.carrier import Lane
from domain.hours import MINUTE, Hours, Span, minute_of, moment
from domain.load import Load, full_of_parcels, full_of_pickups
from domain.location import Location
from domain.stage import Chain, Collections, Known, NotBefore, Openings, Stage, Transit, WindowEnd, Work

Made = TypeVar("Made")

HORIZON_MINUTES = LOOK_AHEAD // MINUTE
VALID_FOR = timedelta(minutes=15)
VERIFICATION_MINUTES = 30  # of looking for goods whose count is not trusted
PICKUP_MARGIN_MINUTES = 60  # of work, from the earliest moment of a pickup to the latest
ARRIVAL_MINUTES = 30  # of work on a parcel that another location has sent to a store


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


@dataclass(frozen=True, slots=True)
class Journey:
    """How goods get from one place to the buyer: what leads to the earliest moment, and what to the latest one."""

    earliest: Stage
    latest: Stage
    time_zone: str


@dataclass(frozen=True, slots=True)
class Workplace:
    """A location, with what it has taken on already. `known`: the stages that its journeys have in common."""

    location: Location
    load: Load
    known: dict[Hashable, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def hours(self, full: Sequence[Span] = ()) -> Hours | None:
        """While it is open and trades, but for the spans that are full; None where the hours are not known."""
        here = self.location
        if here.calendar is None:
            return None
        first, until = (None if at is None else minute_of(at) for at in (here.trades_from, here.trades_until))
        return Hours(here.calendar, first, until, tuple(full))

    @property
    def pickup_hours(self) -> Hours | None:
        """While it works on what is collected there."""
        return self.hours(full_of_pickups(self.location.capacity, self.load, ZoneInfo(self.location.time_zone)))

    @property
    def parcel_hours(self) -> Hours | None:
        """While it works on what is sent from there."""
        return self.hours(full_of_parcels(self.location.capacity, self.load, ZoneInfo(self.location.time_zone)))

    def once(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """What was made under this name, made the first time that it is asked for."""
        if name not in self.known:
            self.known[name] = make()
        made: Made = self.known[name]
        return made

    @property
    def work_minutes(self) -> int:
        """Until an order of now is ready."""
        return self.load.queue_minutes + self.location.capacity.handling_minutes


def pickup(store: Workplace, *, is_verified: bool = True, not_before: datetime | None = None) -> Journey | None:
    """Goods of this store, collected there. `is_verified`: their count is trusted; `not_before`: when they come in.

    None where the hours are not known.
    """
    working, open_ = store.pickup_hours, store.hours()
    if working is None or open_ is None:
        return None
    minutes = store.work_minutes + (0 if is_verified else VERIFICATION_MINUTES)
    earliest = Chain((*coming_in(not_before), Work(minutes, working), Openings(open_)))
    latest = Chain((earliest, Work(PICKUP_MARGIN_MINUTES, working), Openings(open_)))
    return Journey(earliest, latest, store.location.time_zone)


def delivery(origin: Workplace, lane: Lane, *, not_before: datetime | None = None) -> Journey | None:
    """Goods of this location, brought to the buyer. None where its hours are not known."""
    sent = sending(origin, lane, not_before)
    return None if sent is None else Journey(*sent, lane.deliveries.time_zone)


def ship_to_store(origin: Workplace, lane: Lane, store: Workplace, *, not_before: datetime | None = None) -> Journey | None:
    """Goods of another location, brought to the store and collected there. None where the hours of either are not known."""
    sent, received = sending(origin, lane, not_before), receiving(store)
    if sent is None or received is None:
        return None
    earliest, latest = (Chain((stage, received)) for stage in sent)
    return Journey(earliest, latest, store.location.time_zone)


def sending(origin: Workplace, lane: Lane, not_before: datetime | None) -> tuple[Stage, Stage] | None:
    """Until the parcel arrives, at the earliest and at the latest; the same for all stores that the lane leads to."""

    def stages() -> tuple[Stage, Stage] | None:
        working = origin.parcel_hours
        if working is None:
            return None
        collected = (*coming_in(not_before), Work(origin.work_minutes, working), Collections(Hours(lane.collections)))
        deliveries = Hours(lane.deliveries)
        return (
            Known(Chain((*collected, Transit(deliveries, lane.days_min, WindowEnd.BEGIN)))),
            Known(Chain((*collected, Transit(deliveries, lane.days_max, WindowEnd.END)))),
        )

    return origin.once((lane, not_before), stages)


def receiving(store: Workplace) -> Stage | None:
    """From a parcel's arrival until it can be collected; the same for all that send to the store."""

    def stage() -> Stage | None:
        working, open_ = store.pickup_hours, store.hours()
        if working is None or open_ is None:
            return None
        return Known(Chain((Work(ARRIVAL_MINUTES, working), Openings(open_))))

    return store.once("receiving", stage)


def coming_in(not_before: datetime | None) -> tuple[Stage, ...]:
    return () if not_before is None else (NotBefore(minute_of(not_before)),)


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


def latest_of(journey: Journey, now: datetime) -> datetime | None:
    """The `latest` of its promise, which is had for a quarter of the work."""
    start = minute_of(now)
    latest = journey.latest.after(start)
    return None if latest is None or latest - start > HORIZON_MINUTES else moment(latest, ZoneInfo(journey.time_zone))


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
