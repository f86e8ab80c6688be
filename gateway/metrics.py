"""What the gateway counts, as /metrics tells Prometheus: each application its own, or all workers of a server together."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.sql.statement import Statement
from gateway.logs import QUIET

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus-client looks for it when it is imported

NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,59}")
NAMES_MAX = 100
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which nobody reads


class Metrics:
    """The labels are ours, or bounded: names that strangers make up end in `other`."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.names: set[str] = set()
        self.requests = Counter(
            "comptoir_requests", "HTTP requests that have ended.", ["path", "method", "status"], registry=registry
        )
        self.request_seconds = histogram("request", "From a request's headers to the end of its answer.", "path", registry)
        self.in_flight = Gauge("comptoir_in_flight", "Requests being answered.", registry=registry, multiprocess_mode="livesum")
        self.sockets = Gauge("comptoir_sockets", "WebSockets that are open.", registry=registry, multiprocess_mode="livesum")
        self.subscriptions = Gauge(
            "comptoir_subscriptions", "Subscriptions that are open.", registry=registry, multiprocess_mode="livesum"
        )
        self.operations = Counter(
            "comptoir_operations", "GraphQL operations that have ended.", ["operation", "kind", "outcome"], registry=registry
        )
        self.operation_seconds = histogram("operation", "From a document to its result.", "operation", registry)
        self.refusals = Counter("comptoir_refusals", "Errors answered, by extensions.code.", ["code"], registry=registry)
        self.refusals.labels("INTERNAL")  # from 0, or Prometheus would not see the first as an increase
        self.limits = Counter("comptoir_limits", "Requests stopped, by the limit they met.", ["limit"], registry=registry)
        self.statements = Counter("comptoir_statements", "SQL statements sent.", ["database"], registry=registry)
        self.statement_seconds = histogram("statement", "From a statement to its rows.", "database", registry)
        self.jobs = Counter("comptoir_jobs", "Passes of jobs that have ended.", ["job", "outcome"], registry=registry)
        build = ["version", "python"]
        self.build = Gauge("comptoir_build_info", "What runs.", build, registry=registry, multiprocess_mode="max")
        self.build.labels(version("comptoir"), platform.python_version()).set(1)
        ProcessCollector(registry=registry)

    def request(self, *, path: str, method: str, status: int, seconds: float) -> None:
        self.requests.labels(path, method if method in METHODS else "other", status).inc()
        self.request_seconds.labels(path).observe(seconds)

    def operation(self, *, name: str | None, kind: str, outcome: Literal["ok", "errors", "refused"], seconds: float) -> None:
        """`kind` is query, mutation or subscription, or unknown where the document did not get so far."""
        known = self.known(name)
        self.operations.labels(known, kind, outcome).inc()
        self.operation_seconds.labels(known).observe(seconds)

    def refusal(self, code: str) -> None:
        self.refusals.labels(code).inc()

    def limit(self, name: str) -> None:
        self.limits.labels(name).inc()

    def statement(self, statement: Statement) -> None:
        self.statements.labels(statement.database).inc()
        self.statement_seconds.labels(statement.database).observe(statement.seconds)

    def job(self, name: str, outcome: Literal["ok", "failed"]) -> None:
        self.jobs.labels(name, outcome).inc()

    def known(self, name: str | None) -> str:
        """The first names are kept; a client that makes up new ones fills no memory, ours or Prometheus's."""
        if name is None:
            return "anonymous"
        if name not in self.names and len(self.names) < NAMES_MAX and NAME.fullmatch(name):
            self.names.add(name)
        return name if name in self.names else "other"

    def answer(self, request: Request) -> Response:
        """Not async: read in a thread, because the files of other workers may have to be."""
        return Response(generate_latest(self.everybodys()), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    def everybodys(self) -> CollectorRegistry:
        if SHARED_FOLDER not in os.environ:
            return self.registry
        forget_the_dead(Path(os.environ[SHARED_FOLDER]))
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return registry


def histogram(what: str, meaning: str, label: str, registry: CollectorRegistry) -> Histogram:
    return Histogram(f"comptoir_{what}_seconds", meaning, [label], registry=registry, buckets=BUCKETS)


class RequestMetrics:
    """Counts and times the requests of an application, by the paths of its routes."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, paths: frozenset[str]) -> None:
        self.app, self.metrics, self.paths = app, metrics, paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = perf_counter(), 500

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        path = scope["path"] if scope["path"] in self.paths else "other"
        try:
            with self.flight(path):
                await self.app(scope, receive, send_noted)
        finally:
            self.metrics.request(path=path, method=scope["method"], status=status, seconds=perf_counter() - began)

    def flight(self, path: str) -> AbstractContextManager[None]:
        """Whoever watches is not counted, or there would always be one."""
        return nullcontext() if path in QUIET else self.metrics.in_flight.track_inprogress()


@contextmanager
def shared_by_workers() -> Iterator[None]:
    """A folder in which the workers that begin within the block count together."""
    with TemporaryDirectory(prefix="comptoir-metrics-") as folder:
        os.environ[SHARED_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[SHARED_FOLDER]


def forget_the_dead(folder: Path) -> None:
    """What a worker had in flight when it was killed is not in flight any more."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            file.unlink(missing_ok=True)
