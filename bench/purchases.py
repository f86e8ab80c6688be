"""M2: whole purchases, by eight clients at once, beside the floor; orders per second."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Awaitable, Callable, Iterator
from statistics import quantiles
from time import perf_counter
from typing import Any

from httpx2 import AsyncClient

from adapters.sql.database import Database
from adapters.sql.reads import SqlReads
from bench.buyer import HOME, Buyer
from bench.report import Row
from bench.server import FLOOR, GATEWAY, serving
from bench.shop import SCARCE, SEED, SKUS
from domain.actor import Actor
from domain.catalog import Sku

CLIENTS = 8
ORDERS = 400
WARM = 40
LINES = 2
PATIENCE_SECONDS = 30

Buy = Callable[[AsyncClient, str, list[str]], Awaitable[Any]]


def measure(kind: str, url: str, orders: int = ORDERS) -> Iterator[Row]:
    """By turns in one shop: the orders of the one find the stock that those of the other left."""
    goods = asyncio.run(variants(url))
    with serving(GATEWAY, url) as gateway, serving(FLOOR, url) as floor:
        ours = asyncio.run(bought(gateway.address, by_gateway, goods, orders))
        least = asyncio.run(bought(floor.address, by_floor, goods, orders))
    yield {
        "question": "M2 whole purchase",
        "database": kind,
        "clients": CLIENTS,
        "orders": orders,
        "orders/s": round(orders / ours[0], 1),
        "p50 ms": round(ours[1], 1),
        "p99 ms": round(ours[2], 1),
        "floor orders/s": round(orders / least[0], 1),
        "floor p50 ms": round(least[1], 1),
        "cost ÷ floor": round(ours[0] / least[0], 2),
    }


async def variants(url: str) -> list[str]:
    """Of which there are plenty."""
    database = Database(url)
    reads = SqlReads(database)
    actor = Actor(next(channel for channel in await reads.channels.every() if channel.code == "web"))
    found = await reads.catalog.variants_any(actor, [Sku(sku) for sku in SKUS if sku not in SCARCE])
    await database.close()
    return [str(one.id) for one in found if one]


async def bought(address: str, buy: Buy, goods: list[str], orders: int) -> tuple[float, float, float]:
    """Seconds for all of them, and of one purchase in the middle and of the slowest of a hundred, in milliseconds."""
    rng = random.Random(SEED)
    seconds: list[float] = []

    async def client(count: int) -> None:
        async with AsyncClient(timeout=PATIENCE_SECONDS) as opened:
            for _ in range(count):
                began = perf_counter()
                await buy(opened, address, rng.sample(goods, LINES))
                seconds.append(perf_counter() - began)

    await asyncio.gather(*(client(max(1, WARM // CLIENTS)) for _ in range(CLIENTS)))
    seconds.clear()
    began = perf_counter()
    await asyncio.gather(*(client(orders // CLIENTS) for _ in range(CLIENTS)))
    total = perf_counter() - began
    at = quantiles(seconds, n=100)
    return total, at[49] * 1000, at[98] * 1000


async def by_gateway(client: AsyncClient, address: str, goods: list[str]) -> Any:
    return await Buyer(client, address).buy(goods)


async def by_floor(client: AsyncClient, address: str, goods: list[str]) -> Any:
    """The same four steps."""

    async def step(name: str, **asked: Any) -> Any:
        response = await client.post(f"{address}/purchase/{name}", json=asked)
        if response.status_code != 200:
            sys.exit(f"the floor's {name} answered {response.status_code}")
        return response.json()["data"]["done"]

    contact = {"email": "ada@bench.test", "name": "Ada Canari"}
    lines = [{"variant": id, "quantity": 1} for id in goods]
    cart = (await step("create", lines=lines, contact=contact))["cart"]["id"]
    await step("choose", cart=cart, address=HOME)
    checkout = (await step("begin", cart=cart))["checkout"]["id"]
    return (await step("place", checkout=checkout))["order"]
