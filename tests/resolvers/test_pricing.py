"""What became of a discount code, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from domain.money import Money
from domain.promotion import CodeProblem, DiscountCode
from resolvers.context import Context
from resolvers.pricing import WORDS, reason
from tests.shop import NOON

ABSENT = cast(Any, None)
NOBODY = Context(
    actor=ABSENT,
    reads=ABSENT,
    work=ABSENT,
    keys=ABSENT,
    passwords=ABSENT,
    letters=ABSENT,
    payments=ABSENT,
    clock=ABSENT,
    language="en",
    now=NOON,
    changes=ABSENT,
)


def said(code: DiscountCode, language: str) -> str | None:
    return reason(code, context=replace(NOBODY, language=language))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_problem_has_its_words(language: str) -> None:
    assert set(WORDS[language]) == set(CodeProblem)
    assert said(DiscountCode("TEN"), language) is None
    told = {said(DiscountCode("TEN", problem, Money("EUR", 100)), language) for problem in CodeProblem}
    assert len(told) == len(CodeProblem)


def test_a_minimum_is_written_as_the_language_writes_amounts() -> None:
    code = DiscountCode("TEN", CodeProblem.MINIMUM_NOT_REACHED, Money("EUR", 5000))
    assert said(code, "en") == "This code is valid from a subtotal of €50.00."
    assert said(code, "fr") == "Ce code est valable à partir d’un sous-total de 50,00\N{NO-BREAK SPACE}€."
