"""Promises: each rule by an example, and what always holds by property."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import Calendar
from domain.carbon import Carbon
from domain.carrier import Lane
from domain.load import IDLE, Load
from domain.location import Capacity, Location, trading_span
from domain.promise import Journey, Promise, Workplace, delivery, pickup, promise, ship_to_store
from tests.domain.test_calendar import cases
from tests.domain.test_location import shop

MINUTE, SECOND, HOUR = timedelta(minutes=1), timedelta(seconds=1), timedelta(hours=1)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)  # a Saturday: 13:00 in Lyon, which is open until 19:00, and on Monday from 10:00
SLOW = Capacity(handling_minutes=90)
LANE = Lane(
    carrier="Poste",
    collections=Calendar("Mo-Fr 17:00-17:30; PH off", "Europe/Paris", "FR"),
    deliveries=Calendar("Mo-Sa 09:00-18:00; PH off", "Europe/Paris", "FR"),
    days_min=2,
    days_max=3,
    parcel_minor=500,
    kg_minor=0,
    carbon=Carbon(grams_parcel=0, grams_km=0, grams_kg_km=0),
)


def collected(store: Location, now: datetime, load: Load = IDLE, **details: Any) -> list[str] | None:
    """Earliest, latest and the last moment to order, by the store's clock."""
    return told(promised([pickup(Workplace(store, load), **details)], now))


def promised(journeys: Sequence[Journey | None], now: datetime) -> Promise | None:
    known = [journey for journey in journeys if journey is not None]
    return promise(known, now) if known else None


def told(made: Promise | None) -> list[str] | None:
    if made is None:
        return None
    return [moment.isoformat(timespec="minutes") for moment in (made.earliest, made.latest, made.order_by)]


def test_handling_and_an_hour_later_each_at_a_quarter_at_which_the_store_is_open() -> None:
    assert collected(shop(), NOON + 8 * MINUTE) == [
        "2026-11-21T14:15+01:00",
        "2026-11-21T15:15+01:00",
        "2026-11-21T13:15+01:00",
    ]


def test_what_is_not_done_by_closing_goes_on_in_the_morning() -> None:
    late = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
    assert collected(shop(), late) == ["2026-11-23T10:30+01:00", "2026-11-23T11:30+01:00", "2026-11-21T18:30+01:00"]


def test_what_is_done_at_closing_is_collected_in_the_morning() -> None:
    assert collected(shop(), datetime(2026, 11, 21, 17, tzinfo=UTC)) == [
        "2026-11-23T10:00+01:00",
        "2026-11-23T11:00+01:00",
        "2026-11-21T18:00+01:00",
    ]


def test_a_queue_and_a_count_that_is_not_trusted_take_longer() -> None:
    usual, queued, doubted = (
        promised([pickup(Workplace(shop(capacity=SLOW), load), is_verified=trusted)], NOON)
        for load, trusted in ((IDLE, True), (Load(queue_minutes=45), True), (IDLE, False))
    )
    assert usual is not None
    assert queued is not None
    assert doubted is not None
    assert (usual.earliest, queued.earliest, doubted.earliest) == (NOON + 1.5 * HOUR, NOON + 2.25 * HOUR, NOON + 2 * HOUR)


def test_an_hour_that_is_full_takes_no_work() -> None:
    store = shop(capacity=Capacity(pickups_per_hour=5))
    full = Load(pickups={datetime(2026, 11, 21, 13): 5, datetime(2026, 11, 21, 15): 4})
    assert collected(store, NOON, full) == ["2026-11-21T15:00+01:00", "2026-11-21T16:00+01:00", "2026-11-21T14:00+01:00"]


def test_a_day_that_is_full_takes_no_work_and_goods_may_still_be_collected_then() -> None:
    store = shop(capacity=Capacity(pickups_per_day=7))
    saturday = Load(pickups={datetime(2026, 11, 21, 10): 3, datetime(2026, 11, 21, 18): 4})
    assert collected(store, NOON, saturday) == ["2026-11-23T11:00+01:00", "2026-11-23T12:00+01:00", "2026-11-23T10:00+01:00"]
    monday = Load(pickups={datetime(2026, 11, 23, 10): 7})
    last_hour = NOON + 5 * HOUR
    made = promised([pickup(Workplace(store, monday))], last_hour)
    assert made is not None
    assert made.earliest.isoformat() == "2026-11-23T10:00:00+01:00"


