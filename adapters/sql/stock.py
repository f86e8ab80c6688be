"""What staff are told of the ledger, in SQL: levels, what is incoming, and movements with their running balance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, literal, or_, select, true, tuple_

from adapters.sql.database import Database
from adapters.sql.ledger import among, incoming_of, level_of
from adapters.sql.shelf import given_shelves, on_shelf, shelf_of
from adapters.sql.tables import stock_incoming, stock_level, stock_movement
from domain.actor import Actor, Role
from domain.ids import LocationId, MovementId
from domain.ledger import Account, AccountKind, Incoming, Shelf, StockCause, StockLevel
from domain.page import Edge, PageRequest, cursor_of, foreign_cursor, page_info
from domain.refusal import InvalidInput
from domain.stock import LedgerEntry, LedgerPage

NEWEST_FIRST = (stock_movement.c.at.desc(), stock_movement.c.id.desc())


class SqlStockLedger:
    """The ledger as staff may read it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def levels(self, actor: Actor, shelves: Collection[Shelf]) -> Mapping[Shelf, StockLevel]:
        async with self.database.reading() as connection:
            asked = given_shelves(connection, sorted(shelves))
            query = select(stock_level).join(asked, on_shelf(asked)).where(handled(actor, stock_level))
            return {(level := level_of(row)).shelf: level for row in await connection.execute(query)}

    async def incoming(self, actor: Actor, shelves: Collection[Shelf]) -> Mapping[Shelf, tuple[Incoming, ...]]:
        found: dict[Shelf, tuple[Incoming, ...]] = defaultdict(tuple)
        async with self.database.reading() as connection:
            mine = among(given_shelves(connection, sorted(shelves)))
            query = select(stock_incoming).where(mine, handled(actor, stock_incoming))
            for row in await connection.execute(query.order_by(stock_incoming.c.expected_at)):
                found[shelf_of(row)] += (incoming_of(row),)
        return found

    async def entries(
        self, actor: Actor, sku: str, location: LocationId | None, page: PageRequest
    ) -> LedgerPage | InvalidInput:
        if refusal := foreign_cursor(page, (str,)):
            return refusal
        after = None if page.after is None else MovementId.parse(str(page.after[0]))
        if page.after is not None and after is None:
            return InvalidInput(("after",), "`after` is a cursor of another list; start again without it.")
        async with self.database.reading() as connection:
            rows = (await connection.execute(Ledger(actor, sku, location).page(after, page.size))).all()
        edges = tuple(Edge(entry := entry_of(row), cursor_of((str(entry.id),))) for row in rows[: page.size])
        return LedgerPage(edges, page_info(request=page, cursors=[e.cursor for e in edges], more=len(rows) > page.size))


class Ledger:
    """The movements of one SKU at the locations that an actor is told of, or at one of them."""

    def __init__(self, actor: Actor, sku: str, location: LocationId | None) -> None:
        self.actor, self.sku, self.location = actor, sku, location
        self.movements = and_(stock_movement.c.sku == sku, or_(*(self.is_here(place_of(end)) for end in ("from", "to"))))
        self.change = self.on_hand("to") - self.on_hand("from")

    def is_here(self, place: Any) -> ColumnElement[bool]:
        return and_(told(self.actor, place), true() if self.location is None else place == self.location)

    def on_hand(self, end: str) -> ColumnElement[int]:
        """Units at this end of a movement, if it is on hand at these locations."""
        is_on_hand = stock_movement.c[f"{end}_account"] == AccountKind.ON_HAND.value
        return case((and_(is_on_hand, self.is_here(place_of(end))), stock_movement.c.quantity), else_=0)

    def page(self, after: MovementId | None, size: int) -> Select[Any]:
        """Balances are counted back from what is on hand now: off go the changes up to the cursor, then those of this page.

        So no statement reads further back than its page.
        """
        rows = select(stock_movement, self.change.label("change")).where(self.movements)
        rows = rows.order_by(*NEWEST_FIRST).limit(size + 1)
        now = select(func.coalesce(func.sum(stock_level.c.on_hand), 0))
        now = now.where(stock_level.c.sku == self.sku, self.is_here(stock_level.c.location_id))
        start: ColumnElement[int] = now.scalar_subquery()
        if after:
            rows = rows.where(place_in_time() < place_of_cursor(after))
            later = select(func.coalesce(func.sum(self.change), 0))
            start -= later.where(self.movements, place_in_time() >= place_of_cursor(after)).scalar_subquery()
        found = rows.subquery("movement")
        order = (found.c.at.desc(), found.c.id.desc())
        since = func.sum(found.c.change).over(order_by=order) - found.c.change
        return select(found, (start - since).label("balance")).order_by(*order)


def told(actor: Actor, place: Any) -> ColumnElement[bool]:
    """Is this location one that the actor is told of?"""
    if actor.is_everywhere:
        return true()
    return place.in_(actor.locations) if actor.is_staff else false()


def handled(actor: Actor, table: Any) -> ColumnElement[bool]:
    """Is this shelf one that the actor is told of?"""
    return or_(told(actor, table.c.location_id), of_integration(actor, table))


def of_integration(actor: Actor, table: Any) -> ColumnElement[bool]:
    """An integration is told of its channel's pool, everywhere."""
    return table.c.pool_id == actor.channel.pool if Role.INTEGRATION in actor.roles else false()


def place_of(end: str) -> Any:
    return stock_movement.c[f"{end}_location_id"]


def place_in_time() -> Any:
    return tuple_(stock_movement.c.at, stock_movement.c.id)


def place_of_cursor(after: MovementId) -> Any:
    at = select(stock_movement.c.at).where(stock_movement.c.id == after).scalar_subquery()
    return tuple_(at, literal(after, stock_movement.c.id.type))


def entry_of(row: Row[Any]) -> LedgerEntry:
    return LedgerEntry(
        id=row.id,
        at=row.at,
        sku=row.sku,
        taken_from=account_of(row, "from"),
        put_to=account_of(row, "to"),
        quantity=row.quantity,
        cause=StockCause(row.cause),
        balance=int(row.balance),
    )


def account_of(row: Row[Any], end: str) -> Account:
    kind, location, pool = (getattr(row, f"{end}_{name}") for name in ("account", "location_id", "pool_id"))
    return Account(AccountKind(kind), None if location is None else Shelf(row.sku, location, pool))
