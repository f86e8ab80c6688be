"""Checkouts under many hands at once, on both databases: what is there is sold once, all of it, and each pays once."""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from adapters.sql.database import Database
from adapters.sql.tables import stock_level, test_charge
from tests.device import Device, units
from tests.options import choose, collect
from tests.orders import CHECKOUT, ORDER, REFUSED, begin, card, not_begun, place, reached, ready, tried
from tests.shop import Shop

SKUS = [f"HAT-{n:02}" for n in range(12)]


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.locations("LYON", "PARIS")
    await shop.product("hats", *SKUS, price="20.00")
    return shop


async def begun(phone: Device, cart: dict[str, Any]) -> dict[str, Any]:
    input = {"cart": cart["id"], "idempotencyKey": f"begin {cart['id']}"}
    return await phone.payload("checkoutBegin", input, f"{CHECKOUT} {REFUSED}")


async def bought(phone: Device, cart: dict[str, Any]) -> str:
    """ORDERED, or why not."""
    answer = await begun(phone, cart)
    if answer["errors"]:
        return "/".join(sorted({one["__typename"] for one in answer["errors"][0]["problems"]})) or "not said why"
    await place(phone, answer["checkout"])
    return "ORDERED"


async def levels(shop: Shop) -> tuple[int, int, int]:
    """Units on hand, held and allocated, of all."""
    sums = (func.sum(column) for column in (stock_level.c.on_hand, stock_level.c.held, stock_level.c.allocated))
    async with shop.database.reading() as connection:
        row = (await connection.execute(select(*sums))).one()
    assert (await shop.prove()).balanced
    return int(row[0]), int(row[1]), int(row[2])


async def charges(shop: Shop) -> Counter[str]:
    """At the bank, by their state."""
    async with shop.database.reading() as connection:
        return Counter((await connection.execute(select(test_charge.c.status))).scalars())


async def test_of_many_buyers_as_many_order_as_there_are_units(shop: Shop, database_url: str) -> None:
    """In two processes; those who come too late are told what is missing, and charged nothing."""
    await shop.stock("HAT-00", LYON=4)
    other = Database(database_url)
    phones = [Device(one) for one in (shop, Shop(other)) for _ in range(5)]
    carts = [await ready(phone, "LYON", ("HAT-00", 1)) for phone in phones]
    outcomes = Counter(await asyncio.gather(*(bought(phone, cart) for phone, cart in zip(phones, carts, strict=True))))
    assert outcomes == {"ORDERED": 4, "InsufficientStock": 6}
    assert await levels(shop) == (4, 0, 4)
    assert await charges(shop) == {"AUTHORIZED": 4}
    await other.close()


async def test_orders_of_ten_lines_in_any_order_neither_block_each_other_nor_leave_anything_unsold(shop: Shop) -> None:
    rng = Random(1)
    for sku in SKUS:
        await shop.stock(sku, LYON=3)
    phones = [Device(shop) for _ in range(6)]
    wanted = [[(sku, 1) for sku in rng.sample(SKUS, 10)] for _ in phones]
    carts = [await ready(phone, "LYON", *goods) for phone, goods in zip(phones, wanted, strict=True)]
    outcomes = await asyncio.gather(*(bought(phone, cart) for phone, cart in zip(phones, carts, strict=True)))
    sold = Counter(sku for goods, outcome in zip(wanted, outcomes, strict=True) if outcome == "ORDERED" for sku, _ in goods)
    assert set(outcomes) == {"ORDERED", "InsufficientStock"}
    for goods, outcome in zip(wanted, outcomes, strict=True):
        assert outcome == "ORDERED" or any(sold[sku] == 3 for sku, _ in goods), "whoever was refused lacks something"
    assert await levels(shop) == (36, 0, sold.total())


async def test_all_that_is_wanted_of_one_sku_counts_together(shop: Shop) -> None:
    """Collected and reserved: two groups of one shelf."""
    await shop.stock("HAT-00", LYON=2)
    phone = Device(shop)
    cart = await reached(phone, await phone.create(("HAT-00", 2)))
    (line,) = cart["lines"]
    choices = [
        await collect(phone, "LYON", {"line": line["id"], "quantity": 1}, how=how) for how in ("pickup", "reserveInStore")
    ]
    cart = await choose(phone, cart, *choices)
    await shop.stock("HAT-00", LYON=1)
    assert {one["__typename"] for one in (await not_begun(phone, cart))["problems"]} == {"InsufficientStock"}
    await shop.stock("HAT-00", LYON=2)
    assert (await begin(phone, cart))["status"] == "OPEN"
    assert await levels(shop) == (2, 2, 0)


