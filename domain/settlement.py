"""Settlement: an order's money follows what becomes of its goods; what leaves is captured, what does not come is given back.

All of it is written down within the unit of work of its cause, with a step for whatever a provider has to do about it; those
are carried out once that has been committed (`domain/cashier.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from domain.event import Event, EventType, EventWrites
from domain.ids import LocationId, OrderEntryId, PaymentStepId, StaffMemberId
from domain.money import Money
from domain.order import Entry, EntryKind, Order, OrderWrites
from domain.order_worth import due
from domain.paying import StoreCreditWork
from domain.payment import PaymentMethod, PaymentStatus
from domain.payment_attempt import Payment, PaymentWrites
from domain.payment_step import PaymentStep, StepKind, StepStatus, StepWrites
from domain.store_credit import CreditCause

Change: TypeAlias = Callable[[Payment, Money], Payment]  # a payment with up to so much of something done to it

BY_WORD = (PaymentMethod.STORE_CREDIT, PaymentMethod.EXTERNAL)  # given back by being written down


class SettleWork(StoreCreditWork, Protocol):
    @property
    def orders(self) -> OrderWrites: ...

    @property
    def payments(self) -> PaymentWrites: ...

    @property
    def payment_steps(self) -> StepWrites: ...

    @property
    def events(self) -> EventWrites: ...


class RefundTarget(StrEnum):
    """Where money goes back to: how it was paid, or the customer's store credit."""

    ORIGINAL = "ORIGINAL"
    STORE_CREDIT = "STORE_CREDIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why money moves. `key`: of an order, a cause has its steps once; `is_at_counter`: cash is handed out there and then."""

    key: str
    reason: str | None = None
    staff: StaffMemberId | None = None
    to: RefundTarget = RefundTarget.ORIGINAL
    is_at_counter: bool = False


async def capture_for(work: SettleWork, order: Order, amount: Money, now: datetime, *, is_last: bool) -> Order:
    """Within a unit of work that has locked the order: takes this much of what is authorized, the oldest payment first, for
    goods that leave; the order with its payments as they are then. With the last goods, what is left over is released.

    Where a provider captures once, that is all of it, and at once: what waited for the last goods could have expired by then,
    and what is taken and not delivered can still be given back.
    """
    before = {one.id: one for one in order.payments}
    after = spread(order.payments, amount, captured)
    if is_last:
        after = tuple(finished(released(one, one.capturable)) for one in after)
    cause = Cause(key=f"capture {PaymentStepId.new()}")
    return await settled(work, order, [(before[one.id], one) for one in after], cause, now)


async def give_back(work: SettleWork, order: Order, amount: Money, cause: Cause, now: datetime) -> Order:
    """Within a unit of work that has locked the order: what is authorized and not captured is not taken any more, and what is
    more than that is refunded, the newest payment first; never above what was paid, and once for each cause. The order with its
    payments as they are then."""
    if amount.minor_units == 0 or await work.payment_steps.is_known(order.id, cause.key):
        return order
    before = {one.id: one for one in order.payments}
    newest = tuple(reversed(order.payments))
    lowered = spread(newest, amount, released)
    left = amount - (order.paid - replace(order, payments=lowered).paid)
    after = tuple(reversed(spread(lowered, left, refunded)))
    return await settled(work, order, [(before[one.id], one) for one in after], cause, now)


# ------------------------------------------------------------------------------------------------ payments, before and after


def captured(payment: Payment, most: Money) -> Payment:
    taken = payment.capturable if most.minor_units and not payment.captures_in_parts else min(payment.capturable, most)
    return finished(replace(payment, captured=payment.captured + taken))


def released(payment: Payment, most: Money) -> Payment:
    return finished(replace(payment, released=payment.released + min(payment.capturable, most)))


def refunded(payment: Payment, most: Money) -> Payment:
    return replace(payment, refunded=payment.refunded + min(payment.refundable, most))


def finished(payment: Payment) -> Payment:
    """One of which nothing can be taken any more."""
    if payment.status is not PaymentStatus.AUTHORIZED or payment.capturable.minor_units:
        return payment
    return replace(payment, status=PaymentStatus.CAPTURED if payment.captured.minor_units else PaymentStatus.VOIDED)


def spread(payments: Sequence[Payment], amount: Money, change: Change) -> tuple[Payment, ...]:
    """The change made to one after the other until all of the amount is used up."""
    after, left = [], amount
    for payment in payments:
        changed = change(payment, left)
        after.append(changed)
        left = max(left - moved(payment, changed), Money(left.currency_code, 0))
    return tuple(after)


def moved(before: Payment, after: Payment) -> Money:
    return (after.captured - before.captured) + (after.released - before.released) + (after.refunded - before.refunded)


# ------------------------------------------------------------------------------------------------ written down


