"""Races: more buyers than there are units, all at once, again and again; as many order as there are units."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import cycle
from time import monotonic
from typing import Any

from httpx2 import AsyncClient, Limits

from bench.buyer import Buyer, Refused
from bench.databases import is_sqlite, kinds, new
from bench.server import GATEWAY, serving
from bench.shop import little
from bench.truth import settled, wrongs

TIMES, BUYERS, UNITS = 20, 200, 100
AT_ONCE = 50  # requests of all buyers; a server answers only so many at the same time
PATIENCE_SECONDS = 60


def measure(share: int | None, on: Sequence[str] | None = None) -> dict[str, Any]:
    """`share`: so many units, and twice as many buyers, once; `on`: kinds of databases, all that there are if left out."""
    times, buyers, units = (TIMES, BUYERS, UNITS) if share is None else (1, 2 * share, share)
    exact: dict[str, Any] = {}
    seconds: dict[str, Any] = {}
    for kind in on or kinds():
        began = monotonic()
        with new(kind) as url, ExitStack() as stack:
            goods, store = little(url, skus=max(times, 3), units=units)
            servers = [stack.enter_context(serving(GATEWAY, url)).address for _ in range(processes(url))]
            outcomes = [asyncio.run(raced(servers, one, store, buyers)) for one in goods[:times]]
            settled(url)
            exact[kind] = {"servers": len(servers), "times": times, "buyers": buyers, "units": units}
            exact[kind] |= {"orders each time": sorted({one["ORDERED"] for one in outcomes}), **wrongs(url)}
        seconds[kind] = {"seconds": round(monotonic() - began)}
    return {"exact": exact, "times": seconds}


def processes(url: str) -> int:
    """SQLite is served by one."""
    return 1 if is_sqlite(url) else 2


async def raced(servers: list[str], variant: str, store: str, buyers: int) -> Counter[str]:
    """Everybody has chosen before anybody checks out."""
    async with AsyncClient(timeout=PATIENCE_SECONDS, limits=Limits(max_connections=AT_ONCE)) as client:
        all_of_them = [Buyer(client, address) for _, address in zip(range(buyers), cycle(servers), strict=False)]
        turn = asyncio.Semaphore(AT_ONCE)
        carts = await asyncio.gather(*(ready(turn, one, variant, store) for one in all_of_them))
        outcomes = await asyncio.gather(*(bought(turn, one, cart) for one, cart in zip(all_of_them, carts, strict=True)))
    return Counter(outcomes)


async def ready(turn: asyncio.Semaphore, buyer: Buyer, variant: str, store: str) -> str:
    async with turn:
        cart = await buyer.create([variant])
        await buyer.choose(cart, store)
    return cart


async def bought(turn: asyncio.Semaphore, buyer: Buyer, cart: str) -> str:
    """ORDERED, or the code of why not."""
    async with turn:
        try:
            await buyer.place(await buyer.begin(cart))
        except Refused as refused:
            return refused.code
    return "ORDERED"
