"""Letters in SQL: gathered from the outbox behind a cursor, and taken by one process at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.tables import letter, outbox, outbox_cursor
from adapters.sql.upsert import inserted
from domain.event import EventType
from domain.ids import EventId, FulfillmentId, OrderId
from domain.letter import Letter

CONSUMER = "letters"
EVENTS_AT_ONCE, PAGES_MAX = 1_000, 20


class SqlLetters:
    """Letters in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def gather(self, changes: Collection[str], settled: datetime) -> None:
        """By one process at a time: the cursor is whoever's has locked it."""
        first = inserted(self.connection, outbox_cursor).values(consumer=CONSUMER, position=0)
        await self.connection.execute(first.on_conflict_do_nothing())
        mine = outbox_cursor.c.consumer == CONSUMER
        locked = select(outbox_cursor.c.position).where(mine).with_for_update(skip_locked=True)
        start = (await self.connection.execute(locked)).scalar_one_or_none()
        if start is None:
            return
        read = await self.read(start, changes)
        old = select(func.max(outbox.c.position)).where(outbox.c.position > start, outbox.c.at < settled)
        if read is not None:
            old = old.where(outbox.c.position <= read)
        if (reached := (await self.connection.execute(old)).scalar_one()) is not None:
            await self.connection.execute(update(outbox_cursor).where(mine).values(position=reached))

    async def read(self, position: int, changes: Collection[str]) -> int | None:
        """Up to where it came, if not to the end."""
        for _ in range(PAGES_MAX):
            news = select(outbox).where(outbox.c.position > position, outbox.c.type == EventType.ORDER_CHANGED.value)
            rows = (await self.connection.execute(news.order_by(outbox.c.position).limit(EVENTS_AT_ONCE))).all()
            if worth := [values_of(row) for row in rows if row.data.get("change") in changes]:
                adding = inserted(self.connection, letter).on_conflict_do_nothing(index_elements=["event_id"])
                await self.connection.execute(adding, worth)
            if len(rows) < EVENTS_AT_ONCE:
                return None
            position = rows[-1].position
        return position

    async def take(self, now: datetime, until: datetime, most: int) -> Sequence[Letter]:
        before = letter.alias("before")
        has_earlier = exists().where(
            before.c.order_id == letter.c.order_id, before.c.position < letter.c.position, before.c.due_at.is_not(None)
        )
        due = (
            select(letter).where(letter.c.due_at <= now, ~has_earlier).order_by(letter.c.due_at, letter.c.position).limit(most)
        )
        rows = (await self.connection.execute(due.with_for_update(skip_locked=True, of=letter))).all()
        taking = update(letter).where(letter.c.event_id.in_([row.event_id for row in rows]))
        await self.connection.execute(taking.values(due_at=until, tries=letter.c.tries + 1))
        return [letter_of(row) for row in rows]

    async def settle(self, id: EventId, again_at: datetime | None) -> None:
        await self.connection.execute(update(letter).where(letter.c.event_id == id).values(due_at=again_at))


def values_of(row: Row[Any]) -> dict[str, Any]:
    """Of an event; a letter is due when it has happened."""
    return {
        "event_id": row.id,
        "position": row.position,
        "at": row.at,
        "order_id": OrderId.parse(row.subject),
        "fulfillment_id": FulfillmentId.parse(row.data.get("fulfillment", "")),
        "change": row.data["change"],
        "due_at": row.at,
    }


def letter_of(row: Row[Any]) -> Letter:
    return Letter(id=row.event_id, order=row.order_id, change=row.change, fulfillment=row.fulfillment_id, tries=row.tries + 1)
