"""The till: carries an attempt to pay to its end, whoever began it and whatever was lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from domain.cashier import Cashier, carried_out
from domain.ids import OrderId, PaymentAttemptId
from domain.order_confirm import confirm, fail
from domain.order_pay import PayWork, not_paid, paid
from domain.paying import (
    ABANDONED,
    Asking,
    PaymentActionRequired,
    PaymentDeclined,
    asked_for,
    found_out,
    voided,
)
from domain.payment import Providers
from domain.payment_attempt import UNDER_WAY, AttemptReads, AttemptStatus, Payment, PaymentAttempt
from domain.refusal import IdempotencyInProgress, NotFound, WrongState
from domain.session import Keys

CONFIRMABLE_FOR = timedelta(minutes=15)
SLACK_SECONDS = 30  # beside what providers may take, for all else there is to do
AGAIN_IN = timedelta(seconds=10)  # a provider that did not answer is asked again
AT_ONCE = 50
NO_SUCH_ATTEMPT = NotFound(("input", "attempt"), "There is no such attempt to pay, or it is not this session's.")

Paid: TypeAlias = OrderId | PaymentDeclined | PaymentActionRequired | IdempotencyInProgress


@dataclass(frozen=True, slots=True)
class Till:
    work: PayWork
    attempts: AttemptReads
    providers: Providers
    keys: Keys
    clock: Callable[[], datetime]


async def pay(till: Till, attempt: PaymentAttempt) -> Paid:
    """Of one that was just begun."""
    return await concluded(till, await asked_for(till.providers, attempt))


async def concluded(till: Till, asking: Asking, *, is_canceled: bool = False) -> Paid:
    """What the answers of the providers come to, written down."""
    attempt, now = asking.attempt, till.clock()
    match asking.status:
        case AttemptStatus.DONE:
            order = await confirmed(till, attempt, now)
            return order or await known(till, attempt.id)
        case AttemptStatus.FAILED:
            return await declined(till, attempt, now, is_canceled=is_canceled)
        case AttemptStatus.ACTION_REQUIRED:
            waiting = replace(attempt, status=AttemptStatus.ACTION_REQUIRED, lease_until=now, ends_at=first_end(attempt, now))
            await left_as(till, attempt, waiting)
            return action_of(asking)
        case AttemptStatus.PENDING:
            await left_as(till, attempt, replace(attempt, lease_until=now + AGAIN_IN))
            return IdempotencyInProgress()


async def confirmed(till: Till, attempt: PaymentAttempt, now: datetime) -> OrderId | None:
    """What an attempt pays for: a checkout becomes an order; an order that was placed before is paid."""
    if attempt.checkout:
        return await confirm(till.work, till.keys, attempt, now)
    order = await paid(till.work, attempt, now)
    await carried_out(Cashier(till.work, till.providers, till.clock), order)
    return order


def first_end(attempt: PaymentAttempt, now: datetime) -> datetime:
    """Asking again does not make it longer."""
    return attempt.ends_at if attempt.status is AttemptStatus.ACTION_REQUIRED else now + CONFIRMABLE_FOR


async def left_as(till: Till, attempt: PaymentAttempt, after: PaymentAttempt) -> None:
    """Unless another took it meanwhile: who is that late knows less than they do."""
    async with till.work as work:
        found = await work.payments.lock(attempt.id)
        if found and found.status in UNDER_WAY and found.lease_until == attempt.lease_until:
            await work.payments.save(after)
            await work.commit()


async def declined(till: Till, attempt: PaymentAttempt, now: datetime, *, is_canceled: bool) -> Paid:
    """What others had authorized is voided first; where that cannot be done now, it is tried again before anything is freed."""
    nothing = await voided(till.providers, attempt)
    if nothing is None:
        await left_as(till, attempt, replace(attempt, status=AttemptStatus.PENDING, lease_until=now + AGAIN_IN))
    elif attempt.checkout:
        await fail(till.work, nothing, now, is_canceled=is_canceled)
    else:
        await not_paid(till.work, nothing, now)
    code = next((one.decline_code for one in attempt.payments if one.decline_code), None)
    return PaymentDeclined(code or ABANDONED)


def action_of(asking: Asking) -> PaymentActionRequired:
    action = asking.action
    secret, url = (action.client_secret, action.redirect_url) if action else (None, None)
    return PaymentActionRequired(str(asking.attempt.id), secret, url)


# ------------------------------------------------------------------------------------------------ gone on with


async def known(till: Till, id: PaymentAttemptId) -> Paid:
    """What an attempt came to, for whoever asks again, or goes on with it; one that nobody works on is carried to its end."""
    attempt = (await till.attempts.attempts([id]))[id]
    if attempt.status is AttemptStatus.DONE and attempt.order:
        return attempt.order
    if attempt.status is AttemptStatus.FAILED:
        return PaymentDeclined(attempt.decline_code or ABANDONED)
    return await go_on(till, id)


async def go_on(till: Till, id: PaymentAttemptId) -> Paid:
    """Asks the providers what came of it; the buyer may have confirmed it."""
    taken = await took(till, id)
    if taken is None:
        decided = (await till.attempts.attempts([id]))[id]
        is_over = decided.status in (AttemptStatus.DONE, AttemptStatus.FAILED)
        return await known(till, id) if is_over else IdempotencyInProgress()
    return await concluded(till, await found_out(till.providers, taken))


async def took(till: Till, id: PaymentAttemptId) -> PaymentAttempt | None:
    attempt, now = (await till.attempts.attempts([id]))[id], till.clock()
    async with till.work as work:
        taken = await work.payments.take(id, now, now + lease_of(till.providers, attempt.payments))
        await work.commit()
    return taken


async def call_off(till: Till, id: PaymentAttemptId, path: tuple[str, ...]) -> WrongState | None:
    """Voids an attempt that waits for its buyer, and cancels its checkout, if that is what it pays for; one that went through
    has made an order of it by then. `path`: of what is paid for."""
    taken = await took(till, id)
    under_way = WrongState(path, "A payment is under way; ask again in a moment.", "PAYING")
    if taken is None:
        return under_way
    asking = await found_out(till.providers, taken)
    if asking.status is AttemptStatus.PENDING:
        await concluded(till, asking)
        return under_way
    outcome = await concluded(till, replace(asking, is_given_up=True), is_canceled=True)
    if isinstance(outcome, OrderId):
        return WrongState(path, "The payment went through; look at the order.", "COMPLETED")
    return None


def lease_of(providers: Providers, payments: Sequence[Payment]) -> timedelta:
    """How long others leave an attempt alone: each of its payments is asked for, asked about and voided at most."""
    asked = sum(payment.is_asked_for for payment in payments)
    return timedelta(seconds=3 * asked * providers.of_cards.seconds_max + SLACK_SECONDS)


async def recover(till: Till) -> int:
    """Carries to their ends what was left: by a process that died, by a provider that did not answer, by a buyer who went."""
    now = till.clock()
    async with till.work as work:
        left = await work.payments.left(now, AT_ONCE)
    for id in left:
        if taken := await took(till, id):
            asking = await found_out(till.providers, taken)
            is_over = taken.status is AttemptStatus.ACTION_REQUIRED and taken.ends_at <= now
            await concluded(till, replace(asking, is_given_up=is_over))
    return len(left)
