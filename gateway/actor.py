"""Who asks: the channel a request comes by, and the language it wants to be answered in."""

from __future__ import annotations

from starlette.requests import Request

from domain.channel import Channel
from gateway.answer import Refused
from gateway.channel import Channels

CHANNEL_DEFAULT = "web"
LANGUAGES = ("en", "fr")


async def channel_of(request: Request, channels: Channels) -> Channel:
    """The channel the request names. Nobody who claims to be somebody is taken for a stranger."""
    if "authorization" in request.headers:
        message = "This gateway knows no sessions yet; leave the Authorization header out."
        raise Refused(401, "UNAUTHENTICATED", message, headers={"WWW-Authenticate": "Bearer"})
    code = request.headers.get("comptoir-channel", CHANNEL_DEFAULT)
    channel = await channels.named(code)
    if channel is None:
        raise Refused(401, "UNAUTHENTICATED", f"Comptoir-Channel: there is no channel {code[:40]!r}.")
    if not channel.public:
        raise Refused(403, "FORBIDDEN", f"Comptoir-Channel: {channel.code!r} is not open to the public.")
    return channel


def language_of(accepted: str) -> str:
    """The first of our languages that the header names; its weights are taken to be in order, as browsers send them."""
    wanted = (part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])
