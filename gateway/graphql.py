"""/graphql: who asks, what was asked, whether it may be, and what it came to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphql import ExperimentalIncrementalExecutionResults, GraphQLError, OperationDefinitionNode
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from domain.actor import Actor
from domain.channel import Channel
from domain.refusal import LimitReached
from gateway import request as requests
from gateway.actor import channel_of, language_of
from gateway.answer import JSON, MULTIPART, Answer, Refused, accepted, answer_of, masked, refusal, response
from gateway.channel import Channels
from gateway.incremental import streamed
from gateway.overload import SECONDS_MAX, Gate
from gateway.rate import RateLimits, client_of
from gateway.request import Asked
from gateway.texts import Texts
from resolvers.context import Context, Reads
from resolvers.refusal import Refused as RefusedQuery
from schema.build import Schema
from schema.cost import Cost
from schema.document import Document, is_mutation

POINTS_MAX = 10_000  # of a stranger; schema/cost.py says what a point is


@dataclass(frozen=True, slots=True)
class Ready:
    """An operation that may be run."""

    document: Document
    operation: OperationDefinitionNode
    variables: dict[str, Any]
    cost: Cost

    @property
    def name(self) -> str | None:
        return self.operation.name.value if self.operation.name else None


class Endpoint:
    """Answers POST and GET."""

    def __init__(
        self,
        schema: Schema,
        *,
        channels: Channels,
        reads: Reads,
        texts: Texts,
        rates: RateLimits,
        clock: Callable[[], datetime],
        introspection: bool,
    ) -> None:
        """`introspection`: strangers may read the schema."""
        self.schema, self.channels, self.reads, self.texts = schema, channels, reads, texts
        self.rates, self.clock, self.introspection = rates, clock, introspection
        self.gate, self.seconds_max = Gate(), SECONDS_MAX

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, media = Request(scope, receive), JSON
        try:
            media = accepted(request)
            answered = await self.answered(request, media)
        except Refused as refused:
            answered = refusal(refused, media)
        except Exception as unforeseen:  # such as a database that cannot be reached
            told = Refused(503, "INTERNAL", "", headers={"Retry-After": "1"})
            told.error = masked(GraphQLError("", original_error=unforeseen))
            answered = refusal(told, media)
        await answered(scope, receive, send)

    async def close(self) -> None:
        await self.rates.close()

    async def answered(self, request: Request, media: str) -> Response:
        client = client_of(request.client.host if request.client else None)
        await self.rates.request(client)
        context = self.context(request, await channel_of(request, self.channels))
        asked = await requests.read(request)
        with self.gate.entered():
            batch = [await self.ready(one, context, request.method) for one in (asked if isinstance(asked, list) else [asked])]
            points = sum(one.cost.points for one in batch if isinstance(one, Ready))
            if points > POINTS_MAX:
                return response([Answer([too_dear(points)], extensions=cost_told(points))] * len(batch), media)
            await self.rates.cost(client, points)
            outcomes = [await self.run(one, context) for one in batch]
        in_parts = [one for one in outcomes if isinstance(one, ExperimentalIncrementalExecutionResults)]
        if in_parts and (isinstance(asked, list) or MULTIPART not in request.headers.get("accept", "")):
            raise Refused(406, "INVALID_INPUT", f"Accept: @defer and @stream are answered in {MULTIPART}, and not in a batch.")
        if in_parts:
            return streamed(in_parts[0], cost_told(points), self.gate)
        answers = [one for one in outcomes if isinstance(one, Answer)]
        return response(answers if isinstance(asked, list) else answers[0], media)

    def context(self, request: Request, channel: Channel) -> Context:
        language = language_of(request.headers.get("accept-language", ""))
        return Context(actor=Actor(channel), reads=self.reads, clock=self.clock, language=language, now=self.clock())

    async def ready(self, asked: Asked, context: Context, method: str) -> Ready | Answer:
        """What was asked, if it may be run; or why not."""
        document = await self.texts.document(asked, context.actor.channel)
        if not isinstance(document, Document):
            return Answer(document)
        operation = document.operation(asked.operation)
        if operation is None:
            return Answer([which_operation(asked.operation)])
        if method == "GET" and is_mutation(operation):
            raise Refused(405, "INVALID_INPUT", "A mutation is asked for by POST.", headers={"Allow": "POST"})
        cost = self.schema.cost(document, operation, asked.variables)
        if cost.introspection and not self.introspection:
            return Answer([GraphQLError("The schema cannot be read here.", extensions={"code": "FORBIDDEN"})])
        if cost.introspection > self.schema.introspection_max:
            most = f"{self.schema.introspection_max:,} is the limit"
            return Answer(
                [limit("introspection", f"Reading the schema like this costs {cost.introspection:,} points; {most}.")]
            )
        if cost.points > POINTS_MAX:
            return Answer([too_dear(cost.points)], extensions=cost_told(cost.points))
        return Ready(document, operation, asked.variables, cost)

    async def run(self, ready: Ready | Answer, context: Context) -> Answer | ExperimentalIncrementalExecutionResults:
        if isinstance(ready, Answer):
            return ready
        bind_contextvars(operation=ready.name, document=ready.document.hash[:16])
        try:
            async with asyncio.timeout(None if is_mutation(ready.operation) else self.seconds_max):
                result = await self.schema.answer(ready.document, ready.name, ready.variables, context)
        except TimeoutError:
            return Answer([limit("time", f"The answer took more than {self.seconds_max} s, which is the limit.")])
        if isinstance(result, ExperimentalIncrementalExecutionResults):
            return result
        return answer_of(result, cost_told(ready.cost.points))


def cost_told(points: int) -> dict[str, Any]:
    return {"cost": {"points": points, "limit": POINTS_MAX}}


def limit(name: str, message: str) -> GraphQLError:
    return RefusedQuery(LimitReached(name, message))


def too_dear(points: int) -> GraphQLError:
    advice = "Ask for shorter lists, or for less of each item."
    return limit("cost", f"This may cost {points:,} points; {POINTS_MAX:,} is the limit. {advice}")


def which_operation(name: str | None) -> GraphQLError:
    several = "The document has several operations; `operationName` says which."
    message = f"The document has no operation {name[:100]!r}." if name else several
    return GraphQLError(message, extensions={"code": "INVALID_INPUT", "path": ["operationName"]})