def test_a_limit_of_pickups_keeps_no_parcel_back_nor_the_other_way_round() -> None:
    store = shop(capacity=Capacity(pickups_per_day=1, parcels_per_day=1))
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    pickups, parcels = Load(pickups={datetime(2026, 11, 23, 10): 1}), Load(parcels={date(2026, 11, 23): 1})
    assert collected(store, monday, parcels) == collected(store, monday)
    assert told(promised([delivery(Workplace(store, pickups), LANE)], monday)) == [
        "2026-11-25T09:00+01:00",
        "2026-11-26T18:00+01:00",
        "2026-11-23T16:00+01:00",
    ]
    assert told(promised([delivery(Workplace(store, parcels), LANE)], monday)) == [
        "2026-11-26T09:00+01:00",
        "2026-11-27T18:00+01:00",
        "2026-11-24T16:00+01:00",
    ]


def test_goods_that_come_in_later_are_promised_for_later() -> None:
    incoming = datetime(2026, 12, 1, tzinfo=ZoneInfo("Europe/Paris"))
    assert collected(shop(), NOON, not_before=incoming) == [
        "2026-12-01T11:00+01:00",
        "2026-12-01T12:00+01:00",
        "2026-12-01T10:00+01:00",
    ]
    assert collected(shop(), NOON, not_before=NOON + timedelta(days=59)) is not None
    assert collected(shop(), NOON, not_before=NOON + timedelta(days=60)) is None


def test_where_the_hours_are_not_known_nothing_is_promised() -> None:
    unknown = Workplace(shop(opening_hours=None), IDLE)
    known = Workplace(shop(), IDLE)
    assert pickup(unknown) is None
    assert delivery(unknown, LANE) is None
    assert ship_to_store(unknown, LANE, known) is None
    assert ship_to_store(known, LANE, unknown) is None


def test_a_store_that_stays_shut_promises_nothing() -> None:
    assert collected(shop(opening_hours="off"), NOON) is None


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-12-01T12:00+01:00", ["2026-12-05T11:00+01:00", "2026-12-05T12:00+01:00", "2026-12-05T10:00+01:00"]),
        ("2026-12-06T16:31+01:00", ["2026-12-06T17:45+01:00", "2026-12-06T18:45+01:00", "2026-12-06T16:45+01:00"]),
        ("2026-12-06T16:46+01:00", None),  # ready at 18:00, and by 19:00 at the latest, when it has ended
        ("2026-12-07T10:00+01:00", None),
    ],
)
def test_a_pop_up_promises_nothing_outside_its_days(at: str, expected: list[str] | None) -> None:
    first, until = trading_span("Europe/Paris", date(2026, 12, 5), date(2026, 12, 6))
    pop_up = shop(opening_hours="Mo-Su 10:00-19:00", trades_from=first, trades_until=until)
    assert collected(pop_up, datetime.fromisoformat(at)) == expected


