"""What is measured is the same on both sides: the floor answers as the gateway does, and many levels as few."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient

from bench.floor import create
from bench.inside import inside
from bench.levels import enlarge
from bench.questions import AVAILABILITY, LISTING, PRODUCT, QUANTITY, Question
from tests.shop import CITIES, Shop

AT_HOME = {"latitude": 45.7, "longitude": 4.8}
QUESTIONS = (
    Question("a product", PRODUCT, "/product", [{"handle": "coat"}, {"handle": "hat"}]),
    Question("a listing", LISTING, "/listing", [{"first": 24}, {"first": 1}]),
    Question("where it is", AVAILABILITY, "/availability", [{"sku": sku, **AT_HOME} for sku in ("COAT-S", "COAT-M", "HAT")]),
)


@pytest.fixture
async def stocked(shop: Shop) -> Shop:
    """With many of one, few of another, and none of a third somewhere."""
    await shop.locations(*CITIES)
    await shop.product("coat", "COAT-S", "COAT-M", price="289.05")
    await shop.product("hat", "HAT")
    for sku, units in (("COAT-S", 3), ("COAT-M", 4), ("HAT", 0)):
        await shop.stock(sku, LYON=units, PARIS=units, LILLE=units, NICE=units)
    return shop


@pytest.fixture
async def floor(stocked: Shop, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AsyncClient]:
    monkeypatch.setenv("COMPTOIR_DATABASE_URL", database_url)
    app = create()
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://floor.example") as made,
    ):
        yield made


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
async def test_the_floor_answers_as_the_gateway_does(stocked: Shop, floor: AsyncClient, question: Question) -> None:
    for variables in question.variables:
        answer = (await floor.post(question.path, json=variables)).json()
        assert answer == {"data": await stocked.ask(question.query, **variables)}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
async def test_what_a_request_costs_inside_is_counted(stocked: Shop, database_url: str, question: Question) -> None:
    counted = await inside(database_url, question, requests=3)
    with stocked.statements() as seen:
        await stocked.ask(question.query, **question.variables[0])
    assert counted.statements == len(seen) - 1  # the channel is read by the test's own `ask`
    assert (counted.parsed, counted.validated) == (0, 0)


def asked(copy: int) -> list[tuple[str, dict[str, Any]]]:
    behind = f"-{copy}" if copy else ""
    return [(AVAILABILITY, {"sku": f"COAT-S{behind}", **AT_HOME}), (QUANTITY, {"sku": f"COAT-M{behind}"})]


async def test_copies_of_a_shop_answer_as_it_does_and_leave_it_as_it_was(stocked: Shop, database_url: str) -> None:
    before = [await stocked.ask(query, **variables) for query, variables in asked(0)]
    levels = len((await stocked.rows())["stock_level"])
    await asyncio.to_thread(enlarge, database_url, 3)
    for copy in range(4):
        assert [await stocked.ask(query, **variables) for query, variables in asked(copy)] == before
    assert len((await stocked.rows())["stock_level"]) == levels * 4
