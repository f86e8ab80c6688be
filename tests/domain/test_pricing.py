"""The price engine: each rule by an example, and what always holds by property."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.discount import Line
from domain.ids import CategoryId, PromotionId, VariantId
from domain.money import Money
from domain.pricing import Priced, Terms, price
from domain.promotion import (
    CODE_CHARACTERS_MAX,
    CODES_MAX,
    Amount,
    CodeProblem,
    DiscountCode,
    DiscountScope,
    Percentage,
    Period,
    Promotion,
    codes_entered,
)
from domain.refusal import InvalidInput
from domain.tax import NO_TAXES, TaxRates, included

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
BOOKS, NOVELS, SHOES = (CategoryId(UUID(int=n)) for n in (1, 2, 3))
FREE = Money("EUR", 0)
FRANCE = TaxRates(Decimal(20), {BOOKS: Decimal("5.5")})


def euros(text: str) -> Money:
    return Money.parse(text, "EUR")


def line(n: int, unit_price: str, quantity: int = 1, *categories: CategoryId) -> Line:
    return Line(key=VariantId(UUID(int=n)), unit_price=euros(unit_price), quantity=quantity, categories=categories)


def promotion(name: str, off: str, scope: DiscountScope = DiscountScope.ORDER, **changes: Any) -> Promotion:
    """`off`: `10 %` or `5.00`; its code is its name unless `code` says otherwise."""
    number, _, percent = off.partition(" ")
    discount = Percentage(Decimal(number)) if percent else Amount(euros(number))
    id = PromotionId(UUID(int=sum(map(ord, name))))
    return replace(Promotion(id=id, name=name, code=name, scope=scope, discount=discount), **changes)


def priced(
    *lines: Line, promotions: tuple[Promotion, ...] = (), taxes: TaxRates = FRANCE, codes: tuple[str, ...] = ()
) -> Priced:
    terms = Terms(promotions=promotions, codes=codes, taxes=taxes, categories={})
    return price(lines, terms, now=NOW, fulfillment=FREE)


def discounts(found: Priced) -> list[str]:
    return [str(one.discount.amount) for one in found.lines]


LINE, ORDER = DiscountScope.LINE, DiscountScope.ORDER

# ------------------------------------------------------------------------------------------------ what goods cost


def test_a_cart_costs_its_prices_times_quantities_with_the_tax_in_them() -> None:
    found = priced(line(1, "289.00"), line(2, "19.90", 3))
    assert [one.total for one in found.lines] == [euros("289.00"), euros("59.70")]
    assert (found.totals.subtotal, found.totals.total) == (euros("348.70"), euros("348.70"))
    assert found.totals.tax == euros("48.17") + euros("9.95")
    assert found.totals.tax_included


def test_nothing_costs_nothing() -> None:
    found = priced(promotions=(promotion("TEN", "10 %"),), codes=("TEN",))
    assert found.totals.total == found.totals.tax == FREE
    assert found.codes == (DiscountCode("TEN", CodeProblem.NOTHING_ELIGIBLE),)


def test_rounding_is_once_a_line_and_never_by_the_unit() -> None:
    """Net 0.31 at 20 % is 3.72 for ten, and not ten times 0.37; 20 % off ten at 0.31 are 0.62, and not ten times 0.06."""
    assert euros("0.31").times(Decimal("1.2"), 10) == euros("3.72")
    assert included(euros("3.72"), Decimal(20)) == euros("0.62")
    found = priced(line(1, "0.31", 10), promotions=(promotion("FIFTH", "20 %", LINE),))
    assert (found.lines[0].discount, found.lines[0].total) == (euros("0.62"), euros("2.48"))


def test_fulfillment_is_added_with_the_standard_rate_and_is_not_discounted() -> None:
    terms = Terms(promotions=(promotion("ALL", "100 %"),), taxes=FRANCE, categories={})
    totals = price([line(1, "20.00", 1, BOOKS)], terms, now=NOW, fulfillment=euros("6.00")).totals
    assert (totals.discount, totals.fulfillment, totals.tax, totals.total) == (
        euros("20.00"),
        euros("6.00"),
        euros("1.00"),
        euros("6.00"),
    )


# ------------------------------------------------------------------------------------------------ taxes


@pytest.mark.parametrize(
    ("total", "percent", "tax"),
    [
        ("120.00", "20", "20.00"),
        ("105.50", "5.5", "5.50"),
        ("0.03", "20", "0.01"),
        ("0.02", "20", "0.00"),
        ("9.99", "0", "0.00"),
    ],
)
def test_tax_is_the_part_of_a_total_that_is_tax(total: str, percent: str, tax: str) -> None:
    assert included(euros(total), Decimal(percent)) == euros(tax)


def test_the_most_specific_category_that_has_a_rate_decides() -> None:
    rates = TaxRates(Decimal(20), {BOOKS: Decimal("5.5"), NOVELS: Decimal("2.1")})
    assert rates.of((NOVELS, BOOKS)) == Decimal("2.1")
    assert rates.of((SHOES, BOOKS)) == Decimal("5.5")
    assert rates.of((SHOES,)) == rates.of(()) == Decimal(20)


def test_where_no_tax_is_known_there_is_none() -> None:
    assert priced(line(1, "20.00"), taxes=NO_TAXES).totals.tax == FREE


# ------------------------------------------------------------------------------------------------ what a promotion takes off


def test_a_percentage_of_the_order_is_shared_out_to_the_last_cent() -> None:
    found = priced(line(1, "0.05"), line(2, "0.05"), line(3, "0.05"), promotions=(promotion("TENTH", "10 %"),))
    assert found.totals.discount == euros("0.02")
    assert discounts(found) == ["0.01", "0.00", "0.01"]


def test_an_amount_of_the_order_is_taken_off_once_and_never_more_than_there_is() -> None:
    five = promotion("FIVE", "5.00")
    assert discounts(priced(line(1, "20.00", 2), line(2, "10.00"), promotions=(five,))) == ["4.00", "1.00"]
    found = priced(line(1, "1.00"), line(2, "2.00"), promotions=(five,))
    assert (discounts(found), found.totals.total) == (["1.00", "2.00"], FREE)


def test_an_amount_of_a_line_is_taken_off_each_unit_and_never_more_than_its_price() -> None:
    five = promotion("FIVE", "5.00", LINE)
    assert discounts(priced(line(1, "20.00", 3), line(2, "4.00", 2), promotions=(five,))) == ["15.00", "8.00"]


@pytest.mark.parametrize(("scope", "off"), [(LINE, "5.00"), (ORDER, "5.00")])
def test_a_promotion_of_some_categories_leaves_other_goods_alone(scope: DiscountScope, off: str) -> None:
    for_books = promotion("BOOKS", "50 %", scope, categories=frozenset({BOOKS}))
    found = priced(line(1, "10.00", 1, NOVELS, BOOKS), line(2, "10.00", 1, SHOES), promotions=(for_books,))
    assert discounts(found) == [off, "0.00"]


# ------------------------------------------------------------------------------------------------ how promotions combine


def test_on_each_line_the_line_promotion_that_takes_most_off_it() -> None:
    both = (promotion("HALF", "50 %", LINE), promotion("FIVE", "5.00", LINE))
    assert discounts(priced(line(1, "20.00"), line(2, "6.00"), promotions=both)) == ["10.00", "5.00"]


def test_then_of_what_is_left_the_order_promotion_that_takes_most_off() -> None:
    promotions = (promotion("HALF", "50 %", LINE), promotion("TENTH", "10 %"), promotion("THREE", "3.00"))
    found = priced(line(1, "40.00"), promotions=promotions, codes=("HALF", "TENTH", "THREE"))
    assert discounts(found) == ["23.00"]
    assert [code.problem for code in found.codes] == [None, CodeProblem.BETTER_APPLIED, None]
    assert found.promotions == {promotions[0].id, promotions[2].id}


def test_of_equals_one_for_everybody_is_taken_so_that_no_code_is_used_up() -> None:
    promotions = (promotion("A", "10 %"), promotion("B", "10 %", code=None))
    found = priced(line(1, "20.00"), promotions=promotions, codes=("A",))
    assert found.promotions == {promotions[1].id}
    assert found.codes == (DiscountCode("A", CodeProblem.BETTER_APPLIED),)


# ------------------------------------------------------------------------------------------------ codes


def test_a_code_is_found_however_it_is_written_and_answered_as_it_was_entered() -> None:
    found = priced(line(1, "20.00"), promotions=(promotion("Été", "10 %"),), codes=(" éTE ", "HIVER"))
    assert found.codes == (DiscountCode(" éTE "), DiscountCode("HIVER", CodeProblem.UNKNOWN))
    assert found.totals.discount == euros("2.00")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"period": Period(NOW, NOW + DAY)}, None),
        ({"period": Period(starts_at=NOW + DAY)}, CodeProblem.NOT_YET),
        ({"period": Period(ends_at=NOW)}, CodeProblem.EXPIRED),
        ({"in_channel": False}, CodeProblem.OTHER_CHANNEL),
        ({"minimum": Money("CHF", 1)}, CodeProblem.OTHER_CHANNEL),
        ({"discount": Amount(Money("CHF", 1))}, CodeProblem.OTHER_CHANNEL),
        ({"minimum": euros("20.00")}, None),
        ({"minimum": euros("20.01")}, CodeProblem.MINIMUM_NOT_REACHED),
        ({"uses": 2, "uses_max": 3}, None),
        ({"uses": 3, "uses_max": 3}, CodeProblem.USED_UP),
        ({"categories": frozenset({SHOES})}, CodeProblem.NOTHING_ELIGIBLE),
    ],
    ids=str,
)
def test_a_code_that_takes_nothing_off_says_why(changes: dict[str, Any], said: CodeProblem | None) -> None:
    one = promotion("CODE", "10 %", **changes)
    found = priced(line(1, "20.00"), promotions=(one,), codes=("CODE",))
    (code,) = found.codes
    assert (code.problem, code.applied) == (said, said is None)
    assert found.totals.discount == (euros("2.00") if said is None else FREE)


def test_a_code_tells_the_minimum_that_is_not_reached() -> None:
    one = promotion("CODE", "10 %", minimum=euros("50.00"))
    (code,) = priced(line(1, "20.00"), promotions=(one,), codes=("CODE",)).codes
    assert code == DiscountCode("CODE", CodeProblem.MINIMUM_NOT_REACHED, euros("50.00"))


def test_a_minimum_is_compared_with_the_goods_before_any_discount() -> None:
    half = promotion("HALF", "50 %", LINE)
    five = promotion("FIVE", "5.00", minimum=euros("20.00"))
    assert priced(line(1, "20.00"), promotions=(half, five)).totals.total == euros("5.00")


def test_a_code_that_an_earlier_promotion_bore_speaks_for_the_one_that_is_not_over() -> None:
    old = promotion("old", "10 %", code="SALE", period=Period(ends_at=NOW - DAY))
    new = promotion("new", "10 %", code="SALE", period=Period(starts_at=NOW + DAY))
    for order in ((old, new), (new, old)):
        (code,) = priced(line(1, "20.00"), promotions=order, codes=("sale",)).codes
        assert code.problem is CodeProblem.NOT_YET


def test_the_codes_of_a_cart_are_trimmed_and_each_is_there_once() -> None:
    assert codes_entered([" TEN ", "Five", "ten"], ("input", "codes")) == ("TEN", "Five")
    assert codes_entered([], ("input", "codes")) == ()


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        (["x" * CODE_CHARACTERS_MAX, "y" * (CODE_CHARACTERS_MAX + 1)], "A code has 1 to 64 characters"),
        (["TEN", "  "], "A code has 1 to 64 characters"),
        (["TEN\0"], "A code has 1 to 64 characters"),
        ([f"CODE{n}" for n in range(CODES_MAX + 1)], "at most 10 codes, not 11; leave some out"),
    ],
    ids=["long", "empty", "unclean", "many"],
)
def test_codes_that_cannot_be_are_refused(codes: list[str], message: str) -> None:
    refusal = codes_entered(codes, ("input", "codes"))
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == ("input", "codes")
    assert message in refusal.message


# ------------------------------------------------------------------------------------------------ what always holds

MONEY = st.integers(0, 100_000).map(lambda minor: Money("EUR", minor))
SOME = st.sets(st.sampled_from([BOOKS, NOVELS, SHOES])).map(frozenset)


@st.composite
def lines(draw: st.DrawFn, most: int = 5) -> list[Line]:
    return [
        Line(
            key=VariantId(UUID(int=n)), unit_price=draw(MONEY), quantity=draw(st.integers(1, 50)), categories=tuple(draw(SOME))
        )
        for n in range(draw(st.integers(0, most)))
    ]


@st.composite
def promotions(draw: st.DrawFn) -> list[Promotion]:
    percentages = st.decimals(Decimal("0.01"), 100, places=2).map(Percentage)
    return [
        Promotion(
            id=PromotionId(UUID(int=n)),
            name=f"P{n}",
            code=draw(st.sampled_from([None, f"P{n}"])),
            scope=draw(st.sampled_from(DiscountScope)),
            discount=draw(st.one_of(percentages, MONEY.map(Amount))),
            categories=draw(SOME),
            minimum=draw(st.none() | MONEY),
        )
        for n in range(draw(st.integers(0, 4)))
    ]


PERCENTS = st.sampled_from(["0", "2.1", "5.5", "10", "20", "25.5"]).map(Decimal)
TAXES = st.builds(TaxRates, PERCENTS, st.dictionaries(st.sampled_from([BOOKS, NOVELS, SHOES]), PERCENTS))


def terms_of(promotions: list[Promotion], taxes: TaxRates = FRANCE) -> Terms:
    codes = tuple(one.code for one in promotions if one.code)
    return Terms(promotions=tuple(promotions), codes=codes, taxes=taxes, categories={})


@given(lines(), promotions(), TAXES, MONEY)
def test_sums_add_up_and_nothing_is_below_zero(
    lines: list[Line], promotions: list[Promotion], taxes: TaxRates, fulfillment: Money
) -> None:
    found = price(lines, terms_of(promotions, taxes), now=NOW, fulfillment=fulfillment)
    totals = found.totals
    for one, of in zip(found.lines, lines, strict=True):
        assert (one.key, one.unit_price, one.quantity) == (of.key, of.unit_price, of.quantity)
        assert one.total == one.unit_price.times(one.quantity) - one.discount
        assert FREE <= one.discount <= one.unit_price.times(one.quantity)
        assert FREE <= one.tax <= one.total
    assert totals.discount == sum((one.discount for one in found.lines), FREE)
    assert totals.tax == sum((one.tax for one in found.lines), included(fulfillment, taxes.standard))
    assert totals.total == totals.subtotal - totals.discount + totals.fulfillment
    assert totals.total == sum((one.total for one in found.lines), fulfillment)
    assert bool(found.promotions) == (totals.discount > FREE)


@given(lines(), promotions(), TAXES, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_promotions_makes_no_difference(
    lines: list[Line], promotions: list[Promotion], taxes: TaxRates, random: Any
) -> None:
    before = price(lines, terms_of(promotions, taxes), now=NOW, fulfillment=FREE)
    turned = random.sample(lines, len(lines))
    after = price(turned, terms_of(random.sample(promotions, len(promotions)), taxes), now=NOW, fulfillment=FREE)
    assert after.totals == before.totals
    assert after.promotions == before.promotions
    assert set(after.lines) == set(before.lines)
    assert set(after.codes) == set(before.codes)


@given(lines(most=3), promotions())
def test_no_other_choice_of_promotions_is_cheaper(lines: list[Line], promotions: list[Promotion]) -> None:
    """Against every choice there is: for each line one LINE promotion or none, for the order one ORDER promotion or none."""
    subtotal = sum((one.gross for one in lines), FREE)
    allowed = [one for one in promotions if one.minimum is None or one.minimum <= subtotal]
    choices = [
        [
            one.gross,
            *(
                one.gross - p.discount.off(one.gross, one.quantity)
                for p in allowed
                if p.scope is LINE and p.is_for(one.categories)
            ),
        ]
        for one in lines
    ]
    cheapest = subtotal
    for left in product(*(sorted(set(prices)) for prices in choices)):
        offers = [FREE]
        for p in allowed:
            base = sum((rest for rest, one in zip(left, lines, strict=True) if p.is_for(one.categories)), FREE)
            offers += [p.discount.off(base, 1)] if p.scope is ORDER else []
        cheapest = min(cheapest, sum(left, FREE) - max(offers))
    assert price(lines, terms_of(promotions), now=NOW, fulfillment=FREE).totals.total == cheapest


@given(lines(), promotions(), promotions())
def test_one_promotion_more_never_makes_a_cart_dearer(
    lines: list[Line], some: list[Promotion], others: list[Promotion]
) -> None:
    more = [replace(one, id=PromotionId(UUID(int=100 + n)), name=f"Q{n}", code=None) for n, one in enumerate(others)]
    before = price(lines, terms_of(some), now=NOW, fulfillment=FREE)
    after = price(lines, terms_of(some + more), now=NOW, fulfillment=FREE)
    assert after.totals.total <= before.totals.total


@given(lines(), promotions(), st.integers(1, 5_000))
def test_dearer_goods_never_make_a_cart_cheaper_where_nothing_asks_for_a_minimum(
    lines: list[Line], promotions: list[Promotion], more: int
) -> None:
    terms = terms_of([replace(one, minimum=None) for one in promotions])
    dearer = [replace(one, unit_price=one.unit_price + Money("EUR", more)) for one in lines[:1]] + lines[1:]
    before = price(lines, terms, now=NOW, fulfillment=FREE)
    assert price(dearer, terms, now=NOW, fulfillment=FREE).totals.total >= before.totals.total
