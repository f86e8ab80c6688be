"""Load: what a location has taken on already, and when it has no room for more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from domain.actor import Actor
from domain.hours import Span, instant, joined, midnight
from domain.ids import LocationId
from domain.location import Capacity

HOUR = timedelta(hours=1)
MINUTES_EACH = 5  # of work, for each that waits in a queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """`queue_minutes`: of open hours, until what waits is done. `pickups`: by the local hour, as its clock shows it, without a
    zone; `parcels`: by the local day."""

    queue_minutes: int = 0
    pickups: Mapping[datetime, int] = field(default_factory=dict)
    parcels: Mapping[date, int] = field(default_factory=dict)


IDLE = Load()


def full_of_pickups(capacity: Capacity, load: Load, zone: ZoneInfo) -> tuple[Span, ...]:
    """The hours, and the days, that have as many pickups as the location takes on."""
    if not load.pickups:
        return ()
    days: Counter[date] = Counter()
    for hour, pickups in load.pickups.items():
        days[hour.date()] += pickups
    hours = [hour for hour, pickups in load.pickups.items() if is_full(pickups, capacity.pickups_per_hour)]
    full = [(instant(hour, zone), instant(hour + HOUR, zone)) for hour in hours]
    return joined(sorted([*full, *full_days(days, capacity.pickups_per_day, zone)]))


def full_of_parcels(capacity: Capacity, load: Load, zone: ZoneInfo) -> tuple[Span, ...]:
    """The days that have as many parcels as the location takes on."""
    return joined(sorted(full_days(load.parcels, capacity.parcels_per_day, zone)))


def full_days(taken: Mapping[date, int], limit: int | None, zone: ZoneInfo) -> list[Span]:
    days = [day.toordinal() for day, number in taken.items() if is_full(number, limit)]
    return [(midnight(day, zone), midnight(day + 1, zone)) for day in days]


def is_full(taken: int, limit: int | None) -> bool:
    return limit is not None and taken >= limit


class Loads(Protocol):
    async def loads(self, actor: Actor, locations: Sequence[LocationId], now: datetime) -> Mapping[LocationId, Load]:
        """Of each of these locations, at once. It tells how busy a place is, never with what or for whom."""
        ...
