"""Card numbers: what looks like one, and that nothing of it is said again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.card import card_number_in, is_card, looks_like_card
from domain.ids import PaymentId
from domain.money import Money
from domain.payment import Asked

TEST_NUMBERS = (
    "4242424242424242",
    "5555555555554444",
    "378282246310005",
    "6011111111111117",
    "30569309025904",
    "4222222222222",
)


@pytest.mark.parametrize("number", TEST_NUMBERS)
def test_a_card_number_is_seen_however_it_is_written_and_wherever_it_stands(number: str) -> None:
    in_fours = " ".join(number[start : start + 4] for start in range(0, len(number), 4))
    for text in (number, in_fours, in_fours.replace(" ", "-"), in_fours.replace(" ", "\u00a0"), in_fours.replace(" ", " - ")):
        assert looks_like_card(text) is (" - " not in text), "three signs between digits are no card's"
    assert looks_like_card(f"my card is {in_fours} 12/26, please")
    assert looks_like_card(f"order 17 {in_fours} 123")


def test_what_a_payment_comes_with_is_no_card_number() -> None:
    for text in ("tok_ok", "pm_1Q0PsIJvEtkwdCNYMSaVuRz6", "+33 4 72 00 00 00", "4242424242424241", "0" * 16, "", "20261224"):
        assert not looks_like_card(text)
    assert not looks_like_card(str(PaymentId.new()))


@given(st.integers(10**11, 10**18 - 1))
def test_one_check_digit_in_ten_makes_a_card_of_any_number(number: int) -> None:
    assert sum(is_card(f"{number}{digit}") for digit in range(10)) == 1


def test_it_is_refused_by_the_name_of_its_field_alone() -> None:
    refusal = card_number_in("4242 4242 4242 4242", ("input", "payments", "0", "by", "card", "token"))
    assert refusal
    assert refusal.path[-1] == "token"
    assert "4242" not in repr(refusal)
    assert card_number_in("tok_ok", ("token",)) is card_number_in(None, ("token",)) is None
    with pytest.raises(ValueError, match="looks like a card number") as error:
        Asked(PaymentId.new(), Money("EUR", 1), "4242424242424242")
    assert "4242" not in str(error.value)
