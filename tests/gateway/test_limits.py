"""Limits at the edge: what a request may cost, how often a client may ask, and what happens when all ask at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient, Response
from pydantic import SecretStr

from bench.bombs import bombs, values
from gateway.app import application, endpoint_of
from gateway.operation import POINTS_MAX, READING_POINTS
from gateway.overload import IN_FLIGHT_MAX
from gateway.rate import CLIENTS_MAX, POINTS_PER_MINUTE, REQUESTS_PER_MINUTE, Buckets, InRedis, client_of, rate_limits
from gateway.settings import Settings
from resolvers.context import OBJECTS_MAX
from tests.conftest import missing
from tests.shop import Shop, product

PRODUCTION = Settings(env="production", payments="test", secret_key=SecretStr("x" * 32), rate_limits="off")
VALUES_MAX = 250_000  # of one answer; the dearest is worth about four microseconds of CPU


@asynccontextmanager
async def serving(shop: Shop, chosen: Settings | None = None) -> AsyncIterator[AsyncClient]:
    app = application(shop.database, chosen or Settings(), clock=lambda: shop.now)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://shop.example") as client,
    ):
        yield client


async def ask(client: AsyncClient, query: str) -> Response:
    return await client.post("/graphql", json={"query": query})


def refusal(answer: Response) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["errors"][0]["extensions"]
    return found


async def test_every_answer_says_what_it_cost(shop: Shop) -> None:
    async with serving(shop) as client:
        answer = await ask(client, "{ products(first: 3) { nodes { id title } } }")
    assert answer.json()["extensions"] == {"cost": {"points": 211, "limit": POINTS_MAX}}


async def test_what_costs_too_much_is_not_run(shop: Shop) -> None:
    async with serving(shop) as client:
        await ask(client, "{ __typename }")  # knows the channels from now on
        with shop.statements() as seen:
            answer = await ask(
                client, "{ products(first: 100) { nodes { variants { availability { nodes { quantity } } } } } }"
            )
    assert refusal(answer) == {"code": "LIMIT_REACHED", "limit": "cost"}
    assert answer.json()["extensions"]["cost"]["points"] > POINTS_MAX
    assert "data" not in answer.json()
    assert seen == []


async def test_the_listing_of_a_storefront_is_within_a_strangers_budget(shop: Shop) -> None:
    listing = "nodes { id title variants { sku price { amount currencyCode } availableQuantity } } pageInfo { hasNextPage }"
    async with serving(shop) as client:
        answer = await ask(client, f"{{ products(first: 60) {{ {listing} totalCount }} }}")
    assert "errors" not in answer.json()


async def test_lists_that_are_longer_than_usual_end_at_a_bound(shop: Shop) -> None:
    """The cost takes a product to have twenty variants; those with very many are stopped while they are answered."""
    await shop.locations(*(f"S{n}" for n in range(20)))
    many = OBJECTS_MAX // 100 // 2 + 1
    await shop.import_products(*(product(f"p{n}", *(f"P{n}-{size}" for size in range(many))) for n in range(2)))
    query = "{ products(first: 2) { nodes { variants { availability(first: 100) { nodes { status } } } } } }"
    async with serving(shop) as client:
        answer = await ask(client, query)
    assert refusal(answer)["limit"] == "objects"
    assert len(answer.json()["errors"]) <= 101


async def test_a_list_counts_wherever_it_stands(shop: Shop) -> None:
    """Each variant's product is one of four, and read once; its variants stand in the answer two hundred times."""
    await shop.import_products(*(product(f"p{n}", *(f"P{n}-{size}" for size in range(200))) for n in range(4)))
    async with serving(shop) as client:
        answer = await ask(client, "{ products(first: 4) { nodes { variants { product { variants { product { id } } } } } } }")
    assert refusal(answer)["limit"] == "objects"


async def test_strangers_cannot_read_the_schema_in_production(shop: Shop) -> None:
    async with serving(shop, PRODUCTION) as client:
        for query in ("{ __schema { queryType { name } } }", '{ a: __type(name: "Query") { name } }'):
            assert refusal(await ask(client, query)) == {"code": "FORBIDDEN"}
        assert (await ask(client, "{ __typename }")).json()["data"] == {"__typename": "Query"}
        assert "Did you mean" not in (await ask(client, "{ produts { totalCount } }")).text


async def test_no_document_however_built_is_answered_without_bound(shop: Shop) -> None:
    """How much CPU and memory each takes is what bench/bombs.py measures; what it may return is bounded here."""
    await shop.locations(*(f"S{n}" for n in range(20)))
    await shop.import_products(*(product(f"p{n}", *(f"P{n}-{size}" for size in range(25))) for n in range(100)))
    async with serving(shop) as client:
        answers = {name: await client.post("/graphql", json=body) for name, body in bombs()}
    assert {name for name, answer in answers.items() if answer.status_code not in (200, 413)} == set()
    assert {name for name, answer in answers.items() if values(answer.json()) > VALUES_MAX} == set()
    assert {name for name, answer in answers.items() if "INTERNAL" in answer.text} == set()


# ------------------------------------------------------------------------------------------------ how often


