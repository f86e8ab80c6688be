"""Connections that cannot be held for nothing: the head of a request must come whole, soon, and be of bounded size.

uvicorn closes a connection that is idle after an answer; it waits for ever for a request that has begun, or never begins.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS_MAX = 10
HEAD_BYTES_MAX = 65_536
TOO_SLOW, TOO_LARGE = b"408 Request Timeout", b"431 Request Header Fields Too Large"


class Connection(HttpToolsProtocol):
    head_bytes = 0
    head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.await_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.is_busy():
            self.head_bytes = 0
            self.head_came()
        elif not self.transport.is_closing():
            self.head_bytes += len(data)
            self.await_head()
            if self.head_bytes > HEAD_BYTES_MAX:
                self.refuse(TOO_LARGE)

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
        self.transport.write(b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        self.transport.close()
