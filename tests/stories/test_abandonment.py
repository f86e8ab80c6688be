"""Carts that were left alone: told of once, taken up again by a link, and forgotten in the end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.sql.work import SqlWork
from domain.abandonment import Left, abandon, forget
from tests.device import Device, units
from tests.jobs import jobs_of
from tests.shop import KEYS, Shop

DAY = timedelta(days=1)


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.product("goods", "A", "B", price="10.00")
    return shop


async def swept(shop: Shop) -> tuple[Left, ...]:
    return await abandon(SqlWork(shop.database), KEYS, shop.now, after=DAY)


async def test_a_cart_that_was_left_alone_is_told_of_once(shop: Shop) -> None:
    phone, other, empty = Device(shop), Device(shop), Device(shop)
    cart, _ = await phone.create(("A", 1)), await empty.create()
    shop.now += DAY
    fresh = await other.create(("A", 1))
    (left,) = await swept(shop)
    assert (str(left.cart.id), await swept(shop)) == (cart["id"], ())
    seen = await phone.cart(cart) or {}
    assert (seen["status"], seen["version"], seen["activity"][0]["summary"]) == ("ABANDONED", 2, "Left alone")
    assert (await other.cart(fresh) or {})["status"] == "OPEN"
    assert left.code not in repr(await shop.rows())


async def test_whoever_comes_back_goes_on_with_it(shop: Shop) -> None:
    phone = Device(shop)
    cart = await phone.create(("A", 1))
    shop.now += DAY
    await swept(shop)
    again = await phone.create(("B", 1))
    assert (again["id"], again["status"], units(again)) == (cart["id"], "OPEN", {"A": 1, "B": 1})


async def test_a_link_takes_it_up_again_and_shows_little_of_whose_it_is(shop: Shop) -> None:
    phone, laptop = Device(shop), Device(shop)
    contact = {"email": "ada@example.org", "name": "Ada", "phone": "+33472000012"}
    cart = await phone.create(("A", 1), contact=contact)
    shop.now += DAY
    (left,) = await swept(shop)
    taken = await laptop.take_over(left.code)
    assert (taken["id"], taken["status"], units(taken)) == (cart["id"], "OPEN", {"A": 1})
    assert taken["contact"] == {"email": "a…@example.org", "name": "A…", "phone": "…12"}
    assert taken["activity"][0]["summary"] == "Taken up again"
    assert (await laptop.refused("cartHandoffAccept", {"code": left.code}))["code"] == "CODE_INVALID"


async def test_who_can_be_written_to_is_sent_a_link_once(shop: Shop) -> None:
    phone, nobody = Device(shop), Device(shop)
    await phone.create(("A", 1), contact={"email": "ada@example.org"})
    await nobody.create(("A", 1), contact={"phone": "+33472000012"})
    shop.now += DAY
    jobs = jobs_of(shop)
    assert (await jobs.once())["carts found left alone"] == 2
    await jobs.once()
    (mail,) = shop.mailbox.mails
    assert (mail.to, mail.subject) == ("ada@example.org", "Your cart is still here")
    code = mail.text.partition("#handoff=")[2].split()[0]
    assert units(await Device(shop).take_over(code)) == {"A": 1}


async def test_what_is_old_is_forgotten_with_all_that_is_known_of_it(shop: Shop) -> None:
    guest, me = Device(shop), Device(shop)
    await me.is_customer(await shop.customer())
    mine, other = await me.create(("A", 1)), await guest.create(("B", 1), contact={"email": "ada@example.org"})
    await guest.hand_over(other)
    await me.done("cartClaim", {"cart": other["id"], "cartSession": guest.access_token})
    shop.now += 180 * DAY
    await me.is_customer(await shop.customer())
    recent = await me.create(("A", 2))
    assert await forget(SqlWork(shop.database), shop.now, after=180 * DAY) == 2
    assert await forget(SqlWork(shop.database), shop.now, after=180 * DAY) == 0
    assert await me.cart(recent) == recent
    rows = await shop.rows()
    assert (len(rows["cart"]), len(rows["cart_contact"]), len(rows["one_time_code"])) == (1, 0, 0)
    assert "ada@example.org" not in repr(rows)
    assert await guest.shop.rows() == rows
    assert mine["id"] != recent["id"]
