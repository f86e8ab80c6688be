"""Groups: no unit is promised twice, what was chosen last counts, and what is kept of a group is all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.address import AddressFacts
from domain.carrier import DeliveryService, Destination
from domain.channel import FulfillmentMethod
from domain.group import Group, GroupPart, both, chosen, joined, kept, unassigned
from domain.group_record import destination_of, destination_record, group_of, record_of
from domain.ids import CartLineId, FulfillmentGroupId, LocationId
from domain.location import Coordinates
from domain.money import Money
from domain.promise import Promise

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
LINES = tuple(CartLineId(UUID(int=n + 1)) for n in range(3))
PLACES = tuple(LocationId(UUID(int=n + 100)) for n in range(3))
ADDRESS = AddressFacts(line1="3 quai Voltaire", line2="2e étage", postal_code="75007", city="Paris", country_code="FR")
HOME = Destination(country_code="FR", postal_code="75007", coordinates=Coordinates(48.85, 2.33), address=ADDRESS)

Choices: TypeAlias = tuple[list[Group], list[Group], dict[CartLineId, int]]
Model: TypeAlias = Counter[tuple[object, CartLineId]]  # units by where they go and line

MOMENTS = st.integers(0, 10**7).map(lambda seconds: NOON + timedelta(seconds=seconds))
QUANTITIES = st.fixed_dictionaries({line: st.integers(0, 6) for line in LINES})


@st.composite
def promises(draw: st.DrawFn) -> Promise:
    first, last, order_by, valid_until = (draw(MOMENTS).astimezone(PARIS) for _ in range(4))
    return Promise(
        earliest=first, latest=max(first, last), order_by=order_by, valid_until=valid_until, time_zone="Europe/Paris"
    )


@st.composite
def parts(draw: st.DrawFn) -> GroupPart:
    lines = draw(st.lists(st.sampled_from(LINES), min_size=1, max_size=3, unique=True))
    return GroupPart(
        location=draw(st.sampled_from(PLACES)),
        units=tuple((line, draw(st.integers(1, 4))) for line in sorted(lines)),
        expected_at=draw(st.none() | MOMENTS),
    )


@st.composite
def groups(draw: st.DrawFn) -> Group:
    """Collected at one of three stores, or brought home by one of two services."""
    store, service = draw(
        st.sampled_from([(place, None) for place in PLACES])
        | st.sampled_from([(None, DeliveryService.STANDARD), (None, DeliveryService.GREEN)])
    )
    return Group(
        id=FulfillmentGroupId(draw(st.uuids())),
        method=FulfillmentMethod.PICKUP if store else FulfillmentMethod.DELIVERY,
        location=store,
        service=service,
        destination=None if store else HOME,
        parts=tuple(draw(st.lists(parts(), min_size=1, max_size=3))),
        price=Money("EUR", draw(st.integers(0, 2_000))),
        promise=draw(st.none() | promises()),
        valid_until=draw(MOMENTS),
        carbon_grams=draw(st.integers(0, 5_000)),
        cost=Money("EUR", draw(st.integers(0, 9_000))),
        bound=Money("EUR", draw(st.integers(0, 9_000))),
        optimal=draw(st.booleans()),
        rules=draw(st.sampled_from(("default", "web v3"))),
    )


CARTS = st.lists(groups(), max_size=4, unique_by=lambda group: group.place)


def units(of: Iterable[Group]) -> Model:
    found: Model = Counter()
    for group in of:
        found.update({(group.place, line): quantity for line, quantity in group.units})
    return found


def by_line(of: Iterable[Group]) -> Counter[CartLineId]:
    found: Counter[CartLineId] = Counter()
    for (_, line), quantity in units(of).items():
        found[line] += quantity
    return found


def flat(group: Group) -> list[tuple[LocationId, CartLineId, int]]:
    return [(part.location, line, quantity) for part in group.parts for line, quantity in part.units]


# ------------------------------------------------------------------------------------------------ keeping


@given(CARTS, QUANTITIES)
def test_no_more_of_a_line_is_kept_than_there_is_and_no_less_than_can_be(of: list[Group], there: dict[CartLineId, int]) -> None:
    before, after = by_line(of), by_line(kept(of, there))
    assert after == Counter({line: min(before[line], quantity) for line, quantity in there.items()})


@given(CARTS, QUANTITIES)
def test_what_comes_last_gives_way_first(of: list[Group], there: dict[CartLineId, int]) -> None:
    left, model = Counter(there), []
    for group in of:
        for location, line, quantity in flat(group):
            taken = min(quantity, left[line])
            left[line] -= taken
            model += [(group.id, location, line, taken)] * (taken > 0)
    assert [(group.id, *one) for group in kept(of, there) for one in flat(group)] == model


@given(CARTS, QUANTITIES)
def test_a_group_that_loses_units_keeps_its_price_and_promise_and_one_that_loses_all_is_gone(
    of: list[Group], there: dict[CartLineId, int]
) -> None:
    known = {group.id: group for group in of}
    for group in kept(of, there):
        assert all(part.units for part in group.parts)
        assert group == replace(known[group.id], parts=group.parts)
    assert kept(kept(of, there), there) == kept(of, there)


@given(CARTS)
def test_where_nothing_is_gone_nothing_changes(of: list[Group]) -> None:
    assert kept(of, by_line(of)) == tuple(of)


@given(CARTS, QUANTITIES)
def test_what_is_not_chosen_yet_is_the_rest(of: list[Group], there: dict[CartLineId, int]) -> None:
    some = kept(of, there)
    rest = {line: quantity - by_line(some)[line] for line, quantity in there.items()}
    assert unassigned(some, there) == {line: quantity for line, quantity in rest.items() if quantity}


# ------------------------------------------------------------------------------------------------ choosing


@st.composite
def choices(draw: st.DrawFn) -> Choices:
    """Groups of a cart, new ones, and as many units as all of the new ones need, or more."""
    anew = draw(st.lists(groups(), min_size=1, max_size=3))
    there = {line: by_line_twice(anew)[line] + draw(st.integers(0, 4)) for line in LINES}
    return list(kept(draw(CARTS), there)), anew, there


def by_line_twice(of: Iterable[Group]) -> Counter[CartLineId]:
    """Also of groups for one place."""
    found: Counter[CartLineId] = Counter()
    for group in of:
        found.update(dict(group.units))
    return found


@given(choices())
def test_what_is_chosen_anew_is_booked_in_full_and_the_rest_stays_as_far_as_it_can(choice: Choices) -> None:
    before, anew, there = choice
    after = chosen(before, anew, there)
    wanted: Model = Counter()
    for group in anew:
        wanted.update(units([group]))
    left = Counter(there) - by_line_twice(anew)
    model = wanted.copy()
    for (place, line), quantity in units(before).items():
        if (place, line) in wanted:
            continue
        taken = min(quantity, left[line])
        left[line] -= taken
        model[place, line] += taken
    assert units(after) == +model
    assert all(by_line(after)[line] <= quantity for line, quantity in there.items())


@given(choices())
def test_a_cart_has_one_group_for_a_place(choice: Choices) -> None:
    after = chosen(*choice)
    assert len({group.place for group in after}) == len({group.id for group in after}) == len(after)


@given(choices())
def test_choosing_the_same_again_books_nothing_twice(choice: Choices) -> None:
    before, anew, there = choice
    once = chosen(before, anew, there)
    assert units(chosen(once, anew, there)) == units(once)


@given(groups(), groups())
def test_two_for_one_place_are_there_when_both_are_at_the_higher_price(one: Group, other: Group) -> None:
    both_of = joined(one, other)
    assert Counter(dict(both_of.units)) == Counter(dict(one.units)) + Counter(dict(other.units))
    assert len({(part.location, part.expected_at) for part in both_of.parts}) == len(both_of.parts)
    assert both_of.price == max(one.price, other.price)
    assert both_of.valid_until == min(one.valid_until, other.valid_until)
    assert (both_of.id, both_of.place) == (one.id, one.place)
    assert (both_of.promise is None) is (one.promise is None or other.promise is None)


def test_in_the_hour_that_comes_twice_the_later_one_is_later() -> None:
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC).astimezone(PARIS) for hour in (0, 1))
    assert (first.hour, first.minute, second.hour, second.minute) == (2, 30, 2, 30)
    sooner = Promise(earliest=first, latest=first, order_by=first, valid_until=first, time_zone="Europe/Paris")
    later = replace(sooner, earliest=second, latest=second, order_by=second, valid_until=second)
    for found in (both(sooner, later), both(later, sooner)):
        assert found is not None
        assert (found.latest.timestamp(), found.order_by.timestamp()) == (second.timestamp(), first.timestamp())


# ------------------------------------------------------------------------------------------------ keeping them for good


@given(groups())
def test_a_record_is_all_of_a_group_but_where_it_goes(group: Group) -> None:
    record = msgspec.json.decode(msgspec.json.encode(record_of(group)))
    assert group_of(record, group.destination) == group
    assert "quai" not in repr(record)
    assert "75007" not in repr(record)


def test_a_promise_that_is_kept_is_told_in_the_places_own_time() -> None:
    at = NOON.astimezone(PARIS)
    promise = Promise(earliest=at, latest=at, order_by=at, valid_until=at, time_zone="Europe/Paris")
    kept_as = group_of(record_of(replace(GROUP, promise=promise)), None).promise
    assert kept_as is not None
    assert kept_as.earliest.isoformat() == "2026-11-21T13:00:00+01:00"


GROUP = Group(
    id=FulfillmentGroupId(UUID(int=9)),
    method=FulfillmentMethod.PICKUP,
    location=PLACES[0],
    parts=(GroupPart(location=PLACES[0], units=((LINES[0], 1),)),),
    price=Money("EUR", 0),
    promise=None,
    valid_until=NOON,
    carbon_grams=0,
    cost=Money("EUR", 0),
    bound=Money("EUR", 0),
    optimal=True,
    rules="default",
)


def test_a_destination_keeps_its_coordinates_and_address_or_that_there_are_none() -> None:
    somewhere = Destination(country_code="FR", postal_code="69002", coordinates=None)
    for to in (HOME, somewhere):
        assert destination_of(msgspec.json.decode(msgspec.json.encode(destination_record(to)))) == to
