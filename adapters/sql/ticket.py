"""Pickup tickets in SQL: found by the digest of a location and a code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.tables import pickup_ticket
from adapters.sql.upsert import inserted
from domain.ids import LocationId, OrderId
from domain.ticket import Ticket


class SqlTickets:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def tickets(self, orders: Sequence[OrderId]) -> Mapping[tuple[OrderId, LocationId], Ticket]:
        async with self.database.reading() as connection:
            rows = await connection.execute(select(pickup_ticket).where(pickup_ticket.c.order_id.in_(orders)))
        return {(row.order_id, row.location_id): ticket_of(row) for row in rows}

    async def order_of(self, digest: str, location: LocationId) -> OrderId | None:
        unspent = (
            pickup_ticket.c.digest == digest,
            pickup_ticket.c.location_id == location,
            pickup_ticket.c.spent_at.is_(None),
        )
        async with self.database.reading() as connection:
            return (await connection.execute(select(pickup_ticket.c.order_id).where(*unspent))).scalar_one_or_none()


class SqlTicketWrites:
    """Tickets in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def issue(self, ticket: Ticket) -> bool:
        values = values_of(ticket) | {"order_id": ticket.order, "location_id": ticket.location}
        issuing = inserted(self.connection, pickup_ticket).values(values).on_conflict_do_nothing(index_elements=["digest"])
        return (await self.connection.execute(issuing)).rowcount == 1

    async def of(self, order: OrderId, location: LocationId) -> Ticket | None:
        mine = (pickup_ticket.c.order_id == order, pickup_ticket.c.location_id == location)
        row = (await self.connection.execute(select(pickup_ticket).where(*mine))).one_or_none()
        return ticket_of(row) if row else None

    async def over(self, now: datetime, most: int) -> Sequence[tuple[OrderId, LocationId]]:
        return await self.first(most, pickup_ticket.c.collect_before <= now)

    async def ending(self, now: datetime, until: datetime, most: int) -> Sequence[tuple[OrderId, LocationId]]:
        ends = pickup_ticket.c.collect_before
        return await self.first(most, ends > now, ends <= until, pickup_ticket.c.reminded_at.is_(None))

    async def first(self, most: int, *which: ColumnElement[bool]) -> list[tuple[OrderId, LocationId]]:
        query = select(pickup_ticket).where(pickup_ticket.c.spent_at.is_(None), *which)
        rows = await self.connection.execute(query.order_by(pickup_ticket.c.collect_before).limit(most))
        return [(row.order_id, row.location_id) for row in rows]

    async def save(self, ticket: Ticket) -> None:
        mine = (pickup_ticket.c.order_id == ticket.order, pickup_ticket.c.location_id == ticket.location)
        await self.connection.execute(update(pickup_ticket).where(*mine).values(values_of(ticket)))


def ticket_of(row: Row[Any]) -> Ticket:
    return Ticket(
        order=row.order_id,
        location=row.location_id,
        digest=row.digest,
        sealed=row.sealed,
        collect_before=row.collect_before,
        spent_at=row.spent_at,
        reminded_at=row.reminded_at,
        extensions=row.extensions,
    )


def values_of(ticket: Ticket) -> dict[str, Any]:
    return {
        "digest": ticket.digest,
        "sealed": ticket.sealed,
        "collect_before": ticket.collect_before,
        "spent_at": ticket.spent_at,
        "reminded_at": ticket.reminded_at,
        "extensions": ticket.extensions,
    }
