"""Holds in SQL: the guard is in the UPDATE, so the last unit goes to exactly one of those who want it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.availability import sellable
from adapters.sql.event import SqlEvents
from adapters.sql.shelf import at, at_shelf, columns_of, keys_of, shelf_of
from adapters.sql.tables import stock_hold, stock_level
from domain.actor import Actor
from domain.hold import Hold
from domain.ledger import Shelf
from domain.quantities import Quantities


class SqlHolds:
    """Holds in one unit of work."""

    def __init__(self, connection: AsyncConnection, events: SqlEvents) -> None:
        self.connection, self.events = connection, events

    async def place(self, actor: Actor, holds: Sequence[Hold]) -> tuple[Shelf, ...]:
        short = []
        for hold in sorted(holds, key=lambda hold: hold.shelf):
            enough = sellable(actor.channel.safety) >= hold.quantity
            take = update(stock_level).where(at_shelf(), enough).values(held=stock_level.c.held + hold.quantity)
            if (await self.connection.execute(take, at(hold.shelf))).rowcount == 0:
                short.append(hold.shelf)
        if holds and not short:
            await self.connection.execute(insert(stock_hold), [values_of(hold) for hold in holds])
            self.events.stock_changed(hold.shelf.sku for hold in holds)
        return tuple(short)

    async def release_expired(self, shelves: Sequence[Shelf], now: datetime) -> Quantities[Shelf]:
        """The levels are locked first, in their order, so that no two who give back wait for each other."""
        key, owned = columns_of(stock_level), columns_of(stock_hold)
        levels = select(*key).where(tuple_(*key).in_(shelves)).order_by(*key)
        await self.connection.execute(levels.with_for_update())
        expired = delete(stock_hold).where(tuple_(*owned).in_(shelves), stock_hold.c.expires_at <= now)
        rows = await self.connection.execute(expired.returning(*owned, stock_hold.c.quantity))
        released = Quantities((shelf_of(row), row.quantity) for row in rows)
        for shelf in sorted(released):
            back = update(stock_level).where(at_shelf()).values(held=stock_level.c.held - released[shelf])
            await self.connection.execute(back, at(shelf))
        self.events.stock_changed(shelf.sku for shelf in released)
        return released


def values_of(hold: Hold) -> dict[str, object]:
    return keys_of(hold.shelf) | {
        "id": hold.id,
        "quantity": hold.quantity,
        "checkout_id": hold.checkout,
        "expires_at": hold.expires_at,
    }
