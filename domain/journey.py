"""Journeys: what goods go through from the order to the buyer, by how they get there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.carrier import Lane
from domain.hours import Hours, Span, minute_of
from domain.load import Load, full_of_parcels, full_of_pickups
from domain.location import Location
from domain.stage import Chain, Collections, NotBefore, Openings, Stage, Transit, WindowEnd, Work

VERIFICATION_MINUTES = 30  # of looking for goods whose count is not trusted
PICKUP_MARGIN_MINUTES = 60  # of work, from the earliest moment of a pickup to the latest
ARRIVAL_MINUTES = 30  # of work on a parcel that another location has sent to a store


@dataclass(frozen=True, slots=True)
class Journey:
    """How goods get from one place to the buyer: what leads to the earliest moment, and what to the latest one."""

    earliest: Stage
    latest: Stage
    time_zone: str


@dataclass(frozen=True, slots=True)
class Workplace:
    """A location, with what it has taken on already."""

    location: Location
    load: Load

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
    sent, working, open_ = sending(origin, lane, not_before), store.pickup_hours, store.hours()
    if sent is None or working is None or open_ is None:
        return None
    earliest, latest = (Chain((stage, Work(ARRIVAL_MINUTES, working), Openings(open_))) for stage in sent)
    return Journey(earliest, latest, store.location.time_zone)


def sending(origin: Workplace, lane: Lane, not_before: datetime | None) -> tuple[Stage, Stage] | None:
    """Until the parcel arrives, at the earliest and at the latest."""
    working = origin.parcel_hours
    if working is None:
        return None
    collected = (*coming_in(not_before), Work(origin.work_minutes, working), Collections(Hours(lane.collections)))
    deliveries = Hours(lane.deliveries)
    return (
        Chain((*collected, Transit(deliveries, lane.days_min, WindowEnd.BEGIN))),
        Chain((*collected, Transit(deliveries, lane.days_max, WindowEnd.END))),
    )


def coming_in(not_before: datetime | None) -> tuple[Stage, ...]:
    return () if not_before is None else (NotBefore(minute_of(not_before)),)
