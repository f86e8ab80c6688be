"""Card terminals in SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.tables import location, terminal
from adapters.sql.upsert import chunks, upsert
from domain.actor import Actor
from domain.ids import LocationId, TerminalId
from domain.intake.location import LocationDraft, TerminalDraft
from domain.terminal import TERMINALS_MAX, Terminal, may_use


class SqlTerminals:
    """Terminals read."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def at(self, actor: Actor, locations: Sequence[LocationId]) -> Mapping[LocationId, tuple[Terminal, ...]]:
        seen = [id for id in locations if may_use(actor, id)]
        if not seen:
            return {}
        there = select(terminal).where(terminal.c.location_id.in_(seen), terminal.c.ready)
        found: dict[LocationId, list[Terminal]] = {id: [] for id in seen}
        async with self.database.reading() as connection:
            for row in await connection.execute(there):
                found[row.location_id].append(terminal_of(row))
        return {id: tuple(sorted(those, key=attrgetter("name"))[:TERMINALS_MAX]) for id, those in found.items()}

    async def terminals(self, actor: Actor, ids: Sequence[TerminalId]) -> Mapping[TerminalId, Terminal]:
        if not ids:
            return {}
        async with self.database.reading() as connection:
            rows = (await connection.execute(select(terminal).where(terminal.c.id.in_(ids)))).all()
        return {row.id: terminal_of(row) for row in rows if may_use(actor, row.location_id)}


def terminal_of(row: Row[Any]) -> Terminal:
    return Terminal(id=row.id, location_id=row.location_id, name=row.name, reference=row.reference, ready=row.ready)


async def reference_of(database: Database, id: TerminalId) -> str | None:
    """What the payment provider calls it, for the adapter that begins a payment there."""
    async with database.reading() as connection:
        found: str | None = await connection.scalar(select(terminal.c.reference).where(terminal.c.id == id))
    return found


async def terminal_drafts(connection: AsyncConnection, codes: Collection[str]) -> Mapping[str, tuple[TerminalDraft, ...]]:
    """Those in use, by the code of their location."""
    found: dict[str, list[TerminalDraft]] = defaultdict(list)
    for some in chunks(sorted(codes)):
        there = select(location.c.code, terminal.c.name, terminal.c.reference).join(terminal)
        for row in await connection.execute(there.where(location.c.code.in_(some), terminal.c.ready)):
            found[row.code].append(TerminalDraft(row.name, row.reference))
    return {code: tuple(sorted(drafts, key=attrgetter("name"))) for code, drafts in found.items()}


async def save_terminals(connection: AsyncConnection, drafts: Sequence[LocationDraft]) -> None:
    """Those that are no longer named go out of use."""
    codes = [draft.code for draft in drafts]
    ids: dict[str, LocationId] = {}
    for some in chunks(codes):
        rows = await connection.execute(select(location.c.code, location.c.id).where(location.c.code.in_(some)))
        ids |= {row.code: row.id for row in rows}
    for some_ids in chunks(list(ids.values())):
        await connection.execute(update(terminal).where(terminal.c.location_id.in_(some_ids)).values(ready=False))
    values = [
        {
            "id": TerminalId.new(),
            "location_id": ids[draft.code],
            "name": one.name,
            "reference": one.reference,
            "ready": True,
        }
        for draft in drafts
        for one in draft.terminals
    ]
    if values:
        await connection.execute(upsert(connection, terminal, by=["location_id", "name"], keep=["id"]), values)
