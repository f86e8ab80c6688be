"""Stripe's PaymentIntents: what is written into one, and what it says that came of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from stripe import StripeError
from stripe.params import PaymentIntentCreateParams

from domain.ids import PaymentId
from domain.money import Money
from domain.payment import ActionRequired, Asked, Authorized, Declined, Outcome, Unreachable

# https://docs.stripe.com/currencies: Stripe's own number of decimals, which is not everywhere that of the Unicode CLDR
WITHOUT_DECIMALS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
WITH_THREE_DECIMALS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
EXPIRED = ("automatic", "expired")


def units(amount: Money) -> int:
    code = amount.currency_code
    digits = 0 if code in WITHOUT_DECIMALS else 3 if code in WITH_THREE_DECIMALS else 2
    return int(amount.amount.scaleb(digits))


def written(asked: Asked, reader: str | None) -> PaymentIntentCreateParams:
    """It bears our own name for it, by which it is found again."""
    return {
        "amount": units(asked.amount),
        "currency": asked.amount.currency_code.lower(),
        "capture_method": "manual",
        "allowed_payment_method_types": ["card_present" if reader else "card"],
        "metadata": {"payment": str(asked.payment), **({"reader": reader} if reader else {})},
    }


def tombstone(payment: PaymentId) -> PaymentIntentCreateParams:
    """One that nobody ever pays, in the place of one that has not arrived; the amount has no meaning."""
    return {
        "amount": 100,
        "currency": "eur",
        "capture_method": "manual",
        "allowed_payment_method_types": ["card"],
        "description": "Voided before it arrived",
        "metadata": {"payment": str(payment)},
    }


def outcome_of(intent: dict[str, Any]) -> Outcome | None:
    """None where nobody has tried to pay it yet. Raises Unreachable where the bank has not said."""
    id: str = intent["id"]
    match intent["status"]:
        case "requires_capture" | "succeeded" as status:
            return Authorized(id, expires_at(intent), is_captured=status == "succeeded")
        case "requires_action":
            redirect = (intent.get("next_action") or {}).get("redirect_to_url") or {}
            return ActionRequired(id, intent.get("client_secret"), redirect.get("url"))
        case "canceled" if intent.get("cancellation_reason") in EXPIRED:
            return Declined("expired", id)
        case "processing":
            raise Unreachable("Stripe is still processing it")
    if failed := intent.get("last_payment_error"):
        return Declined(failed.get("decline_code") or failed.get("code") or "declined", id)
    return Declined("canceled", id) if intent["status"] == "canceled" else None


def expires_at(intent: dict[str, Any]) -> datetime | None:
    """As the card's network says; `latest_charge` has to be expanded."""
    paid_by = (intent.get("latest_charge") or {}).get("payment_method_details") or {}
    moment = next((kind["capture_before"] for kind in paid_by.values() if is_card(kind)), None)
    return None if moment is None else datetime.fromtimestamp(moment, UTC)


def is_card(kind: object) -> bool:
    return isinstance(kind, dict) and kind.get("capture_before") is not None


def code_of(error: StripeError) -> str:
    """The bank's word, or Stripe's own. Never its message, which may hold what was sent."""
    told = error.error
    return (told and (told.decline_code or told.code)) or error.code or "declined"
