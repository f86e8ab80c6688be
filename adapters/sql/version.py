"""Files kept whole, as JSON, version by version: the newest is read by all, and a newer one added in a unit of work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Table, case, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from domain.intake.version import Version

Draft = TypeVar("Draft")
Made = TypeVar("Made")


class NewestVersion(Generic[Made]):
    """What `make` makes of the newest version and its body, once each; `none` where there is no version yet."""

    def __init__(self, database: Database, table: Table, make: Callable[[int, Any], Made], none: Made) -> None:
        self.database, self.table, self.make = database, table, make
        self.none = none
        self.known = (0, none)

    async def read(self) -> Made:
        """One small statement: the body comes along only where it is not the one that is known."""
        version, made = self.known
        body = case((self.table.c.version != version, self.table.c.body)).label("body")
        newest = select(self.table.c.version, body).order_by(self.table.c.version.desc()).limit(1)
        async with self.database.reading() as connection:
            row = (await connection.execute(newest)).one_or_none()
        if row is None:
            return self.none
        if row.version != version:
            made = self.make(row.version, row.body)
            self.known = (row.version, made)
        return made


class SqlVersionWrites(Generic[Draft]):
    def __init__(self, connection: AsyncConnection, table: Table, shape: type[Draft]) -> None:
        self.connection, self.table, self.shape = connection, table, shape

    async def newest(self) -> Version[Draft] | None:
        newest = select(self.table.c.version, self.table.c.body).order_by(self.table.c.version.desc()).limit(1)
        row = (await self.connection.execute(newest)).one_or_none()
        return None if row is None else Version(row.version, msgspec.convert(row.body, self.shape))

    async def add(self, version: Version[Draft], made_at: datetime) -> None:
        """Of two that add the same version at once, the second fails, and nothing of it is kept."""
        values = {"version": version.number, "body": msgspec.to_builtins(version.draft), "made_at": made_at}
        await self.connection.execute(insert(self.table).values(values))
