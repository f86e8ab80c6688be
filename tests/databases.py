"""What makes a database for each test cheap: only what was filled is emptied, in memory, and statements are compiled once."""

from __future__ import annotations

from pathlib import Path
from shutil import disk_usage
from typing import Any

import asyncpg
from sqlalchemy import Connection, Engine, event

from adapters.sql.tables import metadata

MEMORY = Path("/dev/shm")
ROOM_BYTES_MIN = 2**30  # a container may have little
FOLDER = MEMORY if MEMORY.is_dir() and disk_usage(MEMORY).free > ROOM_BYTES_MIN else None  # of SQLite's files
NAMES = [table.name for table in metadata.sorted_tables]
FILLED = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in NAMES)
STAYS = {"pool": "id = '00000000-0000-0000-0000-000000000000'"}


async def emptied(connection: asyncpg.Connection) -> None:
    """As the migrations leave it, row by row: to truncate a table is slower where it holds few."""
    filled = {row[0] for row in await connection.fetch(FILLED)}
    statements = [f"DELETE FROM {name} WHERE NOT ({STAYS.get(name, False)})" for name in reversed(NAMES) if name in filled]
    await connection.execute(";".join(statements))


class Compiled(dict[tuple[Any, ...], Any]):
    """By kind of database; SQLAlchemy's own are by engine, and each test has engines of its own."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), compiled)


COMPILED = Compiled()


@event.listens_for(Engine, "engine_connect")
def share_compiled(connection: Connection) -> None:
    connection.execution_options(compiled_cache=COMPILED)
