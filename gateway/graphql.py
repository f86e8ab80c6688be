"""/graphql: who asks, what was asked, and what may be told when it failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from hashlib import sha256
from json import JSONDecodeError
from time import perf_counter
from typing import Any

import orjson
import uuid_utils
from graphql import ExecutionResult, GraphQLError, OperationDefinitionNode
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.extensions import SchemaExtension
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionContext
from strawberry.types import ExecutionResult as StrawberryResult
from strawberry.types.execution import PreExecutionError
from structlog.contextvars import bind_contextvars

from domain.actor import Actor
from domain.channel import Channel
from gateway.channel import Channels
from gateway.logs import log
from gateway.metrics import Metrics
from gateway.traces import Traces
from resolvers.context import Context, Reads
from schema.build import build

CHANNEL_DEFAULT = "web"
LANGUAGES = ("en", "fr")
NOT_CACHED = "private, no-store"


class Refused(Exception):
    """A request that is not answered at all, with its HTTP status."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Endpoint(GraphQL[Context, None]):
    """Answers POST and GET."""

    def __init__(
        self, *, channels: Channels, reads: Reads, clock: Callable[[], datetime], metrics: Metrics, traces: Traces
    ) -> None:
        super().__init__(build([partial(Reporting, metrics, traces)]), graphql_ide=None, subscription_protocols=())
        self.channels, self.reads, self.clock, self.metrics = channels, reads, clock, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        try:
            if request.method == "GET" and "query" not in request.query_params:
                raise Refused(400, "INVALID_INPUT", 'Ask by POST, with a JSON body {"query": …}, or by GET with ?query=….')
            scope["comptoir.channel"] = await channel_of(request, self.channels)
        except Refused as refused:
            self.metrics.refusal(refused.code)
            error = GraphQLError(refused.message, extensions={"code": refused.code})
            await JSONResponse({"errors": [error.formatted]}, refused.status)(scope, receive, send)
        except Exception as unforeseen:  # the channels could not be read
            self.metrics.refusal("INTERNAL")
            error = masked(GraphQLError("", original_error=unforeseen))
            await JSONResponse({"errors": [error.formatted]}, 503, {"Retry-After": "1"})(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        return Context(
            actor=Actor(request.scope["comptoir.channel"]),
            reads=self.reads,
            clock=self.clock,
            language=language_of(request.headers.get("accept-language", "")),
            now=self.clock(),
        )

    def decode_json(self, data: str | bytes) -> object:
        body = orjson.loads(data)
        if not isinstance(body, (dict, list)):
            raise JSONDecodeError("a request is an object, or a list of them", "", 0)
        return body

    def create_response(
        self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response
    ) -> Response:
        headers = dict(sub_response.headers) | {"Cache-Control": NOT_CACHED}
        return Response(
            orjson.dumps(response_data), sub_response.status_code or 200, headers=headers, media_type="application/json"
        )


async def channel_of(request: Request, channels: Channels) -> Channel:
    """The channel the request names. Nobody who claims to be somebody is taken for a stranger."""
    if "authorization" in request.headers:
        raise Refused(401, "UNAUTHENTICATED", "This gateway knows no sessions yet; leave the Authorization header out.")
    code = request.headers.get("comptoir-channel", CHANNEL_DEFAULT)
    channel = await channels.named(code)
    if channel is None:
        raise Refused(401, "UNAUTHENTICATED", f"Comptoir-Channel: there is no channel {code[:40]!r}.")
    if not channel.public:
        raise Refused(403, "FORBIDDEN", f"Comptoir-Channel: {channel.code!r} is not open to the public.")
    return channel


def language_of(accepted: str) -> str:
    """The first of our languages that the header names; its weights are taken to be in order, as browsers send them."""
    wanted = (part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])


class Reporting(SchemaExtension):
    """Tells logs, metrics and traces of the operation; what was not foreseen is logged with an id, and masked."""

    def __init__(self, metrics: Metrics, traces: Traces) -> None:
        self.metrics, self.traces = metrics, traces

    def on_operation(self) -> Iterator[None]:
        began = perf_counter()
        with self.traces.operation():
            yield
            asked = self.execution_context
            document = sha256((asked.query or "").encode(errors="replace")).hexdigest()[:16]
            name, kind = operation_name(asked), operation_kind(asked)
            bind_contextvars(operation=name, document=document)
            result: Any = asked.result
            if isinstance(result, (ExecutionResult, StrawberryResult)) and result.errors:
                result.errors = [error if is_foreseen(error) else masked(error) for error in result.errors]
            codes = [code_of(error) for error in result.errors or ()] if result else ["INTERNAL"]
            self.traces.note(name=name, kind=kind, document=document, codes=codes)
        outcome: Any = "refused" if isinstance(result, PreExecutionError) else "errors" if codes else "ok"
        self.metrics.operation(name=name, kind=kind, outcome=outcome, seconds=perf_counter() - began)
        for code in codes:
            self.metrics.refusal(code)


def operation_name(asked: ExecutionContext) -> str | None:
    """The one the client chose, or that of the only operation there is."""
    definitions = asked.graphql_document.definitions if asked.graphql_document else ()
    names = [one.name.value for one in definitions if isinstance(one, OperationDefinitionNode) and one.name]
    return asked.operation_name or (names[0] if len(names) == 1 else None)


def operation_kind(asked: ExecutionContext) -> str:
    try:
        return asked.operation_type.value.lower()
    except RuntimeError:  # there is no such operation
        return "unknown"


def code_of(error: GraphQLError) -> str:
    return str((error.extensions or {}).get("code", "none"))


def is_foreseen(error: GraphQLError) -> bool:
    return error.original_error is None or isinstance(error.original_error, GraphQLError)


def masked(error: GraphQLError) -> GraphQLError:
    incident = uuid_utils.uuid7().hex
    log.error("unforeseen", incident=incident, path=error.path, exc_info=error.original_error)
    message = f"Something went wrong on our side; it is recorded as {incident}."
    return GraphQLError(message, nodes=error.nodes, path=error.path, extensions={"code": "INTERNAL", "incident": incident})
