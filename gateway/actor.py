"""Who asks: the session and the channel a request comes by, and the language it wants to be answered in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.requests import Request

from domain.actor import Actor, Role
from domain.channel import Channel
from domain.issuer import Issuers, IssuerWork, Unanswered, Untrusted, recognized, session_id
from domain.session import Identity, Keys, SessionReads, actor_of
from domain.staff import WORKS_IN, channel_of
from gateway.answer import Refused
from gateway.channel import Channels

CHANNEL_DEFAULT = "web"
UNANSWERED = "Authorization: the issuer of this token does not answer; try again."
LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class Caller:
    """What is said about who asks: in the headers of a request, or in the payload that opens a WebSocket."""

    authorization: str | None
    channel: str | None

    @classmethod
    def of_request(cls, request: Request) -> Caller:
        return cls(request.headers.get("authorization"), request.headers.get("comptoir-channel"))

    @classmethod
    def of_payload(cls, payload: Mapping[str, Any]) -> Caller:
        """Raises Refused for what is no text."""
        authorization, channel = payload.get("authorization"), payload.get("channel")
        if not all(isinstance(said, (str, type(None))) for said in (authorization, channel)):
            raise Refused(400, "INVALID_INPUT", "`authorization` and `channel` are texts.")
        return cls(authorization, channel)


class Actors:
    """Nobody who claims to be somebody is taken for a stranger. `issuers`: who else may say who somebody is, if anybody."""

    def __init__(
        self,
        channels: Channels,
        sessions: SessionReads,
        keys: Keys,
        clock: Callable[[], datetime],
        *,
        issuers: Issuers | None = None,
        work: Callable[[], IssuerWork],
    ) -> None:
        self.channels, self.sessions, self.keys, self.clock = channels, sessions, keys, clock
        self.issuers, self.work = issuers, work

    async def actor(self, caller: Caller) -> Actor:
        """Raises Refused. Whoever names no channel comes by that of their session, or by the web."""
        if caller.authorization is None:
            return Actor(open_to(None, await self.named(CHANNEL_DEFAULT if caller.channel is None else caller.channel)))
        identity = await self.identity(caller.authorization, caller.channel)
        if caller.channel is None:
            return actor_of(identity, await self.channels.of(identity.session.channel))
        return actor_of(identity, open_to(identity, await self.named(caller.channel)))

    async def again(self, actor: Actor) -> Actor | None:
        """Who asks once more on a connection that is open: no more than when it was opened, and no more than now."""
        if actor.session is None:
            return actor
        identity = await self.sessions.identity(actor.session, self.clock())
        if identity is None:
            return None
        roles = tuple(role for role in actor.roles if role in identity.roles)
        return replace(actor, roles=roles or (Role.SHOPPER,), locations=actor.locations & identity.locations)

    async def named(self, code: str) -> Channel:
        if (channel := await self.channels.named(code)) is None:
            raise Refused(401, "UNAUTHENTICATED", f"Comptoir-Channel: there is no channel {code[:40]!r}.")
        return channel

    async def identity(self, authorization: str, code: str | None) -> Identity:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise unauthenticated("this must be `Bearer` and an access token.")
        now = self.clock()
        session = self.keys.accessing(token.strip(), now)
        if session is None and self.keys.accessing(token.strip(), None):
            raise unauthenticated("this access token has expired; ask sessionRefresh for the next one, without this header.")
        if session is None and self.issuers is not None:
            return await self.vouched(self.issuers, token.strip(), code, now)
        if session is None:
            raise unauthenticated("this is not an access token of this gateway.")
        if (identity := await self.sessions.identity(session, now)) is None:
            raise unauthenticated("this session has ended; begin a new one, without this header.")
        return identity

    async def vouched(self, issuers: Issuers, token: str, code: str | None, now: datetime) -> Identity:
        """Whom an issuer's token names; the first time it opens their session here."""
        vouched = await issuers.vouched(token, now)
        if isinstance(vouched, Unanswered):
            raise Refused(
                503, "INTERNAL", "Authorization: the issuer of this token does not answer.", headers={"Retry-After": "5"}
            )
        if isinstance(vouched, Untrusted):
            raise unauthenticated(vouched.why)
        session = session_id(self.keys, vouched)
        if (identity := await self.sessions.identity(session, now)) is None:
            begins_in = channel_of(vouched.roles, tuple((await self.channels.every()).values())) if vouched.is_staff else None
            channel = begins_in or open_to(None, await self.named(CHANNEL_DEFAULT if code is None else code))
            await recognized(self.work(), self.keys, vouched, channel, now)
            identity = await self.sessions.identity(session, now)
        if identity is None:
            raise unauthenticated("this session has ended; sign in with your issuer again.")
        return replace(identity, roles=vouched.roles) if vouched.is_staff else identity


def unauthenticated(message: str) -> Refused:
    return Refused(401, "UNAUTHENTICATED", f"Authorization: {message}", headers={"WWW-Authenticate": "Bearer"})


def open_to(identity: Identity | None, channel: Channel) -> Channel:
    """Strangers and customers come by public channels, kiosks and other systems by their own, staff by where they work too."""
    session = identity.session if identity else None
    is_own = session is not None and session.channel == channel.id
    is_bound = session is not None and (session.kiosk is not None or session.integration is not None)
    works_in = {kind for role in (identity.roles if identity else ()) for kind in WORKS_IN.get(role, ())}
    if is_own or (not is_bound and (channel.public or channel.kind in works_in)):
        return channel
    whom = "this session" if session else "the public"
    raise Refused(403, "FORBIDDEN", f"Comptoir-Channel: {channel.code!r} is not open to {whom}.")


def language_of(accepted: str) -> str:
    """The first of our languages that the header names; its weights are taken to be in order, as browsers send them."""
    wanted = (part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])
