"""Opening hours, held against a walk from minute to minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import Calendar, hours_problem

MINUTE = timedelta(minutes=1)
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
ZONES = ("Europe/Paris", "America/St_Johns", "Australia/Lord_Howe", "UTC")

# Each zone's clock changes of 2026 (the instants, from the IANA database), and days on which much changes anyway.
TURNS = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 5, 30, tzinfo=UTC),
    datetime(2026, 11, 1, 4, 30, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2026, 12, 24, 16, 59, tzinfo=UTC),
    datetime(2026, 12, 31, 23, tzinfo=UTC),
]


@dataclass(frozen=True)
class Week:
    """An independent reading of hours: spans of minutes by weekday, and by date where there is an exception."""

    spans: dict[int, list[tuple[int, int]]]
    exceptions: dict[date, list[tuple[int, int]]]

    def is_open(self, wall: datetime) -> bool:
        spans = self.exceptions.get(wall.date(), self.spans.get(wall.weekday(), []))
        return any(start <= wall.hour * 60 + wall.minute < end for start, end in spans)

    def written(self) -> str:
        """In OpenStreetMap's syntax; exceptions come last, so that they decide."""
        rules = [f"{DAYS[day]} {hours(spans)}" for day, spans in sorted(self.spans.items())]
        rules += [f"{day:%Y %b %d} {hours(spans)}" for day, spans in sorted(self.exceptions.items())]
        return "; ".join(rules) or "off"


def hours(spans: list[tuple[int, int]]) -> str:
    clock = [(f"{start // 60:02}:{start % 60:02}", f"{end // 60:02}:{end % 60:02}") for start, end in spans]
    return ",".join(f"{start}-{end}" for start, end in clock) or "off"


@st.composite
def spans(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Up to two spans of a day, apart from each other; the last may reach midnight."""
    edges = sorted(draw(st.lists(st.integers(0, 96), min_size=0, max_size=4, unique=True)))
    edges = edges[: len(edges) // 2 * 2]
    return [(start * 15, end * 15) for start, end in zip(edges[::2], edges[1::2], strict=True)]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Week, str, datetime]:
    week = draw(st.dictionaries(st.integers(0, 6), spans(), max_size=7))
    near = draw(st.sampled_from(TURNS))
    now = near + timedelta(seconds=draw(st.integers(-36 * 3600, 36 * 3600)))
    around = st.integers(-2, 3).map(lambda days: (near + timedelta(days=days)).date())
    return Week(week, draw(st.dictionaries(around, spans(), max_size=2))), draw(st.sampled_from(ZONES)), now


def walked(week: Week, zone: ZoneInfo, now: datetime, limit: timedelta) -> datetime | None:
    """The first whole minute after now at which the state is another one."""
    before = week.is_open(now.astimezone(zone))
    at = now.replace(second=0, microsecond=0) + MINUTE
    while at <= now + limit:
        if week.is_open(at.astimezone(zone)) is not before:
            return at
        at += MINUTE
    return None


@settings(max_examples=300)
@given(cases())
def test_open_now_and_the_next_change_are_what_a_walk_from_minute_to_minute_finds(case: tuple[Week, str, datetime]) -> None:
    week, zone, now = case
    assert hours_problem(week.written(), "FR") is None
    calendar = Calendar(week.written(), zone, "FR")
    assert calendar.is_open(now) is week.is_open(now.astimezone(ZoneInfo(zone)))
    change, expected = calendar.next_change(now), walked(week, ZoneInfo(zone), now, timedelta(days=8))
    assert change == expected or (expected is None and change is not None and change > now + timedelta(days=8))
    assert calendar.opens_at(now) == (None if calendar.is_open(now) else change)
    assert calendar.closes_at(now) == (change if calendar.is_open(now) else None)


@pytest.mark.parametrize(
    ("hours", "now", "opens", "closes"),
    [
        ("Mo-Sa 10:00-19:00", "2026-11-21T12:00+01:00", None, "2026-11-21T19:00+01:00"),
        ("Mo-Sa 10:00-19:00", "2026-11-21T19:00+01:00", "2026-11-23T10:00+01:00", None),
        ("Mo-Sa 10:00-12:00,12:00-19:00", "2026-11-21T11:00+01:00", None, "2026-11-21T19:00+01:00"),
        ("Mo-Su 10:00-19:00; PH off", "2026-12-25T12:00+01:00", "2026-12-26T10:00+01:00", None),
        ("Mo-Sa 10:00-19:00; Dec 24 10:00-17:00", "2026-12-24T16:00+01:00", None, "2026-12-24T17:00+01:00"),
        ("Fr 22:00-26:00", "2026-11-21T01:00+01:00", None, "2026-11-21T02:00+01:00"),
        ("Mo-Su 00:00-24:00", "2026-11-21T12:00+01:00", None, None),
        ("24/7", "2026-11-21T12:00+01:00", None, None),
        ("off", "2026-11-21T12:00+01:00", None, None),
        ("2026 Nov 1 10:00-12:00", "2026-11-21T12:00+01:00", None, None),
        ("Fr 10:00-12:00 || unknown", "2026-11-20T09:00+01:00", "2026-11-20T10:00+01:00", None),
        # Before the clock goes forward at 02:00 to 03:00, and before it goes back at 03:00 to 02:00.
        ("Su 02:15-05:00", "2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00", None),
        ("Su 02:15-02:45", "2026-10-25T02:00+02:00", "2026-10-25T02:15+02:00", None),
        ("Su 02:15-02:45", "2026-10-25T02:50+02:00", "2026-10-25T02:15+01:00", None),
    ],
)
def test_when_it_opens_and_closes(hours: str, now: str, opens: str | None, closes: str | None) -> None:
    assert hours_problem(hours, "FR") is None
    calendar, at = Calendar(hours, "Europe/Paris", "FR"), datetime.fromisoformat(now)
    assert [moment and moment.isoformat(timespec="minutes") for moment in (calendar.opens_at(at), calendar.closes_at(at))] == [
        opens,
        closes,
    ]


@pytest.mark.parametrize(
    ("hours", "country", "why"),
    [
        ("", "FR", "is not in the OpenStreetMap syntax"),
        ("10h-18h", "FR", "is not in the OpenStreetMap syntax"),
        ("\ud800", "FR", "is not in the OpenStreetMap syntax"),
        ("Mo-Fr 10:00-18:00; SH off", "FR", "school holidays"),
        ("Mo-Fr sunrise-sunset", "FR", "depends on the sun"),
        ("Mo-Fr 10:00-18:00; PH off", "XX", "not known for 'XX'"),
        ("Mo-Fr 10:00-18:00;" * 60, "FR", "longer than 1000"),
    ],
)
def test_hours_that_would_be_misread_are_refused(hours: str, country: str, why: str) -> None:
    assert why in (hours_problem(hours, country) or "")


def test_a_country_without_known_holidays_may_have_hours() -> None:
    assert hours_problem("Mo-Fr 10:00-18:00", "XX") is None
    assert Calendar("Mo-Fr 10:00-18:00", "UTC", "XX").is_open(datetime(2026, 11, 20, 12, tzinfo=UTC))


def test_midnight_is_a_time_like_any_other() -> None:
    calendar = Calendar("Mo-Fr 08:00-24:00; Sa 00:00-02:00", "Europe/Paris", "FR")
    friday_night = datetime.combine(date(2026, 11, 20), time(23, 59), ZoneInfo("Europe/Paris"))
    assert calendar.closes_at(friday_night) == datetime(2026, 11, 21, 1, tzinfo=UTC)
