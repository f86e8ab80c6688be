"""Promotions: what a shop takes off its prices, for everybody or for those who enter a code."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from domain.ids import CategoryId, PromotionId
from domain.money import Money
from domain.refusal import InvalidInput
from domain.text import folded, is_clean

CODES_MAX = 10  # of one cart
CODE_CHARACTERS_MAX = 64


class DiscountScope(StrEnum):
    """ORDER: taken off all goods together, and shared out over them. LINE: taken off each line by itself."""

    ORDER = "ORDER"
    LINE = "LINE"


@dataclass(frozen=True, slots=True)
class Percentage:
    """Of a price: more than 0, at most 100."""

    percent: Decimal

    def off(self, price: Money, units: int) -> Money:
        return price.times(self.percent.scaleb(-2))


@dataclass(frozen=True, slots=True)
class Amount:
    """A fixed amount, for each of the units it is taken off; never more than the price."""

    money: Money

    def off(self, price: Money, units: int) -> Money:
        return min(self.money.times(units), price)


Discount: TypeAlias = Percentage | Amount


@dataclass(frozen=True, slots=True)
class Period:
    """From its start to just before its end; None leaves that side open."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def has_begun(self, now: datetime) -> bool:
        return self.starts_at is None or self.starts_at <= now

    def is_over(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now


ALWAYS = Period()


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """As one channel knows it. Without a `code` everybody has it; without `categories` it is for all goods.

    `in_channel`: it is meant for this channel; `uses`: by orders that were placed, of `uses_max` at most.
    """

    id: PromotionId
    name: str
    code: str | None
    scope: DiscountScope
    discount: Discount
    period: Period = ALWAYS
    in_channel: bool = True
    categories: frozenset[CategoryId] = frozenset()
    minimum: Money | None = None
    uses: int = 0
    uses_max: int | None = None

    def is_for(self, categories: Collection[CategoryId]) -> bool:
        return not self.categories or not self.categories.isdisjoint(categories)

    def is_in(self, currency: str) -> bool:
        """Amounts of one currency say nothing in another."""
        amounts = (self.minimum, self.discount.money if isinstance(self.discount, Amount) else None)
        return all(amount is None or amount.currency_code == currency for amount in amounts)


class CodeProblem(StrEnum):
    """Why a code that was entered takes nothing off."""

    UNKNOWN = "UNKNOWN"
    OTHER_CHANNEL = "OTHER_CHANNEL"
    NOT_YET = "NOT_YET"
    EXPIRED = "EXPIRED"
    USED_UP = "USED_UP"
    MINIMUM_NOT_REACHED = "MINIMUM_NOT_REACHED"
    NOTHING_ELIGIBLE = "NOTHING_ELIGIBLE"
    BETTER_APPLIED = "BETTER_APPLIED"


@dataclass(frozen=True, slots=True)
class DiscountCode:
    """A code as it was entered; `problem` is None where it applies. `minimum` is that which the goods do not reach."""

    code: str
    problem: CodeProblem | None = None
    minimum: Money | None = None

    @property
    def applied(self) -> bool:
        return self.problem is None


def code_key(code: str) -> str:
    """What codes are compared by: without the spaces around them, case and accents."""
    return folded(code.strip())


def codes_entered(codes: Sequence[str], path: tuple[str, ...]) -> tuple[str, ...] | InvalidInput:
    """The codes of one cart, trimmed, each once and in the order they were entered; `path` names the input field."""
    by_key: dict[str, str] = {}
    for code in codes:
        by_key.setdefault(code_key(code), code.strip())
    if len(by_key) > CODES_MAX:
        return InvalidInput(path, f"A cart takes at most {CODES_MAX} codes, not {len(by_key)}; leave some out.")
    if not all(is_code(code) for code in by_key.values()):
        return InvalidInput(path, f"A code has 1 to {CODE_CHARACTERS_MAX} characters; correct it or leave it out.")
    return tuple(by_key.values())


def is_code(text: str) -> bool:
    """Something to compare by, and short enough to be meant."""
    return bool(code_key(text)) and len(text) <= CODE_CHARACTERS_MAX and is_clean(text)
