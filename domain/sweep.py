"""The sweep: what nobody can use any more is deleted, a batch at a time, so that nobody waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from domain.work import UnitOfWork

BATCH = 500
BATCHES_MAX = 200  # of a kind in one sweep; the next one goes on


class Leftover(StrEnum):
    SESSION = "SESSION"
    ONE_TIME_CODE = "ONE_TIME_CODE"
    ATTEMPT = "ATTEMPT"
    IDEMPOTENCY_KEY = "IDEMPOTENCY_KEY"
    LETTER = "LETTER"


KEPT = {
    Leftover.SESSION: timedelta(days=90),  # after its end: one that an issuer vouches for is not to begin anew
    Leftover.ONE_TIME_CODE: timedelta(days=1),
    Leftover.ATTEMPT: timedelta(days=1),
    Leftover.IDEMPOTENCY_KEY: timedelta(),
    Leftover.LETTER: timedelta(days=8),  # longer than its event
}


class SweepWrites(Protocol):
    async def delete(self, kind: Leftover, before: datetime, most: int) -> int:
        """Those that were over by then; answers how many there were, `most` at most."""
        ...


class SweepWork(UnitOfWork, Protocol):
    @property
    def leftovers(self) -> SweepWrites: ...


async def sweep(work: SweepWork, now: datetime) -> int:
    """How many rows it deleted."""
    return sum([await swept(work, kind, now - kept) for kind, kept in KEPT.items()])


async def swept(work: SweepWork, kind: Leftover, before: datetime) -> int:
    total = 0
    for _ in range(BATCHES_MAX):
        async with work:
            deleted = await work.leftovers.delete(kind, before, BATCH)
            await work.commit()
        total += deleted
        if deleted < BATCH:
            break
        await work.give_way()
    return total
