"""How an order is canceled, all of it or some units, until work on them has begun.

Their goods are anybody's again, and what was paid for them is given back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeAlias

from domain.actor import Actor
from domain.allocation import shelves_of
from domain.event import Event, EventType
from domain.fulfillment import NOT_BEGUN, UNDONE, Fulfillment, FulfillmentLine, FulfillmentStatus
from domain.idempotency import IdempotencyKey, IdempotencyWrites
from domain.ids import OrderEntryId, OrderId, OrderLineId
from domain.order import Entry, EntryKind, Order, OrderLine, status_of
from domain.order_action import may_decide
from domain.order_pay import NO_SUCH_ORDER
from domain.order_worth import excess
from domain.refusal import Forbidden, IdempotencyKeyReused, InvalidInput, NotFound, VersionConflict, WrongState
from domain.resourcing import ResourcingWork
from domain.resourcing_task import retasked
from domain.settlement import Cause, SettleWork, give_back, without_terms

REASON_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class LineUnits:
    """Units of an order's line."""

    order_line: OrderLineId
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Canceling:
    """`lines`: None for the whole order."""

    order: OrderId
    lines: tuple[LineUnits, ...] | None
    reason: str | None
    expected_version: int | None
    key: IdempotencyKey
    now: datetime


class CancelWork(ResourcingWork, SettleWork, Protocol):
    @property
    def idempotency(self) -> IdempotencyWrites: ...


Units: TypeAlias = Counter[OrderLineId]
CancelRefusal: TypeAlias = Forbidden | IdempotencyKeyReused | InvalidInput | NotFound | VersionConflict | WrongState


async def cancel(work: CancelWork, actor: Actor, asked: Canceling) -> OrderId | CancelRefusal:
    """Of an order that the actor sees. What providers have to do about it is carried out afterwards."""
    now = asked.now
    if not may_decide(actor):
        return Forbidden(("input", "order"), "An order is canceled by its buyer, or by an agent.")
    async with work:
        if (outcome := await work.idempotency.claim(asked.key, now)) is not None:
            return outcome if isinstance(outcome, IdempotencyKeyReused) else asked.order
        before = await work.orders.lock(asked.order)
        if before is None:
            return NO_SUCH_ORDER
        if asked.expected_version not in (None, before.version):
            return VersionConflict(("input", "expectedVersion"), before)
        units = wanted(before, asked.lines)
        if not isinstance(units, Counter):
            return units
        order = await withdrawn(work, before, units, now)
        await work.orders.save(before, order)
        cause = Cause(key=f"cancel {before.version}", reason=asked.reason, staff=actor.staff)
        await work.orders.write_down([canceled_entry(order, units, cause, actor)])
        order = await give_back(work, order, excess(order), cause, now)
        await work.payments.save_payments(without_terms(order))
        work.events.add(Event.of(EventType.ORDER_CHANGED, str(order.id), now, version=order.version, change="canceled"))
        await work.idempotency.settle(asked.key, {"order": str(order.id)})
        await work.commit()
    return order.id


# ------------------------------------------------------------------------------------------------ what can be


def cancelable(order: Order) -> Units:
    """Units by line: those on which no work has begun, and those that nobody has."""
    found = Counter({line.id: line.unsourced for line in order.lines})
    for fulfillment in order.fulfillments:
        if fulfillment.status in NOT_BEGUN:
            found.update({line.order_line: line.quantity for line in fulfillment.lines})
    return +found


