"""Stages: the law that ties `after` to `before`, and what each does, held against a walk from minute to minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import Calendar, clock_change
from domain.hours import Hours, instant, joined, minute_of, moment, spans_of_day
from domain.stage import Chain, Collections, Known, NotBefore, Openings, Stage, Transit, WindowEnd, Work
from tests.domain.test_calendar import cases

DAY = 24 * 60


@st.composite
def hours(draw: st.DrawFn) -> tuple[Hours, int]:
    """Of a week with exceptions in some zone, some of it full or out of trade; and a minute near to where much changes."""
    week, zone, now = draw(cases())
    near = minute_of(now)
    minutes = st.integers(near - 5 * DAY, near + 9 * DAY)
    cuts = sorted(draw(st.lists(minutes, max_size=6)))
    full = joined(zip(cuts[::2], cuts[1::2], strict=False))
    first, until = draw(st.none() | minutes), draw(st.none() | minutes)
    return Hours(Calendar(week.written(), zone, "FR"), first, until, full), near


@st.composite
def stages(draw: st.DrawFn) -> tuple[Stage, int]:
    made, near = draw(hours())
    kinds: list[Stage] = [
        NotBefore(near + draw(st.integers(-DAY, 3 * DAY))),
        Work(draw(st.integers(0, 1500)), made),
        Openings(made),
        Collections(made),
        Transit(made, draw(st.integers(0, 4)), draw(st.sampled_from(WindowEnd))),
    ]
    return draw(st.sampled_from(kinds)), near


@st.composite
def chains(draw: st.DrawFn) -> tuple[Stage, int]:
    several = draw(st.lists(stages(), max_size=4))
    return Chain(tuple(stage for stage, _ in several)), several[0][1] if several else 0


def require_law(stage: Stage, start: int, end: int) -> None:
    done, last = stage.after(start), stage.before(end)
    assert (done is not None and done <= end) is (last is not None and start <= last)


@settings(max_examples=400)
@given(stages() | chains(), st.integers(-3 * DAY, 3 * DAY), st.integers(-2 * DAY, 12 * DAY))
def test_what_is_done_by_then_is_what_begins_no_later_than_the_last_start(
    case: tuple[Stage, int], ahead: int, lasts: int
) -> None:
    """Anywhere, and where it is tight: around when something is done, and around the last start."""
    stage, near = case
    start = near + ahead
    ends = [start + lasts]
    if (done := stage.after(start)) is not None:
        ends += [done - 1, done, done + 1]
    for end in ends:
        require_law(stage, start, end)
        if (last := stage.before(end)) is not None and end - last < 60 * DAY:
            for begins in (last - 1, last, last + 1):
                require_law(stage, begins, end)


@given(stages() | chains(), st.integers(-3 * DAY, 3 * DAY), st.integers(0, DAY))
def test_whoever_begins_later_is_done_no_sooner_and_nothing_is_done_before_it_begins(
    case: tuple[Stage, int], ahead: int, later: int
) -> None:
    stage, near = case
    one, other = stage.after(near + ahead), stage.after(near + ahead + later)
    assert one is None or other is None or near + ahead <= one <= other


@settings(max_examples=60)
@given(stages() | chains(), st.lists(st.integers(-3 * DAY, 3 * DAY), max_size=5))
def test_what_is_remembered_is_what_would_be_found_again(case: tuple[Stage, int], ahead: list[int]) -> None:
    stage, near = case
    known = Known(stage)
    for minute in (near + one for one in (*ahead, *ahead)):
        assert (known.after(minute), known.before(minute)) == (stage.after(minute), stage.before(minute))


@given(hours(), st.integers(0, 700))
def test_each_stage_does_what_a_walk_from_minute_to_minute_finds(case: tuple[Hours, int], minutes: int) -> None:
    made, start = case
    end = start + 6 * DAY
    is_open = {minute: works(made, minute) for minute in range(start - 1, end)}
    opens = [minute for minute in range(start, end) if is_open[minute]]
    worked = [start, *(minute + 1 for minute in opens)]
    expected: dict[Stage, int | None] = {
        Openings(made): next((minute for minute in opens if minute % 15 == 0), None),
        Collections(made): next((minute for minute in opens if not is_open[minute - 1]), None),
        Work(minutes, made): worked[minutes] if minutes < len(worked) else None,
    }
    for stage, when in expected.items():
        done = stage.after(start)
        assert done == when or (when is None and done is not None and done >= end), stage


def works(made: Hours, minute: int) -> bool:
    return (
        made.calendar.is_open(moment(minute))
        and (made.first is None or made.first <= minute)
        and (made.until is None or minute < made.until)
        and not any(begin <= minute < end for begin, end in made.full)
    )


@given(hours())
def test_a_day_is_open_when_its_calendar_is(case: tuple[Hours, int]) -> None:
    made, near = case
    plain = Hours(made.calendar)
    day = plain.day(near)
    spans = spans_of_day(made.calendar, day)
    assert list(joined(spans)) == sorted(spans)
    for minute in range(near - DAY, near + DAY):
        assert plain.covers(minute) is made.calendar.is_open(moment(minute))


def at(text: str) -> int:
    return minute_of(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("zone", "local", "first"),
    [
        ("Europe/Paris", "2026-10-25T02:00", "2026-10-25T00:00+00:00"),  # twice that day
        ("Europe/Paris", "2026-03-29T02:00", "2026-03-29T01:00+00:00"),  # never that day
        ("Australia/Lord_Howe", "2026-10-04T02:00", "2026-10-03T15:30+00:00"),  # half an hour is left out
        ("America/Havana", "2026-11-01T00:00", "2026-11-01T04:00+00:00"),  # midnight, twice
        ("Asia/Kolkata", "2026-11-22T00:00", "2026-11-21T18:30+00:00"),
        ("Pacific/Apia", "2011-12-30T00:00", "2011-12-30T10:00+00:00"),  # a day that was left out
    ],
)
def test_a_local_time_is_when_the_clock_first_shows_it(zone: str, local: str, first: str) -> None:
    assert instant(datetime.fromisoformat(local), ZoneInfo(zone)) == at(first)


def test_no_clock_is_put_back_into_the_day_before_and_all_show_quarters_when_utc_does() -> None:
    days = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(2 * 365)]
    for zone in map(ZoneInfo, sorted(available_timezones())):
        offsets = [day.astimezone(zone).utcoffset() for day in days]
        assert not any((offset or timedelta(0)) % timedelta(minutes=15) for offset in offsets), zone
        for day, offset, next_offset in zip(days, offsets, offsets[1:], strict=False):
            if offset != next_offset:
                change = clock_change(day, day + timedelta(days=1), zone)
                assert change is not None
                assert change.astimezone(zone).date() >= (change - timedelta(seconds=1)).astimezone(zone).date(), zone


def test_a_day_that_was_left_out_has_no_hours() -> None:
    always = Calendar("24/7", "Pacific/Apia", "WS")
    assert spans_of_day(always, datetime(2011, 12, 30).toordinal()) == ()
    assert spans_of_day(always, datetime(2011, 12, 31).toordinal()) != ()


@pytest.mark.parametrize(
    ("days", "end", "start", "done"),
    [
        (1, WindowEnd.BEGIN, "2026-11-20T17:00+01:00", "2026-11-21T09:00+01:00"),  # a Friday, to Saturday
        (1, WindowEnd.END, "2026-11-20T17:00+01:00", "2026-11-21T12:00+01:00"),
        (2, WindowEnd.END, "2026-11-20T17:00+01:00", "2026-11-23T18:00+01:00"),  # not on Sunday
        (1, WindowEnd.BEGIN, "2026-11-20T00:00+01:00", "2026-11-21T09:00+01:00"),
        (0, WindowEnd.BEGIN, "2026-11-20T08:00+01:00", "2026-11-20T08:00+01:00"),
        (0, WindowEnd.END, "2026-11-20T08:01+01:00", "2026-11-21T12:00+01:00"),
        (1, WindowEnd.BEGIN, "2026-12-24T17:00+01:00", "2026-12-26T09:00+01:00"),  # a holiday
    ],
)
def test_days_of_delivery_are_counted_from_the_day_after(days: int, end: WindowEnd, start: str, done: str) -> None:
    deliveries = Hours(Calendar("Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off", "Europe/Paris", "FR"))
    assert Transit(deliveries, days, end).after(at(start)) == at(done)


def test_a_span_over_midnight_begins_once() -> None:
    night = Hours(Calendar("Mo-Su 22:00-02:00", "Europe/Paris", "FR"))
    assert Collections(night).after(at("2026-11-20T22:01+01:00")) == at("2026-11-21T22:00+01:00")
    assert Collections(Hours(Calendar("24/7", "Europe/Paris", "FR"))).after(at("2026-11-20T22:01+01:00")) is None


def test_what_is_not_within_sixty_days_is_never() -> None:
    may = Hours(Calendar("May 10:00-12:00", "Europe/Paris", "FR"))
    start = minute_of(datetime(2026, 11, 21, tzinfo=UTC))
    for stage in (Work(10, may), Openings(may), Collections(may), Transit(may, 1, WindowEnd.END)):
        assert stage.after(start) is None
        assert stage.before(start) is None
    assert Work(10, replace(may, until=at("2027-05-01T10:09+02:00"))).after(at("2027-04-30T10:00+02:00")) is None
