"""graphql-transport-ws, message by message: every close code, every limit, and nothing left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from adapters.sql.tables import staff_member
from domain.actor import Role
from gateway.app import endpoint_of
from gateway.graphql import Endpoint
from gateway.settings import Settings
from gateway.websocket import OPERATIONS_MAX, Sockets
from tests.device import Device
from tests.gateway.test_limits import Slow
from tests.gateway.wire import Wire, connected
from tests.shop import SECRET, WEB, Shop

QUERY = "query Lyon { locations { totalCount } }"
FOLLOW = """subscription Follow($at: [ID!]!) {
    availabilityChanged(skus: ["COAT-38"], locations: $at) { id quantity }
}"""


@pytest.fixture
async def coats(shop: Shop) -> AsyncIterator[Shop]:
    """With its relay running."""
    await Shop.opened(shop.database, replace(WEB, code="till", public=False))
    await shop.locations("LYON")
    await shop.product("coat", "COAT-38")
    await shop.stock("COAT-38", LYON=9)
    shop.database.listen(shop.relay.wake)
    relaying = asyncio.create_task(shop.relay.run())
    yield shop
    relaying.cancel()
    await asyncio.gather(relaying, return_exceptions=True)


def endpoint(shop: Shop, reads: Any = None) -> Endpoint:
    return endpoint_of(reads or shop.reads, Settings(secret_key=SecretStr(SECRET)), lambda: shop.now, shop.relay)


@pytest.fixture
def sockets(coats: Shop) -> Sockets:
    return Sockets(endpoint(coats), ["https://shop.example.org"])


async def following(wire: Wire, shop: Shop, id: str = "1") -> None:
    """From its first event on."""
    wire.subscribe(id, FOLLOW, at=[str(await shop.location_id("LYON"))])
    assert (await wire.receive())["id"] == id


# ------------------------------------------------------------------------------------------------ operations


async def test_a_query_is_answered_once_and_completed(sockets: Sockets) -> None:
    async with connected(sockets) as wire:
        assert wire.subprotocol == "graphql-transport-ws"
        await wire.greet()
        wire.subscribe("1", QUERY)
        answer = await wire.receive()
        assert (answer["type"], answer["id"], answer["payload"]["data"]) == ("next", "1", {"locations": {"totalCount": 1}})
        assert "cost" in answer["payload"]["extensions"]
        assert await wire.receive() == {"type": "complete", "id": "1"}


async def test_a_subscription_goes_on_until_the_client_completes_it(sockets: Sockets, coats: Shop) -> None:
    async with connected(sockets) as wire:
        await wire.greet(channel="web")
        await following(wire, coats)
        await coats.stock("COAT-38", LYON=8)
        answer = await wire.receive()
        assert answer["payload"]["data"] == {"availabilityChanged": {"id": "COAT-38@LYON", "quantity": 8}}
        wire.send({"type": "complete", "id": "1"})
        await following(wire, coats)  # under the same id
        assert len(coats.relay.watchers.flags) == 1


async def test_when_a_client_hangs_up_all_it_followed_is_let_go(sockets: Sockets, coats: Shop) -> None:
    async with connected(sockets) as wire:
        await wire.greet()
        for id in "123":
            await following(wire, coats, id)
        assert len(coats.relay.watchers.flags) == 3
    assert not coats.relay.watchers.flags
    assert not sockets.seats.taken
    assert not sockets.endpoint.subscriptions.seats.taken
    assert sockets.endpoint.telemetry.metrics.registry.get_sample_value("comptoir_subscriptions") == 0


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "{ nonsense }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ unclosed"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": FOLLOW}, "INVALID_INPUT"),
        ({"query": FOLLOW, "variables": {"at": []}}, "INVALID_INPUT"),
        ({"query": "{ products(first: 100) { nodes { variants { availability { nodes { id } } } } } }"}, "LIMIT_REACHED"),
        ({"query": 1}, "INVALID_INPUT"),
        ({}, "INVALID_INPUT"),
    ],
)
async def test_what_cannot_be_run_is_an_error_and_the_socket_lives(
    sockets: Sockets, payload: dict[str, Any], code: str
) -> None:
    async with connected(sockets) as wire:
        await wire.greet()
        wire.send({"type": "subscribe", "id": "1", "payload": payload})
        answer = await wire.receive()
        assert (answer["type"], answer["payload"][0]["extensions"]["code"]) == ("error", code)
        wire.subscribe("1", QUERY)
        assert (await wire.receive())["type"] == "next"


async def test_operations_run_beside_each_other_up_to_a_number(coats: Shop) -> None:
    slow = Slow(coats)
    sockets = Sockets(endpoint(coats, slow), ())
    async with connected(sockets) as wire:
        await wire.greet()
        wire.send({"type": "ping"})
        for n in range(OPERATIONS_MAX):
            wire.subscribe(f"q{n}", QUERY)
        wire.subscribe("one more", QUERY)
        refused = await answer_to(wire, "one more")
        assert refused["payload"][0]["extensions"] == {"code": "LIMIT_REACHED", "limit": "operations"}
        slow.let_go.set()


async def answer_to(wire: Wire, id: str) -> dict[str, Any]:
    while (message := await wire.receive()).get("id") != id:
        pass
    return message


# ------------------------------------------------------------------------------------------------ the protocol

INIT: dict[str, Any] = {"type": "connection_init"}
ASK: dict[str, Any] = {"type": "subscribe", "id": "1", "payload": {"query": QUERY}}


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["{nope"], 4400),
        ([b"\x01\x02"], 4400),
        (["[]"], 4400),
        ([{"type": "wat"}], 4400),
        ([{"payload": {}}], 4400),
        ([{"type": "connection_init", "payload": "web"}], 4400),
        ([INIT, {"type": "subscribe", "id": "1"}], 4400),
        ([INIT, {"type": "subscribe", "payload": {"query": QUERY}}], 4400),
        ([INIT, ASK | {"id": ""}], 4400),
        ([INIT, ASK | {"id": "x" * 101}], 4400),
        ([INIT, {"type": "complete"}], 4400),
        ([ASK], 4401),
        ([{"type": "connection_init", "payload": {"channel": "moon"}}], 4403),
        ([{"type": "connection_init", "payload": {"channel": "till"}}], 4403),
        ([{"type": "connection_init", "payload": {"channel": 1}}], 4403),
        ([{"type": "connection_init", "payload": {"authorization": "Bearer x"}}], 4403),
        ([INIT, INIT], 4429),
    ],
)
async def test_what_breaks_the_protocol_closes_the_socket(sockets: Sockets, messages: list[object], code: int) -> None:
    async with connected(sockets) as wire:
        for message in messages:
            wire.send(message)
        assert await wire.code() == code


async def test_an_id_that_is_in_use_closes_the_socket(sockets: Sockets, coats: Shop) -> None:
    async with connected(sockets) as wire:
        await wire.greet()
        await following(wire, coats)
        wire.send(ASK)
        assert await wire.code() == 4409
    assert not coats.relay.watchers.flags


async def test_one_that_does_not_introduce_itself_is_closed(sockets: Sockets) -> None:
    sockets.init_seconds = 0
    async with connected(sockets) as wire:
        assert await wire.code() == 4408


@pytest.mark.parametrize("protocols", [(), ("graphql-ws",)])
async def test_another_subprotocol_is_not_spoken(sockets: Sockets, protocols: tuple[str, ...]) -> None:
    async with connected(sockets, protocols=protocols) as wire:
        assert wire.subprotocol is None
        assert await wire.code() == 4406


async def test_a_ping_is_answered_before_and_after_the_introduction_and_a_pong_is_not(sockets: Sockets) -> None:
    async with connected(sockets) as wire:
        wire.send({"type": "ping"})
        assert await wire.receive() == {"type": "pong"}
        await wire.greet()
        wire.send({"type": "pong"})
        wire.send({"type": "ping", "payload": {"n": 1}})
        assert await wire.receive() == {"type": "pong"}


async def test_when_the_server_stops_the_socket_is_closed(sockets: Sockets, coats: Shop) -> None:
    async with connected(sockets) as wire:
        await wire.greet()
        await following(wire, coats)
        sockets.endpoint.stopping.set()
        assert await wire.code() == 1001
    assert not coats.relay.watchers.flags


async def test_a_socket_is_closed_when_its_session_ends(sockets: Sockets, coats: Shop) -> None:
    phone = Device(coats)
    await phone.create()
    async with connected(sockets) as wire:
        await wire.greet(authorization=f"Bearer {phone.access_token}")
        await following(wire, coats)
        await phone.ask("mutation { sessionEnd { done } }")
        assert await wire.code() == 4403
    assert not coats.relay.watchers.flags


async def test_an_open_socket_has_no_more_roles_than_its_people_have_now(sockets: Sockets, coats: Shop) -> None:
    token = await coats.as_staff(Role.ADMIN)
    asked = "{ channels { code } }"
    async with connected(sockets) as wire:
        await wire.greet(authorization=f"Bearer {token}")
        wire.subscribe("1", asked)
        assert (await wire.receive())["payload"]["data"]["channels"]
        assert (await wire.receive())["type"] == "complete"
        async with coats.database.writing() as connection:
            await connection.execute(update(staff_member).values(roles=[]))
            await connection.commit()
        wire.subscribe("2", asked)
        (error,) = (await wire.receive())["payload"]["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"


async def test_an_access_tokens_own_expiry_closes_nothing(sockets: Sockets, coats: Shop) -> None:
    phone = Device(coats)
    await phone.create()
    async with connected(sockets) as wire:
        await wire.greet(authorization=f"Bearer {phone.access_token}")
        await following(wire, coats)
        coats.now += timedelta(hours=1)
        await coats.stock("COAT-38", LYON=1)
        assert (await wire.receive())["type"] == "next"


# ------------------------------------------------------------------------------------------------ who may come


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, None),
        ({"origin": "https://shop.example"}, None),
        ({"origin": "https://shop.example.org"}, None),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "https://shop.example.evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
async def test_a_page_of_another_origin_is_refused(sockets: Sockets, headers: dict[str, str], status: int | None) -> None:
    async with connected(sockets, headers) as wire:
        assert wire.status == status


async def test_a_client_has_so_many_sockets_and_others_have_theirs(sockets: Sockets) -> None:
    sockets.seats.of_client = 1
    async with connected(sockets) as one:
        await one.greet()
        async with connected(sockets) as another:
            assert another.status == 429
    async with connected(sockets) as again:
        await again.greet()


async def test_a_client_has_so_many_subscriptions_over_all_its_sockets(sockets: Sockets, coats: Shop) -> None:
    sockets.endpoint.subscriptions.seats.of_client = 1
    async with connected(sockets) as one, connected(sockets) as another:
        await one.greet()
        await another.greet()
        await following(one, coats)
        another.subscribe("1", FOLLOW, at=[str(await coats.location_id("LYON"))])
        refused = await another.receive()
        assert refused["payload"][0]["extensions"] == {"code": "LIMIT_REACHED", "limit": "subscriptions"}