def wanted(order: Order, lines: tuple[LineUnits, ...] | None) -> Units | InvalidInput | WrongState:
    """What is to be canceled, which can be."""
    left = Counter({line.id: line.quantity - line.canceled for line in order.lines})
    units = +left if lines is None else Counter[OrderLineId]()
    for n, line in enumerate(lines or ()):
        path = ("input", "lines", str(n))
        if line.order_line not in left:
            return InvalidInput((*path, "orderLine"), "`orderLine` is not a line of this order.")
        units[line.order_line] += line.quantity
        if line.quantity < 1 or units[line.order_line] > left[line.order_line]:
            most = left[line.order_line]
            return InvalidInput(
                (*path, "quantity"), f"`quantity` must be from 1 to {most}, which is what is left of this line."
            )
    if not units:
        if lines is not None:
            return InvalidInput(("input", "lines"), "`lines` is empty; name some, or leave it out to cancel the whole order.")
        return WrongState(("input", "order"), "It is canceled already.", order.status)
    if late := next(iter(units - cancelable(order)), None):
        message = "Work on some of it has begun, and it cannot be canceled any more."
        return WrongState(("input", "order" if lines is None else "lines"), message, how_far(order, late))
    return units


def how_far(order: Order, line: OrderLineId) -> str:
    """What has become of those of its units that have got furthest."""
    begun = [
        one.status
        for one in order.fulfillments
        if one.status not in (*NOT_BEGUN, *UNDONE) and any(of.order_line == line for of in one.lines)
    ]
    return begun[-1] if begun else order.status


# ------------------------------------------------------------------------------------------------ taken out


async def withdrawn(work: CancelWork, order: Order, units: Units, now: datetime) -> Order:
    """Within a unit of work: the order without these units, whose goods are anybody's again. What nobody has goes first, and
    what was begun last before the rest."""
    unsourced = Counter({line.id: min(line.unsourced, units[line.id]) for line in order.lines})
    after = {one.id: one for one in order.fulfillments}
    for fulfillment, taken in taken_from(order, units - unsourced):
        after[fulfillment.id] = shrunk(fulfillment, taken, now)
        if fulfillment.location:
            shelves = shelves_of(fulfillment, order, taken, fulfillment.location)
            await work.allocations.release(fulfillment.id, shelves)
    lines = tuple(without(line, units[line.id], unsourced[line.id]) for line in order.lines)
    fulfillments = tuple(after.values())
    order = replace(
        order,
        lines=lines,
        fulfillments=fulfillments,
        status=status_of(lines, fulfillments),
        version=order.version + 1,
        updated_at=now,
    )
    if +unsourced:
        await retasked(work, order)
    return order


def without(line: OrderLine, units: int, unsourced: int) -> OrderLine:
    return replace(line, canceled=line.canceled + units, unsourced=line.unsourced - unsourced) if units else line


def taken_from(order: Order, units: Units) -> Iterator[tuple[Fulfillment, Units]]:
    """From which fulfillments they are taken."""
    left = units.copy()
    for status in NOT_BEGUN:
        for fulfillment in reversed(order.fulfillments):
            if fulfillment.status is status:
                there = Counter[OrderLineId]()
                for line in fulfillment.lines:
                    there[line.order_line] += line.quantity
                if taken := there & left:
                    left -= taken
                    yield fulfillment, taken


def shrunk(fulfillment: Fulfillment, taken: Mapping[OrderLineId, int], now: datetime) -> Fulfillment:
    """With fewer units; without any it is canceled, and says what it was."""
    changed = replace(fulfillment, version=fulfillment.version + 1, updated_at=now)
    left, lines = Counter(taken), list[FulfillmentLine]()
    for line in fulfillment.lines:
        gone = min(line.quantity, left[line.order_line])
        left[line.order_line] -= gone
        if gone < line.quantity:
            lines.append(replace(line, quantity=line.quantity - gone) if gone else line)
    return replace(changed, lines=tuple(lines)) if lines else replace(changed, status=FulfillmentStatus.CANCELED)


def canceled_entry(order: Order, units: Units, cause: Cause, actor: Actor) -> Entry:
    return Entry(
        id=OrderEntryId.new(),
        order=order.id,
        at=order.updated_at,
        kind=EntryKind.ORDER,
        change="canceled",
        data={"units": units.total()},
        reason=cause.reason,
        channel=actor.channel.id,
        staff=cause.staff,
    )
