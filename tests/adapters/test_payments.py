"""What every payment provider must do, held against the test provider on both databases and Stripe over HTTP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import stripe

from adapters.payments.built_in import BuiltIn
from adapters.payments.stripe import Account, Stripe
from adapters.sql.database import Database
from domain.ids import PaymentId, TerminalId
from domain.money import Money
from domain.payment import ActionRequired, Asked, Authorized, Declined, Outcome, Provider, Refused, Unreachable
from tests.conftest import url_of
from tests.double import READER, SECRET, StripeDouble, stripe_double
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


@pytest.fixture
async def double() -> AsyncIterator[StripeDouble]:
    async with stripe_double() as made:
        yield made


def stripe_at(double: StripeDouble, wait: Patience | None = None) -> Stripe:
    async def reader_of(terminal: TerminalId) -> str | None:
        return READER if terminal == COUNTER else None

    account = Account("sk_test_double", SECRET, double.url, retries=0)
    return Stripe(account, reader_of=reader_of, wait=wait or Patience())


@pytest.fixture(params=["sqlite", "postgresql", "stripe"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database, or stripe."""
    kind: str = request.param
    return kind if kind == "stripe" else url_of(kind, request, tmp_path)


@pytest.fixture
async def bank(where: str) -> AsyncIterator[Bank]:
    async with AsyncExitStack() as stack:
        if where == "stripe":
            double = await stack.enter_async_context(stripe_double())
            provider = stripe_at(double)
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


# -------------------------------------------------------------------------------------------------- of Stripe


@pytest.fixture
async def at_stripe(double: StripeDouble) -> AsyncIterator[Stripe]:
    provider = stripe_at(double)
    yield provider
    await provider.close()


async def test_a_terminal_that_is_busy_unknown_or_turned_away_from_declines(at_stripe: Stripe, double: StripeDouble) -> None:
    nowhere = await at_stripe.authorize(Asked(PaymentId.new(), PRICE, terminal=TerminalId.new()))
    assert nowhere == Declined("terminal_unknown")
    double.reader_says = "customer_canceled"
    left = await at_stripe.authorize(Asked(PaymentId.new(), PRICE, terminal=COUNTER))
    assert isinstance(left, Declined)
    assert left.decline_code == "customer_canceled"
    double.action = {"status": "in_progress"}
    busy = await at_stripe.authorize(Asked(PaymentId.new(), PRICE, terminal=COUNTER))
    assert isinstance(busy, Declined)
    assert busy.decline_code == "terminal_reader_busy"


async def test_a_buyer_who_never_comes_to_the_terminal_is_given_up_and_the_void_frees_it(double: StripeDouble) -> None:
    patience, payment = Patience(), PaymentId.new()
    provider = stripe_at(double, patience)
    patience.hold()
    double.reader_says = "waits"
    paying = asyncio.create_task(provider.authorize(Asked(payment, PRICE, terminal=COUNTER)))
    await patience.until_begun()
    assert await provider.outcome(payment, None) is None
    await provider.void(payment, None)
    assert double.action is None
    patience.over.set()
    outcome = await paying
    assert isinstance(outcome, Declined)
    assert outcome.decline_code == "canceled"
    await provider.close()


async def test_what_the_bank_declined_after_it_asked_cannot_be_paid_from_the_browser(
    at_stripe: Stripe, double: StripeDouble
) -> None:
    payment = PaymentId.new()
    asked = await at_stripe.authorize(Asked(payment, PRICE, "pm_card_authenticationRequired"))
    assert isinstance(asked, ActionRequired)
    assert (asked.client_secret, asked.redirect_url) == (f"{asked.reference}_secret", None)
    intent = double.intents[asked.reference]
    double.decline(intent, "authentication_required")
    for _ in range(2):
        assert await at_stripe.outcome(payment, asked.reference) == Declined("authentication_required", asked.reference)
        assert intent["status"] == "canceled"


async def test_what_arrives_between_a_look_and_its_tombstone_is_voided_all_the_same(double: StripeDouble) -> None:
    payment, provider = PaymentId.new(), stripe_at(double)
    await provider.authorize(Asked(payment, PRICE, "pm_card_visa"))
    (hidden,) = double.intents.values()
    created, hidden["created"] = hidden["created"], 0  # as if the list were a moment behind
    with pytest.raises(Unreachable):
        await provider.void(payment, None)
    hidden["created"] = created
    await provider.void(payment, None)
    assert [one["status"] for one in double.intents.values()] == ["canceled"]
    await provider.close()


async def test_currencies_are_sent_in_stripes_own_units(at_stripe: Stripe, double: StripeDouble) -> None:
    for code, minor, sent in (("JPY", 500, 500), ("ISK", 500, 50_000), ("KWD", 5000, 5000), ("EUR", 500, 500)):
        await at_stripe.authorize(Asked(PaymentId.new(), Money(code, minor), "pm_card_visa"))
        assert list(double.intents.values())[-1]["amount"] == sent
    refused = await at_stripe.authorize(Asked(PaymentId.new(), Money("EUR", 10), "pm_card_visa"))
    assert refused == Declined("amount_too_small")


async def test_neither_failures_nor_logs_say_what_was_sent(
    at_stripe: Stripe, double: StripeDouble, caplog: pytest.LogCaptureFixture
) -> None:
    asked = Asked(PaymentId.new(), PRICE, "pm_secret")
    assert "pm_secret" not in repr(asked)
    with caplog.at_level(logging.WARNING):
        await at_stripe.authorize(asked)
        double.loses.add("payment_intents")
        with pytest.raises(Unreachable) as failure:
            await at_stripe.authorize(Asked(PaymentId.new(), PRICE, "pm_secret"))
    assert failure.value.__cause__ is None
    assert failure.value.__suppress_context__
    assert "pm_secret" not in caplog.text + str(failure.value)
    assert not stripe.enable_telemetry
    assert "sk_test" not in repr(at_stripe.account)
