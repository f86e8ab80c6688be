"""OpenID Connect (Core 1.0, Discovery 1.0): tokens that an issuer signs, looked at with the keys it publishes.

Its keys are kept for a while; a token that names another one is looked up anew, so that keys can be changed, but not more
often than once a minute, however many come. What the issuer answers is bounded in size and time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
import orjson
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from domain.actor import STAFF, Role
from domain.issuer import Unanswered, Untrusted, Vouched
from domain.text import is_clean

ALGORITHMS = ["RS256", "ES256"]
LEEWAY = timedelta(seconds=60)
KEYS_KEPT = timedelta(hours=1)
ASKED_AGAIN_AFTER = timedelta(minutes=1)
SECONDS_MAX = 5
BYTES_MAX = 256_000
KEYS_MAX = 50
TOKEN_CHARACTERS_MAX = 8_192
TEXT_CHARACTERS_MAX = 200


class NoAnswer(Exception):
    """The issuer answers nothing, or nothing that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """In one issuer, for tokens meant for `audience`; the claims that say what staff may do and where."""

    issuer: str
    audience: str
    is_staff: bool = False
    roles_claim: str = "roles"
    locations_claim: str = "locations"


class PublishedKeys:
    """Of one issuer."""

    def __init__(self, issuer: str, client: httpx2.AsyncClient) -> None:
        self.issuer, self.client = issuer, client
        self.keys: KeySet | None = None
        self.read_at: datetime | None = None
        self.asked_at: datetime | None = None
        self.turn = asyncio.Lock()

    async def key(self, kid: str | None, now: datetime) -> Any:
        """The one of this name, or None. Raises NoAnswer where the issuer has never told its keys."""
        is_fresh = self.read_at is not None and now - self.read_at < KEYS_KEPT
        found = self.named(kid)
        if is_fresh and found is not None:
            return found
        async with self.turn:
            if self.asked_at is None or now - self.asked_at >= ASKED_AGAIN_AFTER:
                self.asked_at = now
                await self.read(now)
        if self.keys is None:
            raise NoAnswer
        return self.named(kid)

    def named(self, kid: str | None) -> Any:
        known = self.keys.keys if self.keys else []
        return next((key for key in known if key.kid == kid or (kid is None and len(known) == 1)), None)

    async def read(self, now: datetime) -> None:
        """Those it had stay good while it does not answer."""
        try:
            about = await self.fetched(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if about.get("issuer") != self.issuer:
                raise NoAnswer
            published = (await self.fetched(about["jwks_uri"]))["keys"][:KEYS_MAX]
            self.keys = KeySet([key for one in published if (key := usable(one)) is not None])
            self.read_at = now
        except (httpx2.HTTPError, httpx2.InvalidURL, JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            if self.keys is None:
                raise NoAnswer from error

    async def fetched(self, url: str) -> dict[str, Any]:
        """A small JSON object."""
        here, there = httpx2.URL(self.issuer), httpx2.URL(url)
        if there.scheme not in ("https", here.scheme):
            raise ValueError("an issuer over HTTPS has its keys there, too")
        async with asyncio.timeout(SECONDS_MAX), self.client.stream("GET", url) as answer:
            answer.raise_for_status()
            body = b""
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > BYTES_MAX:
                    raise ValueError("too long")
        found = orjson.loads(body)
        if not isinstance(found, dict):
            raise ValueError("not an object")
        return found


class OpenIdIssuers:
    """All whom the shop trusts: one for customers, one for staff, or the same with another audience."""

    def __init__(self, *trusts: Trust) -> None:
        self.client = httpx2.AsyncClient(timeout=SECONDS_MAX, follow_redirects=False, trust_env=False)
        self.trusts = trusts
        self.published = {trust.issuer: PublishedKeys(trust.issuer, self.client) for trust in trusts}

    async def close(self) -> None:
        await self.client.aclose()

    async def vouched(self, token: str, now: datetime) -> Vouched | Untrusted | Unanswered:
        try:
            claims = await self.claims(token, now)
        except (NoAnswer, TimeoutError):
            return Unanswered()
        except (JoseError, ValueError, TypeError, KeyError):
            return Untrusted("this is not an access token of this gateway, nor of an issuer it trusts.")
        audiences = claims["aud"] if isinstance(claims.get("aud"), list) else [claims.get("aud")]
        trust = next((t for t in self.trusts if t.issuer == claims["iss"] and t.audience in audiences), None)
        if trust is None:
            return Untrusted("this token is meant for somebody else (`aud`).")
        return untimely(claims, now) or vouched_by(claims, trust)

    async def claims(self, token: str, now: datetime) -> dict[str, Any]:
        """Of a token with a good signature. Whose it is said to be is read first, to know which keys to look at."""
        if len(token) > TOKEN_CHARACTERS_MAX or token.count(".") != 2:
            raise ValueError("not a signed token")
        unproven = jws.extract_compact(token.encode())
        said = orjson.loads(unproven.payload)
        header = unproven.headers()
        if said["iss"] not in self.published or header["alg"] not in ALGORITHMS:
            raise ValueError("of nobody who is trusted")
        key = await self.published[said["iss"]].key(header.get("kid"), now)
        if key is None:
            raise ValueError("of no key that is published")
        return dict(jwt.decode(token, key, algorithms=ALGORITHMS).claims)


def usable(published: dict[str, Any]) -> RSAKey | ECKey | None:
    """One to look at signatures with; an issuer may have others."""
    if published.get("use", "sig") != "sig":
        return None
    try:
        match published.get("kty"):
            case "RSA":
                return RSAKey.import_key(published)
            case "EC":
                return ECKey.import_key(published)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return None


def untimely(claims: dict[str, Any], now: datetime) -> Untrusted | None:
    """A token without an end is not taken."""
    at, leeway = now.timestamp(), LEEWAY.total_seconds()
    expires: Any = claims.get("exp")
    begins: Any = claims.get("nbf", 0)
    if not is_moment(expires) or not is_moment(begins) or not is_moment(claims.get("iat", 0)):
        return Untrusted("this token does not say until when it is good (`exp`), or not in seconds.")
    if at >= expires + leeway:
        return Untrusted("this token has expired; get the next one from your issuer.")
    return Untrusted("this token is not good yet (`nbf`).") if at < begins - leeway else None


def is_moment(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def vouched_by(claims: dict[str, Any], trust: Trust) -> Vouched | Untrusted:
    subject = text(claims.get("sub"))
    roles: tuple[Role, ...] = ()
    login = text(claims.get("sid")) or (str(claims["iat"]) if "iat" in claims else None)
    if subject is None or login is None:
        return Untrusted("this token names nobody (`sub`), or neither a session (`sid`) nor when it was made (`iat`).")
    if trust.is_staff:
        roles = tuple(sorted(role for role in STAFF if role.value in texts(claims.get(trust.roles_claim))))
        if not roles:
            return Untrusted(f"this token names no role of our staff ({trust.roles_claim!r}).")
    return Vouched(
        issuer=trust.issuer,
        subject=subject,
        login=login,
        is_staff=trust.is_staff,
        email=text(claims.get("email")) if claims.get("email_verified") is True else None,
        name=text(claims.get("name")),
        roles=roles,
        location_codes=texts(claims.get(trust.locations_claim)) if trust.is_staff else (),
    )


def text(value: Any) -> str | None:
    """Short and clean, as it can be kept."""
    return value if isinstance(value, str) and 0 < len(value) <= TEXT_CHARACTERS_MAX and is_clean(value) else None


def texts(value: Any) -> tuple[str, ...]:
    return tuple(sorted(one for one in value if text(one))) if isinstance(value, list) else ()
