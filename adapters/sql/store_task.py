"""What there is to do at a location, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.order import by_owner, fulfillment_of
from adapters.sql.tables import fulfillment, fulfillment_line
from domain.actor import Actor
from domain.fulfillment import IN_THE_HOUSE, Fulfillment, FulfillmentStatus
from domain.ids import FulfillmentId, LocationId
from domain.page import Edge, Page, PageRequest, cursor_of, foreign_cursor, page_info
from domain.refusal import InvalidInput
from domain.store_task import PARTS

TO_SEND = [status.value for status in IN_THE_HOUSE]
TO_HAND_OVER = [
    status.value for status in (FulfillmentStatus.IN_TRANSIT, FulfillmentStatus.ARRIVED, FulfillmentStatus.READY_FOR_PICKUP)
]
task: Any = fulfillment.c


class SqlStoreTasks:
    """The work of locations; an associate is told of that of their own stores alone."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def tasks(
        self, actor: Actor, location: LocationId, statuses: tuple[FulfillmentStatus, ...] | None, request: PageRequest
    ) -> Page[Fulfillment] | InvalidInput:
        after = None if request.after is None else FulfillmentId.parse(str(request.after[0]))
        if refusal := foreign_cursor(request, PARTS):
            return refusal
        if request.after is not None and after is None:
            return InvalidInput(("after",), "`after` is a cursor of another list; start again without it.")
        mine = and_(told(actor, location), waits(location) if statuses is None else among(location, statuses))
        query = select(fulfillment).where(mine)
        page = (query.where(fulfillment.c.id > after) if after else query).order_by(fulfillment.c.id)
        async with self.database.reading() as connection:
            total = (await connection.execute(select(func.count()).select_from(fulfillment).where(mine))).scalar_one()
            found = await with_lines(connection, page.limit(request.size + 1))
        edges = tuple(Edge(one, cursor_of((str(one.id),))) for one in found[: request.size])
        info = page_info(request=request, cursors=[edge.cursor for edge in edges], more=len(found) > request.size)
        return Page(edges, info, total)

    async def changed(self, actor: Actor, location: LocationId, since: datetime | None, most: int) -> Sequence[Fulfillment]:
        which = waits(location) if since is None else and_(at(location), fulfillment.c.updated_at >= since)
        oldest = fulfillment.c.id if since is None else fulfillment.c.updated_at
        query = select(fulfillment).where(told(actor, location), which).order_by(oldest).limit(most)
        async with self.database.reading() as connection:
            return await with_lines(connection, query)


def told(actor: Actor, location: LocationId) -> ColumnElement[bool]:
    return literal(actor.serves(location))


def at(location: LocationId) -> ColumnElement[bool]:
    return or_(task.location_id == location, task.destination_id == location)


def waits(location: LocationId) -> ColumnElement[bool]:
    """For somebody who sends it from there, or hands it over there."""
    to_send = and_(task.location_id == location, task.status.in_(TO_SEND))
    return or_(to_send, and_(task.destination_id == location, task.status.in_(TO_HAND_OVER)))


def among(location: LocationId, statuses: Sequence[FulfillmentStatus]) -> ColumnElement[bool]:
    return and_(at(location), task.status.in_([status.value for status in statuses]))


async def with_lines(connection: AsyncConnection, query: Select[Any]) -> list[Fulfillment]:
    """Two statements."""
    rows = (await connection.execute(query)).all()
    lines = await by_owner(connection, fulfillment_line, fulfillment_line.c.fulfillment_id, [row.id for row in rows])
    return [fulfillment_of(row, lines[row.id]) for row in rows]
