"""Subscriptions over HTTP, byte by byte: Server-Sent Events and Apollo's multipart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from httpx2 import ASGITransport, AsyncClient

from gateway.app import endpoint_of
from gateway.graphql import Endpoint
from gateway.settings import Settings
from tests.gateway.wire import PATIENCE_SECONDS
from tests.shop import Shop

FOLLOW = """subscription Follow($at: [ID!]!) {
    availabilityChanged(skus: ["COAT-38"], locations: $at) { id quantity }
}"""
EVENTS = "text/event-stream"
PARTS = 'multipart/mixed;subscriptionSpec="1.0", application/json'
URQL = "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"


@pytest.fixture
async def coats(shop: Shop) -> AsyncIterator[Shop]:
    await shop.locations("LYON")
    await shop.product("coat", "COAT-38")
    await shop.stock("COAT-38", LYON=9)
    shop.database.listen(shop.relay.wake)
    relaying = asyncio.create_task(shop.relay.run())
    yield shop
    relaying.cancel()
    await asyncio.gather(relaying, return_exceptions=True)


@pytest.fixture
def endpoint(coats: Shop) -> Endpoint:
    return endpoint_of(coats.reads, Settings(), lambda: coats.now, coats.relay)


class Stream:
    """An answer as its parts come in; `hang_up` as a client does."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.asked: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.headers: dict[str, str] = {}
        self.status = 0

    async def start(self) -> None:
        first = await self.sent.get()
        self.status = first["status"]
        self.headers = {name.decode(): value.decode() for name, value in first["headers"]}

    async def part(self) -> bytes:
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = await self.sent.get()
        body: bytes = message["body"]
        return body

    async def rest(self) -> bytes:
        """Up to its end."""
        whole = b""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (message := await self.sent.get()).get("more_body"):
                whole += message["body"]
        return whole + bytes(message["body"])

    def hang_up(self) -> None:
        self.asked.put_nowait({"type": "http.disconnect"})


@asynccontextmanager
async def asked(endpoint: Endpoint, query: str, accept: str, **variables: Any) -> AsyncIterator[Stream]:
    stream = Stream()
    stream.asked.put_nowait({"type": "http.request", "body": orjson.dumps({"query": query, "variables": variables})})
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"accept", accept.encode())],
        "client": ("203.0.113.9", 1),
    }
    serving = asyncio.ensure_future(endpoint(scope, stream.asked.get, stream.sent.put))  # type: ignore[arg-type]
    await stream.start()
    yield stream
    stream.hang_up()
    await asyncio.wait_for(serving, PATIENCE_SECONDS)


async def at(shop: Shop) -> list[str]:
    return [str(await shop.location_id("LYON"))]


