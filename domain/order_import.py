"""Orders taken in: a sale made elsewhere becomes an order like any other, once, and moves the stock that it moved.

What was handed over leaves the shelf at once, whatever the ledger says; what is promised of it beyond what is left there is
sourced elsewhere soon. What we still fulfill begins as unsourced, with a task, so that it is sourced as whatever a location has
lost is: now, or after a crash.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple, Protocol

from domain.account import Account
from domain.actor import Actor
from domain.carrier import DeliveryService, Destination
from domain.cart_changes import title_of
from domain.catalog import CatalogReads, Sku
from domain.channel import Channel, FulfillmentMethod
from domain.contact import email_key
from domain.discrepancy import Discrepancy, DiscrepancyCause, DiscrepancyWrites
from domain.event import Event, EventType
from domain.external_sale import ImportedFulfillment, Sale, SaleLine
from domain.fulfillment import Fulfillment, FulfillmentLine, FulfillmentStatus
from domain.group import Group
from domain.ids import (
    CustomerId,
    FulfillmentGroupId,
    FulfillmentId,
    FulfillmentLineId,
    OrderEntryId,
    OrderId,
    OrderLineId,
    PaymentAttemptId,
    PaymentId,
    StockDiscrepancyId,
    TaskId,
    VariantId,
)
from domain.ledger import CUSTOMER, LOSS, Shelf, StockCause, moved, on_hand_at
from domain.money import Money
from domain.order import Delivered, Entry, EntryKind, Order, OrderLine, OrderStatus, number, status_of
from domain.payment import PaymentStatus
from domain.payment_attempt import AttemptStatus, Payment, PaymentAttempt, PaymentWrites
from domain.quantities import Quantities
from domain.refusal import IdempotencyKeyReused
from domain.resourcing import ResourcingWork
from domain.resourcing_task import Task
from domain.session import Keys
from domain.ticket import TicketWrites, issue

NUMBERS_TRIED = 3
IMPORTED = "imported"
REUSED = IdempotencyKeyReused(
    ("input", "externalId"),
    "Another sale of this channel was taken in by this id; send the same again, or give this one an id of its own.",
)


class Accounts(Protocol):
    async def lock_named(self, email_key: str) -> Account | None: ...


class ImportWork(ResourcingWork, Protocol):
    @property
    def accounts(self) -> Accounts: ...

    @property
    def discrepancies(self) -> DiscrepancyWrites: ...

    @property
    def payments(self) -> PaymentWrites: ...

    @property
    def tickets(self) -> TicketWrites: ...


class Goods(NamedTuple):
    """As the channel calls them."""

    variant: VariantId
    title: str


async def goods_of(catalog: CatalogReads, actor: Actor, skus: Collection[str]) -> dict[str, Goods]:
    """By SKU, sold or not; one that no variant has is not in it."""
    variants = [one for one in await catalog.variants_any(actor, [Sku(sku) for sku in sorted(skus)]) if one]
    products = sorted({variant.product_id for variant in variants})
    titles = {product.id: product.title for product in await catalog.products_any(actor, products) if product}
    return {one.sku: Goods(one.id, title_of(one, titles.get(one.product_id, one.title))) for one in variants}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """A sale of a channel. `goods`: by SKU, what it names; `digest`: of all that was given; `destination`: of its address."""

    sale: Sale
    channel: Channel
    goods: Mapping[str, Goods]
    destination: Destination | None
    digest: str


def digest_of(sale: Sale) -> str:
    """What tells two sales of one id apart, by SHA-256. Whom they are for is not in it, and may be forgotten."""
    return sha256(repr(replace(sale.asked, contact=None, address=None)).encode()).hexdigest()


async def take_in(work: ImportWork, keys: Keys, taking: Taking, now: datetime) -> OrderId | IdempotencyKeyReused:
    """Within a unit of work: the order it became, now or when the same was taken in before."""
    group, asked = FulfillmentGroupId.new(), taking.sale.asked
    order = replace(order_of(taking, group, now), customer=await customer_of(work, taking.sale))
    people = Delivered(taking.sale.contact, {group: taking.destination} if taking.destination else {})
    for _ in range(NUMBERS_TRIED):
        if known := (await work.orders.imported(order.channel, [asked.external_id])).get(asked.external_id):
            return known.order if known.digest == taking.digest else REUSED
        if await work.orders.create(order, people):
            break
        order = replace(order, number=number())  # or somebody took the same sale in at this moment
    else:
        raise RuntimeError("no order number is free")
    await pay(work, order, taking.sale, now)
    match asked.fulfilled_by:
        case ImportedFulfillment.HANDED_OVER:
            await hand_over(work, order, now)
        case ImportedFulfillment.BY_US:
            await work.tasks.add(task_of(order, now))
            if asked.location:
                await issue(work.tickets, keys, order.id, asked.location)
        case ImportedFulfillment.ELSEWHERE:
            pass  # nothing of ours moves
    await work.orders.write_down([imported_entry(order, now)])
    work.events.add(Event.of(EventType.ORDER_CHANGED, str(order.id), now, version=order.version, change=IMPORTED))
    return order.id


async def customer_of(work: ImportWork, sale: Sale) -> CustomerId | None:
    """Who has shown that the buyer's address is theirs."""
    if sale.contact is None or sale.contact.email is None:
        return None
    account = await work.accounts.lock_named(email_key(sale.contact.email))
    return account.id if account and account.email_verified else None


