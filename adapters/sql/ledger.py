"""The stock ledger in SQL: levels and what is expected, read by shelf, and changed by guarded statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Subquery, and_, bindparam, case, delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.location import selling
from adapters.sql.tables import location, stock_incoming, stock_level, stock_movement
from adapters.sql.upsert import chunks, inserted
from domain.actor import Actor
from domain.ids import LocationId
from domain.ledger import Account, AccountKind, Incoming, Movement, Shelf, StockLevel, balances
from domain.offer import Expected, NetworkState, ShelfState

SHELF = (stock_level.c.sku, stock_level.c.location_id, stock_level.c.pool_id)
SHELVES_MAX = 5_000  # in one statement; three parameters each
COLUMN_OF = {AccountKind.ON_HAND: stock_level.c.on_hand, AccountKind.QUARANTINED: stock_level.c.quarantined}


def sellable(safety_of_channel: int) -> ColumnElement[int]:
    """`available` of domain/availability.py for a channel, from the column, which knows the level's own safety only."""
    more = safety_of_channel - stock_level.c.safety
    short = case((more > 0, more), else_=0)
    return case((stock_level.c.available > short, stock_level.c.available - short), else_=0)


def unpromised(skus: Sequence[str]) -> Subquery:
    """By shelf: units on their way that nobody was promised, and when the first of them come."""
    left = stock_incoming.c.quantity - stock_incoming.c.promised
    shelf = (stock_incoming.c.sku, stock_incoming.c.location_id, stock_incoming.c.pool_id)
    return (
        select(*shelf, func.sum(left).label("quantity"), func.min(stock_incoming.c.expected_at).label("expected_at"))
        .where(left > 0, stock_incoming.c.sku.in_(skus))
        .group_by(*shelf)
        .subquery("unpromised")
    )


def on_shelf(table: Any) -> ColumnElement[bool]:
    return and_(table.c.sku == SHELF[0], table.c.location_id == SHELF[1], table.c.pool_id == SHELF[2])


def network_states(actor: Actor, now: datetime, skus: Sequence[str]) -> Any:
    """By SKU, over all locations that sell to the actor's channel: units available, and units expected."""
    expected = unpromised(skus)
    joined = stock_level.join(location, location.c.id == stock_level.c.location_id).outerjoin(expected, on_shelf(expected))
    return (
        select(
            stock_level.c.sku,
            func.sum(sellable(actor.channel.safety)).label("available"),
            func.coalesce(func.sum(expected.c.quantity), 0).label("expected"),
        )
        .select_from(joined)
        .where(stock_level.c.sku.in_(skus), stock_level.c.pool_id == actor.channel.pool, selling(actor.channel, now))
        .group_by(stock_level.c.sku)
    )


class SqlStock:
    """Counts of the actor's pool."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def shelves(
        self, actor: Actor, skus: Sequence[str], *, at: Sequence[LocationId], available_only: bool
    ) -> dict[tuple[str, LocationId], ShelfState]:
        expected = unpromised(skus)
        query = (
            select(stock_level, expected.c.quantity.label("expected_quantity"), expected.c.expected_at)
            .select_from(stock_level.outerjoin(expected, on_shelf(expected)))
            .where(stock_level.c.sku.in_(skus), stock_level.c.location_id.in_(at))
            .where(stock_level.c.pool_id == actor.channel.pool)
        )
        if available_only:
            query = query.where(sellable(actor.channel.safety) > 0)
        async with self.database.reading() as connection:
            rows = await connection.execute(query)
        return {(row.sku, row.location_id): state_of(row) for row in rows}

    async def networks(self, actor: Actor, skus: Sequence[str], now: datetime) -> dict[str, NetworkState]:
        async with self.database.reading() as connection:
            rows = await connection.execute(network_states(actor, now, skus))
        return {row.sku: NetworkState(row.available, row.expected) for row in rows}


def state_of(row: Row[Any]) -> ShelfState:
    expected = None if row.expected_at is None else Expected(row.expected_quantity, row.expected_at)
    return ShelfState(level_of(row), expected)


def level_of(row: Row[Any]) -> StockLevel:
    return StockLevel(
        shelf=Shelf(row.sku, row.location_id, row.pool_id),
        on_hand=row.on_hand,
        held=row.held,
        allocated=row.allocated,
        safety=row.safety,
        safety_is_default=row.safety_is_default,
        quarantined=row.quarantined,
        counted_at=row.counted_at,
    )


# ------------------------------------------------------------------------------------------------ writes


class SqlLedger:
    """The ledger in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.locked: dict[Shelf, StockLevel] = {}  # as they were when they were locked

    async def lock(self, shelves: Collection[Shelf]) -> Mapping[Shelf, StockLevel]:
        """In the order of shelves, like everybody, so that no two wait for each other."""
        for some in chunks(sorted(set(shelves) - self.locked.keys()), SHELVES_MAX):
            await self.open(some)
            query = select(stock_level).where(tuple_(*SHELF).in_(some)).order_by(*SHELF).with_for_update()
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
            for shelf, units in shelves:
                take = update(stock_level).where(at_shelf(), column >= -units).values({column: column + units})
                if units < 0 and (await self.connection.execute(take, at(shelf))).rowcount == 0:
                    short.append(shelf)
        return short

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
        key = tuple_(stock_incoming.c.sku, stock_incoming.c.location_id, stock_incoming.c.pool_id)
        for some in chunks(sorted(shelves), SHELVES_MAX):
            query = select(stock_incoming).where(key.in_(some)).order_by(stock_incoming.c.expected_at)
            for row in await self.connection.execute(query):
                found[Shelf(row.sku, row.location_id, row.pool_id)] += (incoming_of(row),)
        return found

    async def set_incoming(self, incoming: Mapping[Shelf, Sequence[Incoming]]) -> None:
        mine = and_(*(stock_incoming.c[name] == bindparam(f"of_{name}") for name in ("sku", "location_id", "pool_id")))
        shelves = [{f"of_{name}": value for name, value in keys_of(shelf).items()} for shelf in sorted(incoming)]
        if shelves:
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


def keys_of(shelf: Shelf) -> dict[str, Any]:
    return {"sku": shelf.sku, "location_id": shelf.location, "pool_id": shelf.pool}


def at_shelf() -> ColumnElement[bool]:
    return and_(SHELF[0] == bindparam("of_sku"), SHELF[1] == bindparam("of_location"), SHELF[2] == bindparam("of_pool"))


def at(shelf: Shelf) -> dict[str, Any]:
    return {"of_sku": shelf.sku, "of_location": shelf.location, "of_pool": shelf.pool}


def incoming_of(row: Row[Any]) -> Incoming:
    return Incoming(
        id=row.id,
        shelf=Shelf(row.sku, row.location_id, row.pool_id),
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
