"""Databases to measure on: SQLite in a file, and PostgreSQL where one answers; each goes when its measure is over."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

SERVER = os.environ.get("COMPTOIR_TEST_POSTGRES", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres")
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 600

numbers = count(1)


def kinds() -> tuple[str, ...]:
    """Those that can be measured here; what is left out is said."""
    try:
        execute(SERVER, ["SELECT 1"])
    except (OSError, asyncpg.PostgresError) as error:
        print(f"PostgreSQL is left out: none at {SERVER} ({error}; COMPTOIR_TEST_POSTGRES names another)", file=sys.stderr)
        return ("SQLite",)
    return ("SQLite", "PostgreSQL")


@contextmanager
def new(kind: str, *, like: str | None = None) -> Iterator[str]:
    """The address of a database of its own: empty, or a copy of another of its kind that nobody uses."""
    if kind == "SQLite":
        with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
            file = Path(folder) / "shop.db"
            if like is not None:
                shutil.copy(file_of(like), file)
            yield f"sqlite+aiosqlite:///{file}"
    else:
        name = f"comptoir_bench_{os.getpid()}_{next(numbers)}"
        template = "" if like is None else f" TEMPLATE {make_url(like).database}"
        execute(SERVER, [f"CREATE DATABASE {name}{template}"])
        try:
            yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
        finally:
            execute(SERVER, [f"DROP DATABASE {name} WITH (FORCE)"])


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def file_of(url: str) -> str:
    return make_url(url).database or ""


def execute(url: str, statements: Sequence[str]) -> None:
    """Past the gateway's own time limits, which suit no bulk load."""
    if is_sqlite(url):
        with closing(sqlite3.connect(file_of(url), isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)
        return

    async def run() -> None:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""), timeout=CONNECT_SECONDS)
        try:
            for statement in statements:
                await connection.execute(statement, timeout=STATEMENT_SECONDS)
        finally:
            await connection.close()

    asyncio.run(run())


def settle(url: str) -> None:
    """As PostgreSQL does by itself some time after a bulk load; SQLite is served without."""
    if not is_sqlite(url):
        execute(url, ["VACUUM ANALYZE"])
