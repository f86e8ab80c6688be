"""Paying: providers are asked for what an attempt says, while nothing is locked, and what they answer is never guessed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Protocol

from domain.payment import (
    ActionRequired,
    Asked,
    Authorized,
    Declined,
    Outcome,
    PaymentMethod,
    PaymentStatus,
    Provider,
    Providers,
    Unreachable,
)
from domain.payment_attempt import AttemptStatus, Payment, PaymentAttempt, PaymentWrites
from domain.refusal import ErrorCode
from domain.store_credit import CreditCause, StoreCreditWrites
from domain.work import UnitOfWork

LOST = "lost"  # the decline code of a payment that never reached its provider
ABANDONED = "abandoned"  # of one that its buyer did not confirm in time, or canceled


@dataclass(frozen=True, slots=True)
class PaymentDeclined:
    code: ClassVar[ErrorCode] = ErrorCode.PAYMENT_DECLINED
    decline_code: str
    path: tuple[str, ...] = ("input", "payments")
    message: str = "The payment was declined, and nothing was charged; try another way to pay."


@dataclass(frozen=True, slots=True)
class PaymentActionRequired:
    """`attempt`: what to go on with once the buyer has done what their bank asks for."""

    code: ClassVar[ErrorCode] = ErrorCode.PAYMENT_ACTION_REQUIRED
    attempt: str
    client_secret: str | None
    redirect_url: str | None
    path: tuple[str, ...] = ("input", "payments")
    message: str = "The bank asks the buyer to confirm this payment; then call paymentContinue."


class StoreCreditWork(UnitOfWork, Protocol):
    @property
    def store_credits(self) -> StoreCreditWrites: ...


class AttemptWork(StoreCreditWork, Protocol):
    @property
    def payments(self) -> PaymentWrites: ...


@dataclass(frozen=True, slots=True)
class Asking:
    """An attempt with what providers have said so far; `action`: what one of them asks the buyer to do; `is_given_up`: nobody
    waits for that any more."""

    attempt: PaymentAttempt
    action: ActionRequired | None = None
    is_given_up: bool = False

    @property
    def status(self) -> AttemptStatus:
        """What the answers make of it."""
        found = {payment.status for payment in self.attempt.payments if payment.is_asked_for}
        if PaymentStatus.FAILED in found:
            return AttemptStatus.FAILED
        if PaymentStatus.PENDING in found:
            return AttemptStatus.PENDING
        if PaymentStatus.ACTION_REQUIRED in found:
            return AttemptStatus.FAILED if self.is_given_up else AttemptStatus.ACTION_REQUIRED
        return AttemptStatus.DONE


async def spent(work: StoreCreditWork, attempt: PaymentAttempt, now: datetime) -> PaymentDeclined | None:
    """Within a unit of work: store credit is taken at once, all that the attempt says."""
    for payment in attempt.payments:
        if payment.customer and not await work.store_credits.spend(payment.customer, payment.amount, payment.id, now):
            return PaymentDeclined("insufficient_store_credit")
    return None


async def asked_for(providers: Providers, attempt: PaymentAttempt) -> Asking:
    """Each provider in turn, until one declines; nothing is charged by an attempt of which one payment was declined."""
    asking = Asking(attempt)
    for payment in attempt.payments:
        if payment.is_asked_for and asking.status is not AttemptStatus.FAILED:
            provider = providers.of_cards
            token, return_url = attempt.tokens.get(payment.id, (None, None))
            asked = Asked(
                payment=payment.id, amount=payment.amount, token=token, terminal=payment.terminal, return_url=return_url
            )
            try:
                outcome: Outcome | None = await provider.authorize(asked)
            except Unreachable:
                outcome = await heard_of(provider, payment)
            asking = answered(asking, payment, provider, outcome)
    return asking


async def heard_of(provider: Provider, payment: Payment) -> Outcome | None:
    """What came of it; None where that is not known."""
    try:
        return await provider.outcome(payment.id, payment.reference)
    except Unreachable:
        return None


async def found_out(providers: Providers, attempt: PaymentAttempt) -> Asking:
    """What came of the payments of which no answer is known; one that never reached its provider is not sent any more."""
    asking = Asking(attempt)
    for payment in attempt.payments:
        if payment.is_asked_for and payment.status in (PaymentStatus.PENDING, PaymentStatus.ACTION_REQUIRED):
            provider = providers.named(payment.provider) if payment.provider else providers.of_cards
            try:
                outcome = await provider.outcome(payment.id, payment.reference)
                if outcome is None:
                    await provider.void(payment.id, None)
                    outcome = Declined(LOST)
            except Unreachable:
                outcome = None
            asking = answered(asking, payment, provider, outcome)
    return asking


def answered(asking: Asking, payment: Payment, provider: Provider, outcome: Outcome | None) -> Asking:
    after = replace(payment, provider=provider.name, captures_in_parts=provider.captures_in_parts)
    action = asking.action
    match outcome:
        case Authorized(reference=reference, expires_at=until, is_captured=is_captured):
            status = PaymentStatus.CAPTURED if is_captured else PaymentStatus.AUTHORIZED
            captured = payment.amount if is_captured else payment.captured
            after = replace(after, status=status, captured=captured, reference=reference, authorized_until=until)
        case Declined(decline_code=code, reference=reference):
            after = replace(after, status=PaymentStatus.FAILED, decline_code=code, reference=reference)
        case ActionRequired(reference=reference):
            after, action = replace(after, status=PaymentStatus.ACTION_REQUIRED, reference=reference), outcome
        case None:
            pass
    payments = tuple(after if one.id == payment.id else one for one in asking.attempt.payments)
    return Asking(replace(asking.attempt, payments=payments), action)


async def voided(providers: Providers, attempt: PaymentAttempt) -> PaymentAttempt | None:
    """The attempt with nothing charged by it; None where a provider cannot be reached, so that it has to be tried again."""
    after = []
    for payment in attempt.payments:
        if payment.is_asked_for and payment.status is not PaymentStatus.FAILED and payment.status is not PaymentStatus.VOIDED:
            provider = providers.named(payment.provider) if payment.provider else providers.of_cards
            try:
                await provider.void(payment.id, payment.reference)
            except Unreachable:
                return None
            payment = replace(payment, status=PaymentStatus.VOIDED)
        after.append(payment)
    return replace(attempt, payments=tuple(after))


def taken(payment: Payment) -> Payment:
    """As it stands once the order is placed: what is in the till is captured, what is paid at pickup is still a term."""
    if payment.method in (PaymentMethod.CASH, PaymentMethod.STORE_CREDIT, PaymentMethod.EXTERNAL):
        return replace(payment, status=PaymentStatus.CAPTURED, captured=payment.amount)
    return payment


async def written_off(work: AttemptWork, attempt: PaymentAttempt, now: datetime) -> None:
    """Within a unit of work: nothing is charged by this attempt, and store credit that it took goes back."""
    codes = [payment.decline_code for payment in attempt.payments if payment.decline_code]
    failed = tuple(
        replace(one, status=PaymentStatus.FAILED) if one.status is PaymentStatus.PENDING else one for one in attempt.payments
    )
    decline_code = codes[0] if codes else None
    await work.payments.save(replace(attempt, status=AttemptStatus.FAILED, payments=failed, decline_code=decline_code))
    for payment in attempt.payments:
        if payment.customer:
            await work.store_credits.grant(payment.customer, payment.amount, CreditCause.RETURNED, payment.id, now)