@pytest.mark.parametrize("accept", [EVENTS, URQL, f"{EVENTS}, application/json;q=0.5"])
async def test_a_subscription_is_sent_as_events(endpoint: Endpoint, coats: Shop, accept: str) -> None:
    async with asked(endpoint, FOLLOW, accept, at=await at(coats)) as stream:
        assert (stream.status, stream.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert await stream.part() == b":\n\n"
        first = await stream.part()
        assert first.startswith(b'event: next\ndata: {"data":{"availabilityChanged":{"id":"COAT-38@LYON","quantity":9}}')
        assert first.endswith(b"}\n\n")
        assert b"\r" not in first
        await coats.stock("COAT-38", LYON=8)
        assert b'"quantity":8' in await stream.part()
    assert not coats.relay.watchers.flags
    assert not endpoint.subscriptions.seats.taken


async def test_a_subscription_is_sent_in_parts_each_with_its_boundary(endpoint: Endpoint, coats: Shop) -> None:
    async with asked(endpoint, FOLLOW, PARTS, at=await at(coats)) as stream:
        assert stream.headers["content-type"] == 'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0'
        assert await stream.part() == b"\r\n--graphql"
        first = await stream.part()
        begin, end = b"\r\nContent-Type: application/json\r\n\r\n", b"\r\n--graphql"
        assert first.startswith(begin)
        assert first.endswith(end)
        body = orjson.loads(first.removeprefix(begin).removesuffix(end))
        assert body["payload"]["data"] == {"availabilityChanged": {"id": "COAT-38@LYON", "quantity": 9}}


async def test_when_the_server_stops_streams_end_properly(endpoint: Endpoint, coats: Shop) -> None:
    for accept, end in ((EVENTS, b"event: complete\ndata: \n\n"), (PARTS, b"--graphql--\r\n")):
        async with asked(endpoint, FOLLOW, accept, at=await at(coats)) as stream:
            await stream.part()
            await stream.part()
            endpoint.stopping.set()
            assert (b"--graphql" * (accept == PARTS) + await stream.rest()).endswith(end)
        endpoint.stopping.clear()
    assert not coats.relay.watchers.flags


async def test_what_is_refused_is_told_and_ends_the_stream(endpoint: Endpoint, coats: Shop) -> None:
    query = FOLLOW.replace("COAT-38", "HAT")
    async with asked(endpoint, query, EVENTS, at=await at(coats)) as stream:
        assert (await stream.part(), stream.status) == (b":\n\n", 200)
        told = (await stream.part()).removeprefix(b"event: next\ndata: ")
        assert orjson.loads(told)["errors"][0]["extensions"] == {"code": "INVALID_INPUT", "path": ["skus"]}
        assert await stream.rest() == b"event: complete\ndata: \n\n"
    async with asked(endpoint, query, PARTS, at=await at(coats)) as stream:
        await stream.part()
        assert b'{"payload":null,"errors":[{' in await stream.part()
        assert await stream.rest() == b"--\r\n"


# ------------------------------------------------------------------------------------------------ what is no subscription


@asynccontextmanager
async def client(endpoint: Endpoint) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(endpoint), base_url="http://shop.example") as made:
        yield made


@pytest.mark.parametrize("accept", [URQL, f"application/json, {EVENTS}", f"*/*, {EVENTS};q=0.9", PARTS])
async def test_an_ordinary_query_is_answered_in_json_though_events_are_among_what_is_taken(
    endpoint: Endpoint, accept: str
) -> None:
    async with client(endpoint) as asking:
        answer = await asking.post("/graphql", json={"query": "{ __typename }"}, headers={"Accept": accept})
    assert "json" in answer.headers["content-type"]
    assert answer.json()["data"] == {"__typename": "Query"}


async def test_a_query_of_a_client_that_wants_events_above_all_is_one_event(endpoint: Endpoint) -> None:
    async with client(endpoint) as asking:
        answer = await asking.get("/graphql", params={"query": "{ __typename }"}, headers={"Accept": EVENTS})
        wrong = await asking.post("/graphql", json={"query": "{ nonsense }"}, headers={"Accept": EVENTS})
    assert answer.text.startswith(':\n\nevent: next\ndata: {"data":{"__typename":"Query"}')
    assert answer.text.endswith("\n\nevent: complete\ndata: \n\n")
    assert (wrong.status_code, "GRAPHQL_VALIDATION_FAILED" in wrong.text) == (200, True)


async def test_a_subscription_in_json_or_in_a_batch_is_refused_with_the_way_to_ask(endpoint: Endpoint, coats: Shop) -> None:
    body = {"query": FOLLOW, "variables": {"at": await at(coats)}}
    async with client(endpoint) as asking:
        in_json = await asking.post("/graphql", json=body)
        in_batch = await asking.post("/graphql", json=[body, body], headers={"Accept": EVENTS})
    assert in_json.status_code == 406
    assert "text/event-stream" in in_json.json()["errors"][0]["message"]
    assert in_batch.status_code == 400
    assert not coats.relay.watchers.flags


async def test_subscriptions_wait_outside_the_gate(endpoint: Endpoint, coats: Shop) -> None:
    async with asked(endpoint, FOLLOW, EVENTS, at=await at(coats)) as stream:
        await stream.part()
        await stream.part()
        assert endpoint.gate.in_flight == 0
        assert endpoint.telemetry.metrics.registry.get_sample_value("comptoir_subscriptions") == 1
