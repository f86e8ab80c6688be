"""Sessions over HTTP: what a header may say, what a server in production does not begin with, and what logs never hold."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient
from pydantic import SecretStr
from structlog.testing import capture_logs

from adapters.clock import system
from adapters.mail import Deliveries, MailFolder
from adapters.sql.work import SqlWork
from domain.channel import ChannelKind
from gateway.app import application, endpoint_of
from gateway.demo_accounts import ACCOUNTS, load_accounts
from gateway.logs import RequestLog
from gateway.settings import DEMO_SECRET, Settings
from tests.shop import WEB, Shop
from tests.stories.test_people import REFRESH, SIGN_IN, SIGN_UP, VERIFY

LOU, SECRET = "lou@shop.test", "canary's long secret"
WHO = "{ viewer { id roles channel { code } customer { email } } }"


@pytest.fixture
async def client(shop: Shop) -> AsyncIterator[AsyncClient]:
    await Shop.opened(shop.database, replace(WEB, code="till", kind=ChannelKind.STORE, public=False))
    app = application(shop.database, clock=lambda: shop.now)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://shop.example") as made,
    ):
        yield made


async def ask(client: AsyncClient, query: str, headers: dict[str, str] | None = None, **input: Any) -> dict[str, Any]:
    answer = await client.post("/graphql", json={"query": query, "variables": {"input": input}}, headers=headers or {})
    data: dict[str, dict[str, Any]] = answer.json()["data"]
    return next(iter(data.values()))


def bearer(token: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **{name.replace("_", "-"): value for name, value in more.items()}}


def mailed(folder: Path) -> str:
    """The code in the newest mail."""
    newest = message_from_bytes(max(folder.glob("*.eml")).read_bytes(), policy=policy.default)
    return str(newest.get_content()).partition("#verify=")[2].strip()


async def test_from_signing_up_to_signing_out(shop: Shop, tmp_path: Path) -> None:
    """Nothing of it is in the log but that it was asked."""
    await Shop.opened(shop.database, replace(WEB, code="mobile", kind=ChannelKind.MOBILE))
    mails = Deliveries(MailFolder(tmp_path / "mail"))
    endpoint = endpoint_of(shop.reads, Settings(), lambda: shop.now, shop.relay, mails=mails)
    with capture_logs() as logs:
        async with AsyncClient(transport=ASGITransport(RequestLog(endpoint)), base_url="http://shop.example") as client:
            assert (await ask(client, SIGN_UP, email=LOU, password=SECRET, name="Canary"))["done"]
            await mails.settled()
            code = mailed(tmp_path / "mail")
            verified = (await ask(client, VERIFY, code=code))["session"]
            signed_in = (await ask(client, SIGN_IN, email=LOU, password=SECRET))["session"]
            found = await ask(client, WHO, bearer(signed_in["accessToken"], Comptoir_Channel="mobile"))
            assert (found["customer"], found["channel"]) == ({"email": LOU}, {"code": "mobile"})
            shop.now += timedelta(minutes=15)
            refreshed = (await ask(client, REFRESH, refreshToken=verified["refreshToken"]))["session"]
            await ask(client, "mutation { sessionEnd { done } }", bearer(refreshed["accessToken"]))
            ended = await client.post("/graphql", json={"query": WHO}, headers=bearer(refreshed["accessToken"]))
    assert ended.status_code == 401
    written = repr(logs).lower()
    assert not [text for text in ("canary", LOU, code.lower(), verified["refreshToken"].lower()) if text in written]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
async def test_tokens_of_another_kind_are_refused(client: AsyncClient, shop: Shop, scheme: str) -> None:
    await shop.as_customer(LOU, SECRET)
    session = (await ask(client, SIGN_IN, email=LOU, password=SECRET))["session"]
    for token in (session["refreshToken"], session["accessToken"][:-2], await shop.as_customer(LOU)):
        answer = await client.post("/graphql", json={"query": WHO}, headers={"Authorization": f"{scheme} {token}"})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    refused = await ask(client, REFRESH, refreshToken=session["accessToken"])
    assert refused["errors"][0]["code"] == "BAD_CREDENTIALS"


async def test_an_expired_token_is_told_what_to_do_and_a_channel_is_not_everybodys(client: AsyncClient, shop: Shop) -> None:
    await shop.as_customer(LOU, SECRET)
    session = (await ask(client, SIGN_IN, email=LOU, password=SECRET))["session"]
    till = await client.post("/graphql", json={"query": WHO}, headers=bearer(session["accessToken"], Comptoir_Channel="till"))
    assert (till.status_code, till.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    shop.now += timedelta(minutes=15)
    expired = await client.post("/graphql", json={"query": WHO}, headers=bearer(session["accessToken"]))
    assert expired.status_code == 401
    assert "sessionRefresh" in expired.text


async def test_a_server_in_production_does_not_begin_with_demo_accounts(shop: Shop) -> None:
    await shop.locations("LYON", "PARIS")
    loaded = await load_accounts(SqlWork(shop.database), system())
    assert (loaded.added, (await load_accounts(SqlWork(shop.database), system())).unchanged) == (len(ACCOUNTS),) * 2
    production = application(shop.database, Settings(env="production", payments="test", secret_key=SecretStr("x" * 32)))
    with pytest.raises(RuntimeError, match=r"demo\.example"):
        async with production.router.lifespan_context(production):
            pass


def test_nor_with_the_secret_that_everybody_knows() -> None:
    with pytest.raises(ValueError, match="COMPTOIR_SECRET_KEY"):
        Settings(env="production", payments="test", secret_key=SecretStr(DEMO_SECRET))
