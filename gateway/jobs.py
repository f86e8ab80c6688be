"""Jobs: what is done without being asked for, by a server beside its requests, or by `comptoir jobs`.

Several processes may do the same at once: each takes what nobody else has taken, and what one left half done is found again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from time import thread_time

from adapters.sql.database import Database, to_the_end
from adapters.sql.reads import SqlReads
from adapters.sql.work import SqlWork
from domain import letter
from domain.abandonment import abandon_all, forget
from domain.accept_time import expire_unaccepted
from domain.actor import Actor
from domain.authorization import renew
from domain.cashier import Cashier, carried_out
from domain.event import purge_events
from domain.ids import PaymentId
from domain.mail import Letters
from domain.order_place import expire
from domain.payment import Providers
from domain.pickup_end import expire_uncollected, remind
from domain.promised import resource_excess, tell_supplied
from domain.resourcing import Sourcer, resource_all
from domain.session import Keys
from domain.sweep import sweep
from domain.till import Till, known, recover
from gateway.logs import log
from gateway.metrics import Metrics
from gateway.settings import Settings
from resolvers.budget import Budget

SOON, RARELY = 4, 300  # seconds; what nobody pays for is sold again 5 s after its time at the latest
AT_ONCE = 50
LEFT_ALONE = timedelta(seconds=10)  # before that, whoever lost the goods is at work on it

Step = Callable[[SqlWork, datetime], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Job:
    """`name`: what has been done, for a number to follow it; `seconds`: from the end of one pass to the next."""

    name: str
    seconds: float
    once: Callable[[], Awaitable[int]]

    @property
    def label(self) -> str:
        return self.name.replace(",", "").replace(" ", "_")


@dataclass(frozen=True, slots=True)
class Jobs:
    database: Database
    chosen: Settings
    keys: Keys
    letters: Letters
    payments: Providers
    clock: Callable[[], datetime]
    metrics: Metrics
    failing: dict[str, str] = field(default_factory=dict, init=False)  # by job, the kind of failure of its last pass

    @property
    def all(self) -> tuple[Job, ...]:
        """Those that free goods for others before those that look for them."""
        kept = timedelta(days=self.chosen.cart_kept_days)
        return (
            Job("checkouts expired", SOON, partial(self.paged, partial(expire, most=AT_ONCE))),
            Job("payments recovered", SOON, self.recovered),
            Job("payments settled", SOON, self.settled),
            Job("orders whose goods came in", SOON, partial(self.paged, tell_supplied)),
            Job("orders whose goods are lacking", SOON, self.resourced_excess),
            Job("orders sourced anew", SOON, self.resourced),
            Job("fulfillments accepted too late", RARELY / 5, self.timed_out),
            Job("pickups reminded of", RARELY, partial(self.paged, remind)),
            Job("pickups expired", RARELY / 5, partial(self.paged, expire_uncollected)),
            Job("authorizations that end", RARELY, partial(self.paged, self.renewed)),
            Job("letters sent", SOON, self.posted),
            Job("old events deleted", RARELY, partial(self.worked, purge_events)),
            Job("ended sessions, codes, attempts and keys deleted", RARELY, partial(self.worked, sweep)),
            Job("carts found left alone", RARELY, partial(self.worked, self.tell_of_left_carts)),
            Job("old carts deleted", RARELY, partial(self.worked, partial(forget, after=kept))),
        )

    async def once(self) -> dict[str, int]:
        """One pass of all; answers how much each did."""
        return {job.name: await job.once() for job in self.all}

    async def always(self) -> None:
        """From the start, as whoever did it before may have died."""
        async with asyncio.TaskGroup() as group:  # which, unlike `gather`, waits for all of them when it is canceled
            for job in self.all:
                group.create_task(self.again_and_again(job))

    async def again_and_again(self, job: Job) -> None:
        while True:
            await to_the_end(self.tried(job))  # also when the server stops: no answer of the database is left unheard
            await asyncio.sleep(job.seconds)

    async def tried(self, job: Job) -> None:
        """A pass, with what it did in the log, which is told once of each kind of failure."""
        try:
            done = await job.once()
        except Exception as error:  # such as a database that cannot be reached; the next pass does it
            kind = type(error).__name__
            self.metrics.job(job.label, "failed")
            if kind != self.failing.get(job.name):
                log.warning("a job fails", job=job.label, kind=kind)
            self.failing[job.name] = kind
            return
        self.failing.pop(job.name, None)
        self.metrics.job(job.label, "ok")
        if done:
            log.info(job.label, number=done)

    # -------------------------------------------------------------------------------------- each

    @property
    def work(self) -> SqlWork:
        return SqlWork(self.database, self.clock)

    @property
    def sourcer(self) -> Sourcer:
        """Who thinks as long, for all that it does, as one operation may."""
        budget = Budget(self.chosen.sourcing_milliseconds / 1_000, thread_time)
        return Sourcer(self.work, SqlReads(self.database), self.clock, budget.is_over)

    async def worked(self, step: Step) -> int:
        return await step(self.work, self.clock())

    async def paged(self, step: Step) -> int:
        """Until there is no more of it."""
        total, found = 0, AT_ONCE
        while found >= AT_ONCE:
            found = await self.worked(step)
            total += found
        return total

    @property
    def till(self) -> Till:
        return Till(self.work, SqlReads(self.database).payments, self.payments, self.keys, self.clock)

    async def recovered(self) -> int:
        return await recover(self.till)

    async def heard(self, provider: str, payment: PaymentId) -> None:
        """A provider has called: what came of the payment is asked of it, and the attempt carried on."""
        if attempt := await self.till.attempts.attempt_of(payment):
            await known(self.till, attempt)

    async def settled(self) -> int:
        return await carried_out(Cashier(self.work, self.payments, self.clock))

    async def renewed(self, work: SqlWork, now: datetime) -> int:
        return await renew(work, now, AT_ONCE, captures=self.chosen.capture_ending == "on")

    async def timed_out(self) -> int:
        channel = next(iter(await SqlReads(self.database).channels.every()), None)
        every = await SqlReads(self.database).locations.every(Actor(channel)) if channel else ()
        locations = {location.id: location for location in every}
        return await expire_unaccepted(self.work, self.sourcer, locations, self.clock())

    async def resourced(self) -> int:
        return await resource_all(self.sourcer, self.clock() - LEFT_ALONE)

    async def resourced_excess(self) -> int:
        return await resource_excess(self.work, self.sourcer)

    async def posted(self) -> int:
        letters, total, taken = self.letters, 0, True
        post = letter.Post(self.work, SqlReads(self.database), self.keys, letters.mails, letters.storefront)
        while taken:
            done = await letter.post_all(post, self.clock())
            for kind in done.failures:
                log.error("letter given up", kind=kind)
            taken, total = done.taken > 0, total + done.sent
        return total

    async def tell_of_left_carts(self, work: SqlWork, now: datetime) -> int:
        """Whoever can be written to is sent a link, once."""
        left = await abandon_all(work, self.keys, now, after=timedelta(hours=self.chosen.cart_abandoned_hours))
        channels = {channel.id: channel for channel in await SqlReads(self.database).channels.every()} if left else {}
        for one in left:
            if one.cart.contact and one.cart.contact.email:
                letters = self.letters.spoken(channels[one.cart.channel].language)
                letters.resume(one.cart.contact.email, one.code)
        return len(left)
