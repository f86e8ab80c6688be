"""What the gateway counts: nothing that strangers could make grow, nobody's data, and no worker forgotten."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from httpx2 import ASGITransport, AsyncClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from structlog.testing import capture_logs

from adapters.sql.database import Database
from adapters.sql.statement import Statement
from gateway.app import application
from gateway.metrics import NAMES_MAX, Metrics
from gateway.settings import Settings
from tests.gateway.test_command import COMPTOIR
from tests.shop import Shop

QUERY = 'query Lyon { location(by: {code: "LYON"}) { name } }'
SECONDS = 60


class Numbers:
    """What /metrics says, asked by name and labels; 0 for what has never been."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.samples = [sample for family in text_string_to_metric_families(body) for sample in family.samples]

    def __call__(self, name: str, **labels: str) -> float:
        return sum(one.value for one in self.samples if one.name == name and labels.items() <= one.labels.items())

    def counted(self, name: str, label: str) -> set[str]:
        return {sample.labels[label] for sample in self.samples if sample.name == name and sample.value > 0}


@pytest.fixture
async def client(database_url: str, shop: Shop) -> AsyncIterator[AsyncClient]:
    await shop.locations("LYON")
    made = application(Database(database_url), Settings(jobs="off"), clock=lambda: shop.now)
    async with (
        made.router.lifespan_context(made),
        AsyncClient(transport=ASGITransport(made), base_url="http://shop.example") as asking,
    ):
        yield asking


async def numbers(client: AsyncClient) -> Numbers:
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return Numbers(answer.text)


async def test_an_operation_is_counted_and_timed_by_its_name(client: AsyncClient) -> None:
    for _ in range(3):
        await client.post("/graphql", json={"query": QUERY})
    seen = await numbers(client)
    assert seen("comptoir_operations_total", operation="Lyon", kind="query", outcome="ok") == 3
    assert seen("comptoir_operation_seconds_count", operation="Lyon") == 3
    assert seen("comptoir_requests_total", path="/graphql", method="POST", status="200") == 3
    assert seen("comptoir_request_seconds_count", path="/graphql") == 3
    assert seen("comptoir_refusals_total") == 0


@pytest.mark.parametrize(
    ("query", "kind", "outcome", "code"),
    [
        ("{ locations { totalCount } }", "query", "ok", None),
        ("{ products(first: 101) { totalCount } }", "query", "errors", "INVALID_INPUT"),
        ("{ nonsense }", "unknown", "refused", "GRAPHQL_VALIDATION_FAILED"),
        ("{ unclosed", "unknown", "refused", "GRAPHQL_PARSE_FAILED"),
    ],
)
async def test_how_an_operation_ended_and_by_which_code(
    client: AsyncClient, query: str, kind: str, outcome: str, code: str | None
) -> None:
    await client.post("/graphql", json={"query": query})
    seen = await numbers(client)
    assert seen("comptoir_operations_total", operation="anonymous", kind=kind, outcome=outcome) == 1
    assert seen("comptoir_operations_total") == 1
    assert seen.counted("comptoir_refusals_total", "code") == ({code} if code else set())


async def test_who_may_not_ask_is_counted_by_code(client: AsyncClient) -> None:
    await client.post("/graphql", json={"query": QUERY}, headers={"Comptoir-Channel": "moon"})
    seen = await numbers(client)
    assert seen("comptoir_refusals_total", code="UNAUTHENTICATED") == 1
    assert seen("comptoir_operations_total") == 0


async def test_statements_of_reads_are_counted(client: AsyncClient) -> None:
    before = await numbers(client)
    await client.post("/graphql", json={"query": QUERY})
    after = await numbers(client)
    made = after("comptoir_statements_total", database="reader") - before("comptoir_statements_total", database="reader")
    assert made == 2  # the channels, the location
    assert after("comptoir_statement_seconds_count") == after("comptoir_statements_total")


async def test_statements_are_told_with_placeholders_and_with_what_they_failed_of(database: Database) -> None:
    told: list[Statement] = []
    database.observe(told.append)
    async with database.writing() as connection:
        await connection.execute(text("SELECT CAST(:mail AS TEXT)"), {"mail": "mail@example.com"})
    async with database.reading() as connection:
        with pytest.raises(Exception, match="nowhere"):
            await connection.execute(text("SELECT 1 FROM nowhere"))
    kinds = [(one.database, bool(one.error)) for one in told if one.text.startswith("SELECT")]
    assert kinds == [("writer", False), ("reader", True)]
    assert all(one.seconds >= 0 and "mail@" not in one.text for one in told)


