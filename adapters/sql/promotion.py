"""Promotions taken in, in one unit of work; a shop has few, so they are compared whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.columns import basis_points, minor, money
from adapters.sql.pricing import discount_of
from adapters.sql.tables import category, channel, promotion, promotion_category, promotion_channel
from adapters.sql.upsert import upsert
from domain.ids import Id, PromotionId
from domain.intake.promotion import PromotionDraft
from domain.promotion import Amount, DiscountScope, Percentage, Period, code_key


class SqlPromotionWrites:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def drafts(self) -> Mapping[str, PromotionDraft]:
        channels = await self.names(promotion_channel.c.promotion_id, channel.c.code, promotion_channel)
        categories = await self.names(promotion_category.c.promotion_id, category.c.handle, promotion_category)
        rows = await self.connection.execute(select(promotion))
        return {row.name: draft_of(row, channels[row.id], categories[row.id]) for row in rows}

    async def names(self, of: Any, name: Any, link: Table) -> Mapping[PromotionId, frozenset[str]]:
        """What each promotion is linked to, by code or handle."""
        found: dict[PromotionId, frozenset[str]] = defaultdict(frozenset)
        for id, text in await self.connection.execute(select(of, name).select_from(link.join(name.table))):
            found[id] |= {text}
        return found

    async def channel_codes(self) -> Collection[str]:
        return set((await self.connection.execute(select(channel.c.code))).scalars())

    async def category_handles(self) -> Collection[str]:
        return set((await self.connection.execute(select(category.c.handle))).scalars())

    async def save(self, promotions: Sequence[PromotionDraft]) -> None:
        if not promotions:
            return
        statement = upsert(self.connection, promotion, by=["name"], keep=["id", "uses"])
        await self.connection.execute(statement, [values_of(draft) for draft in promotions])
        known = dict((await self.connection.execute(select(promotion.c.name, promotion.c.id))).all())
        ids = {known[draft.name]: draft for draft in promotions}
        channels: dict[str, Id] = dict((await self.connection.execute(select(channel.c.code, channel.c.id))).all())
        categories: dict[str, Id] = dict((await self.connection.execute(select(category.c.handle, category.c.id))).all())
        await self.link(promotion_channel, {id: [channels[code] for code in draft.channels] for id, draft in ids.items()})
        await self.link(
            promotion_category, {id: [categories[handle] for handle in draft.categories] for id, draft in ids.items()}
        )

    async def link(self, table: Table, linked: Mapping[PromotionId, Sequence[Id]]) -> None:
        """Each promotion to exactly these."""
        of, to = table.primary_key.columns
        await self.connection.execute(delete(table).where(of.in_(linked)))
        rows = [{of.name: id, to.name: other} for id, others in linked.items() for other in others]
        if rows:
            await self.connection.execute(insert(table), rows)

    async def use(self, promotions: Sequence[PromotionId]) -> bool:
        """In their order, so that no two who place an order wait for each other."""
        return not promotions or await self.counted(promotions, 1) == len(promotions)

    async def give_back(self, promotions: Sequence[PromotionId]) -> None:
        if promotions:
            await self.counted(promotions, -1)

    async def counted(self, promotions: Sequence[PromotionId], sign: int) -> int:
        if self.connection.dialect.name == "postgresql":
            rows = select(promotion.c.id).where(promotion.c.id.in_(promotions)).order_by(promotion.c.id)
            await self.connection.execute(rows.with_for_update())
        uses = promotion.c.uses + sign
        possible = (promotion.c.id.in_(promotions), or_(promotion.c.uses_max.is_(None), uses <= promotion.c.uses_max))
        return (await self.connection.execute(update(promotion).where(*possible).values(uses=uses))).rowcount

    async def end(self, names: Collection[str], now: datetime) -> int:
        unused = select(promotion.c.id).where(promotion.c.name.in_(names), promotion.c.uses == 0)
        ids = (await self.connection.execute(unused.order_by(promotion.c.id).with_for_update())).scalars().all()
        for link in (promotion_channel, promotion_category):
            await self.connection.execute(delete(link).where(link.c.promotion_id.in_(ids)))
        deleted = await self.connection.execute(delete(promotion).where(promotion.c.id.in_(ids)))
        not_over = or_(promotion.c.ends_at.is_(None), promotion.c.ends_at > now)
        used = update(promotion).where(promotion.c.name.in_(names), not_over).values(ends_at=now)
        return deleted.rowcount + (await self.connection.execute(used)).rowcount


def draft_of(row: Row[Any], channels: frozenset[str], categories: frozenset[str]) -> PromotionDraft:
    return PromotionDraft(
        name=row.name,
        code=row.code,
        scope=DiscountScope(row.scope),
        discount=discount_of(row),
        period=Period(row.starts_at, row.ends_at),
        channels=channels,
        categories=categories,
        minimum=money(row.currency_code, row.minimum_minor),
        uses_max=row.uses_max,
    )


def values_of(draft: PromotionDraft) -> dict[str, Any]:
    off = draft.discount
    amount = off.money if isinstance(off, Amount) else None
    currency = next((one.currency_code for one in (amount, draft.minimum) if one is not None), None)
    return {
        "id": PromotionId.new(),
        "name": draft.name,
        "code": draft.code,
        "code_key": None if draft.code is None else code_key(draft.code),
        "scope": draft.scope.value,
        "basis_points": basis_points(off.percent) if isinstance(off, Percentage) else None,
        "amount_minor": minor(amount),
        "minimum_minor": minor(draft.minimum),
        "currency_code": currency,
        "starts_at": draft.period.starts_at,
        "ends_at": draft.period.ends_at,
        "uses_max": draft.uses_max,
    }
