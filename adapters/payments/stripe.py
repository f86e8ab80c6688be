"""Stripe, by its own library: PaymentIntents that are authorized now and captured later, by card or at a reader.

An intent bears our payment's id, by which it is found again when an answer was lost: among those that Stripe lists around the
moment that the id was made, for Stripe forgets idempotency keys after a day.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
import stripe
from stripe import CardError, IdempotencyError, InvalidRequestError, StripeError
from stripe.params import PaymentIntentConfirmParams, PaymentIntentCreateParams

from adapters.payments.http import Http
from adapters.payments.intent import code_of, outcome_of, tombstone, units, written
from domain.ids import PaymentId, TerminalId
from domain.money import Money
from domain.payment import Asked, Declined, Outcome, Refused, Unreachable

API_VERSION = "2026-10-28.endive"  # of which the answers are read here, whatever the account's own is
CALL_SECONDS = 20
POLL_SECONDS = 1.0
WINDOW_SECONDS = (-60, 900)  # around a payment's beginning: clocks differ, and a request may arrive late
SIGNED_SECONDS = 300
ENDED = ("canceled", "succeeded")
SAYS_NO = (CardError, IdempotencyError, InvalidRequestError)

stripe.enable_telemetry = False  # which would write a file into the home of whoever runs this


@dataclass(frozen=True, slots=True)
class Account:
    """`url`: of a double; None for Stripe's own. `retries`: of a request that was not answered, with the same key."""

    key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    url: str | None = None
    retries: int = 1