async def test_a_slow_payment_blocks_nobody_else_and_nobody_changes_what_is_being_paid(shop: Shop) -> None:
    await shop.stock("HAT-00", LYON=2)
    slow, quick = Device(shop), Device(shop)
    cart = await ready(slow, "LYON", ("HAT-00", 1))
    checkout = await begin(slow, cart)
    assert await levels(shop) == (2, 1, 0), "the hold comes before the payment"
    shop.patience.hold()
    paying = asyncio.create_task(tried(slow, checkout, card("tok_slow"), idempotencyKey="once"))
    await shop.patience.begun.wait()
    await place(quick, await begin(quick, await ready(quick, "LYON", ("HAT-00", 1))))
    adding = {"cart": cart["id"], "lines": await slow.lines(("HAT-01", 1))}
    assert (await slow.refused("cartLinesAdd", adding))["code"] == "CART_CLOSED"
    assert (await slow.refused("checkoutCancel", {"checkout": checkout["id"]}, "cart { id }"))["code"] == "WRONG_STATE"
    (again,) = (await tried(slow, checkout, card("tok_slow"), idempotencyKey="once"))["errors"]
    assert again["code"] == "IDEMPOTENCY_IN_PROGRESS"
    (other,) = (await tried(slow, checkout, card("tok_ok"), idempotencyKey="once"))["errors"]
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    (second,) = (await tried(slow, checkout, card("tok_ok"), idempotencyKey="twice"))["errors"]
    assert (second["code"], second["status"]) == ("WRONG_STATE", "PAYING")
    shop.patience.over.set()
    assert (await paying)["order"]["paid"]["minorUnits"] == 2_000
    assert await charges(shop) == {"AUTHORIZED": 2}
    assert await levels(shop) == (2, 0, 2)


async def test_an_edit_cancels_an_open_checkout_and_what_is_paid_is_what_is_ordered(shop: Shop) -> None:
    await shop.stock("HAT-00", LYON=3)
    phone = Device(shop)
    cart = await ready(phone, "LYON", ("HAT-00", 1))
    first = await begin(phone, cart)
    cart = await phone.update(cart, {"HAT-00": 3})
    assert (units(cart), cart["status"], await levels(shop)) == ({"HAT-00": 3}, "OPEN", (3, 0, 0))
    (over,) = (await tried(phone, first))["errors"]
    assert over["code"] == "CHECKOUT_EXPIRED"
    checkout = await begin(phone, await choose(phone, cart, await collect(phone, "LYON")))
    paying, adding = await asyncio.gather(
        tried(phone, checkout), phone.payload("cartLinesUpdate", less(cart), "cart { ...Whole }")
    )
    if adding["errors"]:  # the payment came first
        assert adding["errors"][0]["code"] == "CART_CLOSED"
        assert (paying["order"]["paid"], paying["order"]["totals"]["total"]) == ({"minorUnits": 6_000},) * 2
        assert await levels(shop) == (3, 0, 3)
    else:
        assert paying["errors"][0]["code"] == "CHECKOUT_EXPIRED"
        assert (await charges(shop), await levels(shop)) == ({}, (3, 0, 0))


def less(cart: dict[str, Any]) -> dict[str, Any]:
    return {"cart": cart["id"], "lines": [{"line": cart["lines"][0]["id"], "quantity": 1}]}


async def test_one_key_at_once_and_again_is_one_checkout_one_order_and_one_charge(shop: Shop) -> None:
    await shop.stock("HAT-00", LYON=5)
    phone = Device(shop)
    cart = await ready(phone, "LYON", ("HAT-00", 1))
    begins = await asyncio.gather(*(begun(phone, cart) for _ in range(4)))
    assert len({one["checkout"]["id"] for one in begins}) == 1
    checkout = begins[0]["checkout"]
    answers = await asyncio.gather(*(tried(phone, checkout, idempotencyKey="pay") for _ in range(4)))
    assert {one["errors"][0]["code"] for one in answers if one["errors"]} <= {"IDEMPOTENCY_IN_PROGRESS"}
    again = await tried(phone, checkout, idempotencyKey="pay")
    assert {one["order"]["id"] for one in answers if one["order"]} == {again["order"]["id"]}
    (other,) = (await tried(phone, checkout, card("tok_slow"), idempotencyKey="pay"))["errors"]
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert (await charges(shop), await levels(shop)) == ({"AUTHORIZED": 1}, (5, 0, 1))
    input = {"checkout": checkout["id"], "payments": [card()], "idempotencyKey": "another"}
    assert (await phone.refused("orderPlace", input, f"{ORDER} {REFUSED}"))["status"] == "COMPLETED"
