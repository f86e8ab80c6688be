"""What every request needs and hardly ever changes, kept in memory for a moment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Answer = TypeVar("Answer")

KEPT_FOR = timedelta(seconds=1)


class Kept(Generic[Answer]):
    """What `read` answers, asked anew once that was longer ago."""

    def __init__(self, read: Callable[[], Awaitable[Answer]], clock: Callable[[], datetime]) -> None:
        self.read = read
        self.clock = clock
        self.last: tuple[datetime, Answer] | None = None

    async def now(self) -> Answer:
        now = self.clock()
        if self.last is None or now - self.last[0] > KEPT_FOR:
            self.last = now, await self.read()
        return self.last[1]
