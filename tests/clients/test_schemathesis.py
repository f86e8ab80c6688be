"""Schemathesis: a thousand operations that the schema allows, thrice on SQLite, once on PostgreSQL; none may fail as ours."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import schemathesis
from httpx2 import ASGITransport, AsyncClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.sql.database import Database
from gateway.app import application
from gateway.settings import Settings
from schema.build import build
from tests.shop import Shop

for scalar, strategy in {
    "CountryCode": st.sampled_from(["FR", "CA"]) | st.text(max_size=3),
    "CurrencyCode": st.sampled_from(["EUR", "CAD"]) | st.text(max_size=3),
    "Decimal": st.decimals(allow_nan=False, allow_infinity=False).map(str) | st.text(max_size=5),
    "DateTime": st.datetimes().map(lambda moment: f"{moment.isoformat()}Z") | st.text(max_size=5),
}.items():
    schemathesis.graphql.scalar(scalar, strategy.map(schemathesis.graphql.nodes.String))

every: Any = schemathesis.graphql.from_file(build().as_str()).get_all_operations()
OPERATIONS = [operation.ok() for operation in every]
CASES = 1_000
EXPECTED = {
    "INVALID_INPUT",
    "NOT_FOUND",
    "FORBIDDEN",
    "LIMIT_REACHED",
    "GRAPHQL_VALIDATION_FAILED",
}  # some codes and amounts are none


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """Hypothesis calls plain functions; this runs what they await."""
    with asyncio.Runner() as made:
        yield made


@pytest.fixture
def client(runner: asyncio.Runner, database_url: str) -> Iterator[AsyncClient]:
    async def opened() -> tuple[AsyncExitStack, AsyncClient]:
        shop, stack = await Shop.opened(Database(database_url)), AsyncExitStack()
        await shop.locations("LYON", "PARIS")
        await shop.product("coat", "COAT-38", "COAT-40")
        await shop.stock("COAT-38", LYON=3)
        app = application(shop.database, Settings(jobs="off"), clock=lambda: shop.now)
        endpoint_of(app).passwords = shop.passwords
        await stack.enter_async_context(app.router.lifespan_context(app))
        asking = AsyncClient(transport=ASGITransport(app), base_url="http://shop.example")
        return stack, await stack.enter_async_context(asking)

    stack, made = runner.run(opened())
    yield made
    runner.run(stack.aclose())


def endpoint_of(app: Starlette) -> Any:
    """Of /graphql; where hashing passwords would take more time than all else, it is given quick ones."""
    return next(route.endpoint for route in app.routes if isinstance(route, Route) and route.path == "/graphql")


RUNS = [("sqlite", 1), ("sqlite", 2), ("sqlite", 3), ("postgresql", 1)]


@pytest.mark.parametrize(("database_url", "number"), RUNS, indirect=["database_url"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: str(operation.label))
def test_no_query_that_the_schema_allows_is_a_failure_of_ours(
    runner: asyncio.Runner, client: AsyncClient, operation: Any, number: int
) -> None:
    @seed(number)
    @settings(
        max_examples=CASES // len(OPERATIONS),
        phases=[Phase.generate],
        database=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        answer = runner.run(client.post("/graphql", json={"query": case.body}))
        assert answer.status_code == 200
        codes = {error["extensions"]["code"] for error in answer.json().get("errors", ())}
        assert codes <= EXPECTED, answer.text

    ask()
