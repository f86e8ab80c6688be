"""Answers one after another over HTTP, while the client listens: Server-Sent Events, and Apollo's multipart subscriptions.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md (distinct connections)
https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from gateway.accept import liking, weights_of
from gateway.answer import EVENT_STREAM, GRAPHQL_JSON, HEADERS, JSON, MULTIPART, Answer, Refused

KEEP_ALIVE_SECONDS = 10
AT_ONCE = {"X-Accel-Buffering": "no"}  # which nginx heeds, and would otherwise keep back what is sent


@dataclass(frozen=True, slots=True)
class Format:
    """How a stream begins, what stands for one answer, what only says that we are there, and how it ends."""

    media: str
    begin: bytes
    answer: Callable[[Answer], bytes]
    alive: bytes
    end: bytes


def as_event(answer: Answer) -> bytes:
    return b"event: next\ndata: " + orjson.dumps(answer.body) + b"\n\n"


def as_part(answer: Answer) -> bytes:
    """The boundary that ends it comes with it, because clients wait for that. What failed as a whole has no payload."""
    failed = {"payload": None, "errors": answer.body.get("errors")}
    return part(failed if answer.data is None and not answer.is_run else {"payload": answer.body})


def part(body: object) -> bytes:
    return b"\r\nContent-Type: application/json\r\n\r\n" + orjson.dumps(body) + b"\r\n--graphql"


EVENTS = Format(f"{EVENT_STREAM}; charset=utf-8", b":\n\n", as_event, b":\n\n", b"event: complete\ndata: \n\n")
PARTS = Format(f'{MULTIPART}; boundary="graphql"; subscriptionSpec=1.0', b"\r\n--graphql", as_part, part({}), b"--\r\n")


def format_of(request: Request) -> Format:
    """Which the client takes; it was asked for a subscription, which is answered in no other way over HTTP."""
    header = request.headers.get("accept", "")
    weights = weights_of(header)
    takes_parts = MULTIPART in weights and "subscriptionspec" in header.lower()
    events, parts = liking(EVENT_STREAM, weights), liking(MULTIPART, weights)
    if events[0] and events[1] and not (takes_parts and parts > events):
        return EVENTS
    if takes_parts:
        return PARTS
    message = f"Accept: over HTTP a subscription is answered in {EVENT_STREAM} or {MULTIPART};subscriptionSpec=1.0."
    raise Refused(406, "INVALID_INPUT", f"{message} Or ask over WebSocket, by graphql-transport-ws.")


def wants_events(request: Request) -> bool:
    """Above all: clients that list it among others want JSON for what is no subscription."""
    weights = weights_of(request.headers.get("accept", ""))
    json = max(liking(JSON, weights)[0], liking(GRAPHQL_JSON, weights)[0])
    return weights.get(EVENT_STREAM, 0) > json


async def only(answer: Answer) -> AsyncGenerator[Answer, None]:
    """What is no subscription, in a stream of its own."""
    yield answer


class Streamed:
    """A response that ends with its answers, with its client, or when it is `over`."""

    def __init__(
        self, answers: AsyncGenerator[Answer, None], format: Format, over: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        self.answers, self.format, self.over = answers, format, over
        self.status_code, self.headers = 200, HEADERS | AT_ONCE | {"Content-Type": format.media}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]

        async def send_part(body: bytes, *, more: bool = True) -> None:
            await send({"type": "http.response.body", "body": body, "more_body": more})

        async with aclosing(self.answers):
            await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
            await send_part(self.format.begin)
            await first_of(self.each(send_part), self.keep_alive(send_part), self.over(), gone(receive))
        await send_part(self.format.end, more=False)

    async def each(self, send_part: Callable[[bytes], Awaitable[None]]) -> None:
        async for answer in self.answers:
            await send_part(self.format.answer(answer))

    async def keep_alive(self, send_part: Callable[[bytes], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(KEEP_ALIVE_SECONDS)
            await send_part(self.format.alive)


async def gone(receive: Receive) -> None:
    """Returns when the client has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def first_of(*steps: Coroutine[Any, Any, object]) -> None:
    """Until one of them has ended; the others are canceled. Raises what it raised."""
    tasks = [asyncio.ensure_future(step) for step in steps]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
