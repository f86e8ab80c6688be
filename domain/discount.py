"""Discounts: what promotions take off goods.

How they combine:

1. On each line, the LINE promotion that takes most off it.
2. Of what is left of the lines, the ORDER promotion that takes most off. It is shared out over the lines it is for, in
   proportion to what is left of them, to the last cent.

So each line has at most one LINE promotion, the order at most one ORDER promotion, and no other choice would make the goods
cheaper. Promotions with and without a code compete alike; of equals, one without comes first, then the first by name.
Minimums are compared with the goods before any discount.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.ids import CategoryId, Id, PromotionId
from domain.money import Money
from domain.promotion import CodeProblem, DiscountCode, DiscountScope, Promotion, code_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`unit_price`: in the channel; `quantity`: 1 or more; `categories`: the product's and all above them, the most specific
    first. No two lines have one key."""

    key: Id
    unit_price: Money
    quantity: int
    categories: tuple[CategoryId, ...] = ()

    @property
    def gross(self) -> Money:
        return self.unit_price.times(self.quantity)


@dataclass(frozen=True, slots=True)
class Goods:
    """Lines in the order of their keys, so that cents are shared out alike however they were given; at a moment."""

    lines: tuple[Line, ...]
    subtotal: Money
    at: datetime


def reduced(goods: Goods, promotions: Sequence[Promotion]) -> tuple[Mapping[Id, Money], frozenset[PromotionId]]:
    """What is left of each line, and which promotions took something off: first on every line, then on the order."""
    left, applied = {line.key: line.gross for line in goods.lines}, set()
    eligible = [one for one in sorted(promotions, key=rank) if problem_of(one, goods) is None]
    steps = [(DiscountScope.LINE, (line,)) for line in goods.lines] + [(DiscountScope.ORDER, goods.lines)]
    for scope, lines in steps:
        reductions = [reduction(one, lines, left) for one in eligible if one.scope is scope]
        best = max(reductions, key=lambda one: one.off, default=None)
        if best is not None and best.off.minor_units:
            shares = best.off.shared([left[line.key].minor_units for line in best.lines])
            left |= {line.key: left[line.key] - share for line, share in zip(best.lines, shares, strict=True)}
            applied.add(best.promotion)
    return left, frozenset(applied)


def rank(promotion: Promotion) -> tuple[bool, str]:
    """Those for everybody first, so that no code is used up without need; then by name."""
    return promotion.code is not None, promotion.name


@dataclass(frozen=True, slots=True)
class Reduction:
    """What a promotion would take off the lines it is for."""

    promotion: PromotionId
    lines: tuple[Line, ...]
    off: Money


def reduction(promotion: Promotion, lines: Sequence[Line], left: Mapping[Id, Money]) -> Reduction:
    concerned = tuple(line for line in lines if promotion.is_for(line.categories))
    units = 1 if promotion.scope is DiscountScope.ORDER else sum(line.quantity for line in concerned)
    price = Money(lines[0].unit_price.currency_code, sum(left[line.key].minor_units for line in concerned))
    return Reduction(promotion.id, concerned, promotion.discount.off(price, units))


# ------------------------------------------------------------------------------------------------ who takes part


def is_of_another_channel(promotion: Promotion, goods: Goods) -> bool:
    return not (promotion.in_channel and promotion.is_in(goods.subtotal.currency_code))


def has_not_begun(promotion: Promotion, goods: Goods) -> bool:
    return not promotion.period.has_begun(goods.at)


def is_over(promotion: Promotion, goods: Goods) -> bool:
    return promotion.period.is_over(goods.at)


def is_used_up(promotion: Promotion, goods: Goods) -> bool:
    return promotion.uses_max is not None and promotion.uses >= promotion.uses_max


def asks_for_more(promotion: Promotion, goods: Goods) -> bool:
    return promotion.minimum is not None and goods.subtotal < promotion.minimum


def is_for_other_goods(promotion: Promotion, goods: Goods) -> bool:
    return not any(promotion.is_for(line.categories) for line in goods.lines)


PROBLEMS = (
    (CodeProblem.OTHER_CHANNEL, is_of_another_channel),  # first: where amounts are of another currency, none is compared
    (CodeProblem.NOT_YET, has_not_begun),
    (CodeProblem.EXPIRED, is_over),
    (CodeProblem.USED_UP, is_used_up),
    (CodeProblem.NOTHING_ELIGIBLE, is_for_other_goods),
    (CodeProblem.MINIMUM_NOT_REACHED, asks_for_more),
)


def problem_of(promotion: Promotion, goods: Goods) -> CodeProblem | None:
    """The first reason why it takes nothing off these goods, if there is one."""
    return next((problem for problem, is_so in PROBLEMS if is_so(promotion, goods)), None)


def answer_to(code: str, promotions: Sequence[Promotion], goods: Goods, applied: Collection[PromotionId]) -> DiscountCode:
    """Of several promotions that have borne one code, one that is not over speaks, or else the newest."""
    named = [one for one in promotions if one.code is not None and code_key(one.code) == code_key(code)]
    if not named:
        return DiscountCode(code, CodeProblem.UNKNOWN)
    promotion = max(named, key=lambda one: (not one.period.is_over(goods.at), one.id))
    if promotion.id in applied:
        return DiscountCode(code)
    others = CodeProblem.BETTER_APPLIED if applied else CodeProblem.NOTHING_ELIGIBLE
    problem = problem_of(promotion, goods) or others
    return DiscountCode(code, problem, promotion.minimum if problem is CodeProblem.MINIMUM_NOT_REACHED else None)
