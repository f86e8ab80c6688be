"""Issuers of OpenID Connect, against one that runs here: who it vouches for, and whom it does not."""

from __future__ import annotations

import asyncio
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient, Response
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from domain.channel import ChannelKind
from gateway.app import application
from gateway.settings import Settings
from tests.shop import WEB, Shop

WHO = "{ viewer { roles channel { code } customer { id email emailVerified name } staff { name } location { code } } }"


class Issuer:
    """Publishes its keys on loopback and signs whatever it is asked to; `asked` counts what was fetched."""

    def __init__(self) -> None:
        self.keys: list[RSAKey | ECKey] = [RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})]
        self.asked: list[str] = []
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        self.asked.append(path)
        found: dict[str, Any] = {
            "/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            "/keys": KeySet(list(self.keys)).as_dict(private=False),
        }
        body = json.dumps(found[path]).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        writer.close()

    def token(self, shop: Shop, key: RSAKey | ECKey | None = None, alg: str = "RS256", **changes: Any) -> str:
        """`changes` are claims; None leaves one out."""
        at, signer = int(shop.now.timestamp()), key or self.keys[0]
        claims = {"iss": self.url, "aud": "shop", "sub": "u1", "iat": at, "exp": at + 600, "sid": "s1"} | changes
        given = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": alg, "kid": signer.kid or "one"}, given, signer, algorithms=[alg])


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    made = Issuer()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    async with server:
        made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield made


def encoded(text: bytes) -> str:
    return urlsafe_b64encode(text).decode().rstrip("=")


@asynccontextmanager
async def serving(shop: Shop, url: str) -> AsyncIterator[AsyncClient]:
    chosen = Settings(oidc_issuer=url, oidc_audience="shop", staff_oidc_issuer=url, staff_oidc_audience="desk", jobs="off")
    app = application(shop.database, chosen, clock=lambda: shop.now)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://shop.example") as client,
    ):
        yield client


@pytest.fixture
async def client(shop: Shop, issuer: Issuer) -> AsyncIterator[AsyncClient]:
    await Shop.opened(shop.database, replace(WEB, code="till", kind=ChannelKind.STORE, public=False))
    await shop.locations("LYON")
    async with serving(shop, issuer.url) as made:
        yield made


async def ask(client: AsyncClient, token: str, query: str = WHO) -> Response:
    return await client.post("/graphql", json={"query": query}, headers={"Authorization": f"Bearer {token}"})


async def viewer(client: AsyncClient, token: str) -> dict[str, Any]:
    answered = await ask(client, token)
    assert answered.status_code == 200, answered.text
    found: dict[str, Any] = answered.json()["data"]["viewer"]
    return found


async def test_a_customer_is_known_from_the_first_token_on(shop: Shop, client: AsyncClient, issuer: Issuer) -> None:
    first = await viewer(client, issuer.token(shop, email="lou@id.test", email_verified=True, name="Lou"))
    assert first["roles"] == ["CUSTOMER"]
    assert first["customer"] | {"id": ""} == {"id": "", "email": "lou@id.test", "emailVerified": True, "name": "Lou"}
    before = await shop.rows()
    assert await viewer(client, issuer.token(shop, email="other@id.test", email_verified=True)) == first
    assert await shop.rows() == before
    assert (await viewer(client, issuer.token(shop, sid="s2")))["customer"] == first["customer"]
    assert issuer.asked == ["/.well-known/openid-configuration", "/keys"]


async def test_an_address_that_is_not_verified_or_is_somebodys_is_not_taken_over(
    shop: Shop, client: AsyncClient, issuer: Issuer
) -> None:
    await shop.as_customer("lou@id.test")
    taken = await viewer(client, issuer.token(shop, email="Lou@id.test", email_verified=True))
    unverified = await viewer(client, issuer.token(shop, sub="u2", email="new@id.test", email_verified=False))
    assert [found["customer"]["email"] for found in (taken, unverified)] == [None, None]
    account = await shop.reads.accounts.named("lou@id.test")
    assert account is not None
    assert str(account.id) != taken["customer"]["id"]


