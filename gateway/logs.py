"""Structured logs: one line an event, as JSON or for a console, each with its request's id.

They hold an operation's name and hash, never its text, variables, query string or personal data.
"""

from __future__ import annotations

import logging
import re
import sys
from time import perf_counter
from typing import Any, Literal

import structlog
import uuid_utils
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars

log = structlog.get_logger("comptoir")

REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
QUIET = frozenset(("/healthz", "/readyz", "/metrics"))  # asked every few seconds by whoever watches


def configure(kind: Literal["json", "console"]) -> None:
    """Everything goes to standard error, also what libraries log."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    without_locals = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    as_json: list[Any] = [structlog.processors.ExceptionRenderer(without_locals), structlog.processors.JSONRenderer()]
    plain = structlog.dev.plain_traceback
    as_text: list[Any] = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *(as_json if kind == "json" else as_text),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in ("uvicorn", "uvicorn.error", "alembic", "httpx2", "stripe"):  # the last would say what was sent
        logging.getLogger(name).setLevel(logging.WARNING)


class RequestLog:
    """Gives each request an id (or keeps the one it came with), answers it in X-Request-Id, and logs one line when it ends.

    A WebSocket is one, too: its status is its close code if we closed it, and 101 if the client did.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid_utils.uuid7().hex
        clear_contextvars()
        bind_contextvars(request_id=request_id)
        began, status = perf_counter(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "websocket.close":
                status = message["code"]
            if message["type"] in ("http.response.start", "websocket.accept", "websocket.http.response.start"):
                status = message.get("status", 101)
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            if scope["path"] not in QUIET:
                took = round((perf_counter() - began) * 1000, 1)
                kind = {"http": "request", "websocket": "socket"}[scope["type"]]
                log.info(kind, method=scope.get("method", "GET"), path=scope["path"], status=status, milliseconds=took)
