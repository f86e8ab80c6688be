"""The channels of the shop, kept in memory for a moment: every request needs one, and they hardly ever change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from domain.channel import Channel, ChannelReads

KEPT_FOR = timedelta(seconds=1)


class Channels:
    def __init__(self, reads: ChannelReads, clock: Callable[[], datetime]) -> None:
        self.reads = reads
        self.clock = clock
        self.by_code: Mapping[str, Channel] = {}
        self.read_at: datetime | None = None

    async def named(self, code: str) -> Channel | None:
        now = self.clock()
        if self.read_at is None or now - self.read_at > KEPT_FOR:
            self.by_code = {channel.code: channel for channel in await self.reads.every()}
            self.read_at = now
        return self.by_code.get(code)
