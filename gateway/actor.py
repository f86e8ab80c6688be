"""Who asks: the channel a request comes by, and the language it wants to be answered in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from domain.channel import Channel
from gateway.answer import Refused
from gateway.channel import Channels

CHANNEL_DEFAULT = "web"
LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class Caller:
    """What is said about who asks: in the headers of a request, or in the payload that opens a WebSocket."""

    authorization: str | None
    channel: str

    @classmethod
    def of_request(cls, request: Request) -> Caller:
        headers = request.headers
        return cls(headers.get("authorization"), headers.get("comptoir-channel", CHANNEL_DEFAULT))

    @classmethod
    def of_payload(cls, payload: Mapping[str, Any]) -> Caller:
        """Raises Refused for what is no text."""
        authorization, channel = payload.get("authorization"), payload.get("channel", CHANNEL_DEFAULT)
        if not isinstance(channel, str) or not isinstance(authorization, (str, type(None))):
            raise Refused(400, "INVALID_INPUT", "`authorization` and `channel` are texts.")
        return cls(authorization, channel)


async def channel_of(caller: Caller, channels: Channels) -> Channel:
    """The channel that is named. Nobody who claims to be somebody is taken for a stranger."""
    if caller.authorization is not None:
        message = "This gateway knows no sessions yet; leave the Authorization header out."
        raise Refused(401, "UNAUTHENTICATED", message, headers={"WWW-Authenticate": "Bearer"})
    channel = await channels.named(caller.channel)
    if channel is None:
        raise Refused(401, "UNAUTHENTICATED", f"Comptoir-Channel: there is no channel {caller.channel[:40]!r}.")
    if not channel.public:
        raise Refused(403, "FORBIDDEN", f"Comptoir-Channel: {channel.code!r} is not open to the public.")
    return channel


def language_of(accepted: str) -> str:
    """The first of our languages that the header names; its weights are taken to be in order, as browsers send them."""
    wanted = (part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])
