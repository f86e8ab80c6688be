"""The gateway over HTTP: who may ask, what is told, and what a failure looks like from outside."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient
from starlette.applications import Starlette
from structlog.testing import capture_logs

from adapters.sql.database import Database
from gateway.app import application, endpoint_of
from gateway.settings import Settings
from tests.shop import WEB, Shop

VENDOR = '{ products(filter: {vendor: "…"}) { totalCount } }'
QUERY = 'query Lyon { location(by: {code: "LYON"}) { name } }'


@pytest.fixture
async def app(database_url: str, shop: Shop) -> AsyncIterator[Starlette]:
    await shop.locations("LYON")
    await Shop.opened(shop.database, replace(WEB, code="till", public=False), replace(WEB, code="mobile"))
    made = application(Database(database_url), clock=lambda: shop.now)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://shop.example") as made:
        yield made


async def test_a_query_by_post_and_by_get(client: AsyncClient) -> None:
    posted = await client.post("/graphql", json={"query": QUERY})
    assert (posted.status_code, posted.json()["data"]) == (200, {"location": {"name": "Maison Lyon"}})
    got = await client.get("/graphql", params={"query": QUERY}, headers={"Accept": "application/json"})
    assert (got.status_code, got.json()) == (200, posted.json())
    assert posted.headers["cache-control"] == "private, no-store"


async def test_whoever_just_looks_is_told_how_to_ask(client: AsyncClient) -> None:
    answer = await client.get("/graphql", headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "Ask by POST" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 200, None),
        ({"Comptoir-Channel": "mobile"}, 200, None),
        ({"Comptoir-Channel": "moon"}, 401, "UNAUTHENTICATED"),
        ({"Comptoir-Channel": ""}, 401, "UNAUTHENTICATED"),
        ({"Comptoir-Channel": "till"}, 403, "FORBIDDEN"),
        ({"Authorization": "Bearer stolen"}, 401, "UNAUTHENTICATED"),
        ({"Authorization": ""}, 401, "UNAUTHENTICATED"),
    ],
)
async def test_who_claims_to_be_somebody_is_never_taken_for_a_stranger(
    client: AsyncClient, headers: dict[str, str], status: int, code: str | None
) -> None:
    answer = await client.post("/graphql", json={"query": QUERY}, headers=headers)
    assert answer.status_code == status
    if code:
        (error,) = answer.json()["errors"]
        assert error["extensions"] == {"code": code}


async def test_a_new_channel_is_known_within_a_second(client: AsyncClient, shop: Shop) -> None:
    asked = {"json": {"query": QUERY}, "headers": {"Comptoir-Channel": "new"}}
    assert (await client.post("/graphql", **asked)).status_code == 401  # type: ignore[arg-type]
    await Shop.opened(shop.database, replace(WEB, code="new"))
    shop.now = shop.now.replace(second=2)
    assert (await client.post("/graphql", **asked)).status_code == 200  # type: ignore[arg-type]


async def test_messages_are_in_the_language_asked_for(client: AsyncClient, shop: Shop) -> None:
    await shop.product("coat", "COAT")
    query = '{ variant(by: {sku: "COAT"}) { availability { nodes { reasons { message } } } } }'
    for accepted, message in (
        ("fr-FR,fr;q=0.9,en;q=0.8", "Épuisé ici."),
        ("de, en", "Out of stock here."),
        ("", "Out of stock here."),
    ):
        answer = await client.post("/graphql", json={"query": query}, headers={"Accept-Language": accepted})
        assert answer.json()["data"]["variant"]["availability"]["nodes"][0]["reasons"] == [{"message": message}]


class BrokenReads:
    """Every port of it fails, but those that who asks is told by."""

    def __init__(self, shop: Shop) -> None:
        self.channels, self.documents, self.sessions = shop.reads.channels, shop.reads.documents, shop.reads.sessions
        self.database = shop.database

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("the password is swordfish")


async def test_a_failure_of_ours_is_masked_and_recorded(shop: Shop) -> None:
    endpoint = endpoint_of(BrokenReads(shop), Settings(), lambda: shop.now, shop.relay)  # type: ignore[arg-type]
    with capture_logs() as logs:
        async with AsyncClient(transport=ASGITransport(endpoint), base_url="http://shop.example") as client:
            answer = await client.post("/graphql", json={"query": "{ categories { handle } }"})
    (error,) = answer.json()["errors"]
    incident = error["extensions"]["incident"]
    assert error["message"] == f"Something went wrong on our side; it is recorded as {incident}."
    assert "swordfish" not in answer.text
    (recorded,) = [event for event in logs if event["event"] == "unforeseen"]
    assert (recorded["incident"], recorded["path"]) == (incident, ["categories"])
    assert str(recorded["exc_info"]) == "the password is swordfish"


FAILING = """
import asyncio, sys
from sqlalchemy import text
from adapters.sql.database import Database
from gateway.logs import configure, log

