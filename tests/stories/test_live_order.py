"""Orders that are followed while they change, until nothing more can happen to them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.event import Event, EventType
from domain.fulfillment import FulfillmentStatus
from domain.ids import OrderId
from domain.order import Order, status_of
from tests.device import Device
from tests.options import collect
from tests.people import associate
from tests.shop import Shop
from tests.stories.test_order_change import asked, bought, changed
from tests.stories.test_purchase import opened

FOLLOW = "subscription Follow($id: ID!) { orderChanged(id: $id) { version status fulfillments { status } } }"


async def test_an_order_is_told_as_it_is_and_after_each_change_until_it_is_over(shop: Shop) -> None:
    phone = await opened(shop)
    order = await bought(phone, ("HAT", 1))
    async with shop.following(FOLLOW, actor=await phone.actor(), id=order["id"]) as followed:
        assert await followed.next() == {"version": 1, "status": "PLACED", "fulfillments": [{"status": "OPEN"}]}
        await changed(phone, asked(order, (await collect(phone, "PARIS"))["how"]))
        assert (await followed.next())["version"] == 2
        await canceled(shop, order["id"])
        assert (await followed.next())["status"] == "CANCELED"
        await followed.ends()


async def test_nobody_follows_an_order_they_do_not_see(shop: Shop) -> None:
    phone = await opened(shop)
    order = await bought(phone, ("HAT", 1))
    for actor in (await Device(shop).actor(), await associate(shop, "PARIS")):
        async with shop.following(FOLLOW, actor=actor, id=order["id"]) as followed:
            with pytest.raises(Exception, match="There is no such order"):
                await followed.next()


async def canceled(shop: Shop, id: str) -> None:
    named = OrderId.parse(id)
    assert named
    async with shop.work as work:
        before = await work.orders.lock(named)
        assert before
        after = over(before)
        await work.orders.save(before, after)
        told = Event.of(EventType.ORDER_CHANGED, id, shop.now, version=after.version, change="canceled")
        work.events.add(told)
        await work.commit()


def over(order: Order) -> Order:
    lines = tuple(replace(line, canceled=line.quantity) for line in order.lines)
    parts = tuple(replace(one, status=FulfillmentStatus.CANCELED, version=one.version + 1) for one in order.fulfillments)
    return replace(order, version=order.version + 1, lines=lines, fulfillments=parts, status=status_of(lines, parts))