async def pay(work: ImportWork, order: Order, sale: Sale, now: datetime) -> None:
    """It was paid where it was sold; of nothing there is no payment."""
    if order.totals.total.minor_units == 0:
        return
    nothing = Money(order.currency_code, 0)
    payment = Payment(
        id=PaymentId.new(),
        method=sale.asked.paid_by,
        status=PaymentStatus.CAPTURED,
        amount=order.totals.total,
        captured=order.totals.total,
        released=nothing,
        refunded=nothing,
        location=sale.asked.location if sale.asked.fulfilled_by is ImportedFulfillment.HANDED_OVER else None,
        created_at=order.placed_at,
    )
    done = PaymentAttempt(
        id=PaymentAttemptId.new(), order=order.id, status=AttemptStatus.DONE, payments=(payment,), lease_until=now, ends_at=now
    )
    await work.payments.create(done)
    await work.payments.paid_for(done.id, order.id)


async def hand_over(work: ImportWork, order: Order, now: datetime) -> None:
    """Whoever had the goods in their hands is right: what the shelf did not know of comes from LOSS."""
    (fulfillment,) = order.fulfillments
    assert fulfillment.location is not None, "it was handed over somewhere"
    place = fulfillment.location
    sold = Quantities((Shelf(line.sku, place, order.pool), line.quantity) for line in order.lines)
    levels = await work.ledger.lock(sold)
    unknown = sold - Quantities((shelf, level.on_hand) for shelf, level in levels.items())
    found = [moved(LOSS, on_hand_at(shelf), n, StockCause.COUNT, now) for shelf, n in sorted(unknown.items()) if n > 0]
    gone = [moved(on_hand_at(shelf), CUSTOMER, n, StockCause.SALE, now) for shelf, n in sorted(sold.items())]
    assert not await work.ledger.post(found), "nothing was taken from a shelf"
    assert not await work.ledger.post(gone), "what was unknown has been added"
    if found:
        subject = str(fulfillment.id)
        await work.discrepancies.record([discrepancy(shelf, n, subject, now) for shelf, n in unknown.items() if n > 0])


def discrepancy(shelf: Shelf, units: int, subject: str, now: datetime) -> Discrepancy:
    return Discrepancy(
        id=StockDiscrepancyId.new(), at=now, shelf=shelf, quantity=units, cause=DiscrepancyCause.TILL_SALE, subject=subject
    )


# ------------------------------------------------------------------------------------------------ the order


def order_of(taking: Taking, group: FulfillmentGroupId, now: datetime) -> Order:
    sale, id = taking.sale, OrderId.new()
    is_ours = sale.asked.fulfilled_by is ImportedFulfillment.BY_US
    lines = tuple(line_of(line, taking.goods[line.sku], is_ours=is_ours) for line in sale.lines)
    order = Order(
        id=id,
        number=number(),
        version=1,
        status=OrderStatus.PLACED,
        channel=taking.channel.id,
        pool=taking.channel.pool,
        currency_code=sale.asked.currency_code,
        external_id=sale.asked.external_id,
        import_digest=taking.digest,
        lines=lines,
        groups=(group_of(taking, group),) if is_ours else (),
        totals=sale.totals,
        placed_at=sale.asked.placed_at,
        updated_at=now,
    )
    fulfillments = () if is_ours else (done_already(order, sale, group),)
    return replace(order, fulfillments=fulfillments, status=status_of(lines, fulfillments))


def line_of(line: SaleLine, goods: Goods, *, is_ours: bool) -> OrderLine:
    return OrderLine(
        id=OrderLineId.new(),
        variant=goods.variant,
        sku=line.sku,
        title=goods.title,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        tax=line.tax,
        total=line.total,
        unsourced=line.quantity if is_ours else 0,
        fulfilled=0 if is_ours else line.quantity,
    )


def group_of(taking: Taking, id: FulfillmentGroupId) -> Group:
    """What we still fulfill, before anything of it is planned."""
    asked, nothing = taking.sale.asked, Money(taking.sale.asked.currency_code, 0)
    return Group(
        id=id,
        method=FulfillmentMethod.PICKUP if asked.location else FulfillmentMethod.DELIVERY,
        location=asked.location,
        service=None if asked.location else DeliveryService.STANDARD,
        destination=taking.destination,
        parts=(),
        price=taking.sale.fulfillment,
        promise=None,
        valid_until=asked.placed_at,
        carbon_grams=0,
        cost=nothing,
        bound=nothing,
        optimal=False,
        rules="",
    )


def done_already(order: Order, sale: Sale, group: FulfillmentGroupId) -> Fulfillment:
    """Of no group that was ever planned here, so that nobody takes it for a pickup of ours."""
    at, place = sale.asked.placed_at, sale.asked.location
    lines = (
        FulfillmentLine(id=FulfillmentLineId.new(), order_line=line.id, quantity=line.quantity, picked=line.quantity)
        for line in order.lines
    )
    return Fulfillment(
        id=FulfillmentId.new(),
        order=order.id,
        version=1,
        method=FulfillmentMethod.PICKUP if place else FulfillmentMethod.DELIVERY,
        status=FulfillmentStatus.COLLECTED if place else FulfillmentStatus.DELIVERED,
        location=place,
        destination=place,
        group=group,
        lines=tuple(lines),
        created_at=at,
        updated_at=at,
    )


def task_of(order: Order, now: datetime) -> Task:
    (group,) = order.groups
    units = tuple(sorted((line.id, line.quantity) for line in order.lines))
    return Task(id=TaskId.new(), order=order.id, group=group.id, units=units, excluded=(), cause=IMPORTED, created_at=now)


def imported_entry(order: Order, now: datetime) -> Entry:
    return Entry(
        id=OrderEntryId.new(),
        order=order.id,
        at=now,
        kind=EntryKind.ORDER,
        change=IMPORTED,
        data={"units": sum(line.quantity for line in order.lines)},
        channel=order.channel,
    )
