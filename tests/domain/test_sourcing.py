"""Sourcing: within every limit, never dearer than any other plan, proven so, and explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from math import ceil
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.address import Address
from domain.calendar import Calendar
from domain.carbon import Carbon
from domain.carrier import Lane
from domain.ids import LocationId
from domain.location import Location, LocationKind, Place
from domain.reason import Reason, ReasonCode
from domain.rules import REAL_MONEY, NamedRules, SourcingRules
from domain.sourcing import Plan, nearest_first, plan
from domain.sourcing_cost import Costs, Need, Source

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ALWAYS = Calendar("24/7", "Europe/Paris", "FR")
ADDRESS = Address(line1="1 rue de la Paix", postal_code="69002", city="Lyon", country_code="FR")
KINDS = (LocationKind.STORE, LocationKind.WAREHOUSE, LocationKind.THIRD_PARTY)
FLOAT = 1e-6


def lane(parcel_minor: float = 520, kg_minor: float = 45, carbon: float = 120) -> Lane:
    return Lane(
        carrier="Alizé",
        collections=ALWAYS,
        deliveries=ALWAYS,
        days_min=1,
        days_max=2,
        parcel_minor=parcel_minor,
        kg_minor=kg_minor,
        carbon=Carbon(grams_parcel=carbon, grams_km=0.05, grams_kg_km=0.125),
    )


def location(number: int, kind: LocationKind = LocationKind.STORE) -> Location:
    return Location(
        id=LocationId(UUID(int=number + 1)),
        code=f"L{number}",
        name=f"Maison {number}",
        kind=kind,
        address=ADDRESS,
        latitude=45.0,
        longitude=4.0,
        time_zone="Europe/Paris",
        opening_hours=None,
        services=(),
    )


def source(number: int, *units: int, kind: LocationKind = LocationKind.STORE, km: float = 10.0, **changes: Any) -> Source:
    made = Source(place=Place(location(number, kind), km), lane=lane(), units=units)
    return replace(made, **changes)


def arriving(days: int) -> datetime:
    return NOON + timedelta(days=days)


def need(quantity: int, sku: str = "COAT", grams: int = 0) -> Need:
    return Need(sku=sku, quantity=quantity, grams=grams)


def planned(needs: list[Need], sources: list[Source], rules: SourcingRules = REAL_MONEY, **more: Any) -> Plan:
    return plan(needs, sources, NamedRules("test v1", rules), currency="EUR", **more)


# ------------------------------------------------------------------------------------------------ any order, any network

WEIGHTS = st.sampled_from(("0", "0.25", "1", "3.50")).map(Decimal)


@st.composite
def rule_sets(draw: st.DrawFn) -> SourcingRules:
    return SourcingRules(
        shipping_cost=draw(st.sampled_from((0.0, 0.5, 1.0, 4.0))),
        per_parcel=draw(WEIGHTS),
        per_km=draw(WEIGHTS) / 100,
        per_day_late=draw(WEIGHTS),
        per_kg_carbon=draw(WEIGHTS),
        store_depletion=draw(WEIGHTS),
        prefer=tuple(draw(st.lists(st.sampled_from(KINDS), unique=True, max_size=2))),
        exclude=tuple(draw(st.lists(st.sampled_from(("L0", "L1", str(location(2).id))), unique=True, max_size=2))),
        max_parcels=draw(st.none() | st.integers(1, 3)),
    )


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[Need], list[Source]]:
    lines = draw(st.integers(1, 3))
    needs = [need(draw(st.integers(1, 4)), f"SKU-{i}", draw(st.sampled_from((0, 300, 1_450)))) for i in range(lines)]
    found = [draw(sources(number, lines)) for number in range(draw(st.integers(0, 5)))]
    there = replace(draw(sources(9, lines)), lane=None, hindrance=None, expected_at=NOON, place=Place(location(9), 0.0))
    return needs, [*found, there] if draw(st.booleans()) else found


@st.composite
def sources(draw: st.DrawFn, number: int, lines: int) -> Source:
    is_reached = draw(st.sampled_from((True, True, True, False)))
    return source(
        number,
        *(draw(st.integers(0, 5)) for _ in range(lines)),
        kind=draw(st.sampled_from(KINDS)),
        km=float(draw(st.integers(0, 9)) * 50),
        lane=lane(draw(st.integers(0, 6)) * 100.0, draw(st.integers(0, 3)) * 20.0) if is_reached else None,
        hindrance=None if is_reached else Reason(ReasonCode.NOT_SHIPPABLE),
        latest=draw(st.none() | st.integers(1, 5).map(arriving)) if is_reached else None,
        expected_at=draw(st.sampled_from((None, None, NOON + timedelta(days=9)))),
    )


def costs_of(needs: list[Need], given_sources: list[Source], rules: SourcingRules) -> Costs:
    return Costs(tuple(needs), nearest_first(given_sources), rules, "EUR")


def may_give(one: Source, rules: SourcingRules) -> bool:
    """What is there need not be sent, whatever the rules exclude."""
    return one.is_there or (one.lane is not None and rules.allows(one.location))


def sent_of(made: Plan) -> list[int]:
    return [one.quantity - missing for one, missing in zip(made.needs, made.missing, strict=True)]


def dearness(made: Plan, costs: Costs) -> float:
    """Anew, part by part."""
    return sum(costs.of(costs.sources.index(part.source), part.units) for part in made.parts)


@given(networks(), rule_sets())
def test_a_plan_keeps_within_what_there_is_and_what_is_allowed(network: Any, rules: SourcingRules) -> None:
    needs, given_sources = network
    made = planned(needs, given_sources, rules)
    for part in made.parts:
        assert part.source in given_sources
        assert may_give(part.source, rules)
        assert any(part.units)
        assert all(0 <= units <= has for units, has in zip(part.units, part.source.units, strict=True))
    assert len({id(part.source) for part in made.parts}) == len(made.parts)
    assert len([part for part in made.parts if not part.source.is_there]) == made.parcels
    assert rules.max_parcels is None or made.parcels <= rules.max_parcels
    sent = [sum(part.units[i] for part in made.parts) for i in range(len(needs))]
    assert sent == sent_of(made)
    assert all(missing >= 0 for missing in made.missing)


@given(networks(), rule_sets())
def test_all_is_sent_that_can_be_and_the_rest_is_told(network: Any, rules: SourcingRules) -> None:
    needs, given_sources = network
    made = planned(needs, given_sources, replace(rules, max_parcels=None))
    able = [one for one in given_sources if may_give(one, rules)]
    assert sent_of(made) == [min(one.quantity, sum(some.units[i] for some in able)) for i, one in enumerate(needs)]


@given(networks(), rule_sets(), st.randoms(use_true_random=False))
def test_no_plan_that_sends_as_much_costs_less(network: Any, rules: SourcingRules, chance: Any) -> None:
    """Rivals fill what the plan sends from sources in any order, as many from each as chance has it."""
    needs, given_sources = network
    made, costs = planned(needs, given_sources, rules), costs_of(needs, given_sources, rules)
    assert made.optimal
    assert made.cost.minor_units == ceil(dearness(made, costs) - FLOAT)
    for _ in range(20):
        rival = rival_of(made, costs, chance)
        if rival is not None and (rules.max_parcels is None or len(rival.keys() - {costs.there}) <= rules.max_parcels):
            cost = sum(costs.of(n, tuple(units)) for n, units in rival.items())
            assert dearness(made, costs) <= cost + FLOAT
            assert made.bound.minor_units <= ceil(cost - FLOAT)


def rival_of(made: Plan, costs: Costs, chance: Any) -> dict[int, list[int]] | None:
    """Units by source; None where chance did not send as much."""
    order = [n for n, one in enumerate(costs.sources) if may_give(one, costs.rules)]
    chance.shuffle(order)
    given_units: dict[int, list[int]] = {}
    is_greedy = chance.random() < 0.5
    for i, wanted in enumerate(sent_of(made)):
        for n in order:
            most = min(wanted, costs.sources[n].units[i])
            taken = most if is_greedy else chance.randint(0, most)
            if taken:
                given_units.setdefault(n, [0] * len(costs.needs))[i] = taken
                wanted -= taken
        if wanted:
            return None
    return given_units


@given(networks(), rule_sets(), st.sampled_from((1.5, 3.0, 10.0)))
def test_the_more_money_weighs_the_less_is_paid(network: Any, rules: SourcingRules, times: float) -> None:
    needs, given_sources = network
    rules = replace(rules, shipping_cost=rules.shipping_cost or 0.5)
    before = planned(needs, given_sources, rules)
    after = planned(needs, given_sources, replace(rules, shipping_cost=rules.shipping_cost * times))
    assert sum(after.missing) == sum(before.missing)
    if rules.max_parcels is None:
        assert after.shipping <= before.shipping


@given(networks(), rule_sets(), st.randoms(use_true_random=False))
def test_the_order_of_sources_changes_nothing(network: Any, rules: SourcingRules, chance: Any) -> None:
    needs, given_sources = network
    shuffled = list(given_sources)
    chance.shuffle(shuffled)
    assert planned(needs, shuffled, rules) == planned(needs, given_sources, rules)


@given(networks(), rule_sets(), st.integers(0, 3))
def test_once_time_is_up_the_best_plan_so_far_has_a_true_bound(network: Any, rules: SourcingRules, asks: int) -> None:
    needs, given_sources = network
    best, asked = planned(needs, given_sources, rules), count()
    hasty = planned(needs, given_sources, rules, is_over=lambda: next(asked) >= asks)
    assert hasty.bound <= hasty.cost
    assert hasty.cost == hasty.bound or not hasty.optimal
    assert all(0 <= n <= has for part in hasty.parts for n, has in zip(part.units, part.source.units, strict=True))
    assert rules.max_parcels is None or hasty.parcels <= rules.max_parcels
    assert all(missing >= 0 for missing in hasty.missing)
    if hasty.missing == best.missing:
        assert hasty.bound <= best.cost <= hasty.cost


@given(networks(), rule_sets())
def test_a_location_that_rules_exclude_weighs_nothing(network: Any, rules: SourcingRules) -> None:
    """Not even as the one that would have been the soonest."""
    needs, given_sources = network
    rest = [one for one in given_sources if may_give(one, rules) or one.hindrance]
    made, without = planned(needs, given_sources, rules), planned(needs, rest, rules)
    assert (made.cost, made.missing) == (without.cost, without.missing)


# ------------------------------------------------------------------------------------------------ by example


def test_one_parcel_that_holds_all_is_cheaper_than_two() -> None:
    needs = [need(1, "COAT"), need(1, "SCARF")]
    made = planned(needs, [source(1, 1, 0, km=1), source(2, 0, 1, km=2), source(3, 1, 1, km=300)])
    assert [(part.location.code, part.units) for part in made.parts] == [("L3", (1, 1))]
    assert (made.cost.minor_units, made.parcels, made.missing) == (520, 1, (0, 0))


def test_of_equals_the_nearer_sends() -> None:
    for first, second in ((5.0, 7.0), (7.0, 5.0)):
        made = planned([need(1)], [source(1, 1, km=first), source(2, 1, km=second)])
        assert [part.source.distance_km for part in made.parts] == [5.0]


def test_of_equals_what_is_there_goes_before_what_is_expected() -> None:
    made = planned([need(1)], [source(1, 1, km=1.0, expected_at=NOON), source(2, 1, km=500.0)])
    assert [part.location.code for part in made.parts] == ["L2"]


def test_what_is_missing_is_told_by_need() -> None:
    made = planned([need(3, "COAT"), need(2, "SCARF")], [source(1, 1, 5), source(2, 1, 0)])
    assert made.missing == (1, 0)


def test_a_limit_of_parcels_leaves_out_as_little_as_it_can() -> None:
    sent_from = [source(1, 1), source(2, 2), source(3, 1)]
    made = planned([need(4)], sent_from, SourcingRules(max_parcels=2))
    assert (made.missing, made.parcels) == ((1,), 2)


def test_a_store_keeps_its_last_ones_where_that_is_worth_it() -> None:
    few, many = source(1, 1, km=1.0), source(2, 1, kind=LocationKind.WAREHOUSE, lane=lane(parcel_minor=600))
    assert [part.location.code for part in planned([need(1)], [few, many]).parts] == ["L1"]
    rules = SourcingRules(store_depletion=Decimal(1))
    assert [part.location.code for part in planned([need(1)], [few, many], rules).parts] == ["L2"]


def test_each_who_sends_nothing_says_why() -> None:
    shortage = (Reason(ReasonCode.HELD_FOR_OTHERS),)
    made = planned(
        [need(1)],
        [
            source(1, 1, km=1.0),
            source(2, 1, km=2.0, lane=lane(parcel_minor=900)),
            source(3, 1, km=3.0),
            source(4, 1, km=4.0, lane=None, hindrance=Reason(ReasonCode.NOT_SHIPPABLE)),
            source(5, 0, km=5.0, shortage=lambda: shortage),
            source(6, 0, km=6.0),
        ],
        SourcingRules(exclude=("L3",)),
    )
    told = {one.location.code: [reason.code for reason in one.reasons] for one in made.considered}
    assert list(told) == ["L1", "L2", "L3", "L4", "L5", "L6"], "the nearest first"
    del told["L1"]
    assert told == {
        "L2": [ReasonCode.COSTS_MORE],
        "L3": [ReasonCode.RULE],
        "L4": [ReasonCode.NOT_SHIPPABLE],
        "L5": [ReasonCode.HELD_FOR_OTHERS],
        "L6": [ReasonCode.OUT_OF_STOCK],
    }
    costs = {one.location.code: one.cost and one.cost.minor_units for one in made.considered}
    assert (costs["L1"], costs["L2"], costs["L4"], costs["L5"]) == (520, 900, None, None)


@pytest.mark.parametrize(
    ("rival", "merits"),
    [
        (source(2, 1, km=9.0, lane=lane(600, carbon=500), latest=arriving(9)), "CHEAPEST NEAREST FASTEST LOWEST_CARBON"),
        (source(2, 1, km=0.5, lane=lane(600, carbon=10), latest=arriving(9)), "CHEAPEST FASTEST"),
        (source(2, 1, km=0.5, lane=lane(600, carbon=10), latest=arriving(1)), "CHEAPEST"),
    ],
)
def test_a_sender_says_in_what_it_is_second_to_none(rival: Source, merits: str) -> None:
    (part,) = planned([need(1)], [source(1, 1, km=1.0, latest=arriving(3)), rival]).parts
    assert [reason.code for reason in part.reasons] == [f"CHOSEN_{merit}" for merit in merits.split()]


def test_a_sender_that_is_second_in_everything_saves_a_parcel() -> None:
    needs = [need(1, "COAT"), need(1, "SCARF"), need(1, "HAT")]
    near = [source(1, 1, 1, 0, km=1.0, lane=lane(100)), source(2, 0, 0, 1, km=1.0, lane=lane(100))]
    everything = source(3, 0, 1, 1, km=300.0, lane=lane(150, carbon=900))
    made = planned(needs, [*near, everything], SourcingRules(max_parcels=2))
    assert made.missing == (0, 0, 0)
    assert made.parcels == 2


def test_the_greatest_weights_lose_no_cent() -> None:
    rules = SourcingRules(per_parcel=Decimal(1_000_000), per_km=Decimal(1_000_000), per_day_late=Decimal(1_000_000))
    near, far = source(1, 1, km=700.25, latest=arriving(1)), source(2, 1, km=900.5, latest=arriving(3))
    made = planned([need(50)], [near, far], rules)
    costs = costs_of([need(50)], [near, far], rules)
    assert made.missing == (48,)
    assert made.cost.minor_units == ceil(dearness(made, costs) - FLOAT)