async def fail():
    database, mail = Database(sys.argv[2]), "secret-mail@example.com"
    try:
        async with database.reading() as connection:
            await connection.execute(text("SELECT :mail FROM nowhere"), {"mail": mail})
    except Exception as error:
        log.error("unforeseen", exc_info=error)
    await database.close()

configure(sys.argv[1])
asyncio.run(fail())
"""


@pytest.mark.parametrize("kind", ["json", "console"])
def test_a_logged_failure_holds_no_values(kind: str, tmp_path: Path) -> None:
    """Neither the variables of functions nor the parameters of statements."""
    command = [sys.executable, "-c", FAILING, kind, f"sqlite+aiosqlite:///{tmp_path / 'new.db'}"]
    logged = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stderr
    assert "no such table: nowhere" in logged
    assert "secret-mail" not in logged


@pytest.mark.parametrize("body", [b"123", b'"x"', b"null", b"true", b"{", b"", b"\xff", b"[" * 5000])
async def test_a_body_that_is_no_request_is_the_clients_mistake(client: AsyncClient, body: bytes) -> None:
    answer = await client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ('{ variant(by: {sku: "a\\u0000b"}) { id } }', ["by", "sku"]),
        (VENDOR.replace("…", "x" * 1001), ["filter", "vendor"]),
        ('{ products(after: "WzEwOTk1MTE2Mjc3NzZd") { totalCount } }', ["after"]),
    ],
)
async def test_crafted_texts_are_refused_by_name(client: AsyncClient, query: str, path: list[str]) -> None:
    (error,) = (await client.post("/graphql", json={"query": query})).json()["errors"]
    assert error["extensions"] == {"code": "INVALID_INPUT", "path": path}


async def test_what_a_client_got_wrong_is_told_and_not_recorded(client: AsyncClient) -> None:
    with capture_logs() as logs:
        answer = await client.post("/graphql", json={"query": "{ products(first: 101) { totalCount } }"})
        unknown = await client.post("/graphql", json={"query": "{ nonsense }"})
    assert answer.json()["errors"][0]["message"] == "`first` is 101; it must be from 0 to 100."
    assert "nonsense" in unknown.json()["errors"][0]["message"]
    assert [event["event"] for event in logs] == ["request", "request"]


async def test_each_request_has_an_id_and_one_line_in_the_log_without_its_text(client: AsyncClient) -> None:
    with capture_logs() as logs:
        given = await client.post("/graphql?secret=1", json={"query": QUERY}, headers={"X-Request-Id": "shopper-0001"})
        made = await client.post("/graphql", json={"query": QUERY}, headers={"X-Request-Id": "not\ta good one"})
    assert given.headers["x-request-id"] == "shopper-0001"
    assert len(made.headers["x-request-id"]) == 32
    assert [(event["method"], event["path"], event["status"]) for event in logs] == [("POST", "/graphql", 200)] * 2
    assert "LYON" not in json.dumps(logs, default=str)
    assert "secret" not in json.dumps(logs, default=str)


async def test_alive_and_ready(client: AsyncClient) -> None:
    for path in ("/healthz", "/readyz"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_not_ready_without_its_tables(tmp_path: Any) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")
    async with AsyncClient(transport=ASGITransport(application(database)), base_url="http://shop.example") as client:
        assert (await client.get("/healthz")).status_code == 200
        answer = await client.get("/readyz")
    await database.close()
    assert answer.status_code == 503
    assert "run `comptoir migrate`" in answer.json()["status"]


async def test_it_does_not_begin_without_its_tables(tmp_path: Any) -> None:
    empty = application(Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"))
    with pytest.raises(RuntimeError, match="run `comptoir migrate`"):
        async with empty.router.lifespan_context(empty):
            pass


async def test_where_no_database_is_it_is_not_ready_and_says_so_in_json() -> None:
    nowhere = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none")
    async with AsyncClient(transport=ASGITransport(application(nowhere)), base_url="http://shop.example") as client:
        answer = await client.get("/readyz")
        asked = await client.post("/graphql", json={"query": QUERY})
    await nowhere.close()
    assert asked.status_code == 503
    assert asked.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert answer.status_code == 503
    assert "cannot be reached" in answer.json()["status"]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/graphql", 405), ("DELETE", "/graphql", 405)]
)
async def test_other_addresses_and_methods(client: AsyncClient, method: str, path: str, status: int) -> None:
    assert (await client.request(method, path)).status_code == status
