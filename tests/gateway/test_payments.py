"""/payments: what providers call back is heard only where they signed it, and the test bank's page asks the buyer."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from httpx2 import ASGITransport, AsyncClient
from pydantic import SecretStr, ValidationError
from starlette.applications import Starlette
from stripe import WebhookSignature
from structlog.testing import capture_logs

from adapters.payments.stripe import Account, Stripe
from domain.ids import PaymentId, TerminalId
from domain.money import Money
from domain.payment import ActionRequired, Asked, Authorized, Declined
from gateway.app import application
from gateway.payments import payment_routes
from gateway.providers import KnownProviders, providers
from gateway.settings import Settings
from tests.double import SECRET
from tests.shop import Shop

PRODUCTION = {"env": "production", "secret_key": SecretStr("x" * 32)}
STRIPE = {"payments": "stripe", "stripe_key": SecretStr("sk_test_double"), "stripe_webhook_secret": SecretStr(SECRET)}
CARD = "4242 4242 4242 4242"


class Heard:
    def __init__(self) -> None:
        self.calls: list[tuple[str, PaymentId]] = []

    async def __call__(self, provider: str, payment: PaymentId) -> None:
        self.calls.append((provider, payment))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@asynccontextmanager
async def calling(payments: KnownProviders, heard: Heard) -> AsyncIterator[AsyncClient]:
    app = Starlette(routes=payment_routes(payments, heard))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://shop.example") as client:
        yield client
    await payments.close()


async def asked(shop: Shop, return_url: str | None = None) -> PaymentId:
    payment = PaymentId.new()
    outcome = await shop.bank.authorize(Asked(payment, Money("EUR", 8900), "tok_confirm", return_url=return_url))
    assert isinstance(outcome, ActionRequired)
    assert outcome.redirect_url == f"/payments/test/confirm?payment={payment}"
    return payment


async def test_a_buyer_confirms_on_the_page_and_goes_on_where_the_shop_said(shop: Shop, heard: Heard) -> None:
    payment = await asked(shop, "https://shop.example/done")
    async with calling(shop.payments, heard) as client:
        page = await client.get("/payments/test/confirm", params={"payment": str(payment)})
        assert (page.status_code, page.headers["cache-control"]) == (200, "private, no-store")
        assert "89.00 EUR" in page.text
        form = dict(re.findall(r'name="(payment)" value="([^"]+)"', page.text)) | {"answer": "confirm"}
        answer = await client.post("/payments/test", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "https://shop.example/done")
        told = await shop.bank.outcome(payment, None)
        assert isinstance(told, Authorized)
        await client.post("/payments/test", data=form | {"answer": "refuse"})
        assert await shop.bank.outcome(payment, None) == told, "it is too late to refuse"
    assert heard.calls == [("test", payment)] * 2


async def test_a_buyer_refuses_and_what_is_no_answer_changes_nothing(shop: Shop, heard: Heard) -> None:
    payment = await asked(shop, "javascript:alert(1)")
    async with calling(shop.payments, heard) as client:
        for form, status in (
            ({"payment": str(payment), "answer": "perhaps"}, 400),
            ({"payment": str(PaymentId.new()), "answer": "confirm"}, 404),
            ({"payment": "nonsense", "answer": "confirm"}, 404),
            ({}, 400),
        ):
            assert (await client.post("/payments/test", data=form)).status_code == status
        assert (await client.post("/payments/test", content=b"x" * 200_000)).status_code == 413
        assert isinstance(await shop.bank.outcome(payment, None), ActionRequired)
        assert heard.calls == []
        refused = await client.post("/payments/test", data={"payment": str(payment), "answer": "refuse"})
        assert (refused.status_code, "is failed" in refused.text) == (200, True)
        assert (await client.get("/payments/test/confirm")).status_code == 404
        assert (await client.post("/payments/stripe")).status_code == 404
    told = await shop.bank.outcome(payment, None)
    assert isinstance(told, Declined)
    assert told.decline_code == "authentication_failed"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_stripe_is_heard_only_by_its_signature_and_only_of_what_is_ours(shop: Shop, heard: Heard) -> None:
    async def reader_of(terminal: TerminalId) -> None:
        return None

    payment, stripe = PaymentId.new(), Stripe(Account("sk", SECRET), reader_of=reader_of)
    ours = json.dumps({"type": "payment_intent.succeeded", "data": {"object": {"metadata": {"payment": str(payment)}}}})
    others = [json.dumps({"data": {"object": {"metadata": {}}}}), json.dumps({"data": None}), "[]"]

    def signed(body: str, secret: str = SECRET, at: int | None = None) -> dict[str, str]:
        return {"Stripe-Signature": WebhookSignature.generate_signature_header(body, secret, at)}

    async with calling(KnownProviders(stripe, {"stripe": stripe, "test": shop.bank}), heard) as client:
        for headers in ({}, signed(ours, "whsec_another"), signed(ours + " "), signed(ours, at=1_700_000_000)):
            assert (await client.post("/payments/stripe", content=ours, headers=headers)).status_code == 400
        assert (await client.post("/payments/stripe", content=b"\xff", headers=signed("x"))).status_code == 400
        for body in others:
            assert (await client.post("/payments/stripe", content=body, headers=signed(body))).status_code == 204
        assert heard.calls == []
        assert (await client.post("/payments/stripe", content=ours, headers=signed(ours))).status_code == 204
        assert (await client.post("/payments/test", data={"answer": "confirm"})).status_code == 404, "it takes no cards now"
    assert heard.calls == [("stripe", payment)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_takes_cards_is_a_setting_and_what_was_paid_stays_with_who_took_it(shop: Shop) -> None:
    for settings, takes, known in (
        (Settings(), "test", {"test"}),
        (Settings.model_validate(STRIPE), "stripe", {"test", "stripe"}),
        (Settings.model_validate(STRIPE | {"payments": "test"}), "test", {"test", "stripe"}),
        (Settings.model_validate(PRODUCTION | {"payments": "test"}), "test", {"test"}),
    ):
        made = providers(settings, shop.database)
        assert (made.of_cards.name, set(made.others)) == (takes, known)
        assert made.named("test").name == "test"
        with pytest.raises(LookupError, match="not set up any more"):
            made.named("abacus")
        await made.close()
    for wrong, words in (
        (PRODUCTION, "COMPTOIR_PAYMENTS must be set when COMPTOIR_ENV=production"),
        ({"payments": "stripe"}, "COMPTOIR_STRIPE_KEY and COMPTOIR_STRIPE_WEBHOOK_SECRET must be set"),
        (PRODUCTION | STRIPE | {"stripe_url": "http://stripe.example"}, "must be https"),
    ):
        with pytest.raises(ValidationError, match=words):
            Settings.model_validate(wrong)


async def test_a_card_number_that_somebody_sends_all_the_same_is_in_no_log(shop: Shop) -> None:
    app = application(shop.database, clock=lambda: shop.now)
    mutation = """mutation ($note: String!) {
        cartCreate(input: {sourceCode: $note, idempotencyKey: $note}) { errors { code } } }"""
    asked = {"query": mutation, "variables": {"note": CARD}}
    form = {"payment": CARD, "answer": CARD}
    with capture_logs() as logs:
        async with (
            app.router.lifespan_context(app),
            AsyncClient(transport=ASGITransport(app), base_url="http://shop.example") as client,
        ):
            for answer in (
                await client.post("/graphql", json=asked),
                await client.post("/payments/test", data=form),
                await client.get("/payments/test/confirm", params=form),
            ):
                assert CARD not in answer.text
    assert [one["path"] for one in logs if one["event"] == "request"] == [
        "/graphql",
        "/payments/test",
        "/payments/test/confirm",
    ]
    assert CARD not in str(logs)
