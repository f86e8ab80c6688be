"""Sourcing rules: which count in a channel, what they are called, and what they say of a location."""

from __future__ import annotations

from decimal import Decimal

from domain.location import LocationKind
from domain.rules import REAL_MONEY, NamedRules, RuleBook, SourcingRules, mistakes_in_rules
from tests.adapters.test_carriers import DEPOT, SHOP, place

NEAR = SourcingRules(per_km=Decimal("0.01"))
FEW = SourcingRules(per_parcel=Decimal(3))


def test_a_channel_has_its_own_rules_or_those_that_all_others_share() -> None:
    book = RuleBook(shared=NEAR, channels={"web": FEW})
    assert book.of("web", 3) == NamedRules("web v3", FEW)
    assert book.of("kiosk", 3) == NamedRules("all channels v3", NEAR)


def test_with_none_set_real_money_alone_counts() -> None:
    assert RuleBook().of("web", 0) == NamedRules("default", REAL_MONEY)
    assert list(mistakes_in_rules(REAL_MONEY)) == []


def test_a_location_is_excluded_by_its_code_or_its_id() -> None:
    rules = SourcingRules(exclude=("SHOP", str(DEPOT.id)))
    assert [rules.allows(one) for one in (SHOP, DEPOT, place("OTHER"))] == [False, False, True]


def test_each_step_down_the_list_of_what_is_preferred_counts_and_what_is_not_on_it_stands_below() -> None:
    rules = SourcingRules(prefer=(LocationKind.WAREHOUSE, LocationKind.STORE))
    assert [rules.steps_down(one) for one in (DEPOT, SHOP, place("TENT", LocationKind.POP_UP))] == [0, 1, 2]
    assert REAL_MONEY.steps_down(SHOP) == 0
