"""Stripe, over HTTP against a double: terminals, what its browsers and lists do, and what is never said."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
import stripe

from adapters.payments.stripe import Stripe
from domain.ids import PaymentId, TerminalId
from domain.money import Money
from domain.payment import ActionRequired, Asked, Declined, Unreachable
from tests.double import StripeDouble, stripe_at, stripe_double
from tests.shop import Patience

PRICE = Money("EUR", 8900)
COUNTER = TerminalId.new()


@pytest.fixture
async def double() -> AsyncIterator[StripeDouble]:
    async with stripe_double() as made:
        yield made


@pytest.fixture
async def at_stripe(double: StripeDouble) -> AsyncIterator[Stripe]:
    provider = stripe_at(double, COUNTER)
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
    provider = stripe_at(double, COUNTER, patience)
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
    payment, provider = PaymentId.new(), stripe_at(double, COUNTER)
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
