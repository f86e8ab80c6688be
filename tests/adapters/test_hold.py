"""Holds on a real database, tried by many at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from adapters.sql.tables import stock_hold, stock_level
from adapters.sql.work import SqlWork
from domain.hold import HoldFor, InsufficientStock, place
from domain.ids import CheckoutId
from domain.quantities import Quantities
from tests.shop import NOON, Shop

BUYERS = 20


@pytest.fixture
async def one_coat(shop: Shop) -> Shop:
    await shop.locations("LYON", "PARIS")
    await shop.product("coat", "COAT", "SCARF")
    await shop.stock("COAT", LYON=1)
    return shop


async def held(shop: Shop) -> tuple[int, int]:
    """By the levels, and by the holds behind them."""
    async with shop.database.reading() as connection:
        levels = (await connection.execute(select(func.coalesce(func.sum(stock_level.c.held), 0)))).scalar_one()
        holds = (await connection.execute(select(func.coalesce(func.sum(stock_hold.c.quantity), 0)))).scalar_one()
    return levels, holds


async def test_the_last_unit_goes_to_exactly_one_of_many_buyers(one_coat: Shop) -> None:
    answers = await asyncio.gather(*(one_coat.hold("COAT", "LYON", 1) for _ in range(BUYERS)))
    assert sum(not isinstance(answer, InsufficientStock) for answer in answers) == 1
    assert await held(one_coat) == (1, 1)
    assert (await one_coat.prove()).balanced


async def test_k_units_go_to_exactly_k_buyers(one_coat: Shop) -> None:
    await one_coat.stock("COAT", PARIS=7)
    answers = await asyncio.gather(*(one_coat.hold("COAT", "PARIS", 1) for _ in range(BUYERS)))
    assert sum(not isinstance(answer, InsufficientStock) for answer in answers) == 7
    assert await held(one_coat) == (7, 7)


async def test_buyers_of_the_same_two_things_in_either_order_never_wait_for_each_other_for_good(one_coat: Shop) -> None:
    await one_coat.stock("COAT", PARIS=10)
    await one_coat.stock("SCARF", PARIS=10)
    shelves = [await one_coat.shelf(sku, "PARIS") for sku in ("COAT", "SCARF")]
    actor, until = await one_coat.actor(), NOON + timedelta(hours=1)

    async def buy(turned: bool) -> object:
        demand = Quantities((shelf, 1) for shelf in (reversed(shelves) if turned else shelves))
        return await place(SqlWork(one_coat.database), actor, demand, HoldFor(CheckoutId.new(), until), NOON)

    answers = await asyncio.gather(*(buy(n % 2 == 0) for n in range(BUYERS)))
    assert sum(not isinstance(answer, InsufficientStock) for answer in answers) == 10
    assert await held(one_coat) == (20, 20)


async def test_all_of_a_demand_is_held_or_nothing(one_coat: Shop) -> None:
    await one_coat.stock("SCARF", LYON=5)
    coat, scarf = [await one_coat.shelf(sku, "LYON") for sku in ("COAT", "SCARF")]
    hold_for = HoldFor(CheckoutId.new(), NOON + timedelta(hours=1))
    answer = await place(one_coat.work, await one_coat.actor(), Quantities([(scarf, 5), (coat, 2)]), hold_for, NOON)
    assert answer == InsufficientStock((coat,))
    assert await held(one_coat) == (0, 0)


async def test_two_lines_of_one_shelf_are_one_demand(one_coat: Shop) -> None:
    coat = await one_coat.shelf("COAT", "LYON")
    hold_for = HoldFor(CheckoutId.new(), NOON + timedelta(hours=1))
    answer = await place(one_coat.work, await one_coat.actor(), Quantities([(coat, 1), (coat, 1)]), hold_for, NOON)
    assert answer == InsufficientStock((coat,))
    assert await held(one_coat) == (0, 0)


async def test_an_expired_hold_is_given_back_to_whoever_needs_it(one_coat: Shop) -> None:
    await one_coat.hold("COAT", "LYON", 1, until=NOON + timedelta(minutes=15))
    one_coat.now = NOON + timedelta(minutes=14, seconds=59)
    assert isinstance(await one_coat.hold("COAT", "LYON", 1), InsufficientStock)
    one_coat.now = NOON + timedelta(minutes=15)
    assert not isinstance(await one_coat.hold("COAT", "LYON", 1), InsufficientStock)
    assert await held(one_coat) == (1, 1)
    assert (await one_coat.prove()).balanced


async def test_of_many_who_want_one_expired_hold_one_gets_it(one_coat: Shop) -> None:
    await one_coat.hold("COAT", "LYON", 1, until=NOON + timedelta(minutes=15))
    one_coat.now = NOON + timedelta(hours=1)
    answers = await asyncio.gather(*(one_coat.hold("COAT", "LYON", 1) for _ in range(BUYERS)))
    assert sum(not isinstance(answer, InsufficientStock) for answer in answers) == 1
    assert (await one_coat.prove()).balanced


async def test_a_shelf_nobody_ever_stocked_has_nothing_to_hold(one_coat: Shop) -> None:
    assert isinstance(await one_coat.hold("SCARF", "PARIS", 1), InsufficientStock)
