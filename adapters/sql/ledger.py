"""The stock ledger in SQL: levels locked in one order, and changed by guarded statements together with their movements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Row, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.shelf import SHELVES_MAX, at, at_shelf, columns_of, keys_of, shelf_of
from adapters.sql.tables import location, stock_incoming, stock_level, stock_movement
from adapters.sql.upsert import chunks, inserted
from domain.ledger import Account, AccountKind, Incoming, Movement, Shelf, StockLevel, balances

COLUMN_OF = {AccountKind.ON_HAND: stock_level.c.on_hand, AccountKind.QUARANTINED: stock_level.c.quarantined}


def level_of(row: Row[Any]) -> StockLevel:
    return StockLevel(
        shelf=shelf_of(row),
        on_hand=row.on_hand,
        held=row.held,
        allocated=row.allocated,
        safety=row.safety,
        safety_is_default=row.safety_is_default,
        quarantined=row.quarantined,
        counted_at=row.counted_at,
    )


class SqlLedger:
    """The ledger in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.locked: dict[Shelf, StockLevel] = {}  # as they were when they were locked

    async def lock(self, shelves: Collection[Shelf]) -> Mapping[Shelf, StockLevel]:
        """In the order of shelves, like everybody, so that no two wait for each other."""
        key = columns_of(stock_level)
        for some in chunks(sorted(set(shelves) - self.locked.keys()), SHELVES_MAX):
            await self.open(some)
            query = select(stock_level).where(tuple_(*key).in_(some)).order_by(*key).with_for_update()
            self.locked |= {(level := level_of(row)).shelf: level for row in await self.connection.execute(query)}
        return {shelf: self.locked[shelf] for shelf in shelves}

    async def open(self, shelves: Collection[Shelf]) -> None:
        """Gives a level of 0, with the location's buffer as its safety, to each shelf that has none."""
        buffers = dict((await self.connection.execute(select(location.c.id, location.c.walk_in_buffer))).all())
        rows = [keys_of(shelf) | {"safety": buffers[shelf.location]} for shelf in shelves]
        await self.connection.execute(inserted(self.connection, stock_level).on_conflict_do_nothing(), rows)

    async def post(self, movements: Sequence[Movement]) -> tuple[Shelf, ...]:
        if not movements:
            return ()
        net = balances(movements)
        await self.lock({account.shelf for account in net if account.shelf})
        short = await self.change(net)
        await self.connection.execute(insert(stock_movement), [values_of(movement) for movement in movements])
        return tuple(short)

    async def change(self, net: Mapping[Account, int]) -> list[Shelf]:
        """Additions all at once; each subtraction with its guard, one by one, so that the short shelves are known."""
        short = []
        for kind, column in COLUMN_OF.items():
            shelves = sorted((account.shelf, units) for account, units in net.items() if account.kind is kind and account.shelf)
            if plus := [at(shelf) | {"units": units} for shelf, units in shelves if units > 0]:
                add = update(stock_level).where(at_shelf()).values({column: column + bindparam("units")})
                await self.connection.execute(add, plus)
            short += [shelf for shelf, units in shelves if units < 0 and not await self.take(shelf, column, -units)]
        return short

    async def take(self, shelf: Shelf, column: Column[int], units: int) -> bool:
        """Only if there are that many."""
        guarded = update(stock_level).where(at_shelf(), column >= units).values({column: column - units})
        return (await self.connection.execute(guarded, at(shelf))).rowcount == 1

    async def confirm(self, shelves: Collection[Shelf], now: datetime) -> None:
        statement = update(stock_level).where(at_shelf()).values(counted_at=now)
        if shelves:
            await self.connection.execute(statement, [at(shelf) for shelf in sorted(shelves)])

    async def set_safety(self, safety: Mapping[Shelf, int]) -> None:
        statement = update(stock_level).where(at_shelf()).values(safety=bindparam("units"), safety_is_default=False)
        if safety:
            await self.connection.execute(statement, [at(shelf) | {"units": safety[shelf]} for shelf in sorted(safety)])

    async def incoming(self, shelves: Collection[Shelf]) -> Mapping[Shelf, tuple[Incoming, ...]]:
        found: dict[Shelf, tuple[Incoming, ...]] = defaultdict(tuple)
        key = tuple_(*columns_of(stock_incoming))
        for some in chunks(sorted(shelves), SHELVES_MAX):
            query = select(stock_incoming).where(key.in_(some)).order_by(stock_incoming.c.expected_at)
            for row in await self.connection.execute(query):
                found[shelf_of(row)] += (incoming_of(row),)
        return found

    async def set_incoming(self, incoming: Mapping[Shelf, Sequence[Incoming]]) -> None:
        if shelves := [at(shelf) for shelf in sorted(incoming)]:
            mine = at_shelf(stock_incoming)
            await self.connection.execute(delete(stock_incoming).where(mine, stock_incoming.c.promised == 0), shelves)
            kept = update(stock_incoming).where(mine).values(quantity=stock_incoming.c.promised)
            await self.connection.execute(kept, shelves)
        for expected in (one for shelf in sorted(incoming) for one in incoming[shelf]):
            await self.connection.execute(self.expecting(expected))

    def expecting(self, expected: Incoming) -> Any:
        statement = inserted(self.connection, stock_incoming).values(
            id=expected.id,
            **keys_of(expected.shelf),
            quantity=expected.quantity,
            promised=expected.promised,
            expected_at=expected.expected_at,
        )
        more = stock_incoming.c.quantity + statement.excluded.quantity
        return statement.on_conflict_do_update(
            index_elements=["sku", "location_id", "pool_id", "expected_at"], set_={"quantity": more}
        )


def incoming_of(row: Row[Any]) -> Incoming:
    return Incoming(
        id=row.id,
        shelf=shelf_of(row),
        quantity=row.quantity,
        promised=row.promised,
        expected_at=row.expected_at,
    )


def values_of(movement: Movement) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": movement.id,
        "at": movement.at,
        "sku": movement.sku,
        "quantity": movement.quantity,
        "cause": movement.cause.value,
    }
    for side, account in (("from", movement.taken_from), ("to", movement.put_to)):
        values[f"{side}_account"] = account.kind.value
        values[f"{side}_location_id"] = account.shelf.location if account.shelf else None
        values[f"{side}_pool_id"] = account.shelf.pool if account.shelf else None
    return values
