"""Does availability cost more in a shop of 4 million levels than in one of 60,000? The same questions, by turns."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from statistics import median
from time import perf_counter
from typing import Any

import orjson
from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import Table

from adapters.sql.database import Database
from adapters.sql.tables import product, stock_level, variant
from bench.databases import execute, is_sqlite, new, settle
from bench.questions import AVAILABILITY, QUANTITY
from bench.report import Row
from bench.shop import LOCATIONS, SEED, SKUS
from gateway.app import application

COPIES = 66  # of every product, beside itself: 67 × 60,000 levels are 4.02 million
ROUNDS = 400
WARM_ROUNDS = 50

JSON = {"Content-Type": "application/json"}
LEVELS = LOCATIONS * len(SKUS)

Ask = Callable[[str, dict[str, Any]], Awaitable[Any]]


def measure(kind: str, url: str) -> Iterator[Row]:
    with new(kind, like=url) as large:
        enlarge(large, COPIES)
        settle(large)
        yield from asyncio.run(compared(kind, url, large))


def enlarge(url: str, copies: int) -> None:
    """By copies of every product, its variants and its stock, under other names; not of movements, which no read asks for."""
    new_id = "randomblob(16)" if is_sqlite(url) else "gen_random_uuid()"
    unchecked = [] if is_sqlite(url) else ["SET session_replication_role = replica"]  # else every row asks for its keys
    series = f"WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {copies})"
    of_twins = "JOIN product own ON own.id = variant.product_id JOIN product twin ON twin.handle = own.handle || '-' || n"
    last = "(SELECT max(position) FROM product)"
    execute(
        url,
        [
            *unchecked,
            copied(product, series, id=new_id, handle="product.handle || '-' || n", position=f"product.position + n * {last}"),
            copied(variant, series, of_twins, id=new_id, product_id="twin.id", sku="variant.sku || '-' || n"),
            copied(stock_level, series, sku="stock_level.sku || '-' || n"),
        ],
    )


def copied(table: Table, series: str, joined: str = "", **changed: str) -> str:
    """Every row once for each n of the series, with what must be its own."""
    names = [column.name for column in table.columns if column.computed is None]
    values = ", ".join(changed.get(name, f"{table.name}.{name}") for name in names)
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) {series} SELECT {values} FROM series CROSS JOIN {table.name} {joined}"
    )


async def compared(kind: str, small_url: str, large_url: str) -> list[Row]:
    few, many = f"{LEVELS:,} levels, ms", f"{LEVELS * (COPIES + 1):,} levels, ms"
    rows: list[Row] = []
    async with asking(small_url) as small, asking(large_url) as large:
        for name, query in (("Q4 at 20 locations", AVAILABILITY), ("availableQuantity", QUANTITY)):
            turns = range(WARM_ROUNDS + ROUNDS)
            took = [await both(small, large, query, random.Random(f"{SEED} {turn}")) for turn in turns]
            least, most = (median(seconds) * 1000 for seconds in zip(*took[WARM_ROUNDS:], strict=True))
            named = {"question": name, "database": kind}
            rows.append(named | {few: round(least, 2), many: round(most, 2), "ratio": round(most / least, 2)})
    return rows


async def both(small: Ask, large: Ask, query: str, rng: random.Random) -> tuple[float, float]:
    """Seconds for the same question to each; of a copy among the many, which has the same stock."""
    sku, copy = rng.choice(SKUS), rng.randrange(COPIES + 1)
    place = {"latitude": rng.uniform(43, 50), "longitude": rng.uniform(-1, 7)} if query is AVAILABILITY else {}
    few, answer = await timed(small, query, {"sku": sku} | place)
    many, same = await timed(large, query, {"sku": f"{sku}-{copy}" if copy else sku} | place)
    if answer != same or "errors" in answer:
        sys.exit(f"{sku}: {answer} among few levels, and {same} among many")
    return few, many


async def timed(ask: Ask, query: str, variables: dict[str, Any]) -> tuple[float, Any]:
    began = perf_counter()
    answer = await ask(query, variables)
    return perf_counter() - began, answer


@asynccontextmanager
async def asking(url: str) -> AsyncIterator[Ask]:
    """Of the whole gateway, within this process, so that both sizes are asked by one loop."""
    database = Database(url)
    async with AsyncClient(transport=ASGITransport(application(database)), base_url="http://shop.example") as client:

        async def ask(query: str, variables: dict[str, Any]) -> Any:
            answer = await client.post("/graphql", content=orjson.dumps({"query": query, "variables": variables}), headers=JSON)
            return orjson.loads(answer.content)

        yield ask
    await database.close()
