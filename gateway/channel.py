"""The channels of the shop, kept in memory for a moment: every request needs one, and they hardly ever change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from domain.channel import Channel, ChannelReads
from domain.ids import ChannelId

KEPT_FOR = timedelta(seconds=1)


class Channels:
    def __init__(self, reads: ChannelReads, clock: Callable[[], datetime]) -> None:
        self.reads = reads
        self.clock = clock
        self.by_code: Mapping[str, Channel] = {}
        self.read_at: datetime | None = None

    async def named(self, code: str) -> Channel | None:
        return (await self.every()).get(code)

    async def of(self, id: ChannelId) -> Channel:
        """A channel that something was begun in is never taken away."""
        return next(channel for channel in (await self.every()).values() if channel.id == id)

    async def every(self) -> Mapping[str, Channel]:
        now = self.clock()
        if self.read_at is None or now - self.read_at > KEPT_FOR:
            self.by_code = {channel.code: channel for channel in await self.reads.every()}
            self.read_at = now
        return self.by_code
