"""What is due of an order is paid: a reservation in advance, or what was put off; and what goes wrong on the way."""

from __future__ import annotations

import asyncio
from typing import Any

from domain.actor import Role
from domain.ids import PaymentId
from domain.till import recover
from resolvers.paying import till_of
from tests.device import Device
from tests.options import choose, collect
from tests.orders import MONEY, begin, cancel, card, key, money, pay, place, reached, sums
from tests.settling import balanced, leaves, timeline
from tests.shop import Shop

FULFILLMENT_DUE = """query Due($id: ID!, $lines: [PickedLineInput!]) { order(by: {id: $id}) {
  fulfillments { due(lines: $lines) { minorUnits } } } }"""


async def opened(shop: Shop) -> Device:
    await shop.locations("LYON", "PARIS")
    await shop.product("coat", "COAT", price="100.00")
    await shop.product("hat", "HAT", price="19.99")
    await shop.stock("COAT", LYON=2)
    await shop.stock("HAT", LYON=6)
    return Device(shop)


async def reserved(phone: Device) -> dict[str, Any]:
    """Three hats, with nothing to pay now."""
    cart = await reached(phone, await phone.create(("HAT", 3)))
    cart = await choose(phone, cart, await collect(phone, "LYON", how="reserveInStore"))
    input = {"checkout": (await begin(phone, cart))["id"], "payments": [], "idempotencyKey": key()}
    return dict((await phone.done("orderPlace", input, MONEY))["order"])


async def test_a_reservation_is_paid_in_advance(shop: Shop) -> None:
    phone = await opened(shop)
    order = await reserved(phone)
    (part,) = order["fulfillments"]
    assert (sums(order), part["due"]["minorUnits"]) == ((0, 5_997, 0), 5_997)
    for units, comes_to in ((1, 1_999), (2, 3_998), (0, 0)):
        some = [{"line": part["lines"][0]["id"], "quantity": units}]
        found = await phone.ask(FULFILLMENT_DUE, id=order["id"], lines=some)
        assert found["order"]["fulfillments"][0]["due"]["minorUnits"] == comes_to
    _, errors = await phone.answer(FULFILLMENT_DUE, id=order["id"], lines=[{"line": part["lines"][0]["id"], "quantity": 4}])
    assert [error["extensions"]["code"] for error in errors] == ["INVALID_INPUT"]

    (short,) = (await pay(phone, order, card() | {"amount": "10.00"}))["errors"]
    assert (short["code"], short["due"]["minorUnits"]) == ("PAYMENT_REQUIRED", 5_997)
    (declined,) = (await pay(phone, order, card("tok_declined")))["errors"]
    assert declined["declineCode"] == "card_declined"
    (put_off,) = (await pay(phone, order, {"by": {"atPickup": {"location": str(await shop.location_id("LYON"))}}}))["errors"]
    assert put_off["code"] == "INVALID_INPUT", "what is due at pickup is not put off until pickup"
    once = key()
    paid = (await pay(phone, order, idempotencyKey=once))["order"]
    assert (sums(paid), paid["fulfillments"][0]["due"]["minorUnits"]) == ((5_997, 0, 0), 0)
    assert sums((await pay(phone, order, idempotencyKey=once))["order"]) == (5_997, 0, 0)
    (reused,) = (await pay(phone, order, card("tok_slow"), idempotencyKey=once))["errors"]
    assert reused["code"] == "IDEMPOTENCY_KEY_REUSED"
    (nothing,) = (await pay(phone, order))["errors"]
    assert nothing["code"] == "WRONG_STATE"
    (stranger,) = (await pay(Device(shop), order, idempotencyKey="a secret of 16 or more"))["errors"]
    assert stranger["code"] == "NOT_FOUND"

    await leaves(shop, order, "RESERVE_IN_STORE")
    assert (await money(phone, order))["payments"][-1]["captured"]["minorUnits"] == 5_997
    assert await timeline(shop, order) == ["placed", "paid"]
    await balanced(shop, order)


async def test_what_the_bank_asks_for_is_gone_on_with_or_gives_way(shop: Shop) -> None:
    phone = await opened(shop)
    order = await reserved(phone)
    (first,) = (await pay(phone, order, card("tok_confirm")))["errors"]
    (second,) = (await pay(phone, order, card("tok_confirm")))["errors"]
    assert first["code"] == second["code"] == "PAYMENT_ACTION_REQUIRED"
    gone_on = {"attempt": first["attempt"], "idempotencyKey": key()}
    (left,) = (await phone.payload("paymentContinue", gone_on, MONEY))["errors"]
    assert left["code"] == "PAYMENT_DECLINED", "another payment was begun after it"
    stranger = Device(shop)
    asked = {"attempt": second["attempt"], "idempotencyKey": "a secret of 16 or more"}
    (hidden,) = (await stranger.payload("paymentContinue", asked, MONEY))["errors"]
    assert hidden["code"] == "NOT_FOUND"
    await confirmed(shop, second)
    done = await phone.done("paymentContinue", {"attempt": second["attempt"], "idempotencyKey": key()}, MONEY)
    assert sums(done["order"]) == (5_997, 0, 0)
    await balanced(shop, order)