@pytest.mark.parametrize(
    ("hours", "zone", "at", "expected"),
    [
        ("24/7", "Europe/Paris", "2026-11-21T23:20+01:00", ("22T00:30+01:00", "22T01:30+01:00", "21T23:30+01:00")),
        # The clock goes back at 03:00, and forward at 02:00.
        ("24/7", "Europe/Paris", "2026-10-25T01:40+02:00", ("25T02:45+02:00", "25T02:45+01:00", "25T01:45+02:00")),
        ("24/7", "Europe/Paris", "2026-03-29T01:10+01:00", ("29T03:15+02:00", "29T04:15+02:00", "29T01:15+01:00")),
        ("Mo-Su 10:00-24:00", "Europe/Paris", "2026-11-21T23:30+01:00", ("22T10:30+01:00", "22T11:30+01:00", "21T23:30+01:00")),
        ("Mo-Su 18:00-02:00", "Europe/Paris", "2026-11-21T23:40+01:00", ("22T00:45+01:00", "22T01:45+01:00", "21T23:45+01:00")),
        ("Mo-Su 18:00-02:00", "Europe/Paris", "2026-11-22T01:31+01:00", ("22T18:45+01:00", "22T19:45+01:00", "22T01:45+01:00")),
        ("Mo-Su 10:00-12:30,14:00-19:00", "Europe/Paris", "2026-11-21T12:00+01:00",
         ("21T14:30+01:00", "21T15:30+01:00", "21T12:00+01:00")),
        ("Mo-Su 10:00-20:00", "Asia/Kolkata", "2026-11-21T12:00+00:00", ("21T18:30+05:30", "21T19:30+05:30", "21T17:30+05:30")),
        # On Lord Howe Island the clock goes back by half an hour at 02:00, and forward by as much.
        ("24/7", "Australia/Lord_Howe", "2026-04-05T01:15+11:00", ("05T01:45+10:30", "05T02:45+10:30", "05T01:15+11:00")),
        ("24/7", "Australia/Lord_Howe", "2026-10-04T01:20+10:30", ("04T03:00+11:00", "04T04:00+11:00", "04T01:30+10:30")),
        ("Mo-Su 01:30-02:00", "Australia/Lord_Howe", "2026-04-05T01:30+11:00",
         ("06T01:30+10:30", "08T01:30+10:30", "05T01:30+11:00")),
    ],
)  # fmt: skip
def test_around_midnight_and_clock_changes(hours: str, zone: str, at: str, expected: tuple[str, ...]) -> None:
    made = collected(shop(opening_hours=hours, time_zone=zone), datetime.fromisoformat(at))
    assert made is not None
    assert tuple(moment[8:] for moment in made) == expected


def test_on_christmas_eve_the_store_shuts_early_and_the_holiday_is_over_first() -> None:
    store = shop(opening_hours="Mo-Sa 10:00-19:00; PH off; Dec 24 10:00-17:00")
    assert collected(store, datetime(2026, 12, 24, 15, 31, tzinfo=UTC)) == [
        "2026-12-26T10:45+01:00",
        "2026-12-26T11:45+01:00",
        "2026-12-24T16:45+01:00",
    ]


def test_what_misses_the_carrier_waits_for_the_next_collection() -> None:
    friday = datetime(2026, 11, 20, 15, tzinfo=UTC)
    origin = Workplace(shop(), IDLE)
    made, missed = (told(promised([delivery(origin, LANE)], at)) for at in (friday, friday + MINUTE))
    assert made == ["2026-11-23T09:00+01:00", "2026-11-24T18:00+01:00", "2026-11-20T16:00+01:00"]
    assert missed == ["2026-11-25T09:00+01:00", "2026-11-26T18:00+01:00", "2026-11-23T16:00+01:00"]


def test_a_parcel_that_arrives_at_a_store_is_unpacked_while_the_store_is_open() -> None:
    store = Workplace(shop(opening_hours="Tu-Sa 10:00-19:00"), IDLE)
    friday = datetime(2026, 11, 20, 15, tzinfo=UTC)
    made = told(promised([ship_to_store(Workplace(shop(), IDLE), LANE, store)], friday))
    assert made == ["2026-11-24T10:30+01:00", "2026-11-24T18:30+01:00", "2026-11-20T16:00+01:00"]


def test_what_is_known_of_a_sender_holds_for_each_store_it_sends_to() -> None:
    """And what is known of a store, for each sender: all in common, against each by itself."""
    friday = datetime(2026, 11, 20, 15, tzinfo=UTC)
    senders = [Workplace(shop(), IDLE), Workplace(shop(capacity=SLOW), IDLE)]
    stores = [Workplace(shop(opening_hours=hours), IDLE) for hours in ("Tu-Sa 10:00-19:00", "Mo-Su 12:00-14:00")]
    for at in (friday, friday + MINUTE):
        for origin in senders:
            for store in stores:
                alone = ship_to_store(Workplace(origin.location, IDLE), LANE, Workplace(store.location, IDLE))
                assert promised([ship_to_store(origin, LANE, store)], at) == promised([alone], at)


def test_all_goods_are_there_when_the_last_of_them_are() -> None:
    friday, store = datetime(2026, 11, 20, 15, tzinfo=UTC), Workplace(shop(), IDLE)
    here, sent = pickup(store), ship_to_store(Workplace(shop(capacity=SLOW), IDLE), LANE, store)
    assert told(promised([here, sent], friday)) == told(promised([sent], friday))
    assert told(promised([here, here], friday)) == told(promised([here], friday))


