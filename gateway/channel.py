"""The channels of the shop, kept in memory for a moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from adapters.kept import Kept
from domain.channel import Channel, ChannelReads
from domain.ids import ChannelId


class Channels:
    def __init__(self, reads: ChannelReads, clock: Callable[[], datetime]) -> None:
        self.reads = reads
        self.kept = Kept(self.read, clock)

    async def named(self, code: str) -> Channel | None:
        return (await self.every()).get(code)

    async def of(self, id: ChannelId) -> Channel:
        """A channel that something was begun in is never taken away."""
        return next(channel for channel in (await self.every()).values() if channel.id == id)

    async def every(self) -> Mapping[str, Channel]:
        return await self.kept.now()

    async def read(self) -> Mapping[str, Channel]:
        return {channel.code: channel for channel in await self.reads.every()}