async def test_strangers_paths_methods_and_names_make_no_series(client: AsyncClient) -> None:
    await client.get("/wp-login.php")
    await client.request("BREW", "/graphql")
    await client.post("/graphql", json={"query": f"query {'N' * 61} {{ locations {{ totalCount }} }}"})
    seen = await numbers(client)
    assert seen("comptoir_requests_total", path="other", status="404") == 1
    assert seen("comptoir_requests_total", path="/graphql", method="other") == 1
    assert seen.counted("comptoir_operations_total", "operation") == {"other"}
    assert "wp-login" not in seen.body


def test_names_that_strangers_make_up_come_to_an_end() -> None:
    metrics = Metrics()
    seen = [metrics.known(f"Name{number}") for number in range(NAMES_MAX + 5)]
    assert seen[-6:] == [f"Name{NAMES_MAX - 1}", *["other"] * 5]
    assert metrics.known("Name0") == "Name0"
    assert metrics.known(None) == "anonymous"
    assert Metrics().known("not a name") == "other"


def test_limits_are_counted_by_name() -> None:
    metrics = Metrics()
    metrics.limit("depth")
    assert metrics.registry.get_sample_value("comptoir_limits_total", {"limit": "depth"}) == 1


async def test_whoever_watches_is_neither_in_flight_nor_in_the_log(client: AsyncClient) -> None:
    with capture_logs() as logs:
        seen = await numbers(client)
    assert seen("comptoir_in_flight") == 0
    assert seen("comptoir_build_info", version="0.1.0") == 1
    assert logs == []


async def test_two_applications_count_apart(client: AsyncClient, database_url: str, shop: Shop) -> None:
    await client.post("/graphql", json={"query": QUERY})
    other = application(Database(database_url), Settings(jobs="off"), clock=lambda: shop.now)
    async with (
        other.router.lifespan_context(other),
        AsyncClient(transport=ASGITransport(other), base_url="http://shop.example") as asking,
    ):
        assert (await numbers(asking))("comptoir_operations_total") == 0


# ------------------------------------------------------------------------------------------------ several workers


class Workers:
    """`comptoir serve --demo --workers 2`, with a folder for temporary files of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [COMPTOIR, "serve", "--demo", "--workers", "2", "--port", str(port)],
            cwd=folder,
            env={**os.environ, "COMPTOIR_DATABASE_URL": url, "TMPDIR": str(folder)},
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def wait_until_ready(self) -> None:
        patiently = ["--retry", str(SECONDS), "--retry-delay", "1", "--retry-connrefused", "--output", os.devnull]
        subprocess.run(["curl", "-sf", *patiently, f"{self.address}/readyz"], check=True, timeout=2 * SECONDS)

    def ask(self, query: str) -> None:
        body = json.dumps({"query": query}).encode()
        urlopen(Request(f"{self.address}/graphql", body, {"Content-Type": "application/json"}), timeout=SECONDS).close()

    def numbers(self) -> Numbers:
        with urlopen(f"{self.address}/metrics", timeout=SECONDS) as answer:
            return Numbers(answer.read().decode())

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=SECONDS)


@pytest.fixture
def workers(database_url: str, tmp_path: Path) -> Iterator[Workers]:
    made = Workers(database_url, tmp_path)
    try:
        made.wait_until_ready()
        yield made
    finally:
        made.stop()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_two_workers_counted_adds_up(workers: Workers, tmp_path: Path) -> None:
    for _ in range(20):
        workers.ask("query Many { locations { totalCount } }")
    for _ in range(4):  # whichever of them answers
        seen = workers.numbers()
        assert seen("comptoir_operations_total", operation="Many") == 20
        assert seen("comptoir_operation_seconds_count", operation="Many") == 20
        assert seen("comptoir_build_info") == 1
    assert list(tmp_path.glob("comptoir-metrics-*")) != []
    workers.stop()
    assert list(tmp_path.glob("comptoir-metrics-*")) == []


KILLED = """
import os, signal
from gateway.metrics import Metrics

Metrics().in_flight.inc()
os.kill(os.getpid(), signal.SIGKILL)
"""
ANSWERING = """
from prometheus_client import generate_latest
from gateway.metrics import Metrics

metrics = Metrics()
metrics.in_flight.inc()
print(generate_latest(metrics.everybodys()).decode())
"""


def test_what_a_killed_worker_had_in_flight_is_forgotten(tmp_path: Path) -> None:
    def worker(script: str) -> str:
        environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
        command = [sys.executable, "-c", script]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False).stdout

    worker(KILLED)
    assert list(tmp_path.glob("gauge_livesum_*.db")) != []
    assert Numbers(worker(ANSWERING))("comptoir_in_flight") == 1
