"""What shelves and the network can sell to one channel, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Subquery, func, select

from adapters.sql.availability import sellable
from adapters.sql.database import Database
from adapters.sql.ledger import level_of
from adapters.sql.location import selling
from adapters.sql.shelf import columns_of, on_shelf
from adapters.sql.tables import location, stock_incoming, stock_level
from domain.actor import Actor
from domain.ids import LocationId
from domain.offer import Expected, NetworkState, ShelfState


def unpromised(skus: Sequence[str]) -> Subquery:
    """By shelf: units on their way that nobody was promised, and when the first and the last of them come."""
    left, at = stock_incoming.c.quantity - stock_incoming.c.promised, stock_incoming.c.expected_at
    shelf = columns_of(stock_incoming)
    return (
        select(*shelf, func.sum(left).label("quantity"), func.min(at).label("expected_at"), func.max(at).label("expected_by"))
        .where(left > 0, stock_incoming.c.sku.in_(skus))
        .group_by(*shelf)
        .subquery("unpromised")
    )


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
            select(stock_level, expected.c.quantity.label("expected_quantity"), expected.c.expected_at, expected.c.expected_by)
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
    expected = None if row.expected_at is None else Expected(row.expected_quantity, row.expected_at, row.expected_by)
    return ShelfState(level_of(row), expected)
