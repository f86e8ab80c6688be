"""The cashier: carries out at the providers what settlements have written down, whatever is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.event import Event, EventType
from domain.ids import OrderId
from domain.order import Entry, Order
from domain.payment import PaymentStatus, Providers, Refused, Unreachable
from domain.payment_attempt import Payment
from domain.payment_step import PaymentStep, StepKind, StepStatus
from domain.settlement import SettleWork, entry_of

LEASE = timedelta(minutes=5)  # longer than a provider may take
AGAIN_IN, AGAIN_IN_MAX = timedelta(seconds=10), timedelta(hours=6)  # each pause is twice the one before
TRIES_MAX = 14  # in about a day
AT_ONCE = 200
NO_ANSWER = "no_answer"  # why a step failed of which nobody knows what came


@dataclass(frozen=True, slots=True)
class Cashier:
    work: SettleWork
    providers: Providers
    clock: Callable[[], datetime]


async def carried_out(cashier: Cashier, order: OrderId | None = None) -> int:
    """What there is to do for an order, or for all: never within a unit of work. Answers how many steps were tried."""
    for done in range(AT_ONCE):
        now = cashier.clock()
        async with cashier.work as work:
            taken = await work.payment_steps.take(now, now + LEASE, order)
            await work.commit()
        if taken is None:
            return done
        await carry_out(cashier, *taken)
    return AT_ONCE


async def carry_out(cashier: Cashier, step: PaymentStep, payment: Payment) -> None:
    try:
        await asked(cashier.providers, step, payment)
    except (Unreachable, LookupError):
        if step.attempts < TRIES_MAX:
            await put_off(cashier, step)
        else:
            await failed(cashier, step, NO_ANSWER)
    except Refused as refused:
        await failed(cashier, step, refused.reason)
    else:
        await succeeded(cashier, step)


async def asked(providers: Providers, step: PaymentStep, payment: Payment) -> None:
    """Raises what a provider raises."""
    provider, reference, key = providers.named(payment.provider or ""), payment.reference or "", str(step.id)
    match step.kind:
        case StepKind.CAPTURE:
            await provider.capture(payment.id, reference, step.amount, key=key, is_last=step.is_last)
        case StepKind.VOID:
            await provider.void(payment.id, payment.reference)
        case StepKind.REFUND:
            await provider.refund(payment.id, reference, step.amount, key=key)


async def put_off(cashier: Cashier, step: PaymentStep) -> None:
    pause = min(AGAIN_IN * 2 ** (step.attempts - 1), AGAIN_IN_MAX)
    async with cashier.work as work:
        await work.payment_steps.save([replace(step, next_at=cashier.clock() + pause)])
        await work.commit()


async def succeeded(cashier: Cashier, step: PaymentStep) -> None:
    """The order says already what it came to; that money is back is told."""
    now = cashier.clock()
    async with cashier.work as work:
        if step.kind is StepKind.REFUND:
            order = await locked(work, step)
            after = replace(order, version=order.version + 1, updated_at=now)
            await told(work, order, after, entry_of(step, "refunded", now))
        await work.payment_steps.save([replace(step, status=StepStatus.DONE, next_at=None)])
        await work.commit()


async def failed(cashier: Cashier, step: PaymentStep, why: str) -> None:
    """For good: the order's money is as if it had not been tried, and whoever reads its timeline sees that something has to be
    done about it. What was to follow on a capture falls with it."""
    now = cashier.clock()
    async with cashier.work as work:
        order = await locked(work, step)
        pending = await work.payment_steps.pending(step.payment)
        fallen = [one for one in pending if one.id == step.id or (step.kind is StepKind.CAPTURE and one.id > step.id)]
        payment = next(one for one in order.payments if one.id == step.payment)
        for one in fallen:
            payment = undone(payment, one)
        if step.kind is StepKind.CAPTURE:
            payment = lapsed(payment, why)
        payments = tuple(payment if one.id == payment.id else one for one in order.payments)
        after = replace(order, payments=payments, version=order.version + 1, updated_at=now)
        await work.payments.save_payments([payment])
        await work.payment_steps.save([replace(one, status=StepStatus.FAILED, next_at=None) for one in fallen])
        await told(work, order, after, entry_of(step, f"{step.kind.value.lower()}_failed", now, why=why))
        await work.commit()


def undone(payment: Payment, step: PaymentStep) -> Payment:
    match step.kind:
        case StepKind.CAPTURE:
            return replace(payment, captured=payment.captured - step.amount)
        case StepKind.REFUND:
            return replace(payment, refunded=payment.refunded - step.amount)
        case StepKind.VOID:
            return payment


def lapsed(payment: Payment, why: str) -> Payment:
    """Its authorization is good for nothing any more."""
    if not payment.captured.minor_units:
        return replace(payment, status=PaymentStatus.FAILED, decline_code=why)
    return replace(payment, status=PaymentStatus.CAPTURED, released=payment.amount - payment.captured)


async def locked(work: SettleWork, step: PaymentStep) -> Order:
    order = await work.orders.lock(step.order)
    assert order is not None, "a step is of an order"
    return order


async def told(work: SettleWork, before: Order, after: Order, entry: Entry) -> None:
    await work.orders.save(before, after)
    await work.orders.write_down([entry])
    event = Event.of(EventType.ORDER_CHANGED, str(after.id), entry.at, version=after.version, change=entry.change)
    work.events.add(event)
