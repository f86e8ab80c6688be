"""The queue of a store: page by page, live, for its staff alone; and how what waits there makes promises later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.intake.channel import import_channels
from domain.load import MINUTES_EACH
from domain.location import Capacity
from tests.backroom import TASK, Backroom, opened, ordered
from tests.device import Device
from tests.options import deliveries, pickups
from tests.people import agent, associate
from tests.shop import WEB, Shop

CHANGED = f"subscription Follow($at: ID!) {{ storeTasksChanged(location: $at) {{ {TASK} }} }}"


@pytest.fixture
async def phone(shop: Shop) -> Device:
    return await opened(shop, LYON=9, PARIS=9)


async def test_a_queue_is_read_by_pages_the_oldest_first(phone: Device) -> None:
    shop = phone.shop
    orders = [await ordered(phone, ("HAT", 1)) for _ in range(3)]
    await ordered(phone, ("HAT", 1), at="PARIS")
    lyon = await Backroom.of(shop, "LYON")
    first = await lyon.page("LYON", first=2)
    rest = await lyon.page("LYON", first=2, after=first["pageInfo"]["endCursor"])
    assert [one["order"]["id"] for one in (*first["nodes"], *rest["nodes"])] == [order["id"] for order in orders]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (3, True, False)
    await lyon.do("accept", first["nodes"][1])
    assert [one["id"] for one in await lyon.tasks("LYON", statuses=["ACCEPTED"])] == [first["nodes"][1]["id"]]
    text = "query Tasks($at: ID!, $after: String) { storeTasks(location: $at, after: $after) { totalCount } }"
    at = str(await shop.location_id("LYON"))
    for by, after, code in ((lyon.by, "x", "INVALID_INPUT"), (await associate(shop, "PARIS"), None, "FORBIDDEN")):
        assert (await shop.refused(text, by=by, at=at, after=after))["extensions"]["code"] == code
    assert (await shop.ask(text, by=await agent(shop), at=at))["storeTasks"]["totalCount"] == 3
    with shop.statements() as seen:
        await lyon.page("LYON", first=1)
    with shop.statements() as more:
        await lyon.page("LYON", first=3)
    assert len(more) == len(seen), "no more statements for more tasks"


async def test_a_queue_is_followed_as_it_changes(phone: Device) -> None:
    """Whatever changes a fulfillment: an order, the staff of either end, or its buyer."""
    shop = phone.shop
    await ordered(phone, ("HAT", 1))
    lyon = await Backroom.of(shop, "LYON")
    (task,) = await lyon.tasks("LYON")
    at = str(await shop.location_id("LYON"))
    async with shop.following(CHANGED, actor=lyon.by, at=at) as followed:
        assert await followed.next() == task
        accepted = await lyon.do("accept", task)
        assert await followed.next() == accepted
        await ordered(phone, ("HAT", 1), at="PARIS")
        order = await ordered(phone, ("HAT", 2))
        assert (await followed.next())["order"]["id"] == order["id"]
        rejected = await lyon.do("reject", accepted)
        told = [await followed.next() for _ in range(2)]
        assert rejected in told, "what leaves the queue is told, too"
        assert {one["location"]["code"] for one in told} == {"LYON", "PARIS"}, "and what will come for it"


async def test_staff_are_told_how_a_channel_packs(phone: Device) -> None:
    shop = phone.shop
    await import_channels(shop.work, [replace(WEB, packing=("Kraft box", "A card"))])
    await ordered(phone, ("HAT", 1))
    lyon = await Backroom.of(shop, "LYON")
    assert (await lyon.tasks("LYON"))[0]["packing"] == ["Kraft box", "A card"]


async def test_what_waits_makes_promises_later_and_fills_hours_and_days(shop: Shop) -> None:
    capacity = Capacity(handling_minutes=60, pickups_per_hour=2, parcels_per_day=1)
    phone = await opened(shop, LYON=9)
    await shop.locations("LYON", capacity=capacity)
    lyon = await shop.location_id("LYON")

    async def load() -> Any:
        return (await shop.reads.loads.loads(await shop.actor(), [lyon], shop.now))[lyon]

    async def promised() -> tuple[datetime, datetime]:
        """By when the next hat can be collected in Lyon, and delivered."""
        cart = await phone.create(("HAT", 1))
        store = (await pickups(phone, cart))["LYON", "PICKUP", False]["promise"]
        parcel = (await deliveries(phone, cart))["STANDARD"]["promise"]
        return datetime.fromisoformat(store["earliest"]), datetime.fromisoformat(parcel["earliest"])

    pickup, parcel = await promised()
    await ordered(phone, ("HAT", 1))
    one = await load()
    assert (one.queue_minutes, sum(one.pickups.values()), dict(one.parcels)) == (MINUTES_EACH, 1, {})
    assert list(one.pickups) == [pickup.replace(tzinfo=None, minute=0)]
    later, same = await promised()
    assert (later - pickup, same) == (timedelta(minutes=15), parcel), "promises are told in quarters of an hour"
    await ordered(phone, ("HAT", 1))
    full, _ = await promised()
    assert full > later.replace(minute=59), "that hour takes no more"
    shop.now = datetime.fromisoformat("2026-11-23T09:30:00+00:00")
    _, parcel = await promised()
    await ordered(phone, ("HAT", 1), how="delivery")
    assert (await load()).parcels == {date(2026, 11, 23): 1}
    _, next_day = await promised()
    assert next_day > parcel, "that day takes no more parcels"
    with shop.statements() as seen:
        await load()
    assert len(seen) <= 2, "one for the channels of the asker, and one for all that waits anywhere"