class Stripe:
    """Captures once: more is a feature of some contracts alone."""

    name = "stripe"
    captures_in_parts = False
    seconds_max = 90.0  # somebody has to find their card at a terminal

    def __init__(
        self,
        account: Account,
        *,
        reader_of: Callable[[TerminalId], Awaitable[str | None]],
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`reader_of`: Stripe's name of a terminal (tmr_…)."""
        self.account, self.reader_of, self.wait = account, reader_of, wait
        self.http = Http()
        self.client = stripe.StripeClient(
            account.key,
            stripe_version=API_VERSION,
            base_addresses={"api": account.url} if account.url else {},
            max_network_retries=account.retries,
            http_client=self.http,
        )
        self.intents, self.readers = self.client.v1.payment_intents, self.client.v1.terminal.readers

    async def close(self) -> None:
        await self.http.close_async()

    async def authorize(self, asked: Asked) -> Outcome:
        async with answered_within(self.seconds_max):
            reader = await self.reader_of(asked.terminal) if asked.terminal else None
            if asked.terminal and reader is None:
                return Declined("terminal_unknown")
            try:
                intent = await self.created(asked.payment, written(asked, reader))
            except IdempotencyError:  # a tombstone stands there
                return Declined("canceled")
            except (CardError, InvalidRequestError) as error:
                return Declined(code_of(error))
            return await (self.presented(intent, asked, reader) if reader else self.confirmed(intent, asked))

    async def created(self, payment: PaymentId, params: PaymentIntentCreateParams) -> dict[str, Any]:
        return (await self.intents.create_async(params, {"idempotency_key": f"{payment}:create"})).to_dict()

    async def confirmed(self, intent: dict[str, Any], asked: Asked) -> Outcome:
        """By what Stripe's library made of the card in the browser: a PaymentMethod or a ConfirmationToken."""
        token = asked.token or ""
        params: PaymentIntentConfirmParams = {"expand": ["latest_charge"]}
        params["confirmation_token" if token.startswith("ctoken_") else "payment_method"] = token
        if asked.return_url:
            params["return_url"] = asked.return_url
        try:
            key = f"{asked.payment}:confirm"
            answer = await self.intents.confirm_async(intent["id"], params, {"idempotency_key": key})
        except (CardError, InvalidRequestError) as error:
            now = outcome_of(await self.read(intent["id"]))
            return now or Declined("invalid_token" if code_of(error) == "resource_missing" else code_of(error), intent["id"])
        found = await self.read(intent["id"]) if is_replay(answer) else answer.to_dict()
        return outcome_of(found) or Declined("declined", intent["id"])

    async def presented(self, intent: dict[str, Any], asked: Asked, reader: str) -> Outcome:
        """Waits for the card, and for the reader's word that there is none."""
        try:
            key = f"{asked.payment}:present"
            await self.readers.process_payment_intent_async(reader, {"payment_intent": intent["id"]}, {"idempotency_key": key})
        except (CardError, InvalidRequestError) as error:  # busy, or switched off
            if code_of(error) == "terminal_reader_timeout":
                raise Unreachable("the reader did not say whether it begins") from None
            return Declined(code_of(error), intent["id"])
        while (outcome := outcome_of(await self.read(intent["id"]))) is None:
            action = (await self.readers.retrieve_async(reader)).to_dict().get("action") or {}
            if action.get("status") == "failed":
                left = Declined(action.get("failure_code") or "terminal_failed", intent["id"])
                return outcome_of(await self.read(intent["id"])) or left  # the reader may be at the next payment already
            await self.wait(POLL_SECONDS)
        return outcome

    async def outcome(self, payment: PaymentId, reference: str | None) -> Outcome | None:
        """What the buyer could still pay, though the bank has said no, is closed: their browser may have its secret."""
        async with answered_within(CALL_SECONDS):
            intent = await self.found(payment, reference)
            outcome = intent and outcome_of(intent)
            if intent and isinstance(outcome, Declined) and intent["status"] not in ENDED:
                with suppress(InvalidRequestError):
                    await self.intents.cancel_async(intent["id"])
            return outcome or None

    async def capture(self, payment: PaymentId, reference: str, amount: Money, *, key: str, is_last: bool) -> None:
        if not is_last:
            raise Refused("this provider captures once")
        async with answered_within(CALL_SECONDS):
            try:
                asked = {"amount_to_capture": units(amount), "metadata": {"captured_by": key}}
                await self.intents.capture_async(reference, asked, {"idempotency_key": key})  # type: ignore[arg-type]
            except SAYS_NO as error:
                now = await self.read(reference)
                by_this = now["status"] == "succeeded" and now["metadata"].get("captured_by") == key
                if not by_this or now["amount_received"] != units(amount):
                    raise Refused(code_of(error)) from None

    async def void(self, payment: PaymentId, reference: str | None) -> None:
        async with answered_within(CALL_SECONDS):
            intent = await self.found(payment, reference) or await self.forestalled(payment)
            if intent["status"] in ENDED:
                return
            if reader := intent["metadata"].get("reader"):
                with suppress(InvalidRequestError):  # it may be busy with something else by now
                    await self.readers.cancel_action_async(reader)
            try:
                await self.intents.cancel_async(intent["id"])
            except InvalidRequestError:
                if (await self.read(intent["id"]))["status"] not in ENDED:
                    raise

    async def forestalled(self, payment: PaymentId) -> dict[str, Any]:
        """A tombstone under its key: a request that arrives later with its own amount is refused by Stripe."""
        try:
            return await self.created(payment, tombstone(payment))
        except IdempotencyError:  # it has arrived just now
            if (found := await self.found(payment, None)) is None:
                raise
            return found

    async def refund(self, payment: PaymentId, reference: str, amount: Money, *, key: str) -> None:
        async with answered_within(CALL_SECONDS):
            try:
                found = await self.refund_by(reference, key) or await self.client.v1.refunds.create_async(
                    {"payment_intent": reference, "amount": units(amount), "metadata": {"key": key}}, {"idempotency_key": key}
                )
            except SAYS_NO as error:
                raise Refused(code_of(error)) from None
        if found.status in ("failed", "canceled"):
            raise Refused(found.failure_reason or "failed")
        if found.amount != units(amount):
            raise Refused("this key stands for another amount")

    async def refund_by(self, reference: str, key: str) -> stripe.Refund | None:
        made = await self.client.v1.refunds.list_async({"payment_intent": reference, "limit": 100})
        return next((one for one in made.data if one.metadata and one.metadata.to_dict().get("key") == key), None)

    async def read(self, reference: str) -> dict[str, Any]:
        return (await self.intents.retrieve_async(reference, {"expand": ["latest_charge"]})).to_dict()

    async def found(self, payment: PaymentId, reference: str | None) -> dict[str, Any] | None:
        if reference is not None:
            return await self.read(reference)
        began = (payment.value.int >> 80) // 1000  # a UUIDv7 begins with its moment, in milliseconds
        first, last = (began + seconds for seconds in WINDOW_SECONDS)
        page = await self.intents.list_async(
            {"created": {"gte": first, "lte": last}, "limit": 100, "expand": ["data.latest_charge"]}
        )
        async for intent in page.auto_paging_iter():
            if (found := intent.to_dict())["metadata"].get("payment") == str(payment):
                return found
        return None

    def heard(self, body: bytes, signature: str | None) -> PaymentId | None:
        """The payment that a call of theirs is about, if it is one of ours. Raises ValueError for what Stripe did not sign."""
        try:
            stripe.WebhookSignature.verify_header(body, signature, self.account.webhook_secret, SIGNED_SECONDS)
        except StripeError:
            raise ValueError("this is not signed with COMPTOIR_STRIPE_WEBHOOK_SECRET") from None
        try:
            return PaymentId.parse(orjson.loads(body)["data"]["object"]["metadata"]["payment"])
        except (KeyError, TypeError, AttributeError):
            return None


def is_replay(answer: stripe.PaymentIntent) -> bool:
    """What was answered to the same key before: it says nothing of what has happened since."""
    return answer.last_response is not None and "idempotent-replayed" in answer.last_response.headers


@asynccontextmanager
async def answered_within(seconds: float) -> AsyncIterator[None]:
    """Whatever else goes wrong leaves us not knowing. Its own words are dropped, which may hold what was sent."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise Unreachable("Stripe did not answer in time") from None
    except StripeError as error:
        told = (type(error).__name__, str(error.code or ""), error.request_id or "")
        raise Unreachable(" ".join(word for word in ("Stripe:", *told) if word)) from None
