"""A charge at the test provider: what its tokens come to, and what can be done with it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.ids import PaymentId
from domain.money import Money
from domain.payment import ActionRequired, Asked, Authorized, Declined, Outcome, PaymentStatus, Refused

AUTHORIZED_FOR = timedelta(days=7)
DECLINES = {"tok_declined": "card_declined", "tok_insufficient_funds": "insufficient_funds"}
CONFIRMS = "tok_confirm"
NEVER_ANSWERS = "tok_timeout"
SLOW = "tok_slow"
AUTHORIZES = frozenset(("tok_ok", NEVER_ANSWERS, SLOW))


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """`amount` is None where it was voided before it arrived. `captures` and `refunds`: minor units by their key."""

    payment: PaymentId
    status: PaymentStatus
    amount: Money | None = None
    decline_code: str | None = None
    return_url: str | None = None
    expires_at: datetime | None = None
    captures: Mapping[str, int] = field(default_factory=dict)
    refunds: Mapping[str, int] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        return f"test_{self.payment.value.hex}"

    def has_expired(self, now: datetime) -> bool:
        return self.status is PaymentStatus.AUTHORIZED and self.expires_at is not None and self.expires_at <= now


def begun(asked: Asked, now: datetime) -> Charge:
    """By its token; at a terminal a card is always good."""
    charge = Charge(payment=asked.payment, status=PaymentStatus.FAILED, amount=asked.amount, return_url=asked.return_url)
    if asked.terminal or asked.token in AUTHORIZES:
        return authorized(charge, now)
    if asked.token == CONFIRMS:
        return replace(charge, status=PaymentStatus.ACTION_REQUIRED)
    return replace(charge, decline_code=DECLINES.get(asked.token or "", "invalid_token"))


def authorized(charge: Charge, now: datetime) -> Charge:
    return replace(charge, status=PaymentStatus.AUTHORIZED, expires_at=now + AUTHORIZED_FOR)


def outcome_of(charge: Charge, confirm_url: str, now: datetime) -> Outcome:
    if charge.status is PaymentStatus.ACTION_REQUIRED:
        return ActionRequired(charge.reference, None, f"{confirm_url}?payment={charge.payment}")
    if charge.status is PaymentStatus.FAILED:
        return Declined(charge.decline_code or "", charge.reference)
    if charge.status is PaymentStatus.VOIDED or charge.has_expired(now):
        return Declined("expired" if charge.has_expired(now) else "canceled", charge.reference)
    return Authorized(charge.reference, charge.expires_at, is_captured=charge.status is PaymentStatus.CAPTURED)


def answered(charge: Charge, now: datetime, *, confirms: bool) -> Charge:
    """What the buyer said to the bank; said again, or too late, it changes nothing."""
    if charge.status is not PaymentStatus.ACTION_REQUIRED:
        return charge
    if confirms:
        return authorized(charge, now)
    return replace(charge, status=PaymentStatus.FAILED, decline_code="authentication_failed")


def captured(charge: Charge, amount: Money, now: datetime, *, key: str, is_last: bool) -> Charge:
    """Raises Refused."""
    if done_before(charge.captures, key, amount):
        return charge
    if charge.has_expired(now):
        raise Refused("expired")
    if charge.status is not PaymentStatus.AUTHORIZED or charge.amount is None:
        raise Refused(f"a charge that is {charge.status} cannot be captured")
    captures = {**charge.captures, key: amount.minor_units}
    left = charge.amount - Money(amount.currency_code, sum(captures.values()))
    if left.minor_units < 0:
        raise Refused("more than was authorized")
    status = PaymentStatus.CAPTURED if is_last or not left.minor_units else charge.status
    return replace(charge, captures=captures, status=status)


def refunded(charge: Charge, amount: Money, *, key: str) -> Charge:
    """Raises Refused."""
    if done_before(charge.refunds, key, amount):
        return charge
    refunds = {**charge.refunds, key: amount.minor_units}
    if charge.amount is None or sum(refunds.values()) > sum(charge.captures.values()):
        raise Refused("more than was captured")
    assert charge.amount.currency_code == amount.currency_code, "it is given back in the currency it was paid in"
    return replace(charge, refunds=refunds)


def done_before(done: Mapping[str, int], key: str, amount: Money) -> bool:
    if key in done and done[key] != amount.minor_units:
        raise Refused("this key stands for another amount")
    return key in done


def voided(charge: Charge) -> Charge:
    """What has been captured stays so."""
    if charge.captures:
        return replace(charge, status=PaymentStatus.CAPTURED)
    return charge if charge.status is PaymentStatus.FAILED else replace(charge, status=PaymentStatus.VOIDED)