async def test_staff_have_the_roles_and_stores_that_the_issuer_says_now(
    shop: Shop, client: AsyncClient, issuer: Issuer
) -> None:
    claims: dict[str, Any] = {"aud": ["desk", "mail"], "name": "Hugo", "locations": ["LYON", "MOON"]}
    found = await viewer(client, issuer.token(shop, **claims, roles=["ASSOCIATE", "BARISTA"]))
    assert (found["roles"], found["channel"], found["staff"]) == (["ASSOCIATE"], {"code": "till"}, {"name": "Hugo"})
    assert (found["customer"], found["location"]) == (None, {"code": "LYON"})
    assert (await viewer(client, issuer.token(shop, **claims, roles=["ADMIN"])))["roles"] == ["ADMIN"]
    refused = await ask(client, issuer.token(shop, **claims, roles=["CUSTOMER"]))
    assert refused.status_code == 401


async def test_a_session_that_was_ended_here_stays_ended(shop: Shop, client: AsyncClient, issuer: Issuer) -> None:
    token = issuer.token(shop)
    await viewer(client, token)
    await ask(client, token, "mutation { sessionEnd { done } }")
    refused = await ask(client, issuer.token(shop))
    assert refused.status_code == 401
    assert "this session has ended" in refused.text
    assert (await viewer(client, issuer.token(shop, sid="s2")))["roles"] == ["CUSTOMER"]


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "somebody else"},
        {"aud": None},
        {"iss": "https://elsewhere.test"},
        {"exp": None},
        {"exp": "tomorrow"},
        {"sub": None},
        {"sub": "x\0"},
        {"sid": None, "iat": None},
        {"iss": ["a", "b"]},
    ],
)
async def test_whom_nobody_trusted_vouches_for_is_refused(
    shop: Shop, client: AsyncClient, issuer: Issuer, changes: dict[str, Any]
) -> None:
    before = await shop.rows()
    refused = await ask(client, issuer.token(shop, **changes))
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert await shop.rows() == before


async def test_a_signature_of_another_key_or_kind_is_none(shop: Shop, client: AsyncClient, issuer: Issuer) -> None:
    good = issuer.token(shop)
    body, _, signature = good.rpartition(".")
    header = encoded(b'{"alg":"HS256","kid":"one"}')
    confused = f"{header}.{body.partition('.')[2]}"
    by_public_key = hmac.digest(issuer.keys[0].as_pem(private=False), confused.encode(), "sha256")
    for token in (
        issuer.token(shop, RSAKey.generate_key(2048, {"kid": "one"})),
        issuer.token(shop, RSAKey.generate_key(2048, {"kid": "unknown"})),
        f"{confused}.{encoded(by_public_key)}",
        issuer.token(shop, alg="PS256"),
        f"{body}.",
        f"{body}.{signature[:-4]}AAAA",
        f"{good}.{good}",
        "a.b.c",
    ):
        assert (await ask(client, token)).status_code == 401
    assert (await shop.rows())["session"] == []


async def test_clocks_may_differ_by_a_minute(shop: Shop, client: AsyncClient, issuer: Issuer) -> None:
    at = int(shop.now.timestamp())
    await viewer(client, issuer.token(shop, exp=at - 59))
    await viewer(client, issuer.token(shop, nbf=at + 60))
    expired = await ask(client, issuer.token(shop, exp=at - 60))
    assert "has expired" in expired.text
    early = await ask(client, issuer.token(shop, nbf=at + 61))
    assert (expired.status_code, early.status_code) == (401, 401)


async def test_a_new_key_is_looked_up_but_not_more_than_once_a_minute(shop: Shop, client: AsyncClient, issuer: Issuer) -> None:
    await viewer(client, issuer.token(shop))
    issuer.keys.append(ECKey.generate_key("P-256", {"kid": "two", "use": "sig"}))
    rotated = issuer.token(shop, issuer.keys[1], alg="ES256", exp=int(shop.now.timestamp()) + 900)
    for _ in range(3):
        assert (await ask(client, rotated)).status_code == 401
    assert len(issuer.asked) == 2
    shop.now += timedelta(minutes=1)
    assert (await viewer(client, rotated))["roles"] == ["CUSTOMER"]
    assert len(issuer.asked) == 4


async def test_where_the_issuer_does_not_answer_nobody_is_told_they_are_wrong(shop: Shop, issuer: Issuer) -> None:
    token = issuer.token(shop, iss="http://127.0.0.1:1")
    async with serving(shop, "http://127.0.0.1:1") as client:
        answered = await ask(client, token)
    assert (answered.status_code, answered.headers["retry-after"]) == (503, "5")
