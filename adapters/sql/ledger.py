"""The stock ledger in SQL: levels locked in one order, and changed by guarded statements together with their movements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Row, and_, delete, func, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.event import SqlEvents
from adapters.sql.given import insert_all
from adapters.sql.shelf import SHELVES_MAX, UNITS, columns_of, given_shelves, keys_of, on_shelf, shelf_of
from adapters.sql.tables import location, stock_incoming, stock_level, stock_movement
from adapters.sql.upsert import chunks, inserted, upsert
from domain.ledger import Account, AccountKind, FirstCount, Incoming, Movement, Shelf, StockLevel, balances, receipt

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
        short_picked_at=row.short_picked_at,
    )


class SqlLedger:
    """The ledger in one unit of work."""

    def __init__(self, connection: AsyncConnection, events: SqlEvents) -> None:
        self.connection, self.events = connection, events
        self.locked: dict[Shelf, StockLevel] = {}  # as they were when they were locked

    async def lock(self, shelves: Collection[Shelf]) -> Mapping[Shelf, StockLevel]:
        """In the order of shelves, like everybody, so that no two wait for each other."""
        for some in chunks(sorted(set(shelves) - self.locked.keys()), SHELVES_MAX):
            await self.open_empty(some)
            asked = given_shelves(self.connection, some)
            query = select(stock_level).join(asked, on_shelf(asked)).order_by(*columns_of(stock_level))
            rows = await self.connection.execute(query.with_for_update(of=stock_level))
            self.locked |= {(level := level_of(row)).shelf: level for row in rows}
        return {shelf: self.locked[shelf] for shelf in shelves}

    async def open(self, counts: Mapping[Shelf, FirstCount], now: datetime) -> Collection[Shelf]:
        opened: set[Shelf] = set()
        for some in chunks(sorted(counts), SHELVES_MAX):
            columns: dict[Column[Any], Sequence[Any]] = {
                stock_level.c.on_hand: [counts[shelf].on_hand for shelf in some],
                stock_level.c.safety: [counts[shelf].safety for shelf in some],
            }
            first = given_shelves(self.connection, some, columns)
            own = first.c.safety
            values = {
                "on_hand": first.c.on_hand,
                "safety": func.coalesce(own, location.c.walk_in_buffer),
                "safety_is_default": own.is_(None),
                "counted_at": literal(now, stock_level.c.counted_at.type),
            }
            rows = await self.connection.execute(self.opening(first, values).returning(*columns_of(stock_level)))
            opened |= {shelf_of(row) for row in rows}
        received = (receipt(shelf, c.on_hand, now) for shelf, c in counts.items() if c.on_hand and shelf in opened)
        await insert_all(self.connection, stock_movement, [values_of(movement) for movement in received])
        self.note(opened)
        return opened

    async def open_empty(self, shelves: Sequence[Shelf]) -> None:
        asked = given_shelves(self.connection, shelves)
        await self.connection.execute(self.opening(asked, {"safety": location.c.walk_in_buffer}))

    def opening(self, shelves: FromClause, values: Mapping[str, Any]) -> Any:
        """A level for each shelf that has none, in their order; another that opens one at the same time is waited for."""
        key = columns_of(shelves)
        there = select(literal(1)).select_from(stock_level).where(on_shelf(shelves)).correlate(shelves).exists()
        missing = select(*key, *values.values()).join(location, location.c.id == shelves.c.location_id).where(~there)
        statement = inserted(self.connection, stock_level)
        statement = statement.from_select([column.name for column in key] + list(values), missing.order_by(*key))
        return statement.on_conflict_do_nothing()

    async def post(self, movements: Sequence[Movement]) -> tuple[Shelf, ...]:
        if not movements:
            return ()
        net = balances(movements)
        await self.lock({account.shelf for account in net if account.shelf})
        short = await self.change(net)
        await insert_all(self.connection, stock_movement, [values_of(movement) for movement in movements])
        self.note(account.shelf for account in net if account.shelf)
        return tuple(short)

    async def change(self, net: Mapping[Account, int]) -> list[Shelf]:
        """Additions in one statement, subtractions in another, which takes only what is there and tells from where."""
        short: list[Shelf] = []
        for kind, column in COLUMN_OF.items():
            units = {account.shelf: n for account, n in net.items() if account.kind is kind and account.shelf}
            await self.add(column, {shelf: n for shelf, n in units.items() if n > 0})
            short += await self.take(column, {shelf: -n for shelf, n in units.items() if n < 0})
        return short

    async def add(self, column: Column[int], units: Mapping[Shelf, int]) -> None:
        for some in chunks(sorted(units), SHELVES_MAX):
            asked = given_shelves(self.connection, some, {UNITS: [units[shelf] for shelf in some]})
            statement = update(stock_level).where(on_shelf(asked)).values({column: column + asked.c.units})
            await self.connection.execute(statement)

    async def take(self, column: Column[int], units: Mapping[Shelf, int]) -> list[Shelf]:
        """Answers the shelves that have too little."""
        short: list[Shelf] = []
        for some in chunks(sorted(units), SHELVES_MAX):
            asked = given_shelves(self.connection, some, {UNITS: [units[shelf] for shelf in some]})
            enough = update(stock_level).where(on_shelf(asked), column >= asked.c.units)
            statement = enough.values({column: column - asked.c.units}).returning(*columns_of(stock_level))
            taken = {shelf_of(row) for row in await self.connection.execute(statement)}
            short += [shelf for shelf in some if shelf not in taken]
        return short

    async def confirm(self, shelves: Collection[Shelf], now: datetime) -> None:
        for some in chunks(sorted(shelves), SHELVES_MAX):
            counted = update(stock_level).where(on_shelf(given_shelves(self.connection, some)))
            await self.connection.execute(counted.values(counted_at=now, short_picked_at=None))
        self.note(shelves)

    async def set_safety(self, safety: Mapping[Shelf, int]) -> None:
        for some in chunks(sorted(safety), SHELVES_MAX):
            asked = given_shelves(self.connection, some, {UNITS: [safety[shelf] for shelf in some]})
            values = {"safety": asked.c.units, "safety_is_default": False}
            await self.connection.execute(update(stock_level).where(on_shelf(asked)).values(values))
        self.note(safety)

    async def incoming(self, shelves: Collection[Shelf]) -> Mapping[Shelf, tuple[Incoming, ...]]:
        found: dict[Shelf, tuple[Incoming, ...]] = defaultdict(tuple)
        for some in chunks(sorted(shelves), SHELVES_MAX):
            query = select(stock_incoming).where(among(given_shelves(self.connection, some)))
            query = query.order_by(*columns_of(stock_incoming), stock_incoming.c.expected_at, stock_incoming.c.id)
            for row in await self.connection.execute(query.with_for_update()):
                found[shelf_of(row)] += (incoming_of(row),)
        return found

    async def set_incoming(self, incoming: Mapping[Shelf, Sequence[Incoming]]) -> None:
        for some in chunks(sorted(incoming), SHELVES_MAX):
            mine = and_(among(given_shelves(self.connection, some)), stock_incoming.c.transfer_id.is_(None))
            await self.connection.execute(delete(stock_incoming).where(mine, stock_incoming.c.promised == 0))
            await self.connection.execute(update(stock_incoming).where(mine).values(quantity=stock_incoming.c.promised))
        if expected := [expected_values(one) for shelf in sorted(incoming) for one in incoming[shelf]]:
            await self.connection.execute(self.expecting(), expected)
        self.note(incoming)

    async def expect(self, incoming: Incoming) -> None:
        if incoming.quantity == 0:
            await self.connection.execute(delete(stock_incoming).where(stock_incoming.c.id == incoming.id))
        else:
            statement = upsert(self.connection, stock_incoming, by=["id"], keep=["promised"])
            await self.connection.execute(statement, expected_values(incoming))
        self.note([incoming.shelf])

    def note(self, shelves: Iterable[Shelf]) -> None:
        """What can be had of these SKUs may have changed."""
        self.events.stock_changed(shelf.sku for shelf in shelves)

    def expecting(self) -> Any:
        """What comes on a day on which some is promised already comes on top of that."""
        statement = inserted(self.connection, stock_incoming)
        more = stock_incoming.c.quantity + statement.excluded.quantity
        return statement.on_conflict_do_update(
            index_elements=["sku", "location_id", "pool_id", "expected_at"],
            index_where=stock_incoming.c.transfer_id.is_(None),
            set_={"quantity": more},
        )


def among(shelves: FromClause) -> ColumnElement[bool]:
    """The incoming goods of these shelves."""
    return tuple_(*columns_of(stock_incoming)).in_(select(*columns_of(shelves)))


def expected_values(expected: Incoming) -> dict[str, Any]:
    return keys_of(expected.shelf) | {
        "id": expected.id,
        "quantity": expected.quantity,
        "promised": expected.promised,
        "expected_at": expected.expected_at,
        "transfer_id": expected.transfer,
    }


def incoming_of(row: Row[Any]) -> Incoming:
    return Incoming(
        id=row.id,
        shelf=shelf_of(row),
        quantity=row.quantity,
        promised=row.promised,
        expected_at=row.expected_at,
        transfer=row.transfer_id,
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
