"""How what is due of an order is paid: a reservation in advance, what was put off, or a difference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from domain.event import Event, EventType
from domain.idempotency import IdempotencyKey
from domain.ids import LocationId, OrderEntryId, OrderId, PaymentAttemptId
from domain.money import Money
from domain.order import Entry, EntryKind, Order
from domain.order_confirm import ConfirmWork, settle
from domain.order_place import attempt_named
from domain.order_worth import due, excess, owed
from domain.paying import PaymentDeclined, spent, written_off
from domain.payment_attempt import UNDER_WAY, AttemptStatus, PaymentAttempt
from domain.refusal import IdempotencyKeyReused, NotFound, WrongState
from domain.settlement import Cause, SettleWork, capture_for, give_back, without_terms
from domain.tender import PaymentRequired, Tendered

NO_SUCH_ORDER = NotFound(("input", "order"), "There is no such order, or it is not this session's.")


class PayWork(ConfirmWork, SettleWork, Protocol):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Paying:
    """`lease`: how long the providers may take; `most`: what may be paid, where that is not all that is due of the
    order; `at`: in which store, if in one."""

    order: OrderId
    tendered: Tendered
    key: IdempotencyKey
    lease: timedelta
    now: datetime
    most: Money | None = None
    at: LocationId | None = None


@dataclass(frozen=True, slots=True)
class OtherAttempt:
    """Another payment of the order is under way, which has to end first."""

    id: PaymentAttemptId


PayRefusal: TypeAlias = IdempotencyKeyReused | NotFound | PaymentDeclined | PaymentRequired | WrongState


def nothing_due(order: Order) -> WrongState | None:
    return None if due(order).minor_units else WrongState(("input", "order"), "Nothing is due of it.", order.status)


async def start(work: PayWork, asked: Paying) -> PaymentAttempt | PaymentAttemptId | OtherAttempt | PayRefusal:
    """The attempt, which nobody has been asked about yet; the id of the one that the same key began before."""
    now, payments = asked.now, asked.tendered.payments
    async with work:
        if (outcome := await work.idempotency.claim(asked.key, now)) is not None:
            return outcome if isinstance(outcome, IdempotencyKeyReused) else attempt_named(outcome["attempt"])
        order = await work.orders.lock(asked.order)
        if order is None:
            return NO_SUCH_ORDER
        if other := await work.payments.under_way_of(order.id):
            return OtherAttempt(other)
        if payments and (refusal := nothing_due(order)):
            return refusal  # another has paid it meanwhile
        bill = min(due(order), asked.most or due(order))
        if sum((one.amount for one in payments), Money(order.currency_code, 0)) != bill:
            return PaymentRequired(bill)
        attempt = PaymentAttempt(
            id=PaymentAttemptId.new(),
            order=order.id,
            status=AttemptStatus.PENDING,
            payments=tuple(replace(one, location=asked.at) if asked.at else one for one in payments),
            lease_until=now + asked.lease,
            ends_at=now + asked.lease,
            tokens=asked.tendered.tokens,
        )
        if declined := await spent(work, attempt, now):
            return declined
        await work.payments.create(attempt)
        await work.idempotency.settle(asked.key, {"attempt": str(attempt.id)})
        await work.commit()
    return attempt


async def paid(work: PayWork, attempt: PaymentAttempt, now: datetime) -> OrderId | None:
    """The order, with what was paid; None where somebody else has decided about this attempt meanwhile.

    What has left already is captured at once; and what was canceled while the buyer paid for it goes back.
    """
    assert attempt.order is not None, "it is of an order"
    async with work:
        found = await work.payments.lock(attempt.id)
        before = await work.orders.lock(attempt.order)
        if before is None or found is None or found.status not in UNDER_WAY:
            return None
        done = await settle(work, attempt, before.id)
        order = replace(before, payments=before.payments + done.payments, version=before.version + 1, updated_at=now)
        order = replace(order, payments=without_terms(order, done.payments))
        await work.payments.save_payments(order.payments)
        await work.orders.save(before, order)
        await work.orders.write_down([paid_entry(order, attempt, now)])
        order = await capture_for(work, order, owed(order), now, is_last=False)
        await give_back(work, order, excess(order), Cause(key=f"overpaid {attempt.id}"), now)
        work.events.add(Event.of(EventType.ORDER_CHANGED, str(order.id), now, version=order.version, change="paid"))
        await work.commit()
    return order.id


def paid_entry(order: Order, attempt: PaymentAttempt, now: datetime) -> Entry:
    amount = sum((one.amount for one in attempt.payments), Money(order.currency_code, 0))
    return Entry(
        id=OrderEntryId.new(),
        order=order.id,
        at=now,
        kind=EntryKind.PAYMENT,
        change="paid",
        data={"currency": amount.currency_code, "minor": amount.minor_units},
    )


async def not_paid(work: PayWork, attempt: PaymentAttempt, now: datetime) -> None:
    """Nothing is charged by this attempt, and the order is as it was."""
    async with work:
        found = await work.payments.lock(attempt.id)
        if found is not None and found.status in UNDER_WAY:
            await written_off(work, attempt, now)
            await work.commit()
