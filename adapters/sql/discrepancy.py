"""Discrepancies in SQL: written and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.shelf import at, at_shelf, keys_of
from adapters.sql.tables import stock_discrepancy, stock_level
from domain.discrepancy import Discrepancy, DiscrepancyCause


class SqlDiscrepancies:
    """Discrepancies in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def record(self, discrepancies: Sequence[Discrepancy]) -> None:
        if not discrepancies:
            return
        await self.connection.execute(insert(stock_discrepancy), [values_of(one) for one in discrepancies])
        for short in sorted(
            (one for one in discrepancies if one.cause is DiscrepancyCause.SHORT_PICK), key=lambda one: one.shelf
        ):
            doubtful = update(stock_level).where(at_shelf()).values(short_picked_at=short.at)
            await self.connection.execute(doubtful, at(short.shelf))


def values_of(found: Discrepancy) -> dict[str, Any]:
    return keys_of(found.shelf) | {
        "id": found.id,
        "at": found.at,
        "quantity": found.quantity,
        "cause": found.cause.value,
        "subject": found.subject,
        "staff_id": found.staff,
    }