async def confirmed(shop: Shop, asked: dict[str, Any]) -> None:
    """The buyer says to the bank that it is them."""
    payment = PaymentId.parse(asked["redirectUrl"].partition("payment=")[2])
    assert payment is not None
    await shop.bank.answer(payment, confirms=True)


async def test_paid_while_it_is_canceled_all_of_it_goes_back(shop: Shop) -> None:
    """The bank is slow; the buyer cancels on another device."""
    phone = await opened(shop)
    order = await reserved(phone)
    shop.patience.hold()
    paying = asyncio.create_task(pay(phone, order, card("tok_slow")))
    await shop.patience.begun.wait()
    (meanwhile,) = (await pay(phone, order))["errors"]
    assert (meanwhile["code"], meanwhile["status"]) == ("WRONG_STATE", "PAYING")
    assert sums(await cancel(phone, order, ("HAT", 2))) == (0, 1_999, 0)
    shop.patience.over.set()
    paid = (await paying)["order"]
    assert (sums(paid), paid["status"]) == ((1_999, 0, 0), "PLACED")
    over = await cancel(phone, order)
    assert (sums(over), over["payments"][-1]["status"]) == ((0, 0, 0), "VOIDED")
    await balanced(shop, order)


async def test_an_answer_that_was_lost_is_found_by_the_jobs(shop: Shop) -> None:
    phone = await opened(shop)
    order = await reserved(phone)
    shop.patience.hold()
    lost = asyncio.create_task(pay(phone, order, card("tok_slow")))
    await shop.patience.begun.wait()
    lost.cancel()
    await asyncio.gather(lost, return_exceptions=True)
    shop.now = shop.now.replace(hour=shop.now.hour + 1)
    till = till_of(await shop.context())
    assert await recover(till) == 1
    assert sums(await money(phone, order)) == (0, 5_997, 0)
    assert sums((await pay(phone, order))["order"]) == (5_997, 0, 0)
    await balanced(shop, order)


async def test_a_word_to_pay_at_pickup_is_replaced_by_what_is_paid(shop: Shop) -> None:
    phone = await opened(shop)
    cart = await reached(phone, await phone.create(("COAT", 1), ("HAT", 1)))
    cart = await choose(phone, cart, await collect(phone, "LYON"))
    store = str(await shop.location_id("LYON"))
    term = {"by": {"atPickup": {"location": store}}, "amount": "60.00"}
    order = await place(phone, await begin(phone, cart), term, card())
    before = await money(phone, order)
    assert (sums(before), before["fulfillments"][0]["due"]["minorUnits"]) == ((5_999, 6_000, 0), 6_000)
    less = await cancel(phone, order, ("HAT", 1))
    assert sums(less) == (5_999, 4_001, 0), "what is due falls first"
    lyon = Device(shop)
    lyon.access_token = await shop.as_staff(Role.ASSOCIATE, "LYON")
    (cash,) = (await pay(phone, order, {"by": {"cash": {"received": "50.00"}}}))["errors"]
    assert cash["code"] == "FORBIDDEN"
    paid = (await pay(lyon, order, {"by": {"cash": {"received": "50.00"}}}))["order"]
    assert sums(paid) == (10_000, 0, 0)
    assert {one["method"]: one["status"] for one in paid["payments"]} == {
        "AT_PICKUP": "VOIDED",
        "CARD": "AUTHORIZED",
        "CASH": "CAPTURED",
    }
    over = await cancel(phone, order)
    assert [(one["method"], one["status"]) for one in over["refunds"]] == [("CASH", "PENDING")], "to be handed out"
    assert sums(over) == (4_001, 0, 4_001)
    await balanced(shop, order)


async def test_of_two_who_pay_at_once_one_does(shop: Shop) -> None:
    phone = await opened(shop)
    order = await reserved(phone)
    answers = await asyncio.gather(*(pay(phone, order) for _ in range(3)))
    assert sums(await money(phone, order)) == (5_997, 0, 0)
    codes = {error["code"] for answer in answers for error in answer["errors"]}
    assert codes <= {"WRONG_STATE"}
    await balanced(shop, order)
