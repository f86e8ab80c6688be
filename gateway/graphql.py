"""/graphql: who asks, what was asked, and what it came to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Any, TypeAlias

from graphql import ExperimentalIncrementalExecutionResults, GraphQLError
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from domain.mail import Letters
from domain.password import Passwords
from domain.payment import Providers
from gateway import request as requests
from gateway.accept import weights_of
from gateway.actor import Actors, Caller, language_of
from gateway.answer import JSON, MULTIPART, Answer, Refused, accepted, answer_of, masked, refusal, response
from gateway.incremental import InParts
from gateway.operation import Operations, Ready, cost_told, limit
from gateway.overload import SECONDS_MAX, Gate
from gateway.rate import RateLimits, client_of
from gateway.stream import EVENTS, Streamed, first_of, format_of, only, wants_events
from gateway.subscription import Subscriptions, ended
from gateway.telemetry import Operation, Telemetry
from resolvers.budget import Budget
from resolvers.context import Changes, Context, Reads

NAME_CHARACTERS_SHOWN = 60

Outcome: TypeAlias = Answer | ExperimentalIncrementalExecutionResults


class Endpoint:
    """Answers POST and GET."""

    def __init__(
        self,
        operations: Operations,
        *,
        actors: Actors,
        reads: Reads,
        work: Callable[[], Any],
        passwords: Passwords,
        letters: Letters,
        payments: Providers,
        rates: RateLimits,
        telemetry: Telemetry,
        clock: Callable[[], datetime],
        changes: Changes,
        budget: Budget,
    ) -> None:
        self.operations, self.actors, self.reads, self.work = operations, actors, reads, work
        self.passwords, self.letters, self.payments = passwords, letters, payments
        self.rates, self.telemetry, self.clock = rates, telemetry, clock
        self.changes, self.budget, self.stopping = changes, budget, asyncio.Event()
        self.gate, self.seconds_max = Gate(), SECONDS_MAX
        self.subscriptions = Subscriptions(operations.schema, gate=self.gate, rates=rates, telemetry=telemetry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, media = Request(scope, receive), JSON
        try:
            media = accepted(request)
            answered: ASGIApp = await self.answered(request, media)
        except Refused as refused:
            self.telemetry.refused([refused.error])
            answered = refusal(refused, media)
        except Exception as unforeseen:  # such as a database that cannot be reached
            error = masked(GraphQLError("", original_error=unforeseen))
            self.telemetry.refused([error])
            answered = failure = response(Answer([error]), media)
            failure.status_code, failure.headers["Retry-After"] = 503, "1"
        await answered(scope, receive, send)

    async def close(self) -> None:
        await self.rates.close()

    async def answered(self, request: Request, media: str) -> ASGIApp:
        client = client_of(request.client.host if request.client else None)
        await self.rates.request(client)
        asked = await requests.read(request)
        language = language_of(request.headers.get("accept-language", ""))
        context = await self.context(Caller.of_request(request), language, client)
        wanted = asked if isinstance(asked, list) else [asked]
        await self.rates.cost(client, sum(self.operations.reading(one) for one in wanted))
        with self.gate.entered():
            batch = [await self.ready(one, context, request.method) for one in wanted]
            ready = [one for one in batch if isinstance(one, Ready)]
            if any(one.document.comes_in_parts for one in ready):
                require_parts(request, is_batch=isinstance(asked, list))
            if any(one.is_subscription for one in ready):
                return self.followed(request, batch, context, client)
            if refused := self.operations.too_dear_together(ready):
                self.telemetry.refused(refused.errors)
                return response([refused] * len(batch), media)
            await self.rates.cost(client, sum(one.cost.points + one.cost.introspection for one in ready))
            outcomes = [one if isinstance(one, Answer) else await self.run(one, context) for one in batch]
        if isinstance(outcomes[0], ExperimentalIncrementalExecutionResults):
            return InParts(outcomes[0], self.telemetry).response(cost_told(ready[0].cost.points), self.gate)
        answers = [one for one in outcomes if isinstance(one, Answer)]
        if not isinstance(asked, list) and wants_events(request):
            return Streamed(only(answers[0]), EVENTS, partial(self.until_over, context))
        return response(answers if isinstance(asked, list) else answers[0], media)

    async def context(self, caller: Caller, language: str, client: str) -> Context:
        """Raises Refused if they are nobody we know."""
        return Context(
            actor=await self.actors.actor(caller),
            reads=self.reads,
            work=self.work,
            keys=self.actors.keys,
            passwords=self.passwords,
            letters=self.letters.spoken(language),
            payments=self.payments,
            clock=self.clock,
            language=language,
            now=self.clock(),
            changes=self.changes,
            client=self.actors.keys.digest("client", client),
            budget=self.budget.anew(),
        )

    def followed(self, request: Request, batch: Sequence[Ready | Answer], context: Context, client: str) -> Streamed:
        if len(batch) > 1 or not isinstance(batch[0], Ready):
            raise Refused(400, "INVALID_INPUT", "A subscription is asked for by itself, not in a batch.")
        return Streamed(
            self.subscriptions.answers(batch[0], context, client), format_of(request), partial(self.until_over, context)
        )

    async def until_over(self, context: Context) -> None:
        """Until the server stops, or the session that follows has ended."""
        await first_of(self.stopping.wait(), ended(context))

    async def ready(self, asked: requests.Asked, context: Context, method: str) -> Ready | Answer:
        began = perf_counter()
        ready = await self.operations.ready(asked, context.actor.channel, method)
        if isinstance(ready, Answer):
            self.telemetry.not_run(asked.operation, ready.errors, perf_counter() - began)
        return ready

    async def run(self, ready: Ready, context: Context) -> Outcome:
        bind_contextvars(operation=ready.name and ready.name[:NAME_CHARACTERS_SHOWN], document=ready.document.hash[:16])
        with self.telemetry.running(Operation(ready.name, ready.kind, ready.document.hash)) as operation:
            outcome = await self.outcome(ready, context)
            operation.errors += outcome.errors if isinstance(outcome, Answer) else ()
        return outcome

    async def outcome(self, ready: Ready, context: Context) -> Outcome:
        try:
            async with asyncio.timeout(None if ready.is_mutation else self.seconds_max):
                result = await self.operations.schema.answer(ready.document, ready.name, ready.variables, context)
        except TimeoutError:
            return Answer([limit("time", f"The answer took more than {self.seconds_max} s, which is the limit.")])
        if isinstance(result, ExperimentalIncrementalExecutionResults):
            return result
        return answer_of(result, cost_told(ready.cost.points))


def require_parts(request: Request, *, is_batch: bool) -> None:
    if is_batch or MULTIPART not in weights_of(request.headers.get("accept", "")):
        raise Refused(406, "INVALID_INPUT", f"Accept: @defer and @stream are answered in {MULTIPART}, and not in a batch.")
