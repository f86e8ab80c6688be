"""The stock proof in SQL: every level beside the sum of the rows behind it, in one statement."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, literal, or_, select, union_all

from adapters.sql.database import Database
from adapters.sql.shelf import shelf_of
from adapters.sql.tables import (
    channel,
    fulfillment,
    fulfillment_line,
    location,
    order_line,
    sales_order,
    stock_allocation,
    stock_backorder,
    stock_hold,
    stock_incoming,
    stock_level,
    stock_movement,
    stock_transfer,
    stock_transfer_line,
)
from domain.fulfillment import FulfillmentStatus
from domain.ids import SHARED_POOL
from domain.ledger import AccountKind, Shelf
from domain.proof import Break, Part


class SqlProof:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def totals(self, part: Part) -> tuple[int, int]:
        units = select(func.coalesce(func.sum(stock_level.c.on_hand), 0)).where(*within(part, stock_level.c))
        movements = select(func.count()).select_from(stock_movement).where(*touching(part))
        async with self.database.reading() as connection:
            row = (await connection.execute(select(units.scalar_subquery(), movements.scalar_subquery()))).one()
        return int(row[0]), int(row[1])

    async def first_break(self, part: Part) -> Break | None:
        sides = union_all(*(side for account in accounts(part) for side in account)).subquery("side")
        counted, rebuilt = func.sum(sides.c.counted), func.sum(sides.c.rebuilt)
        shelf = (sides.c.sku, sides.c.location_id, sides.c.pool_id)
        query = (
            select(*shelf, sides.c.account, counted.label("counted"), rebuilt.label("rebuilt"))
            .group_by(*shelf, sides.c.account)
            .having(counted != rebuilt)
            .order_by(*shelf, sides.c.account)
            .limit(1)
        )
        async with self.database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Break(shelf_of(row), row.account, int(row.counted), int(row.rebuilt))

    async def name_of(self, shelf: Shelf) -> str:
        code = select(location.c.code).where(location.c.id == shelf.location).scalar_subquery()
        pool = select(channel.c.code).where(channel.c.pool_id == shelf.pool, channel.c.strategy == "MULTI").scalar_subquery()
        async with self.database.reading() as connection:
            place, owner = (await connection.execute(select(code, pool))).one()
        of_pool = "" if shelf.pool == SHARED_POOL else f" in the pool of {owner}"
        return f"SKU {shelf.sku} at {place}{of_pool}"


def accounts(part: Part) -> list[list[Select[Any]]]:
    """For each account of a shelf: what its level or its transfers say, and the rows that must make it."""
    return [
        [said("on hand", stock_level.c.on_hand, part), *moved("on hand", AccountKind.ON_HAND, part)],
        [said("quarantined", stock_level.c.quarantined, part), *moved("quarantined", AccountKind.QUARANTINED, part)],
        [on_its_way(part), sent_to_store(part), *moved("in transit", AccountKind.IN_TRANSIT, part)],
        [said("held", stock_level.c.held, part), owned("held", stock_hold, part)],
        [said("allocated", stock_level.c.allocated, part), owned("allocated", stock_allocation, part)],
        [promised(part), owned("promised", stock_backorder, part)],
    ]


def said(account: str, column: Any, part: Part) -> Select[Any]:
    return side(account, stock_level.c, counted=column, rebuilt=literal(0)).where(*within(part, stock_level.c))


def on_its_way(part: Part) -> Select[Any]:
    """By the transfers that bring it, to the shelves that it goes to."""
    line, transfer = stock_transfer_line.c, stock_transfer.c
    shelf = SimpleNamespace(sku=line.sku, location_id=transfer.to_location_id, pool_id=transfer.pool_id)
    outstanding = side("in transit", shelf, counted=line.quantity - line.received_quantity, rebuilt=literal(0))
    return outstanding.where(line.transfer_id == transfer.id, *within(part, shelf))


def sent_to_store(part: Part) -> Select[Any]:
    """By the fulfillments that are collected where they go to."""
    line, one, order = fulfillment_line.c, fulfillment.c, sales_order.c
    shelf = SimpleNamespace(sku=order_line.c.sku, location_id=one.destination_id, pool_id=order.pool_id)
    sent = side("in transit", shelf, counted=line.quantity, rebuilt=literal(0))
    joins = (line.fulfillment_id == one.id, order_line.c.id == line.order_line_id, order.id == one.order_id)
    return sent.where(*joins, one.status == FulfillmentStatus.IN_TRANSIT.value, *within(part, shelf))


def promised(part: Part) -> Select[Any]:
    """Of what is expected on a shelf."""
    of = side("promised", stock_incoming.c, counted=stock_incoming.c.promised, rebuilt=literal(0))
    return of.where(*within(part, stock_incoming.c))


def owned(account: str, table: Table, part: Part) -> Select[Any]:
    return side(account, table.c, counted=literal(0), rebuilt=table.c.quantity).where(*within(part, table.c))


def moved(account: str, kind: AccountKind, part: Part) -> list[Select[Any]]:
    """Restricted by the place of the shelf: a part of the ledger has one side of some movements."""
    into, out_of = (place(end) for end in ("to", "from"))
    came = side(account, into, counted=literal(0), rebuilt=stock_movement.c.quantity).where(*within(part, into))
    went = side(account, out_of, counted=literal(0), rebuilt=-stock_movement.c.quantity).where(*within(part, out_of))
    return [came.where(stock_movement.c.to_account == kind.value), went.where(stock_movement.c.from_account == kind.value)]


def within(part: Part, shelf: Any) -> list[ColumnElement[bool]]:
    sku = [] if part.sku is None else [shelf.sku == part.sku]
    return sku if part.locations is None else [*sku, shelf.location_id.in_(part.locations)]


def touching(part: Part) -> list[ColumnElement[bool]]:
    """The movements into or out of a part."""
    sku = [] if part.sku is None else [stock_movement.c.sku == part.sku]
    if part.locations is None:
        return sku
    return [*sku, or_(*(place(end).location_id.in_(part.locations) for end in ("from", "to")))]


def place(end: str) -> Any:
    """The shelf at one end of a movement, under the names a level's has."""
    location, pool = stock_movement.c[f"{end}_location_id"], stock_movement.c[f"{end}_pool_id"]
    return SimpleNamespace(sku=stock_movement.c.sku, location_id=location, pool_id=pool)


def side(account: str, shelf: Any, *, counted: Any, rebuilt: Any) -> Select[Any]:
    return select(
        shelf.sku,
        shelf.location_id.label("location_id"),
        shelf.pool_id.label("pool_id"),
        literal(account).label("account"),
        counted.label("counted"),
        rebuilt.label("rebuilt"),
    )
