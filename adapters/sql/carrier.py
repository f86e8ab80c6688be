"""Carriers by the newest table that the shop has set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.carriers import TableCarriers
from adapters.sql.database import Database
from adapters.sql.location import location_of
from adapters.sql.tables import carrier_table, location
from adapters.sql.version import NewestVersion, SqlVersionWrites
from domain.carrier import Carriers
from domain.carrier_table import CarrierTable
from domain.location import Location

NOBODY = TableCarriers(CarrierTable(currency="XXX"))  # ISO 4217 for no currency


class SqlCarriers:
    """A table that is set while this serves counts from the next question on."""

    def __init__(self, database: Database) -> None:
        self.newest = NewestVersion(database, carrier_table, carriers_of, NOBODY)

    async def current(self) -> Carriers:
        return await self.newest.read()


def carriers_of(version: int, body: Any) -> TableCarriers:
    return TableCarriers(msgspec.convert(body, CarrierTable))


class SqlCarrierWrites(SqlVersionWrites[CarrierTable]):
    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, carrier_table, CarrierTable)

    async def locations(self) -> Sequence[Location]:
        return [location_of(row) for row in await self.connection.execute(select(location))]
