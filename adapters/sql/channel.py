"""Channels in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.tables import channel, pool
from adapters.sql.upsert import inserted, upsert
from domain.channel import Assortment, Channel, ChannelFacts, ChannelKind, ChannelStrategy, FulfillmentMethod, Shows, pool_of
from domain.ids import ChannelId


class SqlChannels:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def every(self) -> tuple[Channel, ...]:
        async with self.database.reading() as connection:
            rows = await connection.execute(select(channel).order_by(channel.c.code))
        return tuple(Channel(id=row.id, pool=row.pool_id, **facts_of(row)) for row in rows)


class SqlChannelWrites:
    """Channels taken in, in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def facts(self, codes: Collection[str]) -> Mapping[str, ChannelFacts]:
        rows = await self.connection.execute(select(channel))
        return {row.code: ChannelFacts(**facts_of(row)) for row in rows if row.code in codes}

    async def save(self, channels: Sequence[ChannelFacts]) -> None:
        """A channel that is there already keeps its id, and so its own pool."""
        known = dict((await self.connection.execute(select(channel.c.code, channel.c.id))).all())
        rows = [values_of(facts, known.get(facts.code) or ChannelId.new()) for facts in channels]
        if rows:
            pools = inserted(self.connection, pool).on_conflict_do_nothing()
            await self.connection.execute(pools, [{"id": row["pool_id"]} for row in rows])
            await self.connection.execute(upsert(self.connection, channel, by=["id"]), rows)


def facts_of(row: Row[Any]) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "kind": ChannelKind(row.kind),
        "strategy": ChannelStrategy(row.strategy),
        "currency_code": row.currency_code,
        "public": row.public,
        "fulfillment_methods": tuple(FulfillmentMethod(method) for method in row.fulfillment_methods),
        "shows": Shows(row.shows),
        "low_stock": row.low_stock,
        "safety": row.safety,
        "assortment": Assortment(row.assortment),
        "registered_only": row.registered_only,
        "country_code": row.country_code,
        "line_quantity_max": row.line_quantity_max,
        "packing": tuple(row.packing),
    }


def values_of(facts: ChannelFacts, id: ChannelId) -> dict[str, Any]:
    return {
        "id": id,
        "pool_id": pool_of(id, facts.strategy),
        "code": facts.code,
        "name": facts.name,
        "kind": facts.kind.value,
        "strategy": facts.strategy.value,
        "currency_code": facts.currency_code,
        "public": facts.public,
        "fulfillment_methods": [method.value for method in facts.fulfillment_methods],
        "shows": facts.shows.value,
        "low_stock": facts.low_stock,
        "safety": facts.safety,
        "assortment": facts.assortment.value,
        "registered_only": facts.registered_only,
        "country_code": facts.country_code,
        "line_quantity_max": facts.line_quantity_max,
        "packing": list(facts.packing),
    }
