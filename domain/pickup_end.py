"""How a pickup ends that nobody comes for: its buyer is reminded, may ask for longer, and then it goes back on the shelf."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from domain.allocation import shelves_of
from domain.event import Event, EventType
from domain.fulfillment import FulfillmentStatus
from domain.goods_money import settled_up
from domain.ids import FulfillmentId, LocationId, OrderId, StaffMemberId
from domain.location import Location
from domain.order import Order
from domain.pickup import spend, waiting
from domain.pickup_deadline import EXTENSIONS_MAX, closing
from domain.refusal import InvalidInput, LimitReached, NotFound, WrongState
from domain.store_work import CHANGES, NO_SUCH_FULFILLMENT, StoreWork, Told, all_units, became, canceled, saved, units_of, with_
from domain.ticket import Ticket

S = FulfillmentStatus
REMINDED_BEFORE = timedelta(days=1)
AT_ONCE = 50
FULFILLMENT, UNTIL = ("input", "fulfillment"), ("input", "until")

ExtendRefusal: TypeAlias = InvalidInput | LimitReached | NotFound | WrongState


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupExtend:
    fulfillment: FulfillmentId
    until: datetime


def extendable_until(ticket: Ticket, location: Location) -> datetime | None:
    """None where nothing is ready, or it was made longer often enough."""
    if ticket.collect_before is None or ticket.spent_at or ticket.extensions >= EXTENSIONS_MAX:
        return None
    return closing(location, ticket.collect_before)


async def extend(
    work: StoreWork,
    asked: PickupExtend,
    locations: Mapping[LocationId, Location],
    now: datetime,
    *,
    staff: StaffMemberId | None = None,
) -> OrderId | ExtendRefusal:
    """For whoever sees the order: all that waits in the store is kept for longer."""
    async with work:
        before = await work.orders.lock_of(asked.fulfillment)
        if before is None:
            return NO_SUCH_FULFILLMENT
        one = before.fulfillment(asked.fulfillment)
        ticket = await work.tickets.of(before.id, one.destination) if one.destination else None
        if ticket is None or one.status is not S.READY_FOR_PICKUP:
            return WrongState(FULFILLMENT, f"It is {one.status}; only what is ready can be kept for longer.", one.status)
        if refusal := too_long(ticket, locations[ticket.location], asked.until, now):
            return refusal
        later = replace(ticket, collect_before=asked.until, reminded_at=None, extensions=ticket.extensions + 1)
        await work.tickets.save(later)
        kept = [became(each, each.status, now, collect_before=asked.until) for each in waiting(before, ticket.location)]
        told = Told(fulfillment=one.id, change="extended", units=sum(map(all_units, kept)))
        await saved(work, before, with_(before, *kept), [told], now, staff=staff)
        await work.commit()
    return before.id


def too_long(
    ticket: Ticket, location: Location, until: datetime, now: datetime
) -> InvalidInput | LimitReached | WrongState | None:
    most = extendable_until(ticket, location)
    if most is None:
        return LimitReached("extensions", f"It was kept for longer {EXTENSIONS_MAX} times; that is the limit.", UNTIL)
    assert ticket.collect_before is not None, "else it could not be extended"
    if ticket.collect_before <= now:
        return WrongState(FULFILLMENT, "It is too late for that: it goes back on the shelf.", S.EXPIRED)
    if not ticket.collect_before < until <= most:
        first, last = (at.isoformat(timespec="seconds") for at in (ticket.collect_before, most))
        return InvalidInput(UNTIL, f"`until` must be after {first}, and no later than {last}.")
    return None


# ------------------------------------------------------------------------------------------------ jobs


async def remind(work: StoreWork, now: datetime) -> int:
    """A day before, once; answers how many tickets there were. Several processes at once do each once."""
    async with work:
        ending = await work.tickets.ending(now, now + REMINDED_BEFORE, AT_ONCE)
    for order, store in ending:
        async with work:
            found, ticket = await work.orders.lock(order), await work.tickets.of(order, store)
            if found and ticket and ticket.collect_before and not ticket.reminded_at and not ticket.spent_at:
                await work.tickets.save(replace(ticket, reminded_at=now))
                facts = {"version": found.version, "change": "reminded", "location": str(store)}
                work.events.add(Event.of(EventType.ORDER_CHANGED, str(order), now, **facts))
                await work.commit()
    return len(ending)


async def expire_uncollected(work: StoreWork, now: datetime) -> int:
    """What nobody came for can be sold again, and is paid back; answers how many tickets there were."""
    async with work:
        over = await work.tickets.over(now, AT_ONCE)
    for order, store in over:
        await expire_at(work, order, store, now)
    return len(over)


async def expire_at(work: StoreWork, id: OrderId, store: LocationId, now: datetime) -> None:
    async with work:
        before, ticket = await work.orders.lock(id), await work.tickets.of(id, store)
        if before is None or ticket is None or ticket.spent_at or (ticket.collect_before or now) > now:
            return
        after, told = before, []
        for one in waiting(before, store):
            after = await put_back(work, after, one.id, store, now)
            told.append(Told(fulfillment=one.id, change=CHANGES[S.EXPIRED], units=all_units(one)))
        if told:
            after = await settled_up(work, after, f"never collected {told[0].fulfillment}", now)
            await saved(work, before, after, told, now)
        await spend(work, ticket, after, now)
        await work.commit()


async def put_back(work: StoreWork, order: Order, id: FulfillmentId, store: LocationId, now: datetime) -> Order:
    one = order.fulfillment(id)
    await work.allocations.release(id, shelves_of(one, order, units_of(one), store))
    return with_(canceled(order, units_of(one)), became(one, S.EXPIRED, now))
