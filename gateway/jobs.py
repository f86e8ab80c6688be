"""Sweeps: what is over is put away, by `comptoir jobs` once, and by a serving process now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from adapters.sql.database import Database
from adapters.sql.work import SqlWork
from domain.event import purge_events
from domain.sweep import sweep as sweep_leftovers
from gateway.logs import log

SWEEP_SECONDS = 300

SWEEPS: Mapping[str, Callable[[SqlWork, datetime], Awaitable[int]]] = {
    "old events deleted": purge_events,
    "ended sessions, codes, attempts and keys deleted": sweep_leftovers,
}


async def sweep(database: Database, clock: Callable[[], datetime]) -> dict[str, int]:
    """One pass of all; answers how much each did. Several processes may do so at once."""
    return {name: await step(SqlWork(database, clock), clock()) for name, step in SWEEPS.items()}


async def sweep_now_and_then(database: Database, clock: Callable[[], datetime]) -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            done = await sweep(database, clock)
        except Exception as error:  # such as a database that cannot be reached; the next pass does it
            log.warning("a sweep failed", kind=type(error).__name__)
        else:
            if any(done.values()):
                log.info("swept", **{name.replace(" ", "_"): number for name, number in done.items()})
