"""What shelves mean for orders: goods that an order waited for have come in, or fewer are there than orders were promised.

Whoever changes a shelf has locked its level, and an order is locked before levels. So what a change means for orders is found
afterwards, wherever it came from, and told to one order at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from domain.event import Event, EventType
from domain.fulfillment import NOT_BEGUN, Fulfillment, FulfillmentStatus
from domain.ids import FulfillmentId, OrderEntryId, OrderId, OrderLineId
from domain.ledger import Shelf
from domain.order import Entry, EntryKind, Order, status_of
from domain.resourcing import ResourcingWork, Sourcer, lose, resource

AT_ONCE = 50
CAUSE = "count"


class PromisedNews(Protocol):
    async def supplied(self, most: int) -> Sequence[OrderId]:
        """Orders with fulfillments that are said to wait for goods, and for which all has come in."""
        ...

    async def waiting(self, fulfillments: Sequence[FulfillmentId]) -> Collection[FulfillmentId]:
        """Those of these for which something is still to come in."""
        ...

    async def exceeded(self, most: int) -> Sequence[Shelf]:
        """Shelves where more is held and allocated than there is, some of it for fulfillments whose work has not begun."""
        ...

    async def newest(self, shelf: Shelf, most: int) -> Sequence[OrderId]:
        """Orders whose goods are allocated there and whose work has not begun, the newest first."""
        ...

    async def allocated(self, order: OrderId, shelf: Shelf) -> Mapping[FulfillmentId, int]:
        """Units there, by the fulfillments of an order."""
        ...


class PromisedWork(ResourcingWork, Protocol):
    @property
    def promises(self) -> PromisedNews: ...


# ------------------------------------------------------------------------------------------------ come in


async def tell_supplied(work: PromisedWork, now: datetime) -> int:
    """Fulfillments for which all has come in wait no longer; answers how many orders there were."""
    async with work:
        supplied = await work.promises.supplied(AT_ONCE)
    for id in supplied:
        async with work:
            order = await work.orders.lock(id)
            assert order is not None, "it was found"
            waiting = await work.promises.waiting([one.id for one in order.fulfillments])
            came = [one for one in order.fulfillments if one.expected_at and one.status in NOT_BEGUN and one.id not in waiting]
            if came:
                after = changed(order, [replace(one, expected_at=None) for one in came], now)
                await saved(work, order, after, [entry_of(one, "supplied", units_of(one), now) for one in came])
                await work.commit()
    return len(supplied)


# ------------------------------------------------------------------------------------------------ lost


async def resource_excess(work: PromisedWork, sourcer: Sourcer) -> int:
    """What is allocated beyond what is there comes from elsewhere, for the newest orders first; answers for how many.

    Holds are left: a checkout finds out when it is paid for.
    """
    lost = 0
    async with work:
        shelves = await work.promises.exceeded(AT_ONCE)
    for shelf in shelves:
        async with work:
            orders = await work.promises.newest(shelf, AT_ONCE)
        for id in orders:
            if not await took_from(work, id, shelf, sourcer.clock()):
                break
            await resource(sourcer, id)
            lost += 1
    return lost


async def took_from(work: PromisedWork, id: OrderId, shelf: Shelf, now: datetime) -> bool:
    """False where there is no excess any more."""
    async with work:
        order = await work.orders.lock(id)
        level = (await work.ledger.lock([shelf]))[shelf]
        excess = level.held + level.allocated - level.on_hand
        if order is None or excess <= 0:
            return False
        allocated = await work.promises.allocated(id, shelf)
        after, entries = order, []
        for one in order.fulfillments:
            units = min(excess, allocated.get(one.id, 0)) if one.status in NOT_BEGUN else 0
            if units > 0:
                gone = lines_of(order, one, shelf.sku, units)
                after = changed(await lose(work, after, one, gone, CAUSE, now), [without(one, gone)], now)
                entries.append(entry_of(one, "lost", units, now))
                excess -= units
        if entries:
            await saved(work, order, after, entries)
            await work.commit()
    return True


def lines_of(order: Order, fulfillment: Fulfillment, sku: str, units: int) -> dict[OrderLineId, int]:
    """Of which lines units of a SKU are taken, from the last on."""
    taken: dict[OrderLineId, int] = {}
    for line in reversed(fulfillment.lines):
        n = min(units - sum(taken.values()), line.quantity) if order.line(line.order_line).sku == sku else 0
        if n > 0:
            taken[line.order_line] = n
    return taken


def without(fulfillment: Fulfillment, gone: Mapping[OrderLineId, int]) -> Fulfillment:
    """What is left of it; where that is nothing, its location has rejected it."""
    left = [replace(line, quantity=line.quantity - gone.get(line.order_line, 0)) for line in fulfillment.lines]
    if lines := tuple(line for line in left if line.quantity):
        return replace(fulfillment, lines=lines)
    return replace(fulfillment, status=FulfillmentStatus.REJECTED)


# ------------------------------------------------------------------------------------------------ told


def changed(order: Order, parts: Sequence[Fulfillment], now: datetime) -> Order:
    """With these fulfillments as they are now; the order's own version is for whoever saves it."""
    new = {one.id: replace(one, version=one.version + 1, updated_at=now) for one in parts}
    fulfillments = tuple(new.get(one.id, one) for one in order.fulfillments)
    return replace(order, fulfillments=fulfillments, status=status_of(order.lines, fulfillments), updated_at=now)


async def saved(work: PromisedWork, before: Order, after: Order, entries: Sequence[Entry]) -> None:
    after = replace(after, version=before.version + 1)
    await work.orders.save(before, after)
    await work.orders.write_down(entries)
    change, at = entries[0].change, after.updated_at
    work.events.add(Event.of(EventType.ORDER_CHANGED, str(after.id), at, version=after.version, change=change))


def units_of(fulfillment: Fulfillment) -> int:
    return sum(line.quantity for line in fulfillment.lines)


def entry_of(fulfillment: Fulfillment, change: str, units: int, now: datetime) -> Entry:
    return Entry(
        id=OrderEntryId.new(),
        order=fulfillment.order,
        at=now,
        kind=EntryKind.FULFILLMENT,
        change=change,
        data={"units": units},
        fulfillment=fulfillment.id,
    )
