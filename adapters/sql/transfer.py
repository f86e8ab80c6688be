"""Transfers in SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.stock import of_integration, told
from adapters.sql.tables import stock_transfer, stock_transfer_line
from domain.actor import Actor
from domain.ids import LocationId, StockTransferId
from domain.page import Edge, PageRequest, cursor_of, foreign_cursor, page_info
from domain.refusal import InvalidInput
from domain.transfer import StockTransfer, StockTransferLine, StockTransferStatus, TransferPage

ENDS = (stock_transfer.c.from_location_id, stock_transfer.c.to_location_id)


class SqlTransfers:
    """Transfers read."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def transfers(self, actor: Actor, ids: Sequence[StockTransferId]) -> Mapping[StockTransferId, StockTransfer]:
        async with self.database.reading() as connection:
            found = await transfers_of(connection, shown_to(actor).where(stock_transfer.c.id.in_(ids)))
        return {transfer.id: transfer for transfer in found}

    async def page(
        self, actor: Actor, location: LocationId, page: PageRequest, *, only_open: bool
    ) -> TransferPage | InvalidInput:
        if refusal := foreign_cursor(page, (str,)):
            return refusal
        after = None if page.after is None else StockTransferId.parse(str(page.after[0]))
        if page.after is not None and after is None:
            return InvalidInput(("after",), "`after` is a cursor of another list; start again without it.")
        query = shown_to(actor).where(or_(*(end == location for end in ENDS)))
        if only_open:
            query = query.where(stock_transfer.c.status == StockTransferStatus.IN_TRANSIT.value)
        if after:
            query = query.where(stock_transfer.c.id < after)
        async with self.database.reading() as connection:
            found = await transfers_of(connection, query.order_by(stock_transfer.c.id.desc()).limit(page.size + 1))
        edges = tuple(Edge(one, cursor_of((str(one.id),))) for one in found[: page.size])
        return TransferPage(edges, page_info(request=page, cursors=[e.cursor for e in edges], more=len(found) > page.size))


class SqlTransferWrites:
    """Transfers in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def add(self, transfer: StockTransfer) -> None:
        row = {
            "id": transfer.id,
            "status": transfer.status.value,
            "from_location_id": transfer.from_location_id,
            "to_location_id": transfer.to_location_id,
            "pool_id": transfer.pool,
            "expected_at": transfer.expected_at,
            "created_at": transfer.created_at,
        }
        lines = [{"transfer_id": line.transfer, "sku": line.sku, "quantity": line.quantity} for line in transfer.lines]
        await self.connection.execute(insert(stock_transfer).values(row))
        await self.connection.execute(insert(stock_transfer_line), lines)

    async def lock(self, id: StockTransferId) -> StockTransfer | None:
        found = await transfers_of(self.connection, select(stock_transfer).where(stock_transfer.c.id == id).with_for_update())
        return found[0] if found else None

    async def save(self, transfer: StockTransfer) -> None:
        status = update(stock_transfer).where(stock_transfer.c.id == transfer.id).values(status=transfer.status.value)
        await self.connection.execute(status)
        key = (stock_transfer_line.c.transfer_id == bindparam("of_transfer"), stock_transfer_line.c.sku == bindparam("of_sku"))
        come_in = update(stock_transfer_line).where(*key).values(received_quantity=bindparam("received"))
        lines = [
            {"of_transfer": line.transfer, "of_sku": line.sku, "received": line.received_quantity} for line in transfer.lines
        ]
        await self.connection.execute(come_in, lines)


def shown_to(actor: Actor) -> Select[Any]:
    """Either end may be one that the actor is told of."""
    return select(stock_transfer).where(or_(*(told(actor, end) for end in ENDS), of_integration(actor, stock_transfer)))


async def transfers_of(connection: AsyncConnection, query: Select[Any]) -> list[StockTransfer]:
    """In the order of the query; their lines by one more statement."""
    rows = (await connection.execute(query)).all()
    if not rows:
        return []
    lines: dict[StockTransferId, list[StockTransferLine]] = defaultdict(list)
    of_these = select(stock_transfer_line).where(stock_transfer_line.c.transfer_id.in_([row.id for row in rows]))
    for row in await connection.execute(of_these.order_by(stock_transfer_line.c.sku)):
        lines[row.transfer_id].append(line_of(row))
    return [transfer_of(row, lines[row.id]) for row in rows]


def line_of(row: Row[Any]) -> StockTransferLine:
    return StockTransferLine(
        transfer=row.transfer_id, sku=row.sku, quantity=row.quantity, received_quantity=row.received_quantity
    )


def transfer_of(row: Row[Any], lines: Sequence[StockTransferLine]) -> StockTransfer:
    return StockTransfer(
        id=row.id,
        status=StockTransferStatus(row.status),
        from_location_id=row.from_location_id,
        to_location_id=row.to_location_id,
        pool=row.pool_id,
        lines=tuple(lines),
        expected_at=row.expected_at,
        created_at=row.created_at,
    )
