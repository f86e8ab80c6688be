"""Carts under many hands at once, on both databases: nothing is lost, and nothing is done twice."""

from __future__ import annotations

import asyncio

import pytest

from adapters.sql.database import Database
from tests.device import Device, units
from tests.shop import Shop

DEVICES = 50


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.product("goods", "A", "B", price="10.00")
    return shop


async def test_fifty_devices_add_to_one_cart_at_once(shop: Shop) -> None:
    first = Device(shop)
    cart = await first.create()
    devices = [Device(shop) for _ in range(DEVICES)]
    for device in devices:
        device.access_token = first.access_token
    await asyncio.gather(*(device.add(cart, ("A", 1), expectedVersion=1) for device in devices))
    whole = await first.cart(cart) or {}
    assert (units(whole), whole["version"]) == ({"A": DEVICES}, 1 + DEVICES)
    assert [entry["version"] for entry in whole["activity"]] == list(range(1 + DEVICES, 0, -1)), "one entry for each version"


async def test_two_processes_add_to_one_cart(shop: Shop, database_url: str) -> None:
    """Each with connections of its own."""
    other = Database(database_url)
    here, there = Device(shop), Device(Shop(other))
    cart = await here.create()
    there.access_token = here.access_token
    await asyncio.gather(*(device.add(cart, ("A", 1)) for device in (here, there) for _ in range(10)))
    assert units(await here.cart(cart)) == {"A": 20}
    await other.close()


async def test_one_key_asked_for_by_many_at_once_is_done_once(shop: Shop) -> None:
    strangers = [Device(shop) for _ in range(10)]
    carts = await asyncio.gather(*(one.create(("A", 1), idempotencyKey="a key of sixteen characters") for one in strangers))
    assert len({cart["id"] for cart in carts}) == 1
    (first, *_) = strangers
    await asyncio.gather(*(one.add(carts[0], ("A", 1), idempotencyKey="add") for one in strangers))
    assert units(await first.cart(carts[0])) == {"A": 2}


async def test_a_customer_who_begins_on_many_devices_at_once_has_one_cart(shop: Shop) -> None:
    customer = await shop.customer()
    devices = [Device(shop) for _ in range(10)]
    for device in devices:
        await device.is_customer(customer)
    carts = await asyncio.gather(*(device.create(("A", 1)) for device in devices))
    assert len({cart["id"] for cart in carts}) == 1
    assert units(await devices[0].cart(carts[0])) == {"A": 10}


async def test_carts_claimed_at_once_are_all_in_the_one_that_stays(shop: Shop) -> None:
    customer = await shop.customer()
    claims = []
    for _ in range(5):
        guest, me = Device(shop), Device(shop)
        cart = await guest.create(("A", 1), ("B", 2))
        await me.is_customer(customer)
        claims.append(me.done("cartClaim", {"cart": cart["id"], "cartSession": guest.access_token}))
    await asyncio.gather(*claims)
    assert units(await me.create()) == {"A": 5, "B": 10}


async def test_of_many_who_take_one_code_one_gets_the_cart(shop: Shop) -> None:
    phone = Device(shop)
    code = await phone.hand_over(await phone.create(("A", 1)))
    takers = [Device(shop, client=f"198.51.100.{n}") for n in range(10)]
    shows = "cart { id } session { accessToken refreshToken }"
    answers = await asyncio.gather(*(one.payload("cartHandoffAccept", {"code": code}, shows) for one in takers))
    assert sorted(len(answer["errors"]) for answer in answers) == [0, *[1] * 9]


async def test_a_cart_that_is_claimed_while_it_is_filled_loses_nothing(shop: Shop) -> None:
    """What comes too late for the cart that is merged away is told so."""
    guest, me = Device(shop), Device(shop)
    await me.is_customer(await shop.customer())
    mine, cart = await me.create(("B", 1)), await guest.create(("A", 1))
    asked = {"cart": cart["id"], "lines": await guest.lines(("A", 1))}
    claim = me.done("cartClaim", {"cart": cart["id"], "cartSession": guest.access_token})
    *adds, _ = await asyncio.gather(*(guest.payload("cartLinesAdd", asked, "cart { id }") for _ in range(10)), claim)
    added = sum(not one["errors"] for one in adds)
    assert {error["code"] for one in adds for error in one["errors"]} <= {"CART_CLOSED"}
    assert units(await me.cart(mine)) == {"A": 1 + added, "B": 1}
