"""Orders canceled, whole or in part: goods are anybody's again, and money goes back to whoever paid."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

from domain.actor import Role
from domain.intake.stock import StockDraft
from domain.money import Money
from domain.store_credit import CreditCause
from tests.device import Device
from tests.options import choose, collect, deliver, line
from tests.orders import begin, cancel, cancelation, card, money, not_canceled, place, reached, sums
from tests.settling import balanced, banked, leaves, timeline
from tests.shop import Shop


async def opened(shop: Shop) -> Device:
    """Two stores with coats and hats, carriers, and a phone."""
    await shop.locations("LYON", "PARIS")
    await shop.carriers()
    await shop.product("coat", "COAT", price="100.00")
    await shop.product("hat", "HAT", price="20.00")
    await shop.stock("COAT", LYON=1, PARIS=2)
    await shop.stock("HAT", LYON=5)
    return Device(shop)


async def bought(phone: Device, *payments: dict[str, Any]) -> dict[str, Any]:
    """A coat to be collected in Lyon, and two hats that are sent."""
    cart = await reached(phone, await phone.create(("COAT", 1), ("HAT", 2)))
    cart = await choose(phone, cart, await collect(phone, "LYON", line(cart, "COAT")), deliver())
    return await place(phone, await begin(phone, cart), *payments)


async def free(shop: Shop, sku: str) -> int:
    query = "query Free($sku: String!) { variant(by: {sku: $sku}) { availableQuantity } }"
    found: int = (await shop.ask(query, sku=sku))["variant"]["availableQuantity"]
    return found


async def test_canceled_bit_by_bit_before_work_begins(shop: Shop) -> None:
    phone = await opened(shop)
    order = await bought(phone)
    total = order["totals"]["total"]["minorUnits"]
    once: dict[str, Any] = {"reason": "one is enough", "expectedVersion": 1, "idempotencyKey": "once"}
    less = await cancel(phone, order, ("HAT", 1), **once)
    assert (sums(less), less["status"]) == ((total - 2_000, 0, 0), "PLACED")
    assert [one["quantity"] for part in less["fulfillments"] for one in part["lines"]] == [1, 1]
    assert await free(shop, "HAT") == 4
    assert sums(await cancel(phone, order, ("HAT", 1), **once)) == sums(less), "the same key again does it once"
    reused = await not_canceled(phone, order, ("HAT", 2), **once)
    assert reused["code"] == "IDEMPOTENCY_KEY_REUSED"
    conflict = await not_canceled(phone, order, expectedVersion=1)
    assert (conflict["code"], conflict["currentVersion"]) == ("VERSION_CONFLICT", less["version"])

    bringing = total - 14_000
    less = await cancel(phone, order, ("HAT", 1))
    assert sums(less) == (10_000, 0, 0), f"nothing is brought, and {bringing} not paid for it"
    over = await cancel(phone, order)
    assert (sums(over), over["status"], over["payments"][0]["status"]) == ((0, 0, 0), "CANCELED", "VOIDED")
    assert (await free(shop, "COAT"), await free(shop, "HAT")) == (3, 5)
    assert {part["status"] for part in over["fulfillments"]} == {"CANCELED"}
    again = await not_canceled(phone, order)
    assert (again["code"], again["status"]) == ("WRONG_STATE", "CANCELED")
    assert await timeline(shop, order) == ["placed", "canceled", "canceled", "canceled"]
    await balanced(shop, order)


async def test_what_has_left_is_captured_and_what_has_not_is_let_go(shop: Shop) -> None:
    phone = await opened(shop)
    order = await bought(phone)
    total = order["totals"]["total"]["minorUnits"]
    await leaves(shop, order, "DELIVERY")
    found = await money(phone, order)
    assert found["payments"][0]["captured"]["minorUnits"] == total - 10_000
    for lines in ((), (("HAT", 1),)):
        late = await not_canceled(phone, order, *lines)
        assert (late["code"], late["status"]) == ("WRONG_STATE", "SHIPPED")
    less = await cancel(phone, order, ("COAT", 1))
    assert (sums(less), less["status"]) == ((total - 10_000, 0, 0), "FULFILLED")
    assert (less["payments"][0]["status"], less["refunds"]) == ("CAPTURED", [])
    await balanced(shop, order)


async def test_where_a_bank_captures_once_the_rest_is_given_back(shop: Shop) -> None:
    """All is taken with the first goods, lest the authorization ends before the last."""
    banked(shop, captures_in_parts=False)
    phone = await opened(shop)
    order = await bought(phone)
    total = order["totals"]["total"]["minorUnits"]
    await leaves(shop, order, "DELIVERY")
    less = await cancel(phone, order, ("COAT", 1), reason="too big")
    assert sums(less) == (total, 0, 10_000)
    (refund,) = less["refunds"]
    assert (refund["method"], refund["status"], refund["reason"]) == ("CARD", "DONE", "too big")
    assert refund["amount"]["minorUnits"] == less["payments"][0]["refunded"]["minorUnits"] == 10_000
    assert await timeline(shop, order) == ["placed", "canceled", "refunded"]
    await balanced(shop, order)


async def test_what_was_expected_is_promised_to_nobody_once_it_is_canceled(shop: Shop) -> None:
    phone = await opened(shop)
    await shop.product("boots", "BOOTS", variant={"backorders": True})
    await shop.count(StockDraft(sku="BOOTS", location="LYON", on_hand=0, expected=(5, date(2026, 12, 8))))
    cart = await reached(phone, await phone.create(("BOOTS", 4)))
    cart = await choose(phone, cart, await collect(phone, "LYON"))
    order = await place(phone, await begin(phone, cart))
    assert order["fulfillments"][0]["promise"]["latest"] > "2026-12-08"
    await cancel(phone, order, ("BOOTS", 1))
    rows = await shop.rows()
    assert [promised for row in rows["stock_backorder"] for promised in row if promised == 3] == [3]
    await cancel(phone, order)
    assert (await shop.rows())["stock_backorder"] == []
    await balanced(shop, order)


async def test_everybody_gets_back_as_they_paid(shop: Shop) -> None:
    """The newest payment first; what was not taken yet is not taken any more."""
    phone = await opened(shop)
    owner = await shop.customer("ada@shop.test")
    await phone.is_customer(owner)
    async with shop.work as work:
        await work.store_credits.grant(owner, Money("EUR", 3_000), CreditCause.GRANTED, None, shop.now)
        await work.commit()
    credit = {"by": {"storeCredit": {"customer": str(owner)}}, "amount": "30.00"}
    order = await bought(phone, card() | {"amount": "50.00"}, credit, card())
    less = await cancel(phone, order, ("COAT", 1))
    assert [one["status"] for one in less["payments"]] == ["AUTHORIZED", "CAPTURED", "VOIDED"]
    over = await cancel(phone, order)
    assert sums(over) == (3_000, 0, 3_000)
    assert [(one["method"], one["status"]) for one in over["refunds"]] == [("STORE_CREDIT", "DONE")]
    balance = await shop.reads.store_credits.balances(await phone.actor(), [owner])
    assert balance[owner][0].minor_units == 3_000
    assert await timeline(shop, order) == ["placed", "canceled", "canceled", "refunded"]
    await balanced(shop, order)


async def test_who_may_cancel_and_what_is_refused(shop: Shop) -> None:
    phone = await opened(shop)
    order = await bought(phone)
    stranger, lyon, agent = Device(shop), Device(shop), Device(shop)
    lyon.access_token = await shop.as_staff(Role.ASSOCIATE, "LYON")
    agent.access_token = await shop.as_staff(Role.AGENT)
    secret = {"idempotencyKey": "a secret of 16 or more"}
    assert (await not_canceled(stranger, order, **secret))["code"] == "NOT_FOUND"
    assert (await not_canceled(lyon, order))["code"] == "FORBIDDEN"
    assert (await not_canceled(phone, order, ("COAT", 2)))["path"] == ["input", "lines", "0", "quantity"]
    assert (await not_canceled(phone, order, ("COAT", 0)))["path"] == ["input", "lines", "0", "quantity"]
    assert (await not_canceled(phone, order, lines=[]))["path"] == ["input", "lines"]
    twice = [("COAT", 1), ("COAT", 1)]
    assert (await not_canceled(phone, order, *twice))["path"] == ["input", "lines", "1", "quantity"]
    number = await not_canceled(phone, order, reason="4242 4242 4242 4242")
    assert (number["code"], "4242" in str(number)) == ("INVALID_INPUT", False)
    assert (await not_canceled(phone, order, reason="x" * 501))["path"] == ["input", "reason"]
    assert (await cancel(agent, order, reason="they called"))["status"] == "CANCELED"
    await balanced(shop, order)


async def test_of_two_who_cancel_at_once_one_does(shop: Shop) -> None:
    phone = await opened(shop)
    order = await bought(phone)
    asked = [phone.payload("orderCancel", cancelation(order), "order { status }") for _ in range(2)]
    answers = await asyncio.gather(*asked)
    codes = sorted(error["code"] for answer in answers for error in answer["errors"])
    assert codes == ["WRONG_STATE"]
    assert await free(shop, "HAT") == 5
    await balanced(shop, order)
