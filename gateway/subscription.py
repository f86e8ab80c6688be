"""Subscriptions: followed event by event, whatever they are sent over; how many may be open at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager, suppress

from graphql import ExecutionResult, GraphQLError

from gateway.answer import Answer, Refused, answer_of, presentable
from gateway.operation import Ready, cost_told, limit
from gateway.overload import SECONDS_MAX, Gate
from gateway.rate import RateLimits
from gateway.telemetry import Operation, Telemetry
from resolvers.context import Context
from schema.build import Schema

OF_CLIENT_MAX = 1_000  # open at once, of one address or IPv6 network
OF_PROCESS_MAX = 10_000
AT_ONCE_MAX = 8  # events that are answered at once, of all subscriptions; the others wait for their turn
RETRY_SECONDS = 10
LOOKED_UP_SECONDS = 60


class Seats:
    """So many of a kind at once for one client, and for all."""

    def __init__(self, kind: str, of_client: int, of_process: int) -> None:
        self.kind, self.of_client, self.of_process = kind, of_client, of_process
        self.taken: Counter[str] = Counter()

    @contextmanager
    def one(self, client: str) -> Iterator[None]:
        """Raises Refused if there is none left."""
        if self.taken[client] >= self.of_client or self.taken.total() >= self.of_process:
            message = f"{self.of_client:,} {self.kind} are the limit of one client, and {self.of_process:,} of all; close some."
            headers = {"Retry-After": str(RETRY_SECONDS)}
            raise Refused(429, "LIMIT_REACHED", message, headers=headers, limit=self.kind)
        self.taken[client] += 1
        try:
            yield
        finally:
            self.taken[client] -= 1
            if not self.taken[client]:
                del self.taken[client]


class Subscriptions:
    """Each event is an operation for whoever counts, times and limits; waiting for one is none."""

    def __init__(self, schema: Schema, *, gate: Gate, rates: RateLimits, telemetry: Telemetry) -> None:
        self.schema, self.gate, self.rates, self.telemetry = schema, gate, rates, telemetry
        self.turns = asyncio.Semaphore(AT_ONCE_MAX)
        self.seats = Seats("subscriptions", OF_CLIENT_MAX, OF_PROCESS_MAX)

    async def answers(self, ready: Ready, context: Context, client: str) -> AsyncGenerator[Answer, None]:
        """One for each event. The last has no data if the subscription failed, or was refused. Raises Refused for too many."""
        gauge = self.telemetry.metrics.subscriptions
        with self.seats.one(client), gauge.track_inprogress():
            events = self.schema.events(ready.document, ready.name, ready.variables, context)
            try:
                async with aclosing(events):
                    async for event in events:
                        await self.rates.cost(client, ready.cost.points)
                        yield await self.answer(ready, event, context)
            except Refused as refused:
                yield self.failed([refused.error])
            except Exception as error:
                known = error if isinstance(error, GraphQLError) else GraphQLError("", original_error=error)
                yield self.failed([known])

    async def answer(self, ready: Ready, event: Callable[[], Awaitable[ExecutionResult]], context: Context) -> Answer:
        with self.telemetry.running(Operation(ready.name, ready.kind, ready.document.hash)) as operation:
            try:
                async with self.turns, asyncio.timeout(SECONDS_MAX):
                    with self.gate.held():
                        answer = answer_of(await event(), cost_told(ready.cost.points))
            except TimeoutError:
                message = f"The event took more than {SECONDS_MAX} s, which is the limit."
                answer = Answer([limit("time", message)], is_run=True)
            operation.errors += answer.errors
        return answer

    def failed(self, errors: list[GraphQLError]) -> Answer:
        told = presentable(errors)
        self.telemetry.refused(told)
        return Answer(told)


async def ended(context: Context) -> None:
    """Returns once the session that asks has ended; a stranger's never does. Looked up when it may have changed, and now and
    then, since nobody tells of one that was not refreshed in time."""
    session = context.actor.session
    if session is None:
        await asyncio.Event().wait()
        return
    async with context.changes.watch([str(session)]) as watcher:
        while await context.reads.sessions.identity(session, context.clock()) is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOKED_UP_SECONDS):
                    await watcher.next()
