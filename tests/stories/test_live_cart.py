"""Following a cart: how it is, and then each change once and in order, until it has gone somewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from domain.cart import CartStatus
from tests.device import Device
from tests.shop import Following, Shop

FOLLOW = """subscription Follow($id: ID!) { cartChanged(id: $id) {
  cart { version status lines { quantity } } change { version summary channel { code } } } }"""


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.product("goods", "A", price="10.00")
    return shop


@asynccontextmanager
async def following(device: Device, id: str) -> AsyncIterator[Following]:
    async with device.shop.following(FOLLOW, actor=await device.actor(), id=id) as followed:
        yield followed


async def test_first_the_cart_and_then_each_change_once_and_in_order(shop: Shop) -> None:
    phone = Device(shop)
    cart = await phone.create(("A", 1))
    async with following(phone, cart["id"]) as followed:
        first = await followed.next()
        assert first == {"cart": {"version": 1, "status": "OPEN", "lines": [{"quantity": 1}]}, "change": None}
        await asyncio.gather(*(phone.add(cart, ("A", 1)) for _ in range(10)))
        events = [await followed.next() for _ in range(10)]
        assert [event["change"]["version"] for event in events] == list(range(2, 12))
        assert all(event["cart"]["version"] >= event["change"]["version"] for event in events)
        assert events[-1]["cart"]["lines"] == [{"quantity": 11}]
        assert events[0]["change"]["summary"] == "Added: 1 × Goods (A)"


async def test_it_ends_when_the_cart_is_merged(shop: Shop) -> None:
    guest, me = Device(shop), Device(shop)
    await me.is_customer(await shop.customer())
    await me.create(("A", 1))
    cart = await guest.create(("A", 1))
    async with following(guest, cart["id"]) as followed:
        await followed.next()
        await me.done("cartClaim", {"cart": cart["id"], "cartSession": guest.access_token})
        assert (await followed.next())["cart"]["status"] == CartStatus.MERGED
        await followed.ends()
    async with following(guest, cart["id"]) as followed:
        assert (await followed.next())["cart"]["status"] == CartStatus.MERGED
        await followed.ends()


async def test_nobody_follows_what_they_may_not_see(shop: Shop) -> None:
    cart = await Device(shop).create(("A", 1))
    async with following(Device(shop), cart["id"]) as followed:
        with pytest.raises(Exception, match="There is no such cart"):
            await followed.next()
