"""How some of an order shall reach its buyer after all: another way, store or address, for what nobody works on yet.

What is given up is allocated no more, and what takes its place is taken in the same unit of work, so that nothing is lost in
between and nothing is taken twice. What is cheaper than before is given back; what is dearer is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeAlias

from domain.actor import Actor
from domain.allocation import shelves_of
from domain.channel import FulfillmentMethod
from domain.event import Event, EventType
from domain.fulfillment import Fulfillment
from domain.group import Group
from domain.idempotency import IdempotencyKey, IdempotencyWrites
from domain.ids import CartLineId, FulfillmentId, OrderEntryId, OrderId, OrderLineId
from domain.ledger import Shelf
from domain.order import Entry, EntryKind, Order, status_of
from domain.order_action import is_changeable
from domain.order_cancel import shrunk
from domain.order_confirm import fulfillments_of
from domain.order_worth import due, excess
from domain.refusal import Forbidden, IdempotencyKeyReused, InvalidInput, LimitReached, NotFound, WrongState
from domain.resourced import with_fulfillments
from domain.resourcing import ResourcingWork, taken_by
from domain.resourcing_task import retasked
from domain.session import Keys
from domain.settlement import Cause, SettleWork, give_back, without_terms
from domain.ticket import TicketWrites, issue

OF_THE_BUYER = Forbidden(("input", "order"), "An order is changed by its buyer, or by an agent.")
GROUPS_MAX = 50  # of one order, with those it had before


class ChangeWork(ResourcingWork, SettleWork, Protocol):
    @property
    def idempotency(self) -> IdempotencyWrites: ...

    @property
    def tickets(self) -> TicketWrites: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentChange:
    """`units`: of which lines, that `fulfillment` brings, or None what is unsourced; `group`: how they come from now on, as it
    was planned for this `version` of the order."""

    order: OrderId
    version: int
    fulfillment: FulfillmentId | None
    units: Mapping[OrderLineId, int]
    group: Group
    key: IdempotencyKey
    now: datetime


@dataclass(frozen=True, slots=True)
class Overtaken:
    """The order, or what the shelves have, is no longer what was planned for: plan anew."""

    short: tuple[Shelf, ...] = ()


ChangeRefusal: TypeAlias = Forbidden | IdempotencyKeyReused | InvalidInput | LimitReached | NotFound | WrongState


def changeable(
    order: Order, fulfillment: FulfillmentId | None
) -> dict[OrderLineId, int] | InvalidInput | LimitReached | NotFound | WrongState:
    """By line, the units that can still come another way."""
    path = ("input", "fulfillment")
    if len(order.groups) >= GROUPS_MAX:
        return LimitReached("changes", "This order was changed too often; ask the shop.", ("input", "order"))
    if fulfillment is None:
        unsourced = {line.id: line.unsourced for line in order.lines if line.unsourced}
        return unsourced or InvalidInput(path, "Nothing of this order is unsourced; say which `fulfillment` shall change.")
    found = next((one for one in order.fulfillments if one.id == fulfillment), None)
    if found is None:
        return NotFound(path, "This order has no such fulfillment.")
    if not is_changeable(found):
        return WrongState(path, "Work on it has begun; it can no longer be changed.", found.status)
    return {line.order_line: line.quantity for line in found.lines}


def unpaid(order: Order, units: Iterable[OrderLineId], method: FulfillmentMethod) -> WrongState | None:
    """What was to be paid in its store leaves for elsewhere once it is paid."""
    if method is FulfillmentMethod.RESERVE_IN_STORE or not due(order).minor_units:
        return None
    lines = set(units)
    touched = [one for one in order.fulfillments if any(line.order_line in lines for line in one.lines)]
    terms = {one.location for one in order.payments if one.is_term}
    if any(one.is_unpaid or (one.destination and one.destination in terms) for one in touched):
        return WrongState(("input", "how"), "It was to be paid in its store; pay it first (orderPay).", order.status)
    return None


async def change(
    work: ChangeWork, keys: Keys, actor: Actor, asked: FulfillmentChange, *, safety: int
) -> OrderId | Overtaken | IdempotencyKeyReused:
    """`safety`: that the order's channel keeps on each shelf."""
    async with work:
        if (outcome := await work.idempotency.claim(asked.key, asked.now)) is not None:
            return outcome if isinstance(outcome, IdempotencyKeyReused) else order_named(outcome["order"])
        before = await work.orders.lock(asked.order)
        if before is None or before.version != asked.version:
            return Overtaken()
        freed = before if asked.fulfillment is None else await given_up(work, before, asked)
        ids = {CartLineId(line.id.value): line.id for line in before.lines}
        new = tuple(fulfillments_of(before.id, asked.group, ids, asked.now))
        for one in new:
            if short := await taken_by(work, freed, one, safety=safety):
                return Overtaken(short)
        after = await saved(work, keys, before, with_fulfillments(freed, new), asked)
        if asked.fulfillment is None:
            await retasked(work, after)
        cause = Cause(key=f"change {before.version}", staff=actor.staff)
        settled = await give_back(work, after, excess(after), cause, asked.now)
        await work.payments.save_payments(without_terms(settled))
        await written_down(work, actor, before, new, asked)
        await work.idempotency.settle(asked.key, {"order": str(before.id)})
        await work.commit()
    return before.id


def order_named(text: str) -> OrderId:
    id = OrderId.parse(text)
    assert id is not None, "we wrote it"
    return id


async def given_up(work: ChangeWork, order: Order, asked: FulfillmentChange) -> Order:
    """These units are anybody's again, and nobody brings them."""
    old = next(one for one in order.fulfillments if one.id == asked.fulfillment)
    assert old.location is not None, "what is fulfilled elsewhere is changed there"
    await work.allocations.release(old.id, shelves_of(old, order, asked.units, old.location))
    parts = tuple(shrunk(one, asked.units, asked.now) if one.id == old.id else one for one in order.fulfillments)
    lines = tuple(replace(line, unsourced=line.unsourced + asked.units.get(line.id, 0)) for line in order.lines)
    return replace(order, lines=lines, fulfillments=parts)


async def saved(work: ChangeWork, keys: Keys, before: Order, after: Order, asked: FulfillmentChange) -> Order:
    """With where it goes, and the ticket of a store that it is collected at."""
    group = asked.group
    status = status_of(after.lines, after.fulfillments)
    after = replace(after, version=before.version + 1, status=status, groups=(*before.groups, group), updated_at=asked.now)
    await work.orders.save(before, after)
    if group.destination:
        await work.orders.bring(before.id, group.id, group.destination)
    if group.location and await work.tickets.of(before.id, group.location) is None:
        await issue(work.tickets, keys, before.id, group.location)
    return after


async def written_down(
    work: ChangeWork, actor: Actor, before: Order, new: tuple[Fulfillment, ...], asked: FulfillmentChange
) -> None:
    entry = Entry(
        id=OrderEntryId.new(),
        order=before.id,
        at=asked.now,
        kind=EntryKind.FULFILLMENT,
        change="fulfillment_changed",
        data={"units": sum(asked.units.values())},
        channel=actor.channel.id,
        staff=actor.staff,
        fulfillment=new[0].id,
    )
    await work.orders.write_down([entry])
    version = before.version + 1
    told = Event.of(EventType.ORDER_CHANGED, str(before.id), asked.now, version=version, change="fulfillment_changed")
    work.events.add(told)
