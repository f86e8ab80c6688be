"""What a checkout may hold, and for how long; discounts that are used up, goods that are still to come, and what has moved."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from adapters.sql.tables import stock_hold
from domain.intake.promotion import PromotionDraft, set_promotions
from domain.intake.stock import StockDraft
from domain.promotion import DiscountScope, Percentage
from tests.device import Device
from tests.options import choose, collect, deliver
from tests.orders import begin, card, not_begun, place, reached, tried
from tests.shop import Shop

ADA, BEA = "ada@shop.test", "bea@shop.test"


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.locations("LYON", "PARIS")
    await shop.carriers()
    await shop.product("hats", "HAT", "CAP", price="20.00")
    await shop.stock("HAT", LYON=200)
    await shop.stock("CAP", LYON=1)
    return shop


async def of(shop: Shop, email: str, units: int = 1, sku: str = "HAT", how: str = "pickup") -> tuple[Device, dict[str, Any]]:
    """A cart on a phone of its own, though its buyer may have others."""
    phone = Device(shop)
    cart = await reached(phone, await phone.create((sku, units)), email=email)
    return phone, await choose(phone, cart, await collect(phone, "LYON", how=how))


async def held(shop: Shop) -> int:
    assert (await shop.prove()).balanced
    async with shop.database.reading() as connection:
        return int((await connection.execute(select(func.coalesce(func.sum(stock_hold.c.quantity), 0)))).scalar_one())


async def test_one_buyer_holds_only_so_much_at_once(shop: Shop) -> None:
    for _ in range(2):
        await begin(*await of(shop, ADA, 20))
    too_many = await not_begun(*await of(shop, ADA, 11))
    assert too_many["message"] == "Of HAT one buyer can hold 50 at most."
    await begin(*await of(shop, ADA, 10))
    too_many = await not_begun(*await of(shop, ADA, 1, "CAP"))
    assert too_many["message"] == "There are 3 checkouts under way already; place or cancel one of them."
    assert await held(shop) == 50
    await begin(*await of(shop, BEA, 20))
    shop.now += timedelta(minutes=15)
    await begin(*await of(shop, ADA, 1))


async def test_one_cart_holds_goods_only_so_long(shop: Shop) -> None:
    """Begun again and again, until an hour of the last twelve is over."""
    phone, cart = await of(shop, ADA)
    for _ in range(4):
        await begin(phone, cart)
        shop.now += timedelta(minutes=15)
        cart = await choose(phone, cart, await collect(phone, "LYON"))
    assert (await not_begun(phone, cart))["code"] == "LIMIT_REACHED"
    assert await held(shop) == 0
    shop.now += timedelta(hours=12)
    await begin(phone, await choose(phone, cart, await collect(phone, "LYON")))


async def test_reservations_that_wait_in_stores_are_few(shop: Shop) -> None:
    for _ in range(5):
        phone, cart = await of(shop, ADA, how="reserveInStore")
        checkout = await begin(phone, cart)
        assert checkout["due"]["minorUnits"] == 0
        await place(phone, checkout, payments=[])
    assert (await not_begun(*await of(shop, ADA, how="reserveInStore")))["code"] == "LIMIT_REACHED"
    await begin(*await of(shop, ADA))


async def test_a_discount_that_others_used_up_is_told_before_anything_is_charged(shop: Shop) -> None:
    once = PromotionDraft(name="once", code="ONCE", scope=DiscountScope.ORDER, discount=Percentage(Decimal(50)), uses_max=1)
    await set_promotions(shop.work, [once], now=shop.now)
    phones, checkouts = [], []
    for email in (ADA, BEA):
        phone, cart = await of(shop, email)
        await phone.done("cartDiscountCodesSet", {"cart": cart["id"], "codes": ["ONCE"]}, "cart { id }")
        phones.append(phone)
        checkouts.append(await begin(phone, cart))
    (declined,) = (await tried(phones[0], checkouts[0], card("tok_declined")))["errors"]
    assert declined["code"] == "PAYMENT_DECLINED"
    assert (await place(phones[1], checkouts[1]))["paid"]["minorUnits"] == 1_000
    (over,) = (await tried(phones[0], checkouts[0]))["errors"]
    assert (over["code"], await held(shop)) == ("CHECKOUT_EXPIRED", 0)
    cart = await phones[0].cart(checkouts[0]["cart"]) or {}
    assert (cart["status"], cart["totals"]["total"]["minorUnits"]) == ("OPEN", 2_000)
    assert (await place(phones[0], await begin(phones[0], cart)))["paid"]["minorUnits"] == 2_000


async def test_t15_goods_that_are_still_to_come_are_sold_once_and_collected_later(shop: Shop) -> None:
    await shop.product("boots", "BOOTS", price="90.00", variant={"backorders": True})
    await shop.count(StockDraft(sku="BOOTS", location="LYON", on_hand=1, expected=(3, date(2026, 12, 8))))
    phone, cart = await of(shop, ADA, 3, "BOOTS")
    late, later = await of(shop, BEA, 2, "BOOTS")
    order = await place(phone, await begin(phone, cart))
    assert [one["promise"]["latest"][:10] for one in order["fulfillments"]] == ["2026-12-08"] * 2
    assert {one["__typename"] for one in (await not_begun(late, later))["problems"]} == {"InsufficientStock"}
    assert await held(shop) == 0
    last, cart = await of(shop, "eve@shop.test", 1, "BOOTS")
    checkout = await begin(last, cart)
    await last.done("checkoutCancel", {"checkout": checkout["id"]}, "cart { id }")
    await place(last, await begin(last, cart))
    assert await held(shop) == 0


async def test_goods_that_can_only_come_from_elsewhere_for_more_or_later_are_told_not_charged(shop: Shop) -> None:
    await shop.stock("CAP", LYON=1, PARIS=1)
    phone = Device(shop)
    cart = await reached(phone, await phone.create(("CAP", 2)))
    cart = await choose(phone, cart, deliver())
    await shop.stock("CAP", LYON=0, PARIS=2)
    checkout = await begin(phone, cart)
    assert checkout["groups"][0]["price"] == {"minorUnits": cart["groups"][0]["price"]["minorUnits"]}
    await phone.done("checkoutCancel", {"checkout": checkout["id"]}, "cart { id }")
    await shop.stock("CAP", LYON=0, PARIS=0)
    await shop.locations("NICE", opening_hours="We 10:00-19:00")
    await shop.stock("CAP", NICE=2)
    assert (await not_begun(phone, cart))["problems"] == [{"__typename": "PromiseChanged"}]
