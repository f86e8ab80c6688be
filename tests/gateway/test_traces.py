"""Traces: an operation with its statements, in the caller's trace, and nobody's data."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from pydantic import HttpUrl

from adapters.sql.database import Database
from gateway.app import application
from gateway.settings import Settings
from gateway.traces import Traces, exporting
from tests.gateway.test_command import COMPTOIR, ROOT
from tests.shop import Shop

QUERY = "query Lyon($code: String!) { location(by: {code: $code}) { name } }"
ASKED = {"query": QUERY, "variables": {"code": "LYON"}}
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SECONDS = 60


@asynccontextmanager
async def served(url: str, shop: Shop, traces: Traces | None) -> AsyncIterator[AsyncClient]:
    await shop.locations("LYON")
    made = application(Database(url), Settings(jobs="off"), clock=lambda: shop.now, traces=traces)
    async with (
        made.router.lifespan_context(made),
        AsyncClient(transport=ASGITransport(made), base_url="http://shop.example") as asking,
    ):
        yield asking


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
async def client(database_url: str, shop: Shop, spans: InMemorySpanExporter) -> AsyncIterator[AsyncClient]:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    async with served(database_url, shop, Traces(provider)) as asking:
        yield asking


def operations_of(spans: InMemorySpanExporter) -> list[ReadableSpan]:
    return [span for span in spans.get_finished_spans() if span.kind is SpanKind.SERVER]


async def test_an_operation_is_a_span_and_its_statements_are_its_children(
    client: AsyncClient, spans: InMemorySpanExporter
) -> None:
    await client.post("/graphql", json=ASKED)
    (operation,) = operations_of(spans)
    statements = [span for span in spans.get_finished_spans() if span is not operation]
    assert operation.name == "query Lyon"
    assert operation.status.is_ok
    assert operation.context is not None
    assert [(one.name, one.parent and one.parent.span_id) for one in statements] == [("SELECT", operation.context.span_id)]


async def test_no_span_holds_texts_or_values(client: AsyncClient, spans: InMemorySpanExporter) -> None:
    await client.post("/graphql?secret=1", json=ASKED)
    await client.post("/graphql", json={**ASKED, "operationName": "Mme Secret, 69002 LYON"})
    written = "".join(span.to_json() for span in spans.get_finished_spans())
    assert "FROM location" in written
    assert not [word for word in ("LYON", "location(by", "secret", "Secret", "$code") if word in written]


async def test_it_belongs_to_the_trace_of_whoever_asks(client: AsyncClient, spans: InMemorySpanExporter) -> None:
    await client.post("/graphql", json=ASKED, headers={"traceparent": CALLER})
    await client.post("/graphql", json=ASKED, headers={"traceparent": "nonsense"})
    called, alone = operations_of(spans)
    assert called.parent is not None
    assert f"{called.parent.trace_id:032x}-{called.parent.span_id:016x}" == CALLER[3:-3]
    assert alone.parent is None


async def test_an_error_is_told_by_its_code(client: AsyncClient, spans: InMemorySpanExporter) -> None:
    await client.post("/graphql", json={"query": "{ products(first: 101) { totalCount } }"})
    (operation,) = operations_of(spans)
    assert (operation.name, operation.status.is_ok, operation.status.description) == ("query", False, "INVALID_INPUT")


async def test_nobody_traces_health_checks(client: AsyncClient, spans: InMemorySpanExporter) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await client.get(path)).status_code == 200
    assert spans.get_finished_spans() == ()


async def test_the_processs_own_provider_is_left_alone(database_url: str, shop: Shop, client: AsyncClient) -> None:
    before = trace.get_tracer_provider()
    async with served(database_url, shop, None) as untraced:
        assert (await untraced.post("/graphql", json=ASKED)).status_code == 200
    await client.post("/graphql", json=ASKED)
    assert trace.get_tracer_provider() is before
    assert not isinstance(before, TracerProvider)
    assert exporting(None).provider is None


# ------------------------------------------------------------------------------------------------ a collector


class Collector(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Collecting)
        self.received: list[tuple[str, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Collecting(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as made:
        thread = Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


async def test_what_was_not_sent_yet_is_sent_at_the_end(database_url: str, shop: Shop, collector: Collector) -> None:
    async with served(database_url, shop, exporting(HttpUrl(collector.url))) as client:
        await client.post("/graphql", json=ASKED)
    ((path, body),) = collector.received
    (sent,) = ExportTraceServiceRequest.FromString(body).resource_spans
    assert path == "/v1/traces"
    assert {one.key: one.value.string_value for one in sent.resource.attributes}["service.name"] == "comptoir"
    assert "query Lyon" in [span.name for span in sent.scope_spans[0].spans]


WITHOUT_THE_EXTRA = """
import sys
sys.modules["opentelemetry"] = None  # as if it were not installed
from gateway.command import app
app()
"""


@pytest.mark.parametrize(("endpoint", "code"), [({}, 0), ({"COMPTOIR_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, 1)])
def test_without_the_extra_it_runs_and_says_what_is_missing(endpoint: dict[str, str], code: int, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_EXTRA, "migrate"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "COMPTOIR_DATABASE_URL": url, **endpoint},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert ("COMPTOIR_OTLP_ENDPOINT needs what comptoir[telemetry] installs" in done.stderr) is bool(code)


def test_an_endpoint_that_is_no_url_is_named(tmp_path: Path) -> None:
    environment = {"COMPTOIR_OTLP_ENDPOINT": "collector:4318"}
    done = subprocess.run(
        [COMPTOIR, "migrate"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("comptoir: COMPTOIR_OTLP_ENDPOINT: ")
