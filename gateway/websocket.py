"""/graphql over WebSocket, by graphql-transport-ws: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing, suppress
from typing import Any
from urllib.parse import urlsplit

import orjson
from graphql import GraphQLError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from structlog.contextvars import bind_contextvars

from adapters.sql.database import to_the_end
from domain.actor import Actor
from gateway.actor import Caller, language_of
from gateway.answer import Answer, Refused, masked
from gateway.graphql import Endpoint
from gateway.logs import log
from gateway.operation import Ready, limit
from gateway.rate import client_of
from gateway.request import Asked, asked
from gateway.stream import only
from gateway.subscription import OF_PROCESS_MAX, Seats, ended
from resolvers.context import Context

PROTOCOL = "graphql-transport-ws"
INIT_SECONDS_MAX = 5.0
KEEP_ALIVE_SECONDS = 30
OPERATIONS_MAX = 100  # at once on one socket
SOCKETS_OF_CLIENT_MAX = 1_000
ID_CHARACTERS_MAX = 100
REASON_BYTES_MAX = 123  # that a close frame can hold


class Closed(Exception):
    """The socket is to be closed, with the protocol's code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason.encode()[:REASON_BYTES_MAX].decode(errors="ignore")


class Sockets:
    """Lets in whoever may come: a browser's page must be ours, or of an origin that the settings name."""

    def __init__(self, endpoint: Endpoint, origins: Collection[str]) -> None:
        self.endpoint, self.origins, self.init_seconds = endpoint, origins, INIT_SECONDS_MAX
        self.seats = Seats("sockets", SOCKETS_OF_CLIENT_MAX, OF_PROCESS_MAX)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        client = client_of(websocket.client.host if websocket.client else None)
        try:
            if not self.lets_in(websocket):
                raise Refused(403, "FORBIDDEN", "Origin: pages of this origin may not open a WebSocket here.")
            with self.seats.one(client), self.endpoint.telemetry.metrics.sockets.track_inprogress():
                await Socket(websocket, self.endpoint, client, self.init_seconds).run()
        except Refused as refused:
            self.endpoint.telemetry.refused([refused.error])
            await websocket.send_denial_response(Response(str(refused), refused.status, refused.headers))

    def lets_in(self, websocket: WebSocket) -> bool:
        """What is no browser sends no Origin."""
        origin, host = websocket.headers.get("origin"), websocket.headers.get("host")
        return origin is None or "*" in self.origins or origin in self.origins or urlsplit(origin).netloc == host