async def settled(
    work: SettleWork, order: Order, changes: Sequence[tuple[Payment, Payment]], cause: Cause, now: datetime
) -> Order:
    steps = [step for before, after in changes for step in steps_between(order, before, after, cause, now)]
    payments = tuple(after for _, after in changes)
    order = replace(order, payments=payments)
    await work.payments.save_payments([after for before, after in changes if before != after])
    await work.payment_steps.add(steps)
    for step in steps:
        if step.kind is StepKind.REFUND and step.status is StepStatus.DONE:
            await given(work, order, step, now)
    return order


def steps_between(order: Order, before: Payment, after: Payment, cause: Cause, now: datetime) -> Iterator[PaymentStep]:
    """What is to be done so that a payment becomes what it says. Releasing needs nobody while there is a capture to come."""
    is_over = before.status is PaymentStatus.AUTHORIZED and after.status is not PaymentStatus.AUTHORIZED

    def step(kind: StepKind, amount: Money, method: PaymentMethod, *, is_last: bool, status: StepStatus) -> PaymentStep:
        is_asked_for = status is StepStatus.PENDING and method in (PaymentMethod.CARD, PaymentMethod.TERMINAL)
        return PaymentStep(
            id=PaymentStepId.new(),
            order=order.id,
            payment=before.id,
            kind=kind,
            status=status,
            amount=amount,
            method=method,
            is_last=is_last,
            key=cause.key,
            reason=cause.reason,
            staff=cause.staff,
            next_at=now if is_asked_for else None,
            created_at=now,
        )

    taken, given_up, back = (
        after.captured - before.captured,
        after.released - before.released,
        after.refunded - before.refunded,
    )
    if taken.minor_units:
        yield step(StepKind.CAPTURE, taken, before.method, is_last=is_over, status=StepStatus.PENDING)
    elif given_up.minor_units:
        status = StepStatus.PENDING if is_over else StepStatus.DONE
        yield step(StepKind.VOID, given_up, before.method, is_last=is_over, status=status)
    if back.minor_units:
        method = refund_method(order, before, cause)
        is_done = method in BY_WORD or (method is PaymentMethod.CASH and cause.is_at_counter)
        status = StepStatus.DONE if is_done else StepStatus.PENDING
        yield step(StepKind.REFUND, back, method, is_last=False, status=status)


def refund_method(order: Order, payment: Payment, cause: Cause) -> PaymentMethod:
    """Store credit goes to a customer; who is none gets it back as they paid, from whoever took it."""
    if cause.to is RefundTarget.STORE_CREDIT and order.customer:
        return PaymentMethod.STORE_CREDIT
    is_elsewhere = payment.is_asked_for and payment.provider is None  # by a card, to somebody else's till
    return PaymentMethod.EXTERNAL if is_elsewhere else payment.method


async def given(work: SettleWork, order: Order, step: PaymentStep, now: datetime) -> None:
    """Within a unit of work: of a refund that needs no provider, what there is to do about it."""
    payment = next(one for one in order.payments if one.id == step.payment)
    if step.method is PaymentMethod.STORE_CREDIT:
        owner = payment.customer or order.customer
        assert owner is not None, "store credit is somebody's"
        await work.store_credits.grant(owner, step.amount, CreditCause.RETURNED, payment.id, now)
    entry = entry_of(step, "refunded", now)
    await work.orders.write_down([entry])
    if step.method is PaymentMethod.EXTERNAL:
        event = Event.of(EventType.ORDER_CHANGED, str(order.id), now, change="refund_elsewhere", **entry.data)
        work.events.add(event)


def entry_of(step: PaymentStep, change: str, now: datetime, **facts: str) -> Entry:
    """What has become of it, for the order's timeline."""
    amount = {"currency": step.amount.currency_code, "minor": step.amount.minor_units, "method": step.method.value}
    return Entry(
        id=OrderEntryId.new(),
        order=step.order,
        at=now,
        kind=EntryKind.REFUND if step.kind is StepKind.REFUND else EntryKind.PAYMENT,
        change=change,
        data={**amount, "payment": str(step.payment), **facts},
        reason=step.reason,
        staff=step.staff,
    )


# ------------------------------------------------------------------------------------------------ terms


def without_terms(order: Order, tenders: Sequence[Payment] = ()) -> tuple[Payment, ...]:
    """Its payments, where tenders of a store take the place of what was put off until goods are collected there; of an order of
    which nothing is due any more, nothing is put off."""
    is_settled, here = not due(order).minor_units, defaultdict[LocationId | None, int](int)
    for tender in tenders:
        here[tender.location] += tender.amount.minor_units
    after = []
    for payment in order.payments:
        if payment.is_term:
            by_tenders = min(here[payment.location], payment.amount.minor_units)
            here[payment.location] -= by_tenders
            left = payment.amount - Money(order.currency_code, by_tenders)
            is_over = is_settled or not left.minor_units
            payment = replace(payment, status=PaymentStatus.VOIDED) if is_over else replace(payment, amount=left)
        after.append(payment)
    return tuple(after)
