"""Channels, for those who work here."""

from __future__ import annotations

from domain.channel import Channel
from resolvers.context import Context, every_channel
from resolvers.permission import staff_only


@staff_only
async def channels(*, context: Context) -> tuple[Channel, ...]:
    return await context.once(every_channel)