def test_a_promise_may_be_relied_upon_for_a_while_but_not_beyond_its_last_order() -> None:
    at = NOON + 14 * MINUTE + 30 * SECOND
    made = promised([pickup(Workplace(shop(), IDLE))], at)
    assert made is not None
    assert made.order_by == made.valid_until == NOON + 15 * MINUTE
    early = promised([pickup(Workplace(shop(), IDLE))], at - 14 * MINUTE)
    assert early is not None
    assert early.valid_until == NOON + 15 * MINUTE
    assert str(early.valid_until.tzinfo) == early.time_zone == "Europe/Paris"


# ------------------------------------------------------------------------------------------ what always holds


@st.composite
def asked(draw: st.DrawFn) -> tuple[list[Journey], datetime]:
    """Up to three journeys, of places with all kinds of hours and loads."""
    found: list[Journey | None] = []
    for _ in range(draw(st.integers(1, 3))):
        (store, now), (origin, _), lane = draw(workplaces()), draw(workplaces()), draw(lanes())
        late = draw(st.none() | st.just(now + draw(st.integers(0, 9)) * timedelta(hours=7)))
        ways = (
            pickup(store, not_before=late, is_verified=draw(st.booleans())),
            delivery(origin, lane, not_before=late),
            ship_to_store(origin, lane, store),
        )
        found.append(draw(st.sampled_from(ways)))
    return [journey for journey in found if journey is not None], now


@st.composite
def lanes(draw: st.DrawFn) -> Lane:
    some = cases().map(lambda case: Calendar(case[0].written(), "Europe/Paris", "FR"))
    days = draw(st.integers(0, 3))
    return replace(
        LANE,
        collections=draw(st.just(LANE.collections) | some),
        deliveries=draw(st.just(LANE.deliveries) | some),
        days_min=days,
        days_max=days + draw(st.integers(0, 2)),
    )


HOURS = st.integers(0, 23)


@st.composite
def workplaces(draw: st.DrawFn) -> tuple[Workplace, datetime]:
    week, zone, now = draw(cases())
    today = now.astimezone(ZoneInfo(zone)).date()
    hours = st.builds(lambda days, hour: datetime.combine(today + timedelta(days=days), time(hour)), st.integers(0, 2), HOURS)
    load = Load(queue_minutes=draw(st.integers(0, 300)), pickups=draw(st.dictionaries(hours, st.integers(1, 9), max_size=9)))
    store = shop(opening_hours=week.written(), time_zone=zone, capacity=Capacity(pickups_per_hour=5, pickups_per_day=12))
    return Workplace(store, load), now


@settings(max_examples=200)
@given(asked(), st.floats(0, 1))
def test_until_order_by_the_promise_stays_and_a_second_later_it_is_later(
    case: tuple[list[Journey], datetime], between: float
) -> None:
    journeys, now = case
    made = promise(journeys, now)
    if made is None:
        return
    order_by = made.order_by.astimezone(UTC)
    for then in (now + (order_by - now) * between, order_by):
        again = promise(journeys, then)
        assert again is not None
        assert window(again) == window(made)
        assert again.order_by.timestamp() == order_by.timestamp()
    missed = promise(journeys, order_by + SECOND)
    assert missed is None or (window(missed) > window(made) and all(map(float.__ge__, window(missed), window(made))))


@given(asked(), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_whoever_asks_later_is_promised_nothing_sooner(case: tuple[list[Journey], datetime], later: timedelta) -> None:
    journeys, now = case
    made, then = promise(journeys, now), promise(journeys, now + later)
    assert made is None or then is None or all(map(float.__le__, window(made), window(then)))


@given(asked(), st.timedeltas(timedelta(0), HOUR))
def test_what_is_promised_is_in_order(case: tuple[list[Journey], datetime], valid_for: timedelta) -> None:
    journeys, now = case
    made = promise(journeys, now, valid_for=valid_for)
    if made is not None:
        assert now.timestamp() <= made.valid_until.timestamp() <= made.order_by.timestamp()
        assert made.order_by.timestamp() <= made.earliest.timestamp() <= made.latest.timestamp()
        assert made.valid_until.timestamp() <= (now + valid_for).timestamp()


def window(made: Promise) -> tuple[float, float]:
    """As timestamps, which the hour that comes twice does not confuse."""
    return made.earliest.timestamp(), made.latest.timestamp()
