"""Carriers by the newest table that the shop has set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.carriers import TableCarriers
from adapters.kept import Kept
from adapters.sql.database import Database
from adapters.sql.location import location_of
from adapters.sql.tables import carrier_table, location
from adapters.sql.version import NewestVersion, SqlVersionWrites
from domain.carbon import CarbonFactors
from domain.carrier import Carriers
from domain.carrier_table import CarrierTable
from domain.location import Location

NOBODY = TableCarriers(CarrierTable(currency="XXX"))  # ISO 4217 for no currency


class SqlCarriers:
    """A table that is set while this serves counts within a second. `carbon`: by the table's own factors if left out."""

    def __init__(self, database: Database, clock: Callable[[], datetime], carbon: CarbonFactors | None = None) -> None:
        def carriers_of(version: int, body: Any) -> TableCarriers:
            return TableCarriers(msgspec.convert(body, CarrierTable), carbon)

        self.newest = Kept(NewestVersion(database, carrier_table, carriers_of, NOBODY).read, clock)

    async def current(self) -> Carriers:
        return await self.newest.now()


class SqlCarrierWrites(SqlVersionWrites[CarrierTable]):
    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, carrier_table, CarrierTable)

    async def locations(self) -> Sequence[Location]:
        return [location_of(row) for row in await self.connection.execute(select(location))]
