"""The outbox: what a unit of work changed is written with it, and with it alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.sql.database import Database
from adapters.sql.work import SqlWork
from domain.event import KEPT_FOR, Event, EventType, purge_events
from domain.ids import EventId
from domain.intake.stock import StockDraft
from tests.shop import NOON, Shop


def event(subject: str = "", **changes: object) -> Event:
    return Event(id=EventId.new(), at=NOON, type=EventType.CART_CHANGED, subject=subject, data=changes)


async def written(shop: Shop) -> list[Event]:
    return [found for _, found in await shop.reads.outbox.after(0, 1_000)]


@pytest.fixture
async def coats(shop: Shop) -> Shop:
    await shop.locations("LYON", "PARIS")
    await shop.product("coat", "COAT-38", "COAT-40")
    return shop


async def test_what_is_committed_is_written_in_order_and_read_as_it_was(shop: Shop) -> None:
    events = [event("a", version=1), event("b"), event("a", version=2)]
    async with shop.work as work:
        for one in events:
            work.events.add(one)
        await work.commit()
    assert await written(shop) == events


async def test_what_is_rolled_back_was_never_written(shop: Shop) -> None:
    async with shop.work as work:
        work.events.add(event("a"))
    async with shop.work as work:
        await work.commit()
    assert await written(shop) == []


async def test_a_unit_that_changes_levels_writes_one_event_with_each_sku_once(coats: Shop) -> None:
    await coats.count(
        StockDraft(sku="COAT-40", location="LYON", on_hand=1),
        StockDraft(sku="COAT-38", location="LYON", on_hand=1),
        StockDraft(sku="COAT-38", location="PARIS", on_hand=1),
    )
    (found,) = await written(coats)
    assert (found.type, found.subject, found.data) == (EventType.STOCK_CHANGED, "", {"skus": ["COAT-38", "COAT-40"]})
    assert list(found.subjects) == ["sku:COAT-38", "sku:COAT-40"]


async def test_a_count_that_agrees_writes_none_and_one_that_differs_writes_its_own(coats: Shop) -> None:
    await coats.stock("COAT-38", LYON=1, PARIS=1)
    await coats.stock("COAT-38", LYON=1, PARIS=1)
    await coats.stock("COAT-38", LYON=1, PARIS=2)
    assert [found.data for found in await written(coats)] == [{"skus": ["COAT-38"]}] * 2


async def test_a_hold_and_what_it_gives_back_are_changes_and_one_that_is_refused_is_none(coats: Shop) -> None:
    await coats.stock("COAT-38", LYON=1)
    await coats.hold("COAT-38", "LYON", 1, until=coats.now + timedelta(minutes=1))
    assert len(await written(coats)) == 2
    await coats.hold("COAT-38", "LYON", 1)
    assert len(await written(coats)) == 2
    coats.now += timedelta(minutes=2)
    await coats.hold("COAT-38", "LYON", 1)
    assert len(await written(coats)) == 4, "the old one was given back, the new one placed"


async def test_whoever_listens_is_told_after_the_commit_and_of_events_alone(database: Database) -> None:
    told: list[str] = []
    database.listen(lambda: told.append("told"))
    async with SqlWork(database) as work:
        work.events.add(event("a"))
        assert told == []
        await work.commit()
        assert told == ["told"]
    async with SqlWork(database) as work:
        await work.commit()
    assert told == ["told"]


async def test_old_events_are_purged_and_their_positions_are_never_used_again(shop: Shop) -> None:
    async with shop.work as work:
        work.events.add(event("a"))
        work.events.add(event("b"))
        await work.commit()
    before = await shop.reads.outbox.latest(10)
    assert await purge_events(shop.work, NOON + KEPT_FOR) == 0
    assert await purge_events(shop.work, NOON + KEPT_FOR + timedelta(seconds=1)) == 2
    assert await written(shop) == []
    async with shop.work as work:
        work.events.add(event("c"))
        await work.commit()
    assert await shop.reads.outbox.latest(10) == [before[-1] + 1]
