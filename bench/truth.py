"""What a database says after a run: each order is paid, nothing is held, and nothing is charged that nobody ordered."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from time import monotonic, sleep
from typing import Any

from adapters.sql.database import Database
from adapters.sql.proof import SqlProof
from bench.bare import opened
from bench.databases import execute
from domain.proof import prove

LONG_AGO = "'2000-01-01 00:00:00.000000'"
ROUNDS_MAX = 60
ROUND_SECONDS = 2.0

UNDER_WAY = """
    SELECT (SELECT count(*) FROM checkout WHERE status IN ('OPEN', 'PAYING'))
         + (SELECT count(*) FROM payment_attempt WHERE status IN ('PENDING', 'ACTION_REQUIRED')) AS n"""
TIME_PASSES = (
    f"UPDATE payment_attempt SET lease_until = {LONG_AGO}, ends_at = {LONG_AGO} WHERE status IN ('PENDING', 'ACTION_REQUIRED')",
    f"UPDATE stock_hold SET expires_at = {LONG_AGO} WHERE checkout_id IN (SELECT id FROM checkout WHERE status = 'OPEN')",
    f"UPDATE checkout SET expires_at = {LONG_AGO} WHERE status = 'OPEN'",
)
COUNTS = {
    "unpaid orders": """
        SELECT count(*) AS n FROM sales_order o WHERE NOT EXISTS (
          SELECT 1 FROM payment p JOIN test_charge c ON c.payment_id = p.id AND c.amount_minor = p.amount_minor
          JOIN checkout k ON k.order_id = o.id AND k.due_minor = p.amount_minor AND k.status = 'COMPLETED'
          WHERE p.order_id = o.id AND p.status IN ('AUTHORIZED', 'CAPTURED') AND c.status IN ('AUTHORIZED', 'CAPTURED'))""",
    "charges without an order": """
        SELECT count(*) AS n FROM test_charge c WHERE c.status IN ('AUTHORIZED', 'CAPTURED')
          AND NOT EXISTS (SELECT 1 FROM payment p JOIN sales_order o ON o.id = p.order_id WHERE p.id = c.payment_id)""",
    "orders charged twice": """
        SELECT count(*) AS n FROM (SELECT p.order_id FROM test_charge c JOIN payment p ON p.id = c.payment_id
          WHERE c.status IN ('AUTHORIZED', 'CAPTURED') GROUP BY p.order_id HAVING count(*) > 1) twice""",
    "units held": "SELECT coalesce(sum(held), 0) + (SELECT count(*) FROM stock_hold) AS n FROM stock_level",
    "units allocated to no order": """
        SELECT (SELECT coalesce(sum(allocated), 0) FROM stock_level)
             - (SELECT coalesce(sum(quantity), 0) FROM order_line) AS n""",
}


def settled(url: str) -> None:
    """With a server that recovers: until nothing is under way. What would take it minutes is made to be over now."""
    deadline = monotonic() + ROUNDS_MAX * ROUND_SECONDS
    while asyncio.run(counted(url, UNDER_WAY)):
        assert monotonic() < deadline, "something is never decided"
        execute(url, TIME_PASSES)
        sleep(ROUND_SECONDS)


def wrongs(url: str, acknowledged: Collection[str] = ()) -> dict[str, int]:
    """How much of each is wrong: 0 of all, where all is well. `acknowledged`: numbers of orders that buyers were told."""
    found = {name: asyncio.run(counted(url, query)) for name, query in COUNTS.items()}
    found["acknowledged orders that are missing"] = len(set(acknowledged) - set(asyncio.run(numbers(url))))
    return found | {"proofs that failed": int(not proven(url))}


def proven(url: str) -> bool:
    async def run() -> bool:
        database = Database(url)
        found = await prove(SqlProof(database))
        await database.close()
        return found.balanced

    return asyncio.run(run())


async def counted(url: str, query: str) -> int:
    async with opened(url) as bare:
        return int((await bare.fetch(query))[0]["n"])


async def numbers(url: str) -> list[Any]:
    async with opened(url) as bare:
        return [row["number"] for row in await bare.fetch("SELECT number FROM sales_order")]
