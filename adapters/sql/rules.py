"""Sourcing rules: those of a channel by the newest version."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.kept import Kept
from adapters.sql.database import Database
from adapters.sql.tables import channel, location, sourcing_rules
from adapters.sql.version import NewestVersion, SqlVersionWrites
from domain.actor import Actor
from domain.intake.version import Version
from domain.rules import NamedRules, RuleBook


class SqlRules:
    """Rules that are set while this serves count within a second."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.newest = Kept(NewestVersion(database, sourcing_rules, version_of, Version(0, RuleBook())).read, clock)

    async def of(self, actor: Actor) -> NamedRules:
        version = await self.newest.now()
        return version.draft.of(actor.channel.code, version.number)


def version_of(number: int, body: Any) -> Version[RuleBook]:
    return Version(number, msgspec.convert(body, RuleBook))


class SqlRulesWrites(SqlVersionWrites[RuleBook]):
    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, sourcing_rules, RuleBook)

    async def channel_codes(self) -> Collection[str]:
        return set((await self.connection.execute(select(channel.c.code))).scalars())

    async def location_codes(self) -> Collection[str]:
        return set((await self.connection.execute(select(location.c.code))).scalars())
