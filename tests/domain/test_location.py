"""Locations: distances, trading days, services."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.address import Address
from domain.ids import LocationId
from domain.location import (
    Coordinates,
    Location,
    LocationFilter,
    LocationKind,
    LocationService,
    closes_at,
    distance_km,
    is_open,
    misplaced,
    opens_at,
    passes,
    places,
    trades,
    trading_span,
)

POINTS = st.builds(Coordinates, st.floats(-90, 90), st.floats(-180, 180))
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)  # a Saturday
HALF_WAY_ROUND = 20_015.2  # kilometers, half of a great circle


def shop(**changes: Any) -> Location:
    made = Location(
        id=LocationId.new(),
        code="LYON",
        name="Lyon",
        kind=LocationKind.STORE,
        address=Address(line1="1 rue de la Paix", postal_code="69002", city="Lyon", country_code="FR"),
        latitude=45.76,
        longitude=4.83,
        time_zone="Europe/Paris",
        opening_hours="Mo-Sa 10:00-19:00",
        services=(LocationService.PICKUP, LocationService.KIOSK),
    )
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("here", "there", "km"),
    [
        (Coordinates(48.8566, 2.3522), Coordinates(45.7640, 4.8357), 391.5),
        (Coordinates(0, 0), Coordinates(0, 180), 20_015.1),
        (Coordinates(0, 179.5), Coordinates(0, -179.5), 111.2),
        (Coordinates(90, 0), Coordinates(-90, 0), 20_015.1),
    ],
)
def test_known_distances(here: Coordinates, there: Coordinates, km: float) -> None:
    assert distance_km(here, there) == pytest.approx(km, abs=0.2)


@given(POINTS, POINTS, POINTS)
def test_a_distance_is_one(a: Coordinates, b: Coordinates, c: Coordinates) -> None:
    assert distance_km(a, a) == 0
    assert distance_km(a, b) == distance_km(b, a)
    assert 0 <= distance_km(a, b) <= HALF_WAY_ROUND
    assert distance_km(a, c) <= distance_km(a, b) + distance_km(b, c) + 0.01


def test_the_nearest_comes_first_and_equals_by_code() -> None:
    lyon, paris, also = shop(), shop(code="PARIS", latitude=48.85, longitude=2.35), shop(code="AUSSI")
    assert [p.location.code for p in places([paris, lyon, also], lyon.coordinates)] == ["AUSSI", "LYON", "PARIS"]
    assert [p.distance_km for p in places([paris, lyon], None)] == [None, None]


@given(st.floats(), st.floats())
def test_a_point_off_the_globe_is_misplaced(latitude: float, longitude: float) -> None:
    on_globe = -90 <= latitude <= 90 and -180 <= longitude <= 180
    assert (misplaced(Coordinates(latitude, longitude)) is None) is on_globe


def test_a_pop_up_trades_from_the_first_midnight_to_the_last_by_its_own_clock() -> None:
    start, end = trading_span("Europe/Paris", date(2026, 3, 28), date(2026, 3, 29))
    pop_up = shop(trades_from=start, trades_until=end)
    first = datetime(2026, 3, 27, 23, tzinfo=UTC)
    last = datetime(2026, 3, 29, 22, tzinfo=UTC)  # by then the clock has been put forward
    assert [trades(pop_up, at) for at in (first - timedelta(seconds=1), first, last - timedelta(seconds=1), last)] == [
        False,
        True,
        True,
        False,
    ]


def test_it_opens_when_it_trades_and_closes_for_good_when_it_ends() -> None:
    soon = shop(opening_hours="24/7", trades_from=NOON + timedelta(days=1), trades_until=NOON + timedelta(days=2))
    assert (is_open(soon, NOON), opens_at(soon, NOON), closes_at(soon, NOON)) == (False, NOON + timedelta(days=1), None)
    during = NOON + timedelta(days=1, hours=1)
    assert (is_open(soon, during), opens_at(soon, during), closes_at(soon, during)) == (True, None, NOON + timedelta(days=2))
    after = NOON + timedelta(days=3)
    assert (is_open(soon, after), opens_at(soon, after), closes_at(soon, after)) == (False, None, None)


def test_a_shop_that_closes_for_good_before_it_would_open_does_not_open() -> None:
    last_day = shop(trades_until=NOON + timedelta(hours=12))
    assert opens_at(last_day, NOON + timedelta(hours=10)) is None


def test_unknown_hours_are_neither_open_nor_shut() -> None:
    unknown = shop(opening_hours=None)
    assert (is_open(unknown, NOON), opens_at(unknown, NOON), closes_at(unknown, NOON)) == (None, None, None)
    assert not passes(unknown, LocationFilter(open_at=NOON))


@pytest.mark.parametrize(
    ("wanted", "passed"),
    [
        (LocationFilter(), True),
        (LocationFilter(kinds=(LocationKind.STORE, LocationKind.POP_UP)), True),
        (LocationFilter(kinds=(LocationKind.WAREHOUSE,)), False),
        (LocationFilter(kinds=()), False),
        (LocationFilter(services=(LocationService.PICKUP, LocationService.KIOSK)), True),
        (LocationFilter(services=(LocationService.PICKUP, LocationService.SHIP_FROM)), False),
        (LocationFilter(open_at=NOON), True),
        (LocationFilter(open_at=NOON + timedelta(days=1)), False),
    ],
)
def test_a_filter_asks_for_all_it_names(wanted: LocationFilter, passed: bool) -> None:
    assert passes(shop(), wanted) is passed
