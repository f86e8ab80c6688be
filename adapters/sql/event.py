"""Events in SQL: written by the unit of work that they tell of, read by position."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.tables import outbox
from domain.event import Event, EventType
from domain.ids import EventId, LocationId


class SqlEvents:
    """The events of one unit of work; the SKUs whose levels it changes make one, however many they are, and
    so do the places whose work it changes."""

    def __init__(self, connection: AsyncConnection, clock: Callable[[], datetime]) -> None:
        self.connection, self.clock = connection, clock
        self.added: list[Event] = []
        self.skus: set[str] = set()
        self.places: set[str] = set()

    def add(self, event: Event) -> None:
        self.added.append(event)

    def stock_changed(self, skus: Iterable[str]) -> None:
        self.skus.update(skus)

    def tasks_changed(self, locations: Iterable[LocationId]) -> None:
        self.places.update(map(str, locations))

    async def write(self) -> bool:
        """All at once; answers whether there were any."""
        if self.skus:
            data = {"skus": sorted(self.skus)}
            self.add(Event(id=EventId.new(), at=self.clock(), type=EventType.STOCK_CHANGED, data=data))
        if self.places:
            places = {"locations": sorted(self.places)}
            self.add(Event(id=EventId.new(), at=self.clock(), type=EventType.TASKS_CHANGED, data=places))
        if not self.added:
            return False
        await self.connection.execute(insert(outbox), [values_of(event) for event in self.added])
        self.added, self.skus, self.places = [], set(), set()
        return True

    async def purge(self, before: datetime, limit: int) -> int:
        old = select(outbox.c.position).where(outbox.c.at < before).order_by(outbox.c.at).limit(limit)
        return (await self.connection.execute(delete(outbox).where(outbox.c.position.in_(old)))).rowcount


class SqlOutbox:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def latest(self, limit: int) -> Sequence[int]:
        async with self.database.reading() as connection:
            query = select(outbox.c.position).order_by(outbox.c.position.desc()).limit(limit)
            return list((await connection.execute(query)).scalars())[::-1]

    async def after(self, position: int, limit: int) -> Sequence[tuple[int, Event]]:
        return await self.found(select(outbox).where(outbox.c.position > position).limit(limit))

    async def at(self, positions: Collection[int]) -> Sequence[tuple[int, Event]]:
        return await self.found(select(outbox).where(outbox.c.position.in_(positions)))

    async def found(self, query: Any) -> Sequence[tuple[int, Event]]:
        async with self.database.reading() as connection:
            rows = await connection.execute(query.order_by(outbox.c.position))
        return [(row.position, event_of(row)) for row in rows]


def values_of(event: Event) -> dict[str, Any]:
    return {"id": event.id, "at": event.at, "type": event.type.value, "subject": event.subject, "data": dict(event.data)}


def event_of(row: Row[Any]) -> Event:
    return Event(id=row.id, at=row.at, type=EventType(row.type), subject=row.subject, data=row.data)
