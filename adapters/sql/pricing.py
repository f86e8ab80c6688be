"""What prices goods in a channel, in two statements whatever their number: promotions; categories with tax rates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, CompoundSelect, Row, Select, and_, bindparam, null, or_, select, union_all

from adapters.sql.columns import Instant, Key, money, percent
from adapters.sql.database import Database
from adapters.sql.tables import category, product_category, promotion, promotion_category, promotion_channel, tax_rate
from domain.actor import Actor
from domain.ids import CategoryId, ChannelId, ProductId, PromotionId
from domain.pricing import Terms
from domain.promotion import Amount, Discount, DiscountScope, Percentage, Period, Promotion, code_key
from domain.tax import NO_TAXES, TaxRates


class SqlPricing:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def terms(self, actor: Actor, codes: Sequence[str], products: Sequence[ProductId], now: datetime) -> Terms:
        channel = actor.channel
        asked = {"channel": channel.id, "codes": [code_key(code) for code in codes], "now": now}
        async with self.database.reading() as connection:
            promotions = (await connection.execute(PROMOTIONS, asked)).all()
            rows = (await connection.execute(CATEGORIES, {"products": products, "country": channel.country_code or ""})).all()
        return Terms(
            promotions=promotions_in(promotions),
            codes=tuple(codes),
            taxes=taxes_in(rows),
            categories=dict.fromkeys(products, ()) | categories_in(rows),
        )


# ------------------------------------------------------------------------------------------------ promotions


def promotions_named_or_in_force() -> Select[Any]:
    """A row for each category of each: those without a code that are in force here, and those the codes name."""
    channel, now = bindparam("channel", type_=Key(ChannelId)), bindparam("now", type_=Instant)
    of = promotion_channel.c.promotion_id == promotion.c.id
    anywhere = ~select(promotion_channel.c.channel_id).where(of).exists()
    here = select(promotion_channel.c.channel_id).where(of, promotion_channel.c.channel_id == channel).exists()
    in_channel = or_(anywhere, here)
    begun = or_(promotion.c.starts_at.is_(None), promotion.c.starts_at <= now)
    not_over = or_(promotion.c.ends_at.is_(None), promotion.c.ends_at > now)
    in_force = and_(promotion.c.code_key.is_(None), begun, not_over, in_channel)
    joined = promotion.outerjoin(promotion_category, promotion_category.c.promotion_id == promotion.c.id)
    columns = (promotion, in_channel.label("in_channel"), promotion_category.c.category_id)
    named = promotion.c.code_key.in_(bindparam("codes", expanding=True))
    return select(*columns).select_from(joined).where(or_(in_force, named))


PROMOTIONS = promotions_named_or_in_force()  # a statement costs more to build than to run


def promotions_in(rows: Sequence[Row[Any]]) -> tuple[Promotion, ...]:
    by_id: dict[PromotionId, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        by_id[row.id].append(row)
    return tuple(promotion_of(of_one) for of_one in by_id.values())


def promotion_of(rows: Sequence[Row[Any]]) -> Promotion:
    """Of rows that differ in their category alone."""
    row = rows[0]
    return Promotion(
        id=row.id,
        name=row.name,
        code=row.code,
        scope=DiscountScope(row.scope),
        discount=discount_of(row),
        period=Period(row.starts_at, row.ends_at),
        in_channel=bool(row.in_channel),
        categories=frozenset(one.category_id for one in rows if one.category_id is not None),
        minimum=money(row.currency_code, row.minimum_minor),
        uses=row.uses,
        uses_max=row.uses_max,
    )


def discount_of(row: Row[Any]) -> Discount:
    amount = money(row.currency_code, row.amount_minor)
    return Percentage(percent(row.basis_points)) if amount is None else Amount(amount)


# ------------------------------------------------------------------------------------------------ categories and taxes


def placed() -> CTE:
    """The categories of products and all above them; `position` is that of the product's own."""
    columns = (category.c.id.label("category_id"), category.c.parent_id)
    own = (
        select(product_category.c.product_id, *columns, product_category.c.position)
        .join(category, category.c.id == product_category.c.category_id)
        .where(product_category.c.product_id.in_(bindparam("products", expanding=True)))
        .cte("placed", recursive=True)
    )
    above = select(own.c.product_id, *columns, own.c.position).join(own, own.c.parent_id == category.c.id)
    return own.union(above)


def categories_with_rates() -> CompoundSelect[Any]:
    """A row for each category of each product, with its parent and its rate here; and one for the standard rate."""
    here, of = tax_rate.c.country_code == bindparam("country"), placed()
    joined = of.outerjoin(tax_rate, and_(here, tax_rate.c.category_id == of.c.category_id))
    rated = select(of, tax_rate.c.basis_points).select_from(joined)
    standard = select(null(), null(), null(), null(), tax_rate.c.basis_points).where(here, tax_rate.c.category_id.is_(None))
    return union_all(rated, standard)


CATEGORIES = categories_with_rates()


def categories_in(rows: Sequence[Row[Any]]) -> dict[ProductId, tuple[CategoryId, ...]]:
    """By product: the deepest first, and among equally deep ones in the shop's order."""
    parents = {row.category_id: row.parent_id for row in rows}
    positions: dict[ProductId, dict[CategoryId, int]] = defaultdict(dict)
    for row in rows:
        if row.product_id is not None:
            known = positions[row.product_id]
            known[row.category_id] = min(row.position, known.get(row.category_id, row.position))
    return {
        product: tuple(sorted(known, key=lambda one: (-depth(one, parents), known[one], one)))
        for product, known in positions.items()
    }


def depth(category: CategoryId, parents: Mapping[CategoryId, CategoryId | None]) -> int:
    """How many stand above it."""
    parent = parents[category]
    return 0 if parent is None else 1 + depth(parent, parents)


def taxes_in(rows: Sequence[Row[Any]]) -> TaxRates:
    rates = {row.category_id: percent(row.basis_points) for row in rows if row.basis_points is not None}
    standard = rates.pop(None, NO_TAXES.standard)
    return TaxRates(standard, rates)
