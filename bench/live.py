"""Live: how soon 1,000 subscribers on one process are told of a change, and what each takes of its memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from statistics import quantiles
from time import perf_counter

from websockets.asyncio.client import ClientConnection, connect

from adapters.clock import system
from adapters.sql.database import Database
from adapters.sql.reads import SqlReads
from adapters.sql.work import SqlWork
from bench.report import Row
from bench.server import GATEWAY, Server, serving
from bench.shop import CODES, SKUS
from domain.actor import Actor
from domain.hold import HoldFor, place
from domain.ids import CheckoutId
from domain.ledger import Shelf
from domain.quantities import Quantities

SUBSCRIBERS = 1_000
CHANGES = 20
QUERY = """subscription ($skus: [String!]!, $at: [ID!]!) {
    availabilityChanged(skus: $skus, locations: $at) { id status quantity }
}"""


def measure(kind: str, url: str) -> Iterator[Row]:
    yield asyncio.run(measured(kind, url))


async def measured(kind: str, url: str) -> Row:
    """Each change is a hold that is placed in another process than the server's; it tells of none but by the outbox."""
    database = Database(url)
    reads = SqlReads(database)
    actor = Actor(next(channel for channel in await reads.channels.every() if channel.code == "web"))
    location = next(one.id for one in await reads.locations.every(actor) if one.code == CODES[0])
    shelves = await reads.stock.shelves(actor, SKUS[:100], at=[location], available_only=True)
    sku = max(shelves, key=lambda shelf: shelves[shelf].level.on_hand)[0]
    with serving(GATEWAY, url) as server:
        async with AsyncExitStack() as stack:
            first = await stack.enter_async_context(opened(server))
            await follow(first, sku, str(location))
            before = server.memory_mb or 0
            rest: list[ClientConnection] = []
            for _ in range(SUBSCRIBERS - 1):
                rest.append(await stack.enter_async_context(opened(server)))
                await follow(rest[-1], sku, str(location))
            memory = (server.memory_mb or 0) - before
            seconds: list[float] = []
            for _ in range(CHANGES):
                demand = Quantities([(Shelf(sku, location, actor.channel.pool), 1)])
                hold_for = HoldFor(CheckoutId.new(), system() + timedelta(hours=1))
                held = await place(SqlWork(database), actor, demand, hold_for, system())
                assert isinstance(held, tuple), "there is enough of it"
                began = perf_counter()
                seconds += await asyncio.gather(*(told(one, began) for one in (first, *rest)))
    await database.close()
    at = quantiles(seconds, n=100)
    return {
        "database": kind,
        "subscribers": SUBSCRIBERS,
        "changes": CHANGES,
        "p50 ms": round(at[49] * 1000),
        "p99 ms": round(at[98] * 1000),
        "last ms": round(max(seconds) * 1000),
        "kB each": round(memory * 1024 / (SUBSCRIBERS - 1)),
    }


def opened(server: Server) -> connect:
    address = server.address.replace("http", "ws", 1) + "/graphql"
    return connect(address, subprotocols=["graphql-transport-ws"], compression=None)  # type: ignore[list-item]


async def follow(socket: ClientConnection, sku: str, location: str) -> None:
    """Up to its first event."""
    await socket.send('{"type": "connection_init"}')
    payload = {"query": QUERY, "variables": {"skus": [sku], "at": [location]}}
    await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
    await told(socket, 0)


async def told(socket: ClientConnection, began: float) -> float:
    """Seconds until the next event."""
    while json.loads(await socket.recv())["type"] != "next":
        pass
    return perf_counter() - began
