"""Tax rates taken in, in one unit of work; a shop has few, so they are compared whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.columns import basis_points, percent
from adapters.sql.tables import category, tax_rate
from domain.ids import CategoryId
from domain.intake.tax import TaxDraft, Taxed


class SqlTaxWrites:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def drafts(self) -> Mapping[Taxed, TaxDraft]:
        query = select(tax_rate, category.c.handle).outerjoin(category, category.c.id == tax_rate.c.category_id)
        drafts = [
            TaxDraft(Taxed(row.country_code, row.handle), percent(row.basis_points))
            for row in await self.connection.execute(query)
        ]
        return {draft.of: draft for draft in drafts}

    async def category_handles(self) -> Collection[str]:
        return (await self.category_ids()).keys()

    async def category_ids(self) -> dict[str, CategoryId]:
        return dict((await self.connection.execute(select(category.c.handle, category.c.id))).all())

    async def save(self, rates: Sequence[TaxDraft]) -> None:
        """What is changed is taken out and put in again: a null, which means the standard rate, is in no conflict."""
        await self.remove([draft.of for draft in rates])
        ids = await self.category_ids()
        rows = [
            {
                "country_code": draft.of.country_code,
                "category_id": None if draft.of.category is None else ids[draft.of.category],
                "basis_points": basis_points(draft.percent),
            }
            for draft in rates
        ]
        if rows:
            await self.connection.execute(insert(tax_rate), rows)

    async def remove(self, of: Collection[Taxed]) -> None:
        ids = await self.category_ids()
        for one in of:
            category_id = None if one.category is None else ids[one.category]
            same = (tax_rate.c.country_code == one.country_code, tax_rate.c.category_id.is_not_distinct_from(category_id))
            await self.connection.execute(delete(tax_rate).where(*same))
