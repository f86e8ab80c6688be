"""A WebSocket client without a network: an application is called as a server calls it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
from starlette.types import ASGIApp

PROTOCOL = "graphql-transport-ws"
PATIENCE_SECONDS = 30


class Wire:
    """`status` is that of a handshake which was refused."""

    def __init__(self) -> None:
        self.to_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.from_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.status: int | None = None
        self.subprotocol: str | None = None

    def send(self, message: object) -> None:
        """An object as JSON; a text or bytes as they are."""
        text = message if isinstance(message, (str, bytes)) else orjson.dumps(message).decode()
        self.to_server.put_nowait({"type": "websocket.receive", "bytes" if isinstance(text, bytes) else "text": text})

    async def receive(self) -> dict[str, Any]:
        """The next message."""
        event = await self.event()
        assert event["type"] == "websocket.send", event
        message: dict[str, Any] = orjson.loads(event["text"])
        return message

    async def code(self) -> int:
        """With which the server closes; what it still had to say is passed over."""
        while (event := await self.event())["type"] == "websocket.send":
            pass
        assert event["type"] == "websocket.close", event
        code: int = event["code"]
        return code

    async def event(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.from_server.get()

    async def greet(self, **payload: Any) -> None:
        self.send({"type": "connection_init", "payload": payload})
        assert await self.receive() == {"type": "connection_ack"}

    def subscribe(self, id: str, query: str, **variables: Any) -> None:
        self.send({"type": "subscribe", "id": id, "payload": {"query": query, "variables": variables}})


@asynccontextmanager
async def connected(
    app: ASGIApp, headers: dict[str, str] | None = None, protocols: Sequence[str] = (PROTOCOL,)
) -> AsyncIterator[Wire]:
    """The client hangs up at the end, and the server has done all it does then."""
    wire = Wire()
    given = {"host": "shop.example", **(headers or {})}
    scope = {
        "type": "websocket",
        "path": "/graphql",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("203.0.113.9", 1),
        "subprotocols": list(protocols),
        "query_string": b"",
        "extensions": {"websocket.http.response": {}},
    }
    wire.to_server.put_nowait({"type": "websocket.connect"})
    serving = asyncio.ensure_future(app(scope, wire.to_server.get, wire.from_server.put))  # type: ignore[arg-type]
    first = await wire.event()
    wire.subprotocol, wire.status = first.get("subprotocol"), first.get("status")
    try:
        yield wire
    finally:
        wire.to_server.put_nowait({"type": "websocket.disconnect", "code": 1005})
        await asyncio.wait_for(serving, PATIENCE_SECONDS)
