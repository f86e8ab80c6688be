"""INSERT … ON CONFLICT, which SQLite and PostgreSQL spell alike and SQLAlchemy does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Item = TypeVar("Item")

NAMES_MAX = 10_000  # keys asked for in one statement; PostgreSQL takes 32,767 parameters


def inserted(connection: AsyncConnection | Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def upsert(connection: AsyncConnection, table: Table, *, by: Sequence[str], keep: Sequence[str] = ()) -> Any:
    """Inserts rows, or changes those with the same `by`, all but the columns to `keep`."""
    statement = inserted(connection, table)
    written = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in (*by, *keep) and c.computed is None}
    return statement.on_conflict_do_update(index_elements=list(by), set_=written)


def chunks(items: Sequence[Item], size: int = NAMES_MAX) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))
