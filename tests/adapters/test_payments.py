"""What every payment provider must do, held against the test provider on both databases and Stripe over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from adapters.payments.built_in import BuiltIn
from adapters.sql.database import Database
from domain.ids import PaymentId, TerminalId
from domain.money import Money
from domain.payment import ActionRequired, Asked, Authorized, Declined, Outcome, Provider, Refused, Unreachable
from tests.conftest import url_of
from tests.double import StripeDouble, stripe_at, stripe_double
from tests.shop import NOON, Patience

PRICE = Money("EUR", 8900)
COUNTER = TerminalId.new()
TEST_TOKENS = {
    "ok": "tok_ok",
    "declined": "tok_declined",
    "insufficient": "tok_insufficient_funds",
    "asks": "tok_confirm",
    "lost": "tok_timeout",
    "unknown": "tok_of_somebody",
}
STRIPE_TOKENS = {
    "ok": "pm_card_visa",
    "declined": "pm_card_visa_chargeDeclined",
    "insufficient": "pm_card_chargeDeclinedInsufficientFunds",
    "asks": "pm_card_authenticationRequired",
    "lost": "pm_card_visa",
    "unknown": "pm_of_somebody",
}


@dataclass
class Bank:
    """A provider, and what its tests need to know of it: `late` is after what was authorized has expired."""

    provider: Provider
    tokens: dict[str, str]
    loses_answer: Callable[[], object]
    late: Callable[[], object]
    double: StripeDouble | None = None

    async def pay(self, token: str, payment: PaymentId | None = None, amount: Money = PRICE) -> Outcome:
        return await self.provider.authorize(Asked(payment or PaymentId.new(), amount, self.tokens[token]))

    async def authorized(self, payment: PaymentId) -> str:
        outcome = await self.pay("ok", payment)
        assert isinstance(outcome, Authorized), outcome
        return outcome.reference


@pytest.fixture(params=["sqlite", "postgresql", "stripe"])
def where(request: pytest.FixtureRequest) -> str:
    """The address of a database, or stripe."""
    kind: str = request.param
    return kind if kind == "stripe" else url_of(kind, request)


@pytest.fixture
async def bank(where: str) -> AsyncIterator[Bank]:
    async with AsyncExitStack() as stack:
        if where == "stripe":
            double = await stack.enter_async_context(stripe_double())
            provider = stripe_at(double, COUNTER)
            stack.push_async_callback(provider.close)
            yield Bank(provider, STRIPE_TOKENS, lambda: double.loses.add("confirm"), double.expire, double)
            return
        database, now = Database(where), [NOON]
        stack.push_async_callback(database.close)
        clock: Callable[[], datetime] = lambda: now[0]  # noqa: E731
        built_in = BuiltIn(database, clock=clock, wait=Patience())
        yield Bank(built_in, TEST_TOKENS, lambda: None, lambda: now.append(now.pop() + timedelta(days=8)))


# ----------------------------------------------------------------------------------------- authorized or not


async def test_a_good_card_is_authorized_once_however_often_it_is_asked(bank: Bank) -> None:
    payment = PaymentId.new()
    first, again = await bank.pay("ok", payment), await bank.pay("ok", payment)
    assert isinstance(first, Authorized)
    assert first == again == await bank.provider.outcome(payment, None)
    assert first.expires_at is not None
    assert not first.is_captured
    if bank.double:
        assert [(one["amount"], one["capture_method"]) for one in bank.double.intents.values()] == [(8900, "manual")]


async def test_a_card_that_is_no_good_is_declined_in_the_banks_word(bank: Bank) -> None:
    declined = "generic_decline" if bank.double else "card_declined"
    for token, code in (("declined", declined), ("insufficient", "insufficient_funds"), ("unknown", "invalid_token")):
        payment = PaymentId.new()
        outcome = await bank.pay(token, payment)
        assert isinstance(outcome, Declined)
        assert outcome.decline_code == code
        told = await bank.provider.outcome(payment, outcome.reference)
        assert told is None or isinstance(told, Declined)
        with pytest.raises(Refused):
            await bank.provider.capture(payment, outcome.reference or "", PRICE, key="k", is_last=True)


async def test_a_bank_that_asks_the_buyer_waits_for_them(bank: Bank) -> None:
    payment = PaymentId.new()
    asked = Asked(payment, PRICE, bank.tokens["asks"], return_url="https://shop.example/done")
    outcome = await bank.provider.authorize(asked)
    assert isinstance(outcome, ActionRequired)
    assert outcome.redirect_url
    assert await bank.provider.outcome(payment, outcome.reference) == outcome
    with pytest.raises(Refused):
        await bank.provider.capture(payment, outcome.reference, PRICE, key="k", is_last=True)
    await bank.provider.void(payment, outcome.reference)
    assert await bank.provider.outcome(payment, None) == Declined("canceled", outcome.reference)


async def test_a_card_at_a_terminal_is_authorized_and_captured_later(bank: Bank) -> None:
    payment = PaymentId.new()
    outcome = await bank.provider.authorize(Asked(payment, PRICE, terminal=COUNTER))
    assert isinstance(outcome, Authorized)
    assert not outcome.is_captured
    await bank.provider.capture(payment, outcome.reference, PRICE, key="k", is_last=True)
    told = await bank.provider.outcome(payment, outcome.reference)
    assert isinstance(told, Authorized)
    assert told.is_captured


# ------------------------------------------------------------------------------------------ lost and voided


async def test_an_answer_that_was_lost_is_found_again(bank: Bank) -> None:
    payment = PaymentId.new()
    bank.loses_answer()
    with pytest.raises(Unreachable):
        await bank.pay("lost", payment)
    found = await bank.provider.outcome(payment, None)
    assert isinstance(found, Authorized)
    await bank.provider.void(payment, None)
    assert await bank.provider.outcome(payment, None) == Declined("canceled", found.reference)


async def test_what_never_arrived_is_told_apart_and_once_voided_never_charges(bank: Bank) -> None:
    payment = PaymentId.new()
    assert await bank.provider.outcome(payment, None) is None
    await bank.provider.void(payment, None)
    await bank.provider.void(payment, None)
    late = await bank.pay("ok", payment)
    assert isinstance(late, Declined)
    assert late.decline_code == "canceled"
    told = await bank.provider.outcome(payment, None)
    assert isinstance(told, Declined)
    if bank.double:
        assert {one["status"] for one in bank.double.intents.values()} == {"canceled"}


async def test_what_was_voided_is_not_captured(bank: Bank) -> None:
    payment = PaymentId.new()
    reference = await bank.authorized(payment)
    await bank.provider.void(payment, reference)
    await bank.provider.void(payment, reference)
    assert await bank.pay("ok", payment) == Declined("canceled", reference)
    with pytest.raises(Refused):
        await bank.provider.capture(payment, reference, PRICE, key="k", is_last=True)


async def test_what_was_not_captured_in_time_has_expired(bank: Bank) -> None:
    payment = PaymentId.new()
    reference = await bank.authorized(payment)
    bank.late()
    assert await bank.provider.outcome(payment, reference) == Declined("expired", reference)
    with pytest.raises(Refused):
        await bank.provider.capture(payment, reference, PRICE, key="k", is_last=True)


# ------------------------------------------------------------------------------------ captured and given back


async def test_a_capture_is_made_once_for_its_key_and_never_for_more(bank: Bank) -> None:
    payment, part = PaymentId.new(), Money("EUR", 5000)
    reference = await bank.authorized(payment)
    with pytest.raises(Refused):
        await bank.provider.capture(payment, reference, Money("EUR", 8901), key="too much", is_last=True)
    await bank.provider.capture(payment, reference, part, key="first", is_last=True)
    await bank.provider.capture(payment, reference, part, key="first", is_last=True)
    if bank.double:
        bank.double.forget_keys()
        await bank.provider.capture(payment, reference, part, key="first", is_last=True)
    for amount, key in ((Money("EUR", 3900), "second"), (part, "second"), (Money("EUR", 4999), "first")):
        with pytest.raises(Refused):
            await bank.provider.capture(payment, reference, amount, key=key, is_last=True)
    await bank.provider.void(payment, reference)
    told = await bank.provider.outcome(payment, reference)
    assert isinstance(told, Authorized)
    assert told.is_captured, "what has been captured stays so"


async def test_parts_are_captured_where_the_provider_takes_parts(bank: Bank) -> None:
    payment, part = PaymentId.new(), Money("EUR", 5000)
    reference = await bank.authorized(payment)
    if not bank.provider.captures_in_parts:
        with pytest.raises(Refused):
            await bank.provider.capture(payment, reference, part, key="first", is_last=False)
        return
    await bank.provider.capture(payment, reference, part, key="first", is_last=False)
    with pytest.raises(Refused):
        await bank.provider.capture(payment, reference, part, key="second", is_last=False)
    await bank.provider.capture(payment, reference, Money("EUR", 3900), key="second", is_last=False)
    told = await bank.provider.outcome(payment, reference)
    assert isinstance(told, Authorized)
    assert told.is_captured, "nothing is left"


async def test_a_refund_is_made_once_for_its_key_and_never_for_more_than_was_captured(bank: Bank) -> None:
    payment, part = PaymentId.new(), Money("EUR", 3000)
    reference = await bank.authorized(payment)
    with pytest.raises(Refused):
        await bank.provider.refund(payment, reference, part, key="too early")
    await bank.provider.capture(payment, reference, Money("EUR", 5000), key="k", is_last=True)
    await bank.provider.refund(payment, reference, part, key="first")
    await bank.provider.refund(payment, reference, part, key="first")
    if bank.double:
        bank.double.forget_keys()
        await bank.provider.refund(payment, reference, part, key="first")
    for amount, key in ((Money("EUR", 2001), "second"), (Money("EUR", 2000), "first")):
        with pytest.raises(Refused):
            await bank.provider.refund(payment, reference, amount, key=key)
    await bank.provider.refund(payment, reference, Money("EUR", 2000), key="second")
    if bank.double:
        assert [one["amount"] for one in bank.double.refunds] == [3000, 2000]


# -------------------------------------------------------------------------------------- of the test provider


@pytest.fixture
async def built_in(database: Database) -> BuiltIn:
    return BuiltIn(database, clock=lambda: NOON, wait=Patience())


async def test_a_void_overtakes_a_slow_request_which_then_charges_nothing(built_in: BuiltIn) -> None:
    payment, patience = PaymentId.new(), Patience()
    built_in.wait = patience
    patience.hold()
    paying = asyncio.create_task(built_in.authorize(Asked(payment, PRICE, "tok_slow")))
    await patience.until_begun()
    assert await built_in.outcome(payment, None) is None
    await built_in.void(payment, None)
    patience.over.set()
    assert await paying == Declined("canceled", f"test_{payment.value.hex}")


async def test_many_captures_at_once_take_no_more_than_was_authorized(built_in: BuiltIn) -> None:
    payment = PaymentId.new()
    await built_in.authorize(Asked(payment, PRICE, "tok_ok"))
    part = Money("EUR", 3000)
    tries = [built_in.capture(payment, "", part, key=str(n), is_last=False) for n in range(6)]
    refused = [one for one in await asyncio.gather(*tries, return_exceptions=True) if isinstance(one, Refused)]
    charge = await built_in.charge(payment)
    assert charge
    assert (len(refused), sum(charge.captures.values())) == (4, 6000)
