"""Promises to buyers in SQL: what comes in is given out in the order of promise; and which orders a shelf has news for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.allocation import SqlAllocations
from adapters.sql.hold import ALLOCATED, HELD, SqlHolds, backorder_of, values_of
from adapters.sql.shelf import columns_of, shelf_of
from adapters.sql.tables import fulfillment, stock_allocation, stock_backorder, stock_hold, stock_level
from adapters.sql.tables.order import AWAITS_GOODS
from adapters.sql.tables.stock import IS_EXCEEDED
from domain.fulfillment import NOT_BEGUN
from domain.hold import Backorder, Hold
from domain.ids import FulfillmentId, HoldId, OrderId
from domain.ledger import Shelf
from domain.quantities import Quantities

LEVEL, BACKORDER, ALLOCATION = columns_of(stock_level), columns_of(stock_backorder), columns_of(stock_allocation)
IS_NOT_BEGUN = fulfillment.c.status.in_([status.value for status in NOT_BEGUN])


class SqlPromises:
    """Promises in one unit of work."""

    def __init__(self, connection: AsyncConnection, holds: SqlHolds, allocations: SqlAllocations) -> None:
        self.connection, self.holds, self.allocations = connection, holds, allocations

    # -------------------------------------------------------------------------------------- what came in

    async def fill(self, shelves: Collection[Shelf], now: datetime) -> None:
        there = sorted(shelves)
        await self.holds.release_expired(there, now)
        of_these = tuple_(*BACKORDER).in_(there)
        await self.holds.lock_expected(of_these)
        waiting = select(stock_backorder).where(of_these).with_for_update()
        rows = await self.connection.execute(waiting.order_by(stock_backorder.c.expected_at, stock_backorder.c.id))
        if backorders := [backorder_of(row) for row in rows]:
            await self.give_out(backorders, await self.free(there))

    async def free(self, shelves: Sequence[Shelf]) -> dict[Shelf, int]:
        """What is safety for those who come now was promised before."""
        units = (stock_level.c.on_hand - HELD - ALLOCATED).label("units")
        query = select(*LEVEL, units).where(tuple_(*LEVEL).in_(shelves))
        return {shelf_of(row): row.units for row in await self.connection.execute(query)}

    async def give_out(self, backorders: Sequence[Backorder], free: dict[Shelf, int]) -> None:
        given: list[tuple[Backorder, int]] = []
        for one in backorders:
            units = min(one.quantity, free[one.shelf])
            if units > 0:
                free[one.shelf] -= units
                given.append((one, units))
        await self.no_longer_expected(given)
        await self.hold(given)
        await self.allocate(given)

    async def no_longer_expected(self, given: Sequence[tuple[Backorder, int]]) -> None:
        left = [{"of": one.id, "left": one.quantity - units} for one, units in given if units < one.quantity]
        if left:
            fewer = update(stock_backorder).where(stock_backorder.c.id == bindparam("of")).values(quantity=bindparam("left"))
            await self.connection.execute(fewer, left)
        done = [one.id for one, units in given if units == one.quantity]
        await self.connection.execute(delete(stock_backorder).where(stock_backorder.c.id.in_(done)))
        await self.holds.promise(Quantities((one.incoming, units) for one, units in given), -1)

    async def hold(self, given: Sequence[tuple[Backorder, int]]) -> None:
        """For checkouts, as long as they had it promised."""
        holds = [
            Hold(id=HoldId.new(), shelf=one.shelf, quantity=units, checkout=one.checkout, expires_at=one.expires_at)
            for one, units in given
            if one.checkout and one.expires_at
        ]
        if holds:
            await self.connection.execute(insert(stock_hold), [values_of(one) for one in holds])
            await self.holds.change(HELD, Quantities((one.shelf, one.quantity) for one in holds))

    async def allocate(self, given: Sequence[tuple[Backorder, int]]) -> None:
        mine: dict[FulfillmentId, Quantities[Shelf]] = defaultdict(Quantities)
        for one, units in given:
            if one.fulfillment:
                mine[one.fulfillment] += Quantities([(one.shelf, units)])
        if mine:
            await self.holds.change(ALLOCATED, Quantities(pair for units in mine.values() for pair in units.items()))
            await self.allocations.add(mine)

    # -------------------------------------------------------------------------------------- news for orders

    async def supplied(self, most: int) -> Sequence[OrderId]:
        still = exists().where(stock_backorder.c.fulfillment_id == fulfillment.c.id)
        query = select(fulfillment.c.order_id).where(AWAITS_GOODS, ~still).distinct().limit(most)
        return list((await self.connection.execute(query)).scalars())

    async def waiting(self, fulfillments: Sequence[FulfillmentId]) -> Collection[FulfillmentId]:
        query = select(stock_backorder.c.fulfillment_id).where(stock_backorder.c.fulfillment_id.in_(fulfillments))
        return set((await self.connection.execute(query)).scalars())

    async def exceeded(self, most: int) -> Sequence[Shelf]:
        of_level = [mine == level for mine, level in zip(ALLOCATION, LEVEL, strict=True)]
        can_be_lost = exists().where(*of_level, fulfillment.c.id == stock_allocation.c.fulfillment_id, IS_NOT_BEGUN)
        query = select(*LEVEL).where(IS_EXCEEDED, can_be_lost).order_by(*LEVEL).limit(most)
        return [shelf_of(row) for row in await self.connection.execute(query)]

    async def newest(self, shelf: Shelf, most: int) -> Sequence[OrderId]:
        newest = func.max(fulfillment.c.created_at)
        query = select(fulfillment.c.order_id).where(*allocated_at(shelf), IS_NOT_BEGUN).group_by(fulfillment.c.order_id)
        rows = await self.connection.execute(query.order_by(newest.desc(), fulfillment.c.order_id.desc()).limit(most))
        return list(rows.scalars())

    async def allocated(self, order: OrderId, shelf: Shelf) -> Mapping[FulfillmentId, int]:
        query = select(stock_allocation).where(*allocated_at(shelf), fulfillment.c.order_id == order)
        return {row.fulfillment_id: row.quantity for row in await self.connection.execute(query)}


def allocated_at(shelf: Shelf) -> list[ColumnElement[bool]]:
    here = [column == value for column, value in zip(ALLOCATION, shelf, strict=True)]
    return [*here, fulfillment.c.id == stock_allocation.c.fulfillment_id]
