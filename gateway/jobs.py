"""Sweeps: what is over is put away, by `comptoir jobs` once, and by a serving process now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from adapters.sql.database import Database
from adapters.sql.reads import SqlReads
from adapters.sql.work import SqlWork
from domain.abandonment import abandon_all, forget
from domain.event import purge_events
from domain.mail import Letters
from domain.session import Keys
from domain.sweep import sweep as sweep_leftovers
from gateway.logs import log
from gateway.settings import Settings

SWEEP_SECONDS = 300
SPEAKS_FRENCH = ("FR", "MC")  # the home country of a channel; what its shoppers are written in, who said no language


@dataclass(frozen=True, slots=True)
class Sweeps:
    """Each may be made by several processes at once."""

    database: Database
    chosen: Settings
    keys: Keys
    letters: Letters
    clock: Callable[[], datetime]

    async def once(self) -> dict[str, int]:
        """One pass of all; answers how much each did."""
        kept = timedelta(days=self.chosen.cart_kept_days)
        steps: dict[str, Callable[[SqlWork, datetime], Awaitable[int]]] = {
            "old events deleted": purge_events,
            "ended sessions, codes, attempts and keys deleted": sweep_leftovers,
            "carts found left alone": self.tell_of_left_carts,
            "old carts deleted": partial(forget, after=kept),
        }
        return {name: await step(SqlWork(self.database, self.clock), self.clock()) for name, step in steps.items()}

    async def tell_of_left_carts(self, work: SqlWork, now: datetime) -> int:
        """Whoever can be written to is sent a link, once."""
        left = await abandon_all(work, self.keys, now, after=timedelta(hours=self.chosen.cart_abandoned_hours))
        channels = {channel.id: channel for channel in await SqlReads(self.database).channels.every()} if left else {}
        for one in left:
            if one.cart.contact and one.cart.contact.email:
                is_french = channels[one.cart.channel].country_code in SPEAKS_FRENCH
                self.letters.spoken("fr" if is_french else "en").resume(one.cart.contact.email, one.code)
        return len(left)

    async def now_and_then(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                done = await self.once()
            except Exception as error:  # such as a database that cannot be reached; the next pass does it
                log.warning("a sweep failed", kind=type(error).__name__)
            else:
                if any(done.values()):
                    log.info("swept", **{name.replace(" ", "_"): number for name, number in done.items()})
