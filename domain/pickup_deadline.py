"""Pickup deadlines: until when goods that are ready are kept for their buyer, in days on which the store is open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.calendar import LOOK_AHEAD
from domain.hours import moment
from domain.load import IDLE
from domain.location import Location
from domain.promise import Workplace

OPEN_DAYS = 7  # after the day on which they are ready, or on which it would have ended
EXTENSIONS_MAX = 2


def closing(location: Location, since: datetime, open_days: int = OPEN_DAYS) -> datetime:
    """When the store closes on the last of so many days after this one on which it is open; where its hours are not known, or
    it stays shut for long, days are counted as the calendar has them."""
    hours = Workplace(location, IDLE).hours()
    day = since.astimezone(ZoneInfo(location.time_zone)).toordinal()
    if hours is not None:
        left = open_days
        for each in range(day + 1, day + 1 + LOOK_AHEAD.days):
            spans = hours.of_day(each)
            left -= bool(spans)
            if spans and left == 0:
                return moment(spans[-1][1])
    return (since + timedelta(days=open_days)).astimezone(UTC)
