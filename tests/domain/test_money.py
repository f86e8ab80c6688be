"""Money: exact, rounded once, half up."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import MINOR_UNITS_MAX, Money, minor_digits

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "CHF"])
MINOR = st.integers(-MINOR_UNITS_MAX, MINOR_UNITS_MAX)


def test_t25_a_product_is_rounded_once_and_at_its_end() -> None:
    assert Money.parse("0.31", "EUR").times(Decimal("1.2"), 10) == Money.parse("3.72", "EUR")


def test_half_a_cent_is_rounded_up_and_away_from_zero() -> None:
    assert Money("EUR", 1).times(Decimal("0.5")) == Money("EUR", 1)
    assert Money("EUR", -1).times(Decimal("0.5")) == Money("EUR", -1)
    assert Money("EUR", 5).times(Decimal("0.49")) == Money("EUR", 2)


@given(CURRENCIES, MINOR)
def test_what_is_written_is_read_back(currency: str, minor: int) -> None:
    money = Money(currency, minor)
    assert Money.parse(str(money.amount), currency) == money
    assert -money.amount.as_tuple().exponent == minor_digits(currency)  # type: ignore[operator]


@given(MINOR, st.decimals(0, 10, places=4), st.integers(0, 999))
def test_a_product_is_the_nearest_amount_to_the_exact_one(minor: int, factor: Decimal, quantity: int) -> None:
    exact = Fraction(minor) * Fraction(factor) * quantity
    off = Fraction(Money("EUR", minor).times(factor, quantity).minor_units) - exact
    assert abs(off) <= Fraction(1, 2)
    assert abs(off) != Fraction(1, 2) or (off > 0) == (exact > 0)


@given(MINOR, MINOR)
def test_amounts_of_one_currency_add_up(one: int, other: int) -> None:
    total = Money("EUR", one) + Money("EUR", other)
    assert total.minor_units == one + other
    assert total - Money("EUR", other) == Money("EUR", one)


@given(st.integers(0, MINOR_UNITS_MAX), st.lists(st.integers(0, 1_000), min_size=1, max_size=20).filter(any))
def test_parts_add_up_to_the_whole_and_none_is_a_cent_from_its_share(minor: int, weights: list[int]) -> None:
    parts = [part.minor_units for part in Money("EUR", minor).shared(weights)]
    assert sum(parts) == minor
    assert all(abs(part - Fraction(minor * weight, sum(weights))) <= 1 for part, weight in zip(parts, weights, strict=True))


def test_what_is_small_is_shared_in_turn() -> None:
    assert Money("EUR", 2).shared((1, 1, 1)) == (Money("EUR", 1), Money("EUR", 0), Money("EUR", 1))
    assert Money("EUR", 10).shared((Decimal("5.5"), 0, Decimal("4.5"))) == (Money("EUR", 6), Money("EUR", 0), Money("EUR", 4))


def test_amounts_of_two_currencies_do_not() -> None:
    with pytest.raises(ValueError, match="EUR and CHF do not add up"):
        Money("EUR", 1) + Money("CHF", 1)


@pytest.mark.parametrize(
    ("text", "currency", "why"),
    [
        ("abc", "EUR", "is not an amount"),
        ("", "EUR", "is not an amount"),
        ("1.999", "EUR", "is not an exact amount of EUR"),
        ("1.5", "JPY", "is not an exact amount of JPY"),
        ("NaN", "EUR", "is not an amount"),
        ("Infinity", "EUR", "is not an amount"),
        ("1e400000", "EUR", "is not an amount"),
        ("1_0", "EUR", "is not an amount"),
        ("21474836.48", "EUR", "is more than an amount can be"),
        ("1", "XYZ", "is not an ISO 4217 currency code"),
    ],
)
def test_what_is_no_exact_amount_is_refused(text: str, currency: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Money.parse(text, currency)
