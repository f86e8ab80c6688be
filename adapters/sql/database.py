"""One database: opened once, read by many connections, written in units of work.

SQLite has one writer, so all writing goes through one connection behind a lock and begins with BEGIN IMMEDIATE;
readers have connections of their own and see the last commit. PostgreSQL needs neither.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from adapters.sql.statement import Statement, observe

READERS = 4  # on SQLite each is a thread
POSTGRES_CONNECTIONS = 10
BUSY_MILLISECONDS = 10_000  # how long another process's write is waited for
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 30

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MILLISECONDS}")


class Database:
    """`url` is `sqlite+aiosqlite:///file.db` or `postgresql+asyncpg://…`.

    Raises ValueError for any other kind, and for a file in a folder that is not there.
    """

    def __init__(self, url: str) -> None:
        kind = make_url(url).drivername
        if kind not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
            raise ValueError(f"{kind}:// is not supported; use sqlite+aiosqlite:///… or postgresql+asyncpg://…")
        self.is_sqlite = kind == "sqlite+aiosqlite"
        if self.is_sqlite and not (folder := Path(make_url(url).database or "").parent).is_dir():
            raise ValueError(f"there is no folder {folder}")
        self.readers = sqlite_readers(url) if self.is_sqlite else postgres(url, **AUTOCOMMIT)
        self.writer = sqlite_writer(url) if self.is_sqlite else postgres(url)
        self.turn = asyncio.Lock() if self.is_sqlite else nullcontext()
        self.listeners: list[Callable[[], None]] = []

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Each statement sees the last commit; nothing is begun and nothing rolled back."""
        async with self.readers.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """In its turn; what was not committed is rolled back, and a connection that cannot do so is thrown away.

        Both are shielded from cancellation: a client that hangs up leaves nothing half-done.
        """
        async with self.turn:
            connection = await self.writer.connect()
            try:
                yield connection
            finally:
                await to_the_end(given_back(connection))

    def observe(self, observer: Callable[[Statement], None]) -> None:
        """Tells the observer of each statement from now on, once it has ended."""
        observe(self.readers, "reader", observer)
        observe(self.writer, "writer", observer)

    def listen(self, listener: Callable[[], None]) -> None:
        """Tells the listener from now on that this process has committed events."""
        self.listeners.append(listener)

    def tell(self) -> None:
        for listener in self.listeners:
            listener()

    async def close(self) -> None:
        await self.readers.dispose()
        await self.writer.dispose()


async def to_the_end(step: Coroutine[Any, Any, None]) -> None:
    """Awaits a step that must not stop halfway; a cancellation is passed on once it has ended."""
    task, canceled = asyncio.ensure_future(step), None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            canceled = error
    if canceled is not None:
        task.exception()  # looked at, so that asyncio does not report it as lost
        raise canceled
    task.result()


async def given_back(connection: AsyncConnection) -> None:
    try:
        await connection.rollback()
    except Exception:
        await connection.invalidate()
        raise
    finally:
        await connection.close()


AUTOCOMMIT: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
COMMON: dict[str, Any] = {
    "max_overflow": 0,
    "hide_parameters": True,  # an error that is logged holds nobody's data
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}


def postgres(url: str, **options: Any) -> AsyncEngine:
    """Without just-in-time compilation, which costs more than it saves on statements as short as ours."""
    limits = {"timeout": CONNECT_SECONDS, "command_timeout": STATEMENT_SECONDS, "server_settings": {"jit": "off"}}
    return create_async_engine(
        url, pool_size=POSTGRES_CONNECTIONS, pool_pre_ping=True, connect_args=limits, **COMMON, **options
    )


def sqlite_readers(url: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=READERS, **COMMON, **AUTOCOMMIT)
    event.listen(engine.sync_engine, "connect", prepare_sqlite)
    return engine


def sqlite_writer(url: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=1, **COMMON)
    event.listen(engine.sync_engine, "connect", prepare_sqlite)
    event.listen(engine.sync_engine, "begin", begin_immediate)
    return engine


def prepare_sqlite(connection: DBAPIConnection, record: object) -> None:
    """The driver begins nothing by itself, so that `begin_immediate` decides."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
