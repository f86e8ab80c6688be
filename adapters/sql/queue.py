"""Fulfillments that nobody has accepted yet, in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.tables import fulfillment
from domain.accept_time import Unaccepted
from domain.fulfillment import FulfillmentStatus
from domain.ids import FulfillmentId

IS_OPEN = fulfillment.c.status == FulfillmentStatus.OPEN.value


class SqlQueue:
    """What waits to be accepted, in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def undated(self, most: int) -> Sequence[Unaccepted]:
        theirs = fulfillment.c.location_id.is_not(None)
        query = select(fulfillment).where(IS_OPEN, fulfillment.c.accept_before.is_(None), theirs)
        rows = await self.connection.execute(query.order_by(fulfillment.c.id).limit(most))
        return [Unaccepted(row.id, row.location_id, max(row.created_at, row.expected_at or row.created_at)) for row in rows]

    async def date(self, deadlines: Mapping[FulfillmentId, datetime]) -> None:
        if deadlines:
            dating = update(fulfillment).where(fulfillment.c.id == bindparam("of")).values(accept_before=bindparam("until"))
            await self.connection.execute(dating, [{"of": id, "until": until} for id, until in sorted(deadlines.items())])

    async def late(self, now: datetime, most: int) -> Sequence[FulfillmentId]:
        query = select(fulfillment.c.id).where(IS_OPEN, fulfillment.c.accept_before <= now)
        return list((await self.connection.execute(query.order_by(fulfillment.c.accept_before).limit(most))).scalars())
