"""Authorizations that are about to end before the goods have left: captured as long as they are good, or told.

None can be renewed without the buyer: neither by the test provider nor by Stripe.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from domain.event import Event, EventType
from domain.ids import OrderEntryId, OrderId
from domain.order import Entry, EntryKind, Order
from domain.payment_attempt import Payment
from domain.settlement import Cause, SettleWork, captured, settled

NEAR = timedelta(days=1)


async def renew(work: SettleWork, now: datetime, most: int, *, captures: bool) -> int:
    """Each order in a unit of work of its own; answers how many there were. `captures`: the shop takes the money before it is
    lost, and gives it back for what does not come; else its staff are told, once."""
    async with work:
        orders = await work.payments.ending(now + NEAR, most)
    for id in orders:
        async with work:
            await renewed(work, id, now, captures=captures)
            await work.commit()
    return len(orders)


async def renewed(work: SettleWork, id: OrderId, now: datetime, *, captures: bool) -> None:
    """Within a unit of work."""
    before = await work.orders.lock(id)
    assert before is not None, "its payment is there"
    ending = [one.id for one in before.payments if is_ending(one, now)]
    if not ending:
        return
    changes = [(one, after(one, now, captures=captures) if one.id in ending else one) for one in before.payments]
    order = replace(before, version=before.version + 1, updated_at=now)
    order = await settled(work, order, changes, Cause(key=f"authorization {before.version}"), now)
    await work.orders.save(before, order)
    change = "authorization_captured" if captures else "authorization_ending"
    await work.orders.write_down([entry(order, one, change) for one in order.payments if one.id in ending])
    work.events.add(Event.of(EventType.ORDER_CHANGED, str(id), now, version=order.version, change=change))


def is_ending(payment: Payment, now: datetime) -> bool:
    is_near = payment.authorized_until is not None and payment.authorized_until <= now + NEAR
    return is_near and payment.told_at is None and payment.capturable.minor_units > 0


def after(payment: Payment, now: datetime, *, captures: bool) -> Payment:
    return replace(captured(payment, payment.capturable) if captures else payment, told_at=now)


def entry(order: Order, payment: Payment, change: str) -> Entry:
    return Entry(
        id=OrderEntryId.new(),
        order=order.id,
        at=order.updated_at,
        kind=EntryKind.PAYMENT,
        change=change,
        data={"payment": str(payment.id), "currency": payment.amount.currency_code, "minor": payment.amount.minor_units},
    )
