"""What comes of a payment: the order exists, with what is held allocated to it; or the checkout is open again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from domain.cart import Cart, CartStatus
from domain.cart_activity import Change
from domain.cart_changes import moved_on
from domain.channel import FulfillmentMethod
from domain.checkout import Checkout, CheckoutStatus
from domain.event import Event, EventType
from domain.fulfillment import Fulfillment, FulfillmentLine, FulfillmentStatus
from domain.group import Group, GroupPart
from domain.hold import Demand
from domain.ids import CartLineId, FulfillmentId, FulfillmentLineId, OrderEntryId, OrderId, OrderLineId
from domain.ledger import Shelf
from domain.order import Delivered, Entry, EntryKind, Order, OrderLine, OrderStatus, OrderWrites, number
from domain.order_place import PlaceWork, reopened
from domain.paying import taken, written_off
from domain.payment_attempt import UNDER_WAY, AttemptStatus, PaymentAttempt
from domain.quantities import Quantities
from domain.session import Keys
from domain.ticket import TicketWrites, issue

RETRY_FOR = timedelta(minutes=5)  # at least, for another way to pay
HELD_MAX = timedelta(minutes=45)
NUMBERS_TRIED = 3


class ConfirmWork(PlaceWork, Protocol):
    @property
    def orders(self) -> OrderWrites: ...

    @property
    def tickets(self) -> TicketWrites: ...


async def confirm(work: ConfirmWork, keys: Keys, attempt: PaymentAttempt, now: datetime) -> OrderId | None:
    """The order of a checkout that is paid; None where somebody else has decided about this attempt meanwhile."""
    async with work:
        found = await being_paid(work, attempt)
        if found is None:
            return None
        cart, checkout = found
        order = ordered(checkout, now)
        allocated = {one.id: demand_of(one, order) for one in order.fulfillments}
        if not await work.holds.allocate(checkout.id, allocated):
            raise RuntimeError(f"checkout {checkout.id} does not hold what it was begun with")
        people = Delivered(cart.contact, {group.id: group.destination for group in order.groups if group.destination})
        order = await created(work, order, people)
        await settle(work, attempt, order.id)
        for store in sorted({one.destination for one in order.fulfillments if one.destination}):
            await issue(work.tickets, keys, order.id, store)
        done = replace(checkout, status=CheckoutStatus.COMPLETED, order=order.id)
        await work.checkouts.save(done, ended_at=now)
        await moved_on(work, cart, CartStatus.ORDERED, Change.ORDERED, now)
        await work.orders.write_down([placed_entry(order)])
        work.events.add(Event.of(EventType.ORDER_CHANGED, str(order.id), now, version=order.version, change="placed"))
        await work.commit()
    return order.id


async def being_paid(work: PlaceWork, attempt: PaymentAttempt) -> tuple[Cart, Checkout] | None:
    """Within a unit of work: the checkout of an attempt on which nobody has decided yet, with its cart locked before it."""
    assert attempt.checkout is not None, "it is of a checkout"
    id = await work.checkouts.cart_of(attempt.checkout)
    assert id is not None, "a checkout has a cart"
    cart = await work.carts.lock_any(id)
    checkout = await work.checkouts.lock(attempt.checkout)
    found = await work.payments.lock(attempt.id)
    if checkout is None or found is None or found.status not in UNDER_WAY:
        return None
    is_it = checkout.status is CheckoutStatus.PAYING and checkout.attempt == attempt.id
    return (cart, checkout) if is_it else None


async def created(work: ConfirmWork, order: Order, people: Delivered) -> Order:
    for _ in range(NUMBERS_TRIED):
        if await work.orders.create(order, people):
            return order
        order = replace(order, number=number())
    raise RuntimeError("no order number is free")


async def settle(work: ConfirmWork, attempt: PaymentAttempt, order: OrderId) -> PaymentAttempt:
    """All of an attempt's payments were taken, and are the order's."""
    done = replace(attempt, status=AttemptStatus.DONE, payments=tuple(taken(one) for one in attempt.payments))
    await work.payments.save(done)
    await work.payments.paid_for(attempt.id, order)
    return done


# ------------------------------------------------------------------------------------------------ the order


def ordered(checkout: Checkout, now: datetime) -> Order:
    """Everything as it was frozen: a line for each of its lines, a fulfillment for each place that gives something."""
    id = OrderId.new()
    lines = {line.id: OrderLineId.new() for line in checkout.lines}
    return Order(
        id=id,
        number=number(),
        version=1,
        status=OrderStatus.PLACED,
        channel=checkout.channel,
        pool=checkout.pool,
        currency_code=checkout.currency_code,
        source_code=checkout.source_code,
        customer=checkout.customer,
        cart=checkout.cart,
        lines=tuple(
            OrderLine(
                id=lines[line.id],
                variant=line.variant,
                sku=line.sku,
                title=line.title,
                quantity=line.quantity,
                unit_price=line.unit_price,
                discount=line.discount,
                tax=line.tax,
                total=line.total,
            )
            for line in checkout.lines
        ),
        groups=checkout.groups,
        fulfillments=tuple(f for group in checkout.groups for f in fulfillments_of(id, group, lines, now)),
        totals=checkout.totals,
        placed_at=now,
        updated_at=now,
    )


def fulfillments_of(
    order: OrderId, group: Group, lines: Mapping[CartLineId, OrderLineId], now: datetime
) -> Iterator[Fulfillment]:
    for part in group.parts:
        yield fulfillment_of(order, group, part, lines, now)


def fulfillment_of(
    order: OrderId, group: Group, part: GroupPart, lines: Mapping[CartLineId, OrderLineId], now: datetime
) -> Fulfillment:
    return Fulfillment(
        id=FulfillmentId.new(),
        order=order,
        version=1,
        method=group.method,
        status=FulfillmentStatus.OPEN,
        location=part.location,
        destination=None if group.method is FulfillmentMethod.DELIVERY else group.location,
        group=group.id,
        lines=tuple(
            FulfillmentLine(id=FulfillmentLineId.new(), order_line=lines[line], quantity=units) for line, units in part.units
        ),
        promise=group.promise,
        expected_at=part.expected_at,
        reasons=part.reasons,
        created_at=now,
        updated_at=now,
    )


def demand_of(fulfillment: Fulfillment, order: Order) -> Demand:
    """What it takes, from the shelves of its location or out of what is expected there."""
    units = Quantities((shelf_of(line, fulfillment, order), line.quantity) for line in fulfillment.lines)
    if fulfillment.expected_at is None:
        return Demand(units)
    return Demand(Quantities(), Quantities(((shelf, fulfillment.expected_at), n) for shelf, n in units.items()))


def shelf_of(line: FulfillmentLine, fulfillment: Fulfillment, order: Order) -> Shelf:
    assert fulfillment.location is not None, "it takes nothing of ours"
    return Shelf(order.line(line.order_line).sku, fulfillment.location, order.pool)


def placed_entry(order: Order) -> Entry:
    return Entry(
        id=OrderEntryId.new(),
        order=order.id,
        at=order.placed_at,
        kind=EntryKind.ORDER,
        change="placed",
        data={"units": sum(line.quantity for line in order.lines)},
        channel=order.channel,
    )


# ------------------------------------------------------------------------------------------------ or not


async def fail(work: PlaceWork, attempt: PaymentAttempt, now: datetime, *, is_canceled: bool = False) -> None:
    """Nothing is charged by this attempt. The checkout is open once more, for another way to pay, or canceled."""
    async with work:
        found = await being_paid(work, attempt)
        if found is None:
            return
        _, checkout = found
        await work.promotions.give_back(sorted(checkout.promotions))
        await written_off(work, attempt, now)
        until = min(max(checkout.expires_at, now + RETRY_FOR), checkout.created_at + HELD_MAX)
        if is_canceled or until <= now:
            await work.holds.release(checkout.id)
            status = CheckoutStatus.CANCELED if is_canceled else CheckoutStatus.EXPIRED
            await work.checkouts.save(replace(checkout, status=status), ended_at=now)
            await reopened(work, checkout, now)
        else:
            await work.holds.keep(checkout.id, until)
            await work.checkouts.save(replace(checkout, status=CheckoutStatus.OPEN, expires_at=until))
        await work.commit()
