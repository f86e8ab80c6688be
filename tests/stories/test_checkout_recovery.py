"""What is lost on the way of a payment is found again: an order that is paid, or nothing held and nothing charged."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from adapters.payments.built_in import BuiltIn
from adapters.sql.tables import checkout, stock_level, test_charge
from adapters.sql.work import SqlWork
from domain.hold import give_back
from domain.ids import PaymentAttemptId, PaymentId
from domain.payment import Asked, Outcome, Unreachable
from gateway.providers import KnownProviders
from tests.device import Device
from tests.jobs import jobs_of
from tests.orders import ORDER, REFUSED, begin, card, key, not_begun, place, ready, tried
from tests.shop import Shop

HAT = ("HAT", 1)


class FarBank(BuiltIn):
    """Does what it is asked, while no answer comes back: neither to that nor to later questions, until `is_heard`."""

    is_heard = True

    async def authorize(self, asked: Asked) -> Outcome:
        outcome = await super().authorize(asked)
        self.listen()
        return outcome

    async def outcome(self, payment: PaymentId, reference: str | None) -> Outcome | None:
        self.listen()
        return await super().outcome(payment, reference)

    def listen(self) -> None:
        if not self.is_heard:
            raise Unreachable("no answer")


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.locations("LYON")
    await shop.product("hat", "HAT", price="20.00")
    await shop.stock("HAT", LYON=1)
    return shop


def far_bank(shop: Shop) -> FarBank:
    bank = FarBank(shop.database, clock=lambda: shop.now, wait=shop.patience)
    shop.bank, shop.payments = bank, KnownProviders(bank, {bank.name: bank})
    return bank


async def later(shop: Shop, **passed: float) -> dict[str, int]:
    """What the jobs of a server find then."""
    shop.now += timedelta(**passed)
    return await jobs_of(shop).once()


async def state(shop: Shop) -> tuple[int, int, dict[str, int], list[str]]:
    """Units held and allocated, charges and checkouts by their status."""
    async with shop.database.reading() as connection:
        row = (await connection.execute(select(func.sum(stock_level.c.held), func.sum(stock_level.c.allocated)))).one()
        charges = Counter((await connection.execute(select(test_charge.c.status))).scalars())
        statuses = (await connection.execute(select(checkout.c.status).order_by(checkout.c.created_at))).scalars()
    assert (await shop.prove()).balanced
    return int(row[0]), int(row[1]), dict(charges), list(statuses)


async def go_on(phone: Device, attempt: str) -> dict[str, Any]:
    input = {"attempt": attempt, "idempotencyKey": key()}
    return await phone.payload("paymentContinue", input, f"{ORDER} {REFUSED}")


async def confirmable(phone: Device) -> str:
    """An attempt that waits for its buyer."""
    begun = await begin(phone, await ready(phone, "LYON", HAT))
    (asked,) = (await tried(phone, begun, card("tok_confirm")))["errors"]
    assert asked["code"] == "PAYMENT_ACTION_REQUIRED"
    attempt: str = asked["attempt"]
    return attempt


async def answers(shop: Shop, *, confirms: bool) -> None:
    async with shop.database.reading() as connection:
        (payment,) = (await connection.execute(select(test_charge.c.payment_id))).scalars()
    assert await shop.bank.answer(payment, confirms=confirms)


async def test_an_answer_that_was_lost_is_asked_for(shop: Shop) -> None:
    phone = Device(shop)
    order = await place(phone, await begin(phone, await ready(phone, "LYON", HAT)), card("tok_timeout"))
    assert order["paid"]["minorUnits"] == 2_000
    assert await state(shop) == (0, 1, {"AUTHORIZED": 1}, ["COMPLETED"])


async def test_while_nobody_knows_what_came_of_a_payment_nothing_is_given_back(shop: Shop) -> None:
    phone, bank = Device(shop), far_bank(shop)
    begun = await begin(phone, await ready(phone, "LYON", HAT))
    bank.is_heard = False
    for _ in range(2):
        (unknown,) = (await tried(phone, begun, idempotencyKey="once"))["errors"]
        assert unknown["code"] == "IDEMPOTENCY_IN_PROGRESS"
    assert (await later(shop, minutes=20))["payments recovered"] == 1
    assert await state(shop) == (1, 0, {"AUTHORIZED": 1}, ["PAYING"])
    bank.is_heard = True
    assert (await later(shop, minutes=1))["payments recovered"] == 1
    assert (await tried(phone, begun, idempotencyKey="once"))["order"]["paid"]["minorUnits"] == 2_000
    assert await state(shop) == (0, 1, {"AUTHORIZED": 1}, ["COMPLETED"])


async def test_whoever_comes_back_too_late_changes_nothing_of_what_others_found_out(shop: Shop) -> None:
    """A process that stood still for an hour, and learns nothing, does not undo what the recovery learned."""
    phone, bank = Device(shop), far_bank(shop)
    begun = await begin(phone, await ready(phone, "LYON", HAT))
    shop.patience.hold()
    paying = asyncio.create_task(tried(phone, begun, card("tok_timeout"), idempotencyKey="once"))
    await shop.patience.begun.wait()
    assert (await later(shop, hours=1))["payments recovered"] == 1
    bank.is_heard = False
    shop.patience.over.set()
    await paying
    bank.is_heard = True
    assert (await tried(phone, begun, card("tok_timeout"), idempotencyKey="once"))["order"] is not None
    assert (await later(shop, hours=1))["payments recovered"] == 0
    assert await state(shop) == (0, 1, {"AUTHORIZED": 1}, ["COMPLETED"])


async def test_a_process_that_died_before_it_asked_charges_nothing_and_the_buyer_tries_again(shop: Shop) -> None:
    phone = Device(shop)
    begun = await begin(phone, await ready(phone, "LYON", HAT))
    shop.patience.hold()
    paying = asyncio.create_task(tried(phone, begun, card("tok_slow"), idempotencyKey="once"))
    await shop.patience.begun.wait()
    paying.cancel()
    await asyncio.gather(paying, return_exceptions=True)
    assert await state(shop) == (1, 0, {}, ["PAYING"])
    assert (await later(shop, minutes=2))["payments recovered"] == 1
    (lost,) = (await tried(phone, begun, card("tok_slow"), idempotencyKey="once"))["errors"]
    assert (lost["code"], lost["declineCode"]) == ("PAYMENT_DECLINED", "lost")
    await place(phone, begun)
    assert await state(shop) == (0, 1, {"VOIDED": 1, "AUTHORIZED": 1}, ["COMPLETED"])


@pytest.mark.parametrize("confirms", [True, False])
async def test_what_the_buyer_tells_the_bank_decides(shop: Shop, confirms: bool) -> None:
    phone = Device(shop)
    attempt = await confirmable(phone)
    assert (await go_on(phone, attempt))["errors"][0]["code"] == "PAYMENT_ACTION_REQUIRED"
    other = Device(shop)
    await other.create()
    assert (await go_on(other, attempt))["errors"][0]["code"] == "NOT_FOUND"
    await answers(shop, confirms=confirms)
    outcomes = await asyncio.gather(*(go_on(phone, attempt) for _ in range(3)))
    last = await go_on(phone, attempt)
    if confirms:
        assert {one["order"]["id"] for one in outcomes if one["order"]} <= {last["order"]["id"]}
        assert await state(shop) == (0, 1, {"AUTHORIZED": 1}, ["COMPLETED"])
    else:
        assert last["errors"][0]["declineCode"] == "authentication_failed"
        assert await state(shop) == (1, 0, {"FAILED": 1}, ["OPEN"])


async def test_a_payment_that_waits_for_its_buyer_is_called_off_or_ends_by_itself(shop: Shop) -> None:
    phone = Device(shop)
    attempt = await confirmable(phone)
    query = "query Of($id: ID!) { cart(id: $id) { checkout { id attempt status } } }"
    (cart,) = {row[0] for row in (await shop.rows())["cart"]}
    found = (await phone.ask(query, id=str(cart)))["cart"]["checkout"]
    assert (found["attempt"], found["status"]) == (attempt, "PAYING")
    await phone.done("checkoutCancel", {"checkout": found["id"]}, "cart { id status }")
    assert await state(shop) == (0, 0, {"VOIDED": 1}, ["CANCELED"])
    assert (await go_on(phone, attempt))["errors"][0]["code"] == "PAYMENT_DECLINED"
    await confirmable(Device(shop))
    await later(shop, minutes=16)
    await later(shop, minutes=5)  # for another way to pay
    assert await state(shop) == (0, 0, {"VOIDED": 2}, ["CANCELED", "EXPIRED"])


async def test_what_is_confirmed_when_it_is_called_off_is_ordered(shop: Shop) -> None:
    phone = Device(shop)
    attempt = await confirmable(phone)
    await answers(shop, confirms=True)
    id = PaymentAttemptId.parse(attempt)
    assert id
    begun = (await shop.reads.payments.attempts([id]))[id].checkout
    late = await phone.payload("checkoutCancel", {"checkout": str(begun)}, f"cart {{ id }} {REFUSED}")
    assert late["errors"][0]["status"] == "COMPLETED"
    assert await state(shop) == (0, 1, {"AUTHORIZED": 1}, ["COMPLETED"])


# ------------------------------------------------------------------------------------------------ expiry


async def test_what_has_expired_is_somebody_elses_before_any_job_has_run(shop: Shop) -> None:
    await shop.stock("HAT", LYON=2)
    first, second, third = (Device(shop) for _ in range(3))
    begun = await begin(first, await ready(first, "LYON", HAT))
    shop.now += timedelta(minutes=10)
    waiting = await ready(second, "LYON", HAT)
    await begin(third, await ready(third, "LYON", HAT))
    assert {one["__typename"] for one in (await not_begun(second, waiting))["problems"]} == {"InsufficientStock"}
    shop.now += timedelta(minutes=5)
    await place(second, await begin(second, waiting))
    (over,) = (await tried(first, begun))["errors"]
    assert over["code"] == "CHECKOUT_EXPIRED"
    assert await state(shop) == (1, 1, {"AUTHORIZED": 1}, ["EXPIRED", "OPEN", "COMPLETED"])


async def test_a_checkout_whose_goods_were_given_back_at_its_last_moment_is_not_paid(shop: Shop) -> None:
    """Whoever asked in time and had to wait finds nothing held: nothing is charged for what may be another's by now."""
    phone = Device(shop)
    begun = await begin(phone, await ready(phone, "LYON", HAT))
    await give_back(SqlWork(shop.database), [await shop.shelf("HAT", "LYON")], shop.now + timedelta(minutes=15))
    (over,) = (await tried(phone, begun))["errors"]
    assert over["code"] == "CHECKOUT_EXPIRED"
    assert await state(shop) == (0, 0, {}, ["OPEN"])
    await later(shop, minutes=16)
    assert await state(shop) == (0, 0, {}, ["EXPIRED"])
