"""Connections that cannot be held for nothing: the head of a request must come whole, soon, and be of bounded size.

uvicorn closes a connection that is idle after an answer; it waits for ever for a request that has begun, or never begins, and
for a client that does not fetch what a stream sends it.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

CONNECTIONS_MAX = 2_000  # of one process, WebSockets among them
HEAD_SECONDS_MAX = 10
HEAD_BYTES_MAX = 65_536
HEADERS_MAX = 100
UNSENT_SECONDS_MAX = 10
TOO_SLOW, TOO_LARGE = b"408 Request Timeout", b"431 Request Header Fields Too Large"
TOO_MANY = b"503 Service Unavailable\r\nretry-after: 1"


class Fetched(asyncio.Protocol):
    """Whose client is cut off once it fetches nothing more of what waits to be sent to it."""

    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop
    app_state: dict[str, Any]
    stall_timer: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self.await_fetching(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        self.stop_awaiting()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_awaiting()
        super().connection_lost(exc)

    def await_fetching(self, unsent: int) -> None:
        self.stall_timer = self.loop.call_later(UNSENT_SECONDS_MAX, self.require_fetched, unsent)

    def require_fetched(self, before: int) -> None:
        unsent = self.transport.get_write_buffer_size()
        if unsent < before:
            self.await_fetching(unsent)
        else:
            self.transport.abort()

    def stop_awaiting(self) -> None:
        if self.stall_timer is not None:
            self.stall_timer.cancel()
            self.stall_timer = None

    def say_stopping(self) -> None:
        """So that streams and sockets, which would go on, end by themselves."""
        if stopping := self.app_state.get("stopping"):
            stopping.set()


class SocketConnection(Fetched, WebSocketsSansIOProtocol):
    """A WebSocket; uvicorn pings it, and ends one that does not answer."""

    def shutdown(self) -> None:
        """The application closes it, with 1001; what is still shaking hands is refused."""
        self.say_stopping()
        if not self.handshake_complete:
            super().shutdown()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.cut_off_soon()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        self.cut_off_soon()

    def cut_off_soon(self) -> None:
        """Whether the last words are fetched or not."""
        self.loop.call_later(UNSENT_SECONDS_MAX, self.transport.abort)


class Connection(Fetched, HttpToolsProtocol):
    """`head_bytes`: what has come and is not yet known to be a body, of the request that is being read."""

    head_bytes = headers_read = 0
    is_upgraded = False
    unsent_bytes: int | None = None
    head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS_MAX:
            self.refuse(TOO_MANY)
        else:
            self.await_head()

    def data_received(self, data: bytes) -> None:
        self.head_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing() or self.is_upgraded:
            return
        if max(self.head_bytes / HEAD_BYTES_MAX, self.headers_read / HEADERS_MAX) > 1:
            self.refuse(TOO_LARGE)
        elif self.is_busy():
            self.head_came()
        else:
            self.await_head()

    def handle_websocket_upgrade(self) -> None:
        """From now on the connection is the socket's."""
        self.is_upgraded = True
        self.head_came()
        super().handle_websocket_upgrade()

    def shutdown(self) -> None:
        self.say_stopping()
        super().shutdown()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.headers_read = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Also of a trailer, and of a request that comes before the last one is answered."""
        self.headers_read += 1
        if self.headers_read <= HEADERS_MAX:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        self.head_bytes -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.head_bytes = 0
        super().on_message_complete()

    def timeout_keep_alive_handler(self) -> None:
        """One whose answer is still being fetched is not idle; one that has stopped fetching is cut off."""
        unsent = self.transport.get_write_buffer_size()
        if unsent and (self.unsent_bytes is None or unsent < self.unsent_bytes):
            self.unsent_bytes = unsent
            self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)
        elif unsent:
            self.transport.abort()
        else:
            super().timeout_keep_alive_handler()

    def connection_lost(self, exc: Exception | None) -> None:
        self.head_came()
        super().connection_lost(exc)

    def is_busy(self) -> bool:
        """A request is being answered."""
        cycle: Any = self.cycle
        return cycle is not None and not cycle.response_complete

    def await_head(self) -> None:
        if self.head_timer is None:
            self.head_timer = self.loop.call_later(HEAD_SECONDS_MAX, self.refuse, TOO_SLOW)

    def head_came(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None

    def refuse(self, status: bytes) -> None:
        """Said, and cut off soon, whether that is fetched or not."""
        self.transport.write(b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        self.transport.close()
        self.loop.call_later(UNSENT_SECONDS_MAX, self.transport.abort)