class Socket:
    """One connection: its operations run beside each other, each a task under the id that the client gave it."""

    def __init__(self, websocket: WebSocket, endpoint: Endpoint, client: str, init_seconds: float) -> None:
        self.websocket, self.endpoint, self.client, self.init_seconds = websocket, endpoint, client, init_seconds
        self.context: Context | None = None  # from the acknowledgment on
        self.is_greeted = False
        self.operations: dict[str, asyncio.Task[None]] = {}
        self.tasks = asyncio.TaskGroup()

    async def run(self) -> None:
        speaks = PROTOCOL in self.websocket.scope["subprotocols"]
        await self.websocket.accept(PROTOCOL if speaks else None)
        try:
            if not speaks:
                raise Closed(4406, "Subprotocol not acceptable")
            async with self.tasks:
                self.tasks.create_task(self.keep_alive())
                self.tasks.create_task(self.until_stopping())
                await self.greeted()
                while True:
                    await self.take(await self.message())
        except* Closed as group:
            closed = first(group)
            with suppress(WebSocketDisconnect, RuntimeError):  # it has gone already
                await self.websocket.close(closed.code, closed.reason)
        except* WebSocketDisconnect:
            pass

    async def greeted(self) -> None:
        try:
            async with asyncio.timeout(self.init_seconds):
                while self.context is None:
                    await self.take(await self.message())
        except TimeoutError:
            raise Closed(4408, "Connection initialisation timeout") from None

    async def until_stopping(self) -> None:
        await self.endpoint.stopping.wait()
        raise Closed(1001, "Going away")

    async def until_over(self, context: Context) -> None:
        """Until the session that it was opened with has ended."""
        await ended(context)
        raise Closed(4403, "Forbidden")

    async def keep_alive(self) -> None:
        while True:
            await asyncio.sleep(KEEP_ALIVE_SECONDS)
            await self.send("ping")

    # ------------------------------------------------------------------------------------------ messages

    async def send(self, kind: str, **rest: Any) -> None:
        """As text: what is encoded to bytes would go out in a binary frame."""
        await self.websocket.send_text(orjson.dumps({"type": kind, **rest}).decode())

    async def message(self) -> dict[str, Any]:
        received = await self.websocket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code", 1006))
        try:
            message = orjson.loads(received.get("text") or "")
        except orjson.JSONDecodeError:
            raise Closed(4400, "A message is a JSON object, in a text frame") from None
        if not isinstance(message, dict) or not isinstance(message.get("payload"), (dict, type(None))):
            raise Closed(4400, "A message is a JSON object, and so is its payload")
        return message

    async def take(self, message: dict[str, Any]) -> None:
        kind = message.get("type")
        if kind == "connection_init":
            await self.greet(message.get("payload") or {})
        elif kind == "ping":
            await self.send("pong")
        elif kind == "subscribe":
            await self.begin(self.id_in(message), message.get("payload"))
        elif kind == "complete":
            self.end(self.id_in(message))
        elif kind != "pong":
            raise Closed(4400, "There is no message of this type")

    def id_in(self, message: dict[str, Any]) -> str:
        id = message.get("id")
        if not isinstance(id, str) or not 0 < len(id) <= ID_CHARACTERS_MAX:
            raise Closed(4400, f"`id` is a text of 1 to {ID_CHARACTERS_MAX} characters")
        return id

    async def greet(self, payload: dict[str, Any]) -> None:
        if self.is_greeted:
            raise Closed(4429, "Too many initialisation requests")
        self.is_greeted = True
        language = language_of(self.websocket.headers.get("accept-language", ""))
        try:
            self.context = await self.endpoint.context(Caller.of_payload(payload), language, self.client)
        except Refused as refused:
            self.endpoint.telemetry.refused([refused.error])
            raise Closed(4403, str(refused)) from None
        self.tasks.create_task(self.until_over(self.context))
        await self.send("connection_ack")

    # ------------------------------------------------------------------------------------------ operations

    async def begin(self, id: str, payload: dict[str, Any] | None) -> None:
        if self.context is None:
            raise Closed(4401, "Unauthorized")
        if id in self.operations:
            raise Closed(4409, f"Subscriber for {id} already exists")
        if payload is None:
            raise Closed(4400, "`payload` says what is asked")
        if len(self.operations) >= OPERATIONS_MAX:
            error = limit("operations", f"{OPERATIONS_MAX} operations at once are the limit of one socket; complete some.")
            self.endpoint.telemetry.refused([error])
            await self.send("error", id=id, payload=[error.formatted])
            return
        self.operations[id] = self.tasks.create_task(self.operate(id, payload, self.context.for_operation()))

    def end(self, id: str) -> None:
        """The client wants no more of it; its id is free again."""
        if task := self.operations.pop(id, None):
            task.cancel()

    async def operate(self, id: str, payload: dict[str, Any], context: Context) -> None:
        try:
            try:
                context.actor = await self.actor(context)
                one = asked(payload)
                ready = await self.ready(one, context)
                if isinstance(ready, Ready) and ready.is_mutation:
                    await to_the_end(self.tell(id, self.answers(ready, context)))
                else:
                    await self.tell(id, self.answers(ready, context))
            except Refused as refused:
                self.endpoint.telemetry.refused([refused.error])
                await self.send("error", id=id, payload=[refused.error.formatted])
        except (Closed, WebSocketDisconnect):
            raise
        except Exception as unforeseen:  # such as a database that cannot be reached
            error = masked(GraphQLError("", original_error=unforeseen))
            self.endpoint.telemetry.refused([error])
            await self.send("error", id=id, payload=[error.formatted])
        finally:
            if self.operations.get(id) is asyncio.current_task():
                del self.operations[id]
            log.info("operation")  # its name and hash were bound

    async def actor(self, context: Context) -> Actor:
        """Who asks, as they are now."""
        if (actor := await self.endpoint.actors.again(context.actor)) is None:
            raise Closed(4403, "Forbidden")
        return actor

    async def ready(self, one: Asked, context: Context) -> Ready | Answer:
        """Each counts as a request, and for what it costs to read."""
        endpoint = self.endpoint
        await endpoint.rates.request(self.client)
        await endpoint.rates.cost(self.client, endpoint.operations.reading(one))
        with endpoint.gate.entered():
            return await endpoint.ready(one, context, "POST")

    def answers(self, ready: Ready | Answer, context: Context) -> AsyncGenerator[Answer, None]:
        if isinstance(ready, Answer):
            return only(ready)
        bind_contextvars(operation=ready.name, document=ready.document.hash[:16])
        if ready.is_subscription:
            return self.endpoint.subscriptions.answers(ready, context, self.client)
        return self.answered(ready, context)

    async def answered(self, ready: Ready, context: Context) -> AsyncGenerator[Answer, None]:
        await self.endpoint.rates.cost(self.client, ready.cost.points + ready.cost.introspection)
        with self.endpoint.gate.entered():
            outcome = await self.endpoint.run(ready, context)
        if not isinstance(outcome, Answer):
            message = "@defer and @stream are answered over HTTP alone."
            raise Refused(406, "INVALID_INPUT", message)
        yield outcome

    async def tell(self, id: str, answers: AsyncGenerator[Answer, None]) -> None:
        """What failed as a whole ends with its errors; nothing follows them."""
        async with aclosing(answers):
            async for answer in answers:
                if answer.data is None and not answer.is_run:
                    await self.send("error", id=id, payload=answer.body.get("errors", []))
                    return
                await self.send("next", id=id, payload=answer.body)
        await self.send("complete", id=id)


def first(group: BaseExceptionGroup[Closed]) -> Closed:
    found = group.exceptions[0]
    return first(found) if isinstance(found, BaseExceptionGroup) else found
