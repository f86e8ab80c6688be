"""The sweep in SQL: a bounded batch at a time, passing over what somebody is at work on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.tables import attempt, idempotency_key, letter, one_time_code, session, session_cart
from domain.sweep import Leftover

child = session.alias("child")
TABLES = {
    Leftover.ATTEMPT: attempt,
    Leftover.IDEMPOTENCY_KEY: idempotency_key,
    Leftover.LETTER: letter,
    Leftover.ONE_TIME_CODE: one_time_code,
    Leftover.SESSION: session,
}


def over(kind: Leftover, before: datetime) -> ColumnElement[bool]:
    if kind is Leftover.ATTEMPT:
        return attempt.c.since <= before
    if kind is Leftover.LETTER:
        return letter.c.at <= before
    if kind is not Leftover.SESSION:
        return TABLES[kind].c.expires_at <= before
    has_none = ~exists().where(child.c.parent_id == session.c.id)  # they go first, and it goes with a later batch
    return and_(or_(session.c.ends_at <= before, session.c.ended_at <= before), has_none)


class SqlLeftovers:
    """What is over, in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def delete(self, kind: Leftover, before: datetime, most: int) -> int:
        table = TABLES[kind]
        rows = (await self.connection.execute(some(table, over(kind, before), most))).all()
        if not rows:
            return 0
        if table is session:
            ids = [row.id for row in rows]
            await self.connection.execute(delete(session_cart).where(session_cart.c.session_id.in_(ids)))
        named = tuple_(*table.primary_key.columns).in_([tuple(row) for row in rows])
        return int((await self.connection.execute(delete(table).where(named))).rowcount)


def some(table: Table, where: ColumnElement[bool], most: int) -> Select[Any]:
    """In the order of their keys, as whoever else deletes them would take them."""
    key = table.primary_key.columns
    return select(*key).where(where).order_by(*key).limit(most).with_for_update(skip_locked=True)
