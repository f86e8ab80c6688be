"""The price engine: what a cart or an order costs, by one set of rules for every channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from domain.actor import Actor
from domain.discount import Goods, Line, answer_to, reduced
from domain.ids import CategoryId, Id, ProductId, PromotionId
from domain.money import Money
from domain.promotion import DiscountCode, Promotion, code_key
from domain.tax import NO_TAXES, TaxRates, included


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What prices are made of in one channel: promotions for everybody that are in force, those that the codes name in
    whatever state, the codes as they were entered, the taxes, and of each product its categories, as `Line` has them."""

    promotions: tuple[Promotion, ...] = ()
    codes: tuple[str, ...] = ()
    taxes: TaxRates = NO_TAXES
    categories: Mapping[ProductId, tuple[CategoryId, ...]]

    def with_codes(self, codes: Sequence[str]) -> Terms:
        """For one of several carts that were asked for at once: of the codes of all, its own."""
        keys = {code_key(code) for code in codes}
        theirs = tuple(one for one in self.promotions if one.code is None or code_key(one.code) in keys)
        return replace(self, promotions=theirs, codes=tuple(codes))


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """`total`: unit price × quantity − discount; `tax`: the part of it that is tax."""

    key: Id
    unit_price: Money
    quantity: int
    discount: Money
    total: Money
    tax: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """`subtotal` − `discount` + `fulfillment` = `total`, with `tax` in it."""

    subtotal: Money
    discount: Money
    fulfillment: Money
    tax: Money
    tax_included: bool
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """Lines and codes in the order in which they were given; `promotions`: those that took something off."""

    lines: tuple[PricedLine, ...]
    totals: Totals
    codes: tuple[DiscountCode, ...]
    promotions: frozenset[PromotionId]


class PricingReads(Protocol):
    async def terms(self, actor: Actor, codes: Sequence[str], products: Sequence[ProductId], now: datetime) -> Terms:
        """What prices these products in the actor's channel; every product has its categories, if only none."""
        ...


def price(lines: Sequence[Line], terms: Terms, *, now: datetime, fulfillment: Money) -> Priced:
    """All in the currency of `fulfillment`, which prices how the goods get to the buyer."""
    nothing = Money(fulfillment.currency_code, 0)
    goods = Goods(tuple(sorted(lines, key=lambda line: line.key)), sum((line.gross for line in lines), nothing), now)
    left, applied = reduced(goods, terms.promotions)
    priced = {line.key: priced_line(line, left[line.key], terms.taxes) for line in lines}
    total = sum(left.values(), nothing)
    return Priced(
        lines=tuple(priced.values()),
        totals=Totals(
            subtotal=goods.subtotal,
            discount=goods.subtotal - total,
            fulfillment=fulfillment,
            tax=sum((line.tax for line in priced.values()), included(fulfillment, terms.taxes.standard)),
            tax_included=True,
            total=total + fulfillment,
        ),
        codes=tuple(answer_to(code, terms.promotions, goods, applied) for code in terms.codes),
        promotions=applied,
    )


def priced_line(line: Line, total: Money, taxes: TaxRates) -> PricedLine:
    return PricedLine(
        key=line.key,
        unit_price=line.unit_price,
        quantity=line.quantity,
        discount=line.gross - total,
        total=total,
        tax=included(total, taxes.of(line.categories)),
    )