async def test_a_client_that_asks_too_often_is_told_when_to_come_again(shop: Shop) -> None:
    async with serving(shop, PRODUCTION.model_copy(update={"rate_limits": "on"})) as client:
        for _ in range(REQUESTS_PER_MINUTE):
            assert (await client.get("/graphql")).status_code == 400
        answer = await ask(client, "{ __typename }")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
        assert refusal(answer) == {"code": "RATE_LIMITED", "limit": "rate", "retryAfterSeconds": 1}
        shop.now += timedelta(seconds=1)
        assert (await ask(client, "{ __typename }")).status_code == 200


async def test_documents_that_must_be_read_are_paid_for_and_known_ones_are_not(shop: Shop) -> None:
    async with serving(shop, PRODUCTION.model_copy(update={"rate_limits": "on"})) as client:
        wrong = "{ " + " ".join(f"wrong{n}" for n in range(900)) + " }"
        answers = [await ask(client, wrong) for _ in range(POINTS_PER_MINUTE // (len(wrong) * READING_POINTS) + 1)]
        assert {answer.status_code for answer in answers[:-1]} == {200}
        assert answers[-1].status_code == 429
        shop.now += timedelta(minutes=1)
        for _ in range(50):
            assert (await ask(client, "{ __typename }")).status_code == 200


async def test_a_bucket_fills_evenly_and_belongs_to_one_client(shop: Shop) -> None:
    buckets = Buckets(60, lambda: shop.now)
    assert await buckets.take("a", 60) == 0
    assert await buckets.take("a", 2) == 2
    assert await buckets.take("b", 60) == 0
    shop.now += timedelta(seconds=2)
    assert await buckets.take("a", 2) == 0
    assert await buckets.take("c", 1_000) == 0, "more than there ever is costs all there is"
    assert await buckets.take("c", 1_000) == 60


async def test_very_many_clients_are_not_all_remembered(shop: Shop) -> None:
    buckets = Buckets(60, lambda: shop.now)
    for n in range(CLIENTS_MAX + 10):
        await buckets.take(str(n), 1)
    assert len(buckets.left) == CLIENTS_MAX


async def test_processes_that_share_redis_count_together(shop: Shop) -> None:
    url, client = "redis://127.0.0.1:6379", f"test-{id(shop)}"
    ours, theirs = (InRedis(f"test-{shop.now}-{id(shop)}", 5, url, Buckets(5, lambda: shop.now)) for _ in range(2))
    if not await ours.storage.check():
        missing(f"no Redis at {url}")
    assert [await one.take(client, 2) for one in (ours, theirs)] == [0, 0]
    assert await ours.take(client, 2) > 0
    assert await theirs.take("another", 5) == 0
    await asyncio.gather(ours.close(), theirs.close())


async def test_without_its_redis_each_process_counts_for_itself(shop: Shop) -> None:
    limits = rate_limits(True, "redis://127.0.0.1:1", lambda: shop.now)
    for _ in range(REQUESTS_PER_MINUTE):
        assert await limits.requests.otherwise.take("a", 1) == 0  # type: ignore[attr-defined]
    assert await limits.requests.take("a", 1) > 0
    assert await limits.requests.take("b", 1) == 0
    await limits.close()


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3::9", "2001:db8:1:2::"),
        (None, "unknown"),
        ("unix", "unix"),
    ],
)
def test_a_client_is_an_address_or_a_network_of_its_own(host: str | None, client: str) -> None:
    assert client_of(host) == client


# ------------------------------------------------------------------------------------------------ all at once


class Slow:
    """Reads that wait until they are let go."""

    def __init__(self, shop: Shop) -> None:
        self.channels, self.documents, self.locations = shop.reads.channels, shop.reads.documents, self
        self.sessions, self.database = shop.reads.sessions, shop.database
        self.waiting, self.let_go, self.enough = 0, asyncio.Event(), asyncio.Event()

    async def every(self, actor: object) -> tuple[()]:
        self.waiting += 1
        if self.waiting == IN_FLIGHT_MAX:
            self.enough.set()
        await self.let_go.wait()
        return ()


async def test_what_is_too_much_at_once_is_turned_away_and_the_rest_is_served(shop: Shop) -> None:
    slow = Slow(shop)
    endpoint = endpoint_of(slow, Settings(), lambda: shop.now, shop.relay)  # type: ignore[arg-type]
    async with AsyncClient(transport=ASGITransport(endpoint), base_url="http://shop.example") as client:
        first = [asyncio.create_task(ask(client, "{ locations { totalCount } }")) for _ in range(IN_FLIGHT_MAX)]
        await slow.enough.wait()
        turned_away = await ask(client, "{ __typename }")
        slow.let_go.set()
        served = await asyncio.gather(*first)
        again = await ask(client, "{ __typename }")
    assert (turned_away.status_code, turned_away.headers["retry-after"]) == (503, "1")
    assert refusal(turned_away) == {"code": "OVERLOADED", "limit": "overload"}
    assert {answer.status_code for answer in [*served, again]} == {200}


async def test_an_answer_that_takes_too_long_is_cut_short(shop: Shop) -> None:
    endpoint = endpoint_of(Slow(shop), Settings(), lambda: shop.now, shop.relay)  # type: ignore[arg-type]
    endpoint.seconds_max = 0
    async with AsyncClient(transport=ASGITransport(endpoint), base_url="http://shop.example") as client:
        answer = await ask(client, "{ locations { totalCount } }")
    assert refusal(answer) == {"code": "LIMIT_REACHED", "limit": "time"}
