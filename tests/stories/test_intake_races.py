"""Imports beside each other and beside buyers: no unit is invented, none destroyed, nobody waits for good."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.sql.work import SqlWork
from domain.hold import HoldFor, InsufficientStock, place
from domain.ids import CheckoutId
from domain.intake.report import Imported
from domain.intake.stock import StockDraft
from domain.quantities import Quantities
from tests.shop import NOON, Shop

SKUS = [f"COAT-{n:02}" for n in range(12)]


@pytest.fixture
async def coats(shop: Shop) -> Shop:
    await shop.locations("LYON", "PARIS")
    await shop.product("coat", *SKUS)
    return shop


async def count(shop: Shop, units: dict[str, int]) -> Imported:
    """In a unit of work of its own, as another process would."""
    drafts = [StockDraft(sku=sku, location=code, on_hand=n) for sku, n in units.items() for code in ("LYON", "PARIS")]
    return await shop.count(*drafts)


async def on_hand(shop: Shop) -> int:
    return (await shop.prove()).units


async def test_two_first_counts_at_once_stock_each_shelf_once(coats: Shop) -> None:
    first, second = await asyncio.gather(*(count(coats, dict.fromkeys(SKUS, 10)) for _ in range(2)))
    assert sorted([first.added, second.added]) == [0, 24]
    assert await on_hand(coats) == 240
    assert (await coats.prove()).balanced


async def test_two_recounts_at_once_leave_what_was_counted(coats: Shop) -> None:
    await count(coats, dict.fromkeys(SKUS, 20))
    await asyncio.gather(*(count(coats, dict.fromkeys(SKUS, 15)) for _ in range(4)))
    assert await on_hand(coats) == 15 * 24
    assert (await coats.prove()).balanced


async def test_imports_up_and_down_beside_holds_neither_deadlock_nor_oversell(coats: Shop) -> None:
    await count(coats, dict.fromkeys(SKUS, 50))
    shelves = [await coats.shelf(sku, code) for sku in SKUS for code in ("PARIS", "LYON")]
    actor = await coats.actor()

    async def recount(turn: int) -> None:
        await count(coats, {sku: 50 + (5 if (n + turn) % 2 else -5) for n, sku in enumerate(SKUS)})

    async def buy() -> object:
        hold_for = HoldFor(CheckoutId.new(), NOON + timedelta(hours=1))
        return await place(SqlWork(coats.database), actor, Quantities((shelf, 1) for shelf in shelves), hold_for, NOON)

    answers = await asyncio.gather(*(recount(n) for n in range(6)), *(buy() for _ in range(10)))
    assert not any(isinstance(answer, InsufficientStock) for answer in answers)
    assert (await coats.prove()).balanced


async def test_a_changed_buffer_beside_holds_does_not_deadlock(coats: Shop) -> None:
    await count(coats, dict.fromkeys(SKUS, 50))
    shelves = [await coats.shelf(sku, code) for sku in SKUS for code in ("PARIS", "LYON")]
    actor = await coats.actor()

    async def buy() -> object:
        hold_for = HoldFor(CheckoutId.new(), NOON + timedelta(hours=1))
        return await place(SqlWork(coats.database), actor, Quantities((shelf, 1) for shelf in shelves), hold_for, NOON)

    async def rebuffer(units: int) -> None:
        other = Shop(coats.database)
        await other.locations("LYON", "PARIS", walk_in_buffer=units)

    await asyncio.gather(*(rebuffer(n % 3) for n in range(6)), *(buy() for _ in range(10)))
    assert (await coats.prove()).balanced


async def test_two_buyers_of_two_expired_units_get_one_each(coats: Shop) -> None:
    """Whoever gives the expired hold back, the other must not be refused for having come second."""
    for round_ in range(10):
        await coats.stock(SKUS[0], LYON=2)
        await coats.hold(SKUS[0], "LYON", 2, until=coats.now + timedelta(minutes=15))
        coats.now += timedelta(hours=1)
        until = coats.now + timedelta(minutes=1)
        answers = await asyncio.gather(*(coats.hold(SKUS[0], "LYON", 1, until=until) for _ in range(2)))
        assert not any(isinstance(answer, InsufficientStock) for answer in answers), round_
        coats.now += timedelta(hours=1)
