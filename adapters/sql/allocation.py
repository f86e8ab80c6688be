"""Allocations in SQL: guarded as holds are, in the same order of rows."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.availability import sellable
from adapters.sql.hold import ALLOCATED, SqlHolds
from adapters.sql.shelf import columns_of, keys_of, on_shelf, shelf_of
from adapters.sql.tables import stock_allocation, stock_backorder, stock_level
from adapters.sql.upsert import inserted
from domain.hold import Backorder, Demand
from domain.ids import BackorderId, FulfillmentId
from domain.ledger import Shelf
from domain.quantities import Quantities


class SqlAllocations:
    """Allocations in one unit of work."""

    def __init__(self, connection: AsyncConnection, holds: SqlHolds) -> None:
        self.connection, self.holds = connection, holds

    async def take(self, fulfillment: FulfillmentId, demand: Demand, *, safety: int) -> tuple[Shelf, ...]:
        short: tuple[Shelf, ...] = ()
        if wanted := demand.on_shelves:
            asked = self.holds.units(wanted)
            await self.holds.lock(asked, len(wanted))
            enough = sellable(safety) >= asked.c.units
            taking = update(stock_level).where(on_shelf(asked), enough).values(allocated=ALLOCATED + asked.c.units)
            rows = await self.connection.execute(taking.returning(*columns_of(stock_level)))
            taken = {shelf_of(row) for row in rows}
            short = tuple(shelf for shelf in sorted(wanted) if shelf not in taken)
            if not short:
                await self.add({fulfillment: wanted})
        expected = [
            Backorder(id=BackorderId.new(), shelf=shelf, quantity=units, expected_at=by, fulfillment=fulfillment)
            for (shelf, by), units in demand.expected.items()
        ]
        return short + await self.holds.backorder(expected)

    async def put(self, fulfillment: FulfillmentId, units: Quantities[Shelf]) -> None:
        if units:
            await self.holds.lock(self.holds.units(units), len(units))
            await self.holds.change(ALLOCATED, units)
            await self.add({fulfillment: units})

    async def add(self, allocated: Mapping[FulfillmentId, Mapping[Shelf, int]]) -> None:
        rows = [
            keys_of(shelf) | {"fulfillment_id": id, "quantity": n}
            for id, units in allocated.items()
            for shelf, n in sorted(units.items())
        ]
        statement = inserted(self.connection, stock_allocation)
        more = {"quantity": stock_allocation.c.quantity + statement.excluded.quantity}
        keys = ["fulfillment_id", "sku", "location_id", "pool_id"]
        await self.connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=more), rows)
        self.holds.events.stock_changed(row["sku"] for row in rows)

    async def release(self, fulfillment: FulfillmentId, units: Quantities[Shelf]) -> None:
        if not units:
            return
        await self.holds.lock(self.holds.units(units), len(units))
        mine = stock_allocation.c.fulfillment_id == fulfillment
        rows = (await self.connection.execute(select(stock_allocation).where(mine).with_for_update())).all()
        allocated = Quantities((shelf_of(row), row.quantity) for row in rows)
        gone = allocated & units
        left = allocated - gone
        if gone:
            await self.connection.execute(delete(stock_allocation).where(mine))
            await self.holds.change(ALLOCATED, -gone)
        if gone and left:
            kept = [keys_of(shelf) | {"fulfillment_id": fulfillment, "quantity": n} for shelf, n in sorted(left.items())]
            await self.connection.execute(insert(stock_allocation), kept)
        await self.unpromise(fulfillment, units - gone)

    async def unpromise(self, fulfillment: FulfillmentId, units: Quantities[Shelf]) -> None:
        """What comes last is given up first."""
        if not units:
            return
        mine = stock_backorder.c.fulfillment_id == fulfillment
        await self.holds.lock_expected(mine)
        latest = (
            select(stock_backorder)
            .where(mine)
            .order_by(stock_backorder.c.expected_at.desc(), stock_backorder.c.id.desc())
            .with_for_update()
        )
        left, freed = dict(units), []
        for row in await self.connection.execute(latest):
            n = min(left.get(shelf_of(row), 0), row.quantity)
            if n > 0:
                left[shelf_of(row)] -= n
                freed.append((row, n))
        for row, n in freed:
            one = stock_backorder.c.id == row.id
            whole = n == row.quantity
            statement = (
                delete(stock_backorder).where(one)
                if whole
                else update(stock_backorder).where(one).values(quantity=row.quantity - n)
            )
            await self.connection.execute(statement)
        await self.holds.promise(Quantities((row.incoming_id, n) for row, n in freed), -1)
        self.holds.events.stock_changed(shelf.sku for shelf in units)
