"""The floor: the same answers by hand, with the least SQL and no GraphQL; `questions.py` says what is asked."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.clock import system
from bench.bare import Bare, opened
from bench.floor_carts import cart, lines_added, money
from bench.floor_network import Network
from bench.floor_purchase import STEPS
from bench.floor_stores import availability_in, options_in

AVAILABLE = "(SELECT sum(l.available) FROM stock_level l WHERE l.sku = v.sku) AS available"

PRODUCT = f"""
    SELECT p.title, p.description, p.vendor, p.images, p.options, v.sku, v.title AS variant_title, v.selected_options,
           v.price_minor, v.compare_at_minor, {AVAILABLE}
    FROM product p JOIN variant v ON v.product_id = p.id WHERE p.handle = $1 ORDER BY v.position"""

LISTING = f"""
    SELECT p.handle, p.title, v.sku, v.price_minor, {AVAILABLE}
    FROM (SELECT id, handle, title, position FROM product ORDER BY position LIMIT $1) p
    JOIN variant v ON v.product_id = p.id ORDER BY p.position, v.position"""


def create(clock: Callable[[], datetime] = system) -> Starlette:
    """Over the database that COMPTOIR_DATABASE_URL names."""
    url, network = os.environ["COMPTOIR_DATABASE_URL"], Network(clock)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with opened(url) as bare:
            app.state.bare = bare
            yield

    answers = {
        "/product": product,
        "/listing": listing,
        "/availability": availability_in(network),
        "/cart": cart,
        "/lines": lines_added,
        "/options": options_in(network),
        **STEPS,
    }
    routes = [Route(path, endpoint(answer), methods=["POST"]) for path, answer in answers.items()]
    return Starlette(routes=[*routes, Route("/readyz", ready)], lifespan=lifespan)


async def ready(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


def endpoint(answer: Callable[[Bare, Any], Awaitable[Any]]) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        data = await answer(request.app.state.bare, orjson.loads(await request.body()))
        return Response(orjson.dumps({"data": data}), media_type="application/json")

    return answered


async def product(bare: Bare, asked: Any) -> Any:
    rows = await bare.fetch(PRODUCT, asked["handle"])
    first = rows[0]
    prices = [row["price_minor"] for row in rows]
    return {
        "product": {
            "title": first["title"],
            "description": first["description"],
            "vendor": first["vendor"],
            "images": [{"url": url, "altText": text} for url, text in orjson.loads(first["images"])],
            "options": [{"name": name, "values": values} for name, values in orjson.loads(first["options"])],
            "priceRange": {"min": money(min(prices)), "max": money(max(prices))},
            "variants": [
                {
                    "sku": row["sku"],
                    "title": row["variant_title"],
                    "selectedOptions": [
                        {"name": name, "value": value} for name, value in orjson.loads(row["selected_options"])
                    ],
                    "price": money(row["price_minor"]),
                    "compareAtPrice": None if row["compare_at_minor"] is None else money(row["compare_at_minor"]),
                    "availableQuantity": row["available"],
                }
                for row in rows
            ],
        }
    }


async def listing(bare: Bare, asked: Any) -> Any:
    rows = await bare.fetch(LISTING, asked["first"])
    return {
        "products": {
            "nodes": [
                {
                    "handle": handle,
                    "title": title,
                    "variants": [
                        {"sku": row["sku"], "price": money(row["price_minor"]), "availableQuantity": row["available"]}
                        for row in variants
                    ],
                }
                for (handle, title), variants in groupby(rows, key=itemgetter("handle", "title"))
            ]
        }
    }
