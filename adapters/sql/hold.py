"""Holds in SQL: the guard is in the UPDATE, so the last unit goes to exactly one of those who want it.

Levels are locked in the order of shelves before they are changed, so that no two wait for each other; each step is one
statement, however many shelves it is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, FromClause, Row, Select, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.availability import sellable
from adapters.sql.event import SqlEvents
from adapters.sql.shelf import UNITS, columns_of, given_shelves, keys_of, on_shelf, shelf_of
from adapters.sql.tables import stock_allocation, stock_backorder, stock_hold, stock_incoming, stock_level
from domain.actor import Actor
from domain.hold import Backorder, Demand, Hold, handed_on
from domain.ids import BackorderId, CheckoutId, FulfillmentId
from domain.ledger import Shelf
from domain.quantities import Quantities

HELD, ALLOCATED = stock_level.c.held, stock_level.c.allocated


class SqlHolds:
    """Holds in one unit of work."""

    def __init__(self, connection: AsyncConnection, events: SqlEvents) -> None:
        self.connection, self.events = connection, events

    async def place(self, actor: Actor, holds: Sequence[Hold]) -> tuple[Shelf, ...]:
        if not holds:
            return ()
        wanted = Quantities((hold.shelf, hold.quantity) for hold in holds)
        asked = self.units(wanted)
        await self.lock(asked, len(wanted))
        enough = sellable(actor.channel.safety) >= asked.c.units
        take = update(stock_level).where(on_shelf(asked), enough).values(held=HELD + asked.c.units)
        taken = {shelf_of(row) for row in await self.connection.execute(take.returning(*columns_of(stock_level)))}
        short = tuple(shelf for shelf in sorted(wanted) if shelf not in taken)
        if not short:
            await self.connection.execute(insert(stock_hold), [values_of(hold) for hold in holds])
            self.events.stock_changed(shelf.sku for shelf in wanted)
        return short

    def units(self, units: Mapping[Shelf, int]) -> FromClause:
        """Shelves with units, as a table to join."""
        shelves = sorted(units)
        return given_shelves(self.connection, shelves, {UNITS: [units[shelf] for shelf in shelves]})

    async def lock(self, asked: FromClause, shelves: int) -> None:
        """In their order, like everybody; a single row is locked by whoever changes it, and SQLite has one writer."""
        if shelves > 1:
            await self.lock_levels(asked)

    async def lock_levels(self, asked: FromClause) -> None:
        if self.connection.dialect.name == "postgresql":
            levels = select(stock_level.c.sku).join(asked, on_shelf(asked)).order_by(*columns_of(stock_level))
            await self.connection.execute(levels.with_for_update(of=stock_level))

    async def change(self, column: Column[int], units: Quantities[Shelf]) -> None:
        """Adds units to a column of the levels, which are locked already or are one."""
        if units:
            asked = self.units(units)
            await self.connection.execute(update(stock_level).where(on_shelf(asked)).values({column: column + asked.c.units}))
            self.events.stock_changed(shelf.sku for shelf in units)

    # -------------------------------------------------------------------------------------- of what is expected

    async def backorder(self, backorders: Sequence[Backorder]) -> tuple[Shelf, ...]:
        if not backorders:
            return ()
        shelves = sorted({one.shelf for one in backorders})
        rows = await self.connection.execute(expected_on(shelves).with_for_update())
        left = [[row.id, shelf_of(row), row.expected_at, row.quantity - row.promised] for row in rows]
        promised: list[dict[str, Any]] = []
        short: list[Shelf] = []
        for one in sorted(backorders, key=lambda one: (one.shelf, one.expected_at)):
            missing = one.quantity
            for comes in left:
                units = min(missing, comes[3]) if comes[1] == one.shelf and comes[2] <= one.expected_at else 0
                if units > 0:
                    comes[3], missing = comes[3] - units, missing - units
                    part = replace(one, id=BackorderId.new(), incoming=comes[0], quantity=units)
                    promised.append(backorder_values(part))
            short += [one.shelf] if missing else []
        if promised and not short:
            await self.connection.execute(insert(stock_backorder), promised)
            await self.promise({row["incoming_id"]: row["quantity"] for row in promised}, 1)
            self.events.stock_changed(shelf.sku for shelf in shelves)
        return tuple(short)

    async def promise(self, units: Mapping[Any, int], sign: int) -> None:
        """So many more of each delivery are promised, or fewer."""
        more = update(stock_incoming).where(stock_incoming.c.id == bindparam("of"))
        more = more.values(promised=stock_incoming.c.promised + bindparam("units"))
        if units:
            await self.connection.execute(more, [{"of": id, "units": sign * n} for id, n in sorted(units.items())])

    # -------------------------------------------------------------------------------------- given back

    async def release_expired(self, shelves: Sequence[Shelf], now: datetime) -> Quantities[Shelf]:
        keys = tuple_(*columns_of(stock_hold)).in_(shelves)
        released = await self.give_back(keys & (stock_hold.c.expires_at <= now))
        expected = tuple_(*columns_of(stock_backorder)).in_(shelves)
        await self.take_back(expected & (stock_backorder.c.expires_at <= now))
        return released

    async def release(self, checkout: CheckoutId) -> None:
        await self.give_back(stock_hold.c.checkout_id == checkout)
        await self.take_back(stock_backorder.c.checkout_id == checkout)

    async def give_back(self, which: Any) -> Quantities[Shelf]:
        """The levels are locked before the holds are looked for, so that whoever waited finds none that others gave back."""
        held = select(*columns_of(stock_hold)).where(which)
        levels = select(stock_level.c.sku).where(tuple_(*columns_of(stock_level)).in_(held)).order_by(*columns_of(stock_level))
        if self.connection.dialect.name == "postgresql":
            await self.connection.execute(levels.with_for_update())
        gone = delete(stock_hold).where(which).returning(*columns_of(stock_hold), stock_hold.c.quantity)
        released = Quantities((shelf_of(row), row.quantity) for row in await self.connection.execute(gone))
        await self.change(HELD, -released)
        return released

    async def take_back(self, which: Any) -> None:
        await self.lock_expected(which)
        gone = delete(stock_backorder).where(which).returning(stock_backorder.c.incoming_id, stock_backorder.c.quantity)
        released = Quantities((row.incoming_id, row.quantity) for row in await self.connection.execute(gone))
        await self.promise(released, -1)

    async def lock_expected(self, which: Any) -> None:
        """Before the backorders that are promised of it, as whoever receives it does."""
        if self.connection.dialect.name == "postgresql":
            theirs = stock_incoming.c.id.in_(select(stock_backorder.c.incoming_id).where(which))
            await self.connection.execute(select(stock_incoming.c.id).where(theirs).order_by(*COMING).with_for_update())

    async def keep(self, checkout: CheckoutId, until: datetime) -> Demand:
        """Backorders first: what comes in meanwhile is none any more, and a hold."""
        expected = update(stock_backorder).where(stock_backorder.c.checkout_id == checkout).values(expires_at=until)
        rows = (await self.connection.execute(expected.returning(*stock_backorder.c))).all()
        held = update(stock_hold).where(stock_hold.c.checkout_id == checkout).values(expires_at=until)
        held = held.returning(*columns_of(stock_hold), stock_hold.c.quantity)
        on_shelves = Quantities((shelf_of(row), row.quantity) for row in await self.connection.execute(held))
        return Demand(on_shelves, Quantities(((shelf_of(row), row.expected_at), row.quantity) for row in rows))

    # -------------------------------------------------------------------------------------- allocated

    async def allocate(self, checkout: CheckoutId, fulfillments: Mapping[FulfillmentId, Demand]) -> bool:
        waiting = await self.hand_on(checkout, fulfillments)
        if waiting is None:
            return False
        awaited = {id: Quantities((one.shelf, one.quantity) for one in waiting if one.fulfillment == id) for id in fulfillments}
        there = {id: demand.units - awaited[id] for id, demand in fulfillments.items()}
        wanted = Quantities(pair for units in there.values() for pair in units.items())
        gone = delete(stock_hold).where(stock_hold.c.checkout_id == checkout)
        rows = await self.connection.execute(gone.returning(*columns_of(stock_hold), stock_hold.c.quantity))
        held = Quantities((shelf_of(row), row.quantity) for row in rows)
        if dict(held) != dict(wanted):
            return False
        if held:
            asked = self.units(held)
            await self.lock(asked, len(held))
            moved = {HELD: HELD - asked.c.units, ALLOCATED: ALLOCATED + asked.c.units}
            await self.connection.execute(update(stock_level).where(on_shelf(asked)).values(moved))
            allocated = [
                keys_of(shelf) | {"fulfillment_id": id, "quantity": n}
                for id, units in there.items()
                for shelf, n in units.items()
            ]
            await self.connection.execute(insert(stock_allocation), allocated)
        return True

    async def hand_on(self, checkout: CheckoutId, fulfillments: Mapping[FulfillmentId, Demand]) -> tuple[Backorder, ...] | None:
        """Backorders of the checkout are from now on those of its fulfillments. The levels are locked before they are looked
        at: what comes in meanwhile is held, and backordered no more."""
        if not any(demand.expected for demand in fulfillments.values()):
            return ()
        await self.lock_levels(self.units(Quantities(pair for one in fulfillments.values() for pair in one.units.items())))
        gone = delete(stock_backorder).where(stock_backorder.c.checkout_id == checkout).returning(stock_backorder)
        kept = [backorder_of(row) for row in await self.connection.execute(gone)]
        waiting = handed_on(kept, fulfillments)
        if waiting:
            await self.connection.execute(insert(stock_backorder), [backorder_values(one) for one in waiting])
        return waiting


COMING = (*columns_of(stock_incoming), stock_incoming.c.expected_at, stock_incoming.c.id)


def expected_on(shelves: Sequence[Shelf]) -> Select[Any]:
    """What comes to these shelves and nobody was promised, what comes first before the rest."""
    key = columns_of(stock_incoming)
    comes = select(stock_incoming).where(tuple_(*key).in_(shelves), stock_incoming.c.quantity > stock_incoming.c.promised)
    return comes.order_by(*COMING)


def values_of(hold: Hold) -> dict[str, object]:
    return keys_of(hold.shelf) | {
        "id": hold.id,
        "quantity": hold.quantity,
        "checkout_id": hold.checkout,
        "expires_at": hold.expires_at,
    }


def backorder_values(one: Backorder) -> dict[str, Any]:
    return keys_of(one.shelf) | {
        "id": one.id,
        "incoming_id": one.incoming,
        "quantity": one.quantity,
        "expected_at": one.expected_at,
        "checkout_id": one.checkout,
        "fulfillment_id": one.fulfillment,
        "expires_at": one.expires_at,
    }


def backorder_of(row: Row[Any]) -> Backorder:
    return Backorder(
        id=row.id,
        shelf=shelf_of(row),
        quantity=row.quantity,
        expected_at=row.expected_at,
        incoming=row.incoming_id,
        checkout=row.checkout_id,
        fulfillment=row.fulfillment_id,
        expires_at=row.expires_at,
    )
