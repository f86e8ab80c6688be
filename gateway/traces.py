"""Traces, where the extra `telemetry` is installed: a span for each operation and each statement in it, none for a field."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from time import time_ns

from pydantic import HttpUrl
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.sql.statement import Statement
from gateway.metrics import NAME

try:
    from opentelemetry import context, trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import SpanLimits, TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import SpanKind, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
except ImportError:
    installed = False
else:
    installed = True

EXPORT_SECONDS = 5
TEXT_CHARACTERS_MAX = 2_000


class Traces:
    """Without a provider it does nothing; with one it takes that and leaves the process's own alone."""

    def __init__(self, provider: TracerProvider | None = None) -> None:
        self.provider = provider
        self.tracer = provider.get_tracer("comptoir", version("comptoir")) if provider else None

    @contextmanager
    def operation(self) -> Iterator[None]:
        """A span, named once it is known what was asked; statements made within it are its children."""
        if self.tracer is None:
            yield
            return
        with self.tracer.start_as_current_span(
            "operation",
            kind=SpanKind.SERVER,
            record_exception=False,  # its words may be anybody's data
            set_status_on_exception=False,
        ):
            yield

    def note(self, *, name: str | None, kind: str, document: str, codes: Sequence[str]) -> None:
        """On the operation we are in: its hash and never its text, and the codes of its errors."""
        if self.tracer is None:
            return
        span = trace.get_current_span()
        span.set_attributes({"graphql.operation.type": kind, "graphql.document.hash": document})
        span.update_name(kind)
        if name and NAME.fullmatch(name):  # a client can send anything as operationName
            span.set_attribute("graphql.operation.name", name)
            span.update_name(f"{kind} {name}")
        if codes:
            span.set_status(StatusCode.ERROR, ", ".join(dict.fromkeys(codes)))

    def statement(self, statement: Statement) -> None:
        """Within an operation only: nobody wants the traces of health checks."""
        if self.tracer is None or not trace.get_current_span().is_recording():
            return
        ended = time_ns()
        span = self.tracer.start_span(
            statement.text.partition(" ")[0],
            kind=SpanKind.CLIENT,
            start_time=ended - int(statement.seconds * 1e9),
            attributes={
                "db.system.name": statement.system,
                "db.query.text": statement.text,
                "comptoir.database": statement.database,
            },
        )
        if statement.error:
            span.set_status(StatusCode.ERROR, statement.error)
        span.end(ended)

    async def close(self) -> None:
        """Sends what has not been sent yet, or gives up after a few seconds."""
        if self.provider:
            await asyncio.to_thread(self.provider.shutdown)


def exporting(endpoint: HttpUrl | None) -> Traces:
    """To an OTLP collector, in the background; nowhere without an endpoint."""
    if endpoint is None:
        return Traces()
    provider = TracerProvider(
        resource=Resource.create({"service.name": "comptoir", "service.version": version("comptoir")}),
        span_limits=SpanLimits(max_span_attribute_length=TEXT_CHARACTERS_MAX),
        shutdown_on_exit=False,  # the lifespan does it
    )
    exporter = OTLPSpanExporter(endpoint=f"{str(endpoint).rstrip('/')}/v1/traces", timeout=EXPORT_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return Traces(provider)


class IncomingTrace:
    """What is traced in a request belongs to the trace that its traceparent header names."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not installed:
            await self.app(scope, receive, send)
            return
        token = context.attach(TraceContextTextMapPropagator().extract(Headers(scope=scope)))
        try:
            await self.app(scope, receive, send)
        finally:
            context.detach(token)
