"""Money that moves after an order was placed: tried again where an answer is lost, told where a bank says no."""

from __future__ import annotations

import asyncio
from typing import Any

from adapters.sql.work import SqlWork
from domain.cashier import TRIES_MAX
from domain.ids import OrderId
from domain.money import Money
from domain.settlement import Cause, RefundTarget, give_back
from tests.device import Device
from tests.options import choose, collect
from tests.orders import begin, cancel, card, money, pay, place, reached, sums
from tests.settling import balanced, banked, later, leaves, renewed, settle, timeline
from tests.shop import Shop


async def bought(shop: Shop, *payments: dict[str, Any], units: int = 3) -> tuple[Device, dict[str, Any]]:
    """Hats at 20.00 each, to be collected; somebody's who has signed in."""
    await shop.locations("LYON")
    await shop.product("hat", "HAT", price="20.00")
    await shop.stock("HAT", LYON=9)
    phone = Device(shop)
    await phone.is_customer(await shop.customer("ada@shop.test"))
    cart = await reached(phone, await phone.create(("HAT", units)))
    cart = await choose(phone, cart, await collect(phone, "LYON"))
    return phone, await place(phone, await begin(phone, cart), *payments)


async def given(shop: Shop, order: dict[str, Any], minor: int, cause: Cause) -> None:
    """As a return, or a gesture, gives money back."""
    id = OrderId.parse(order["id"])
    assert id is not None
    async with SqlWork(shop.database) as work:
        before = await work.orders.lock(id)
        assert before is not None
        await give_back(work, before, Money("EUR", minor), cause, shop.now)
        await work.commit()


async def test_a_refund_whose_answer_is_lost_is_asked_for_again_and_given_once(shop: Shop) -> None:
    bank = banked(shop)
    phone, order = await bought(shop)
    await leaves(shop, order, "PICKUP")
    bank.lost = 3
    for _ in range(2):
        await given(shop, order, 2_000, Cause(key="a return"))
    await settle(shop)
    (refund,) = (await money(phone, order))["refunds"]
    assert refund["status"] == "PENDING"
    assert await settle(shop) == 0, "it is not asked for without a pause"
    for _ in range(3):
        await later(shop, minutes=2)
    after = await money(phone, order)
    assert ([one["status"] for one in after["refunds"]], sums(after)) == (["DONE"], (6_000, 2_000, 2_000))
    await balanced(shop, order)


async def test_never_more_than_was_paid_and_to_store_credit_if_asked_for(shop: Shop) -> None:
    phone, order = await bought(shop, card() | {"amount": "25.00"}, card())
    await leaves(shop, order, "PICKUP")
    await given(shop, order, 4_000, Cause(key="one"))
    await given(shop, order, 9_900, Cause(key="other", to=RefundTarget.STORE_CREDIT))
    await asyncio.gather(*(settle(shop) for _ in range(3)))
    after = await money(phone, order)
    assert after["refunded"]["minorUnits"] == 6_000
    amounts = [(one["method"], one["amount"]["minorUnits"]) for one in after["refunds"]]
    assert sorted(amounts) == [("CARD", 500), ("CARD", 3_500), ("STORE_CREDIT", 2_000)]
    actor = await phone.actor()
    assert actor.customer is not None
    (balance,) = (await shop.reads.store_credits.balances(actor, [actor.customer]))[actor.customer]
    assert balance == Money("EUR", 2_000)
    assert (await shop.prove()).balanced


async def test_an_authorization_that_has_ended_is_told_and_due_again(shop: Shop) -> None:
    phone, order = await bought(shop)
    await later(shop, days=8)
    await leaves(shop, order, "PICKUP")
    lapsed = await money(phone, order)
    assert (sums(lapsed), lapsed["payments"][0]["status"]) == ((0, 6_000, 0), "FAILED")
    assert await timeline(shop, order) == ["placed", "capture_failed"]
    paid = (await pay(phone, order))["order"]
    assert (sums(paid), paid["payments"][-1]["status"]) == ((6_000, 0, 0), "CAPTURED"), "its goods have left already"
    await balanced(shop, order)


async def test_an_authorization_that_is_about_to_end_is_told_once_or_captured(shop: Shop) -> None:
    phone, order = await bought(shop)
    assert await renewed(shop, captures=False) == 0
    await later(shop, days=6, hours=1)
    assert [await renewed(shop, captures=False) for _ in range(2)] == [1, 0]
    assert await timeline(shop, order) == ["placed", "authorization_ending"]
    cart = await reached(phone, await phone.create(("HAT", 2)))
    other = await place(phone, await begin(phone, await choose(phone, cart, await collect(phone, "LYON"))))
    await later(shop, days=6, hours=1)
    assert await renewed(shop, captures=True) == 1
    taken = await money(phone, other)
    assert taken["payments"][0]["captured"]["minorUnits"] == 4_000
    over = await cancel(phone, other)
    assert (sums(over), over["refunds"][0]["status"]) == ((4_000, 0, 4_000), "DONE")
    await balanced(shop, other)


async def test_a_bank_that_never_answers_is_given_up_and_told(shop: Shop) -> None:
    bank = banked(shop)
    phone, order = await bought(shop, units=1)
    await leaves(shop, order, "PICKUP")
    bank.lost = TRIES_MAX
    await given(shop, order, 2_000, Cause(key="a return"))
    await settle(shop)
    for _ in range(TRIES_MAX - 1):
        await later(shop, hours=7)
    after = await money(phone, order)
    assert ([one["status"] for one in after["refunds"]], after["refunded"]["minorUnits"]) == (["FAILED"], 0)
    assert await timeline(shop, order) == ["placed", "refund_failed"]
    assert await settle(shop) == 0
