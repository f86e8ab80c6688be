"""Crashes: a server is killed at random moments of a stream of purchases, and each answer of another is lost once.

After recovery each order exists and is paid, or nothing is held and nothing charged.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from httpx2 import AsyncClient, HTTPError

from bench.buyer import Buyer, Refused
from bench.databases import kinds, new
from bench.server import GATEWAY, serving
from bench.shop import SEED, little
from bench.truth import numbers, proven, settled, wrongs

KILLS = 50
PURCHASES = 1_000
CLIENTS = 6
ANSWERS_MAX = 40  # that a server gives before it is killed
MOMENT_SECONDS = 0.1
ANSWER_SECONDS = 20.0
LOST_AFTER_SECONDS = 0.5
AGAIN_SECONDS = 0.1
CARDS = ("tok_ok", "tok_ok", "tok_ok", "tok_ok", "tok_timeout", "tok_declined")


def measure(share: int | None, on: Sequence[str] | None = None) -> dict[str, Any]:
    """`share`: so many kills, and five times as many purchases; `on`: kinds of databases, all that there are if left out."""
    kills, purchases = (KILLS, PURCHASES) if share is None else (share, 5 * share)
    exact: dict[str, Any] = {}
    times: dict[str, Any] = {}
    for kind in on or kinds():
        began = monotonic()
        with new(kind) as shop:
            goods, store = little(shop)
            with new(kind, like=shop) as url:
                killed = killings(url, Stream(goods, store), kills)
            exact[kind] = {"kills": kills, **killed.wrong, "lost answers": lost_answers(shop, goods, store, purchases)}
        times[kind] = {"orders acknowledged": len(killed.acknowledged), "seconds": round(monotonic() - began)}
    return {"exact": exact, "times": times}


@dataclass(slots=True)
class Stream:
    """Purchases without end, at whatever address a server is now; None while there is none."""

    goods: list[str]
    store: str
    address: str | None = None
    acknowledged: list[str] = field(default_factory=list)
    wrong: dict[str, int] = field(default_factory=dict)
    left: int = 0
    is_time: asyncio.Event = field(default_factory=asyncio.Event)
    rng: random.Random = field(default_factory=lambda: random.Random(SEED))

    async def client(self) -> None:
        async with AsyncClient(timeout=ANSWER_SECONDS) as opened:
            while True:
                await self.purchase(opened)

    async def purchase(self, opened: AsyncClient) -> None:
        """Each step again until it is answered, for a while; what is then not known is left to the server."""
        buyer, card = Buyer(opened, ""), self.rng.choice(CARDS)
        try:
            cart = await self.step(buyer, lambda: buyer.create(self.rng.sample(self.goods, 2)))
            await self.step(buyer, lambda: buyer.choose(cart, self.store))
            checkout = await self.step(buyer, lambda: buyer.begin(cart))
            order = await self.step(buyer, lambda: buyer.place(checkout, card))
        except Refused:  # a card that is declined, a payment that is not decided yet
            return
        self.acknowledged.append(order["number"])

    async def goes_on(self) -> None:
        """For a random number of answers, and a moment more."""
        self.left = self.rng.randint(1, ANSWERS_MAX)
        self.is_time.clear()
        await self.is_time.wait()
        await asyncio.sleep(self.rng.uniform(0, MOMENT_SECONDS))

    def told(self) -> None:
        self.left -= 1
        if self.left <= 0:
            self.is_time.set()

    async def step(self, buyer: Buyer, ask: Any) -> Any:
        while True:
            if self.address is not None:
                buyer.address = self.address
                try:
                    return await ask()
                except HTTPError:
                    pass
                finally:
                    self.told()
            await asyncio.sleep(AGAIN_SECONDS)


def killings(url: str, stream: Stream, kills: int) -> Stream:
    failed = asyncio.run(killed_again_and_again(url, stream, kills))
    with serving(GATEWAY, url):
        settled(url)
    stream.wrong = wrongs(url, stream.acknowledged)
    stream.wrong["proofs that failed"] += failed
    return stream


async def killed_again_and_again(url: str, stream: Stream, kills: int) -> int:
    """How often the stock did not prove after a kill."""
    clients = [asyncio.create_task(stream.client()) for _ in range(CLIENTS)]
    failed = 0
    for _ in range(kills):
        living = serving(GATEWAY, url)
        server = await asyncio.to_thread(living.__enter__)
        stream.address = server.address
        await stream.goes_on()
        os.kill(server.pid, signal.SIGKILL)
        stream.address = None
        await asyncio.to_thread(living.__exit__, None, None, None)
        failed += not await asyncio.to_thread(proven, url)
    for client in clients:
        client.cancel()
    for outcome in await asyncio.gather(*clients, return_exceptions=True):
        if not isinstance(outcome, asyncio.CancelledError):
            raise RuntimeError("a client ended") from outcome
    return failed


# ------------------------------------------------------------------------------------------------ lost answers


def lost_answers(url: str, goods: list[str], store: str, purchases: int) -> dict[str, int]:
    """Each step is done by a server whose answer never comes, and asked for again."""
    with serving(GATEWAY, url) as server:
        asyncio.run(bought_twice(server.address, goods, store, purchases))
    return {"purchases": purchases, "orders": len(asyncio.run(numbers(url))), **wrongs(url)}


async def bought_twice(address: str, goods: list[str], store: str, purchases: int) -> None:
    left = iter(range(purchases))

    async def client(rng: random.Random) -> None:
        async with AsyncClient(timeout=ANSWER_SECONDS) as sure, AsyncClient(timeout=LOST_AFTER_SECONDS) as losing:
            for _ in left:
                await Unlucky(sure, address, losing=losing, nowhere=nowhere).buy(rng.sample(goods, 2), store)

    async with swallowing(address) as nowhere:
        await asyncio.gather(*(client(random.Random(n)) for n in range(CLIENTS)))


@dataclass(slots=True)
class Unlucky(Buyer):
    """Whose first try of each step is not answered. `nowhere`: the address of what swallows answers."""

    losing: AsyncClient = field(kw_only=True)
    nowhere: str = field(kw_only=True)

    async def ask(self, query: str, input: Any) -> Any:
        twin = Buyer(self.losing, self.nowhere, self.key, self.token)
        try:
            await twin.ask(query, input)
        except HTTPError:
            return await self.answered(query, input)
        raise RuntimeError("the answer was to be lost")

    async def answered(self, query: str, input: Any) -> Any:
        while True:
            try:
                return await Buyer(self.client, self.address, self.key, self.token).ask(query, input)
            except Refused as refused:
                if refused.code != "IDEMPOTENCY_IN_PROGRESS":
                    raise
            await asyncio.sleep(AGAIN_SECONDS)


@asynccontextmanager
async def swallowing(address: str) -> AsyncIterator[str]:
    """A proxy that passes on what is asked, and nothing of what is answered."""
    target = urlsplit(address)

    async def passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError):  # what is open at the end goes with it
            down, up = await asyncio.open_connection(target.hostname, target.port)
            while asked := await reader.read(65_536):
                up.write(asked)
                await up.drain()
            await down.read(1)  # who asked has gone; the server does not learn that before it has answered
            up.close()
            writer.close()

    server = await asyncio.start_server(passed, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
