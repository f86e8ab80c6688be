"""Jobs: what is over is put away, by `comptoir jobs` once and by a server now and then; checkouts come to their end."""

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
from domain.order_place import expire
from domain.payment import Providers
from domain.session import Keys
from domain.sweep import sweep as sweep_leftovers
from domain.till import Till, recover
from gateway.logs import log
from gateway.settings import Settings

SWEEP_SECONDS = 300
LOOK_SECONDS = 4  # what nobody pays for is sold again 5 s after its time at the latest
AT_ONCE = 50
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
            await told("swept", self.once)


@dataclass(frozen=True, slots=True)
class Checkouts:
    """Each is carried to its end: those that are over, and those whose payment somebody left. Several may do so at once."""

    database: Database
    payments: Providers
    keys: Keys
    clock: Callable[[], datetime]

    async def once(self) -> dict[str, int]:
        return {"checkouts expired": await self.expired(), "payments recovered": await self.recovered()}

    async def expired(self) -> int:
        total, found = 0, AT_ONCE
        while found == AT_ONCE:
            found = await expire(SqlWork(self.database, self.clock), self.clock(), AT_ONCE)
            total += found
        return total

    async def recovered(self) -> int:
        work, attempts = SqlWork(self.database, self.clock), SqlReads(self.database).payments
        return await recover(Till(work, attempts, self.payments, self.keys, self.clock))

    async def always(self) -> None:
        """From the start, as whoever served before may have died."""
        while True:
            await told("checkouts ended", self.once)
            await asyncio.sleep(LOOK_SECONDS)


async def told(what: str, once: Callable[[], Awaitable[dict[str, int]]]) -> None:
    """A pass, with what it did in the log."""
    try:
        done = await once()
    except Exception as error:  # such as a database that cannot be reached; the next pass does it
        log.warning("a pass failed", job=what, kind=type(error).__name__)
    else:
        if any(done.values()):
            log.info(what, **{name.replace(" ", "_"): number for name, number in done.items()})
