"""The databases through their bare drivers, for the floor; `$1` is a parameter's place on both kinds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import aiosqlite
import asyncpg

from bench.databases import file_of, is_sqlite

Fetch = Callable[..., Awaitable[Sequence[Mapping[str, Any]]]]

POSTGRES_CONNECTIONS = 10
PRAGMAS = ("synchronous=FULL", "foreign_keys=ON")  # as the gateway's, so that both wait for the disk


class Bare(NamedTuple):
    """`fetch` gives the rows of a statement; `transaction` another one, whose statements are committed together."""

    fetch: Fetch
    transaction: Callable[[], AbstractAsyncContextManager[Fetch]]


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Bare]:
    if is_sqlite(url):
        async with aiosqlite.connect(file_of(url)) as reader, aiosqlite.connect(file_of(url), isolation_level=None) as writer:
            for pragma in PRAGMAS:
                await writer.execute(f"PRAGMA {pragma}")
            yield Bare(fetching(reader), one_by_one(writer))
    else:
        async with asyncpg.create_pool(url.replace("+asyncpg", ""), max_size=POSTGRES_CONNECTIONS) as pool:
            yield Bare(pool.fetch, together(pool))


# ------------------------------------------------------------------------------------------------ PostgreSQL


def together(pool: Any) -> Callable[[], AbstractAsyncContextManager[Fetch]]:
    @asynccontextmanager
    async def transaction() -> AsyncIterator[Fetch]:
        async with pool.acquire() as connection, connection.transaction():
            yield connection.fetch

    return transaction


# ------------------------------------------------------------------------------------------------ SQLite


def fetching(connection: aiosqlite.Connection) -> Fetch:
    connection.row_factory = aiosqlite.Row

    async def fetch(sql: str, *parameters: object) -> Sequence[Any]:
        named = {str(n): kept(value) for n, value in enumerate(parameters, start=1)}
        return list(await connection.execute_fetchall(sql, named))

    return fetch


def one_by_one(connection: aiosqlite.Connection) -> Callable[[], AbstractAsyncContextManager[Fetch]]:
    fetch, turn = fetching(connection), asyncio.Lock()

    @asynccontextmanager
    async def transaction() -> AsyncIterator[Fetch]:
        async with turn:
            await connection.execute("BEGIN IMMEDIATE")
            try:
                yield fetch
                await connection.commit()
            finally:
                if connection.in_transaction:
                    await connection.rollback()

    return transaction


def kept(value: object) -> object:
    """As the gateway's columns keep ids and moments."""
    if isinstance(value, UUID):
        return value.bytes
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return value


def id_of(value: object) -> UUID:
    """Of an id as either kind of database gives it."""
    return UUID(bytes=value) if isinstance(value, bytes) else UUID(str(value))
