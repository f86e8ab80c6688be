"""The worst documents that stay within every limit, and what they cost, over the whole application but its socket.

None may take more than 1 s of CPU or 50 MB.
"""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from collections.abc import Iterator
from time import process_time
from typing import Any

from httpx2 import ASGITransport, AsyncClient

from adapters.sql.database import Database
from bench.report import Row
from gateway.app import application
from gateway.settings import Settings
from schema.limit import ALIASES_MAX, DIRECTIVES_MAX, FRAGMENTS_MAX, REPEATS_MAX, TOKENS_MAX


def bombs() -> Iterator[tuple[str, Any]]:
    """Names and request bodies. Most are just within every limit; the last few begin where one stops them."""
    yield "long list", query("products(first: 100) { nodes { id handle title vendor variants { id sku title barcode } } }")
    yield "searches", query(*(f'a{i}: products(first: 1, search: "co{i}") {{ nodes {{ id }} }} ' for i in range(12)))
    at_stores = "availability(first: 20) { nodes { status quantity distanceKm } }"
    yield "store by store", query("products(first: 8) { nodes { variants { ", at_stores, " } } }")
    yield "deep", query("products(first: 4) { nodes {", "variants { product { " * 2, "id", " } }" * 2, " } }")
    yield "wide", query(*(f"a{i}: products(first: 1, sort: PRICE_DESC) {{ nodes {{ id }} }} " for i in range(14)))
    in_stock = "products(first: 0, filter: {availableForSale: true})"
    yield "totals", query(*(f"a{i}: {in_stock} {{ totalCount }} " for i in range(9)))
    yield "descriptions", query("products(first: 100) { nodes { ", *(f"a{i}: description " for i in range(14)), "} }")
    yield "leaves", query("products(first: 34) { nodes { variants { ", *(f"a{i}: sku " for i in range(20)), "} } }")
    yield "repeats", query("products(first: 1) { ", "nodes { id } " * REPEATS_MAX, "}")
    yield "comparisons", query("products(first: 1) { nodes { ", "variants { sku title } " * 57, "} }")
    yield "fragments", {"query": "{ ...f0 } " + "".join(chained(FRAGMENTS_MAX))}
    yield "directives", query("products(first: 100) { nodes { ", "title @include(if: true) " * DIRECTIVES_MAX, "} }")
    every = (f"a{i}: fields {{ name description isDeprecated }} " for i in range(ALIASES_MAX))
    yield "schema", query("__schema { types { ", *every, "} }")
    yield "failures", query(*(f'a{i}: variant(by: {{id: "wrong"}}) {{ id }} ' for i in range(ALIASES_MAX)))
    yield "batch", [query(f"products(first: {n}) {{ ", "nodes { id } " * REPEATS_MAX, "}") for n in range(5)]
    yield "mistakes", query(*(f"wrong{i} " for i in range(TOKENS_MAX - 10)))
    yield "doubling", {"query": "{ ...f0 } " + "".join(doubling(16))}
    ids = {"ids": ["x"] * 20_000}
    yield "variables", {"query": "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", "variables": ids}
    of_filter = "query($f: ProductFilter) { products(filter: $f) { totalCount } }"
    yield "deep input", {"query": of_filter, "variables": {"f": nested(900)}}
    yield "long text", query('products(filter: {vendor: "', "x" * 90_000, '"}) { totalCount }')


def query(*selections: str) -> dict[str, str]:
    return {"query": "{ " + "".join(selections) + " }"}


def chained(fragments: int) -> Iterator[str]:
    for i in range(fragments - 1):
        yield (
            f"fragment f{i} on Query {{ c{i}: __typename ...f{i + 1} }} "
            if i < ALIASES_MAX
            else f"fragment f{i} on Query {{ ...f{i + 1} }} "
        )
    yield f"fragment f{fragments - 1} on Query {{ __typename }}"


def doubling(steps: int) -> Iterator[str]:
    for i in range(steps):
        yield f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 2} }} "
    yield f"fragment f{steps} on Query {{ __typename }} fragment f{steps + 1} on Query {{ __typename }}"


def nested(levels: int) -> object:
    inner: object = None
    for _ in range(levels):
        inner = {"price": inner}
    return inner


def values(answer: object) -> int:
    """How many values an answer holds."""
    if isinstance(answer, dict):
        return 1 + sum(values(one) for one in answer.values())
    return sum(values(one) for one in answer) if isinstance(answer, list) else 1


def measure(kind: str, url: str) -> Iterator[Row]:
    for row in asyncio.run(asked(url)):
        yield {"document": row.pop("document"), "database": kind, **row}


async def asked(url: str) -> list[dict[str, Any]]:
    app = application(Database(url), Settings())
    transport = ASGITransport(app)
    async with app.router.lifespan_context(app), AsyncClient(transport=transport, base_url="http://shop.example") as client:
        return [{"document": name, **await cost(client, body)} for name, body in bombs()]


async def cost(client: AsyncClient, body: object) -> dict[str, Any]:
    """CPU of the first time; memory of a second, a little different so that nothing of it is known, beside what was there."""
    content = json.dumps(body).encode()
    began = process_time()
    answer = await post(client, content)
    seconds = process_time() - began
    tracemalloc.start()
    await post(client, content.replace(b"{ ", b"{  ", 1))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    first = answer[0] if isinstance(answer, list) else answer
    codes = [error["extensions"].get("limit") or error["extensions"]["code"] for error in first.get("errors", ())]
    return {
        "CPU ms": round(seconds * 1000),
        "memory MB": round(peak / 1e6, 1),
        "points": first.get("extensions", {}).get("cost", {}).get("points"),
        "values": values(answer),
        "refused by": codes[0] if codes else None,
    }


async def post(client: AsyncClient, content: bytes) -> Any:
    return (await client.post("/graphql", content=content, headers={"Content-Type": "application/json"}, timeout=60)).json()
