"""The work of stores and warehouses: each step that somebody of the staff takes with a fulfillment, in one unit of work.

A step locks the order, and then asks: may this actor do it, where it is done; is it the version they looked at; may it become
that from where it stands? Done again with the same key, it is done once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar

from domain.actor import Actor
from domain.attempt import AttemptWrites
from domain.discrepancy import DiscrepancyWrites
from domain.event import Event, EventType
from domain.fulfillment import Fulfillment, FulfillmentLine, FulfillmentStatus
from domain.idempotency import IdempotencyKey, IdempotencyWrites
from domain.ids import FulfillmentId, FulfillmentLineId, LocationId, OrderEntryId, OrderId, OrderLineId, StaffMemberId
from domain.order import Entry, EntryKind, Order, status_of
from domain.picked_line import PickedLine
from domain.refusal import Forbidden, IdempotencyKeyReused, InvalidInput, NotFound, VersionConflict, WrongState
from domain.resourcing import ResourcingWork
from domain.settlement import SettleWork
from domain.ticket import TicketWrites

FULFILLMENT = ("input", "fulfillment")
NO_SUCH_FULFILLMENT = NotFound(FULFILLMENT, "There is no such fulfillment, or it is of a location that you do not work at.")
REASON_CHARACTERS_MAX = 500

S = FulfillmentStatus
AT_DESTINATION = (S.ARRIVED, S.READY_FOR_PICKUP, S.COLLECTED)  # becomes so where it is collected; all else where it comes from
CHANGES = {
    S.ACCEPTED: "accepted",
    S.PICKED: "picked",
    S.PACKED: "packed",
    S.IN_TRANSIT: "sent_to_store",
    S.ARRIVED: "arrived",
    S.READY_FOR_PICKUP: "ready",
    S.COLLECTED: "collected",
    S.SHIPPED: "shipped",
    S.DELIVERED: "delivered",
    S.REJECTED: "rejected",
    S.EXPIRED: "expired",
}

StepRefusal: TypeAlias = Forbidden | IdempotencyKeyReused | InvalidInput | NotFound | VersionConflict | WrongState


class StoreWork(ResourcingWork, SettleWork, Protocol):
    @property
    def attempts(self) -> AttemptWrites: ...

    @property
    def discrepancies(self) -> DiscrepancyWrites: ...

    @property
    def idempotency(self) -> IdempotencyWrites: ...

    @property
    def tickets(self) -> TicketWrites: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What each step comes with. `expected_version`: of the fulfillment, as it was looked at."""

    actor: Actor
    fulfillment: FulfillmentId
    now: datetime
    expected_version: int | None = None
    key: IdempotencyKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an order's timeline tells of a fulfillment. `facts`: beside the number of units."""

    fulfillment: FulfillmentId
    change: str
    units: int
    reason: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """The order as it is after a step."""

    order: Order
    told: Told


Other = TypeVar("Other")
Step: TypeAlias = Callable[[Order, Fulfillment], Awaitable[Done | Other]]


async def once(work: StoreWork, asked: Asked, step: Step[Other], *goals: FulfillmentStatus) -> OrderId | StepRefusal | Other:
    """Takes a step to a status, of several to the one that is on the fulfillment's way."""
    async with work:
        if asked.key and (outcome := await work.idempotency.claim(asked.key, asked.now)) is not None:
            return outcome if isinstance(outcome, IdempotencyKeyReused) else order_named(outcome["order"])
        order = await work.orders.lock_of(asked.fulfillment)
        if order is None:
            return NO_SUCH_FULFILLMENT
        one = order.fulfillment(asked.fulfillment)
        if refusal := refused(asked, one, next((goal for goal in goals if goal in one.way), goals[0])):
            return refusal
        done = await step(order, one)
        if not isinstance(done, Done):
            return done
        await saved(work, order, done.order, [done.told], asked.now, staff=asked.actor.staff)
        if asked.key:
            await work.idempotency.settle(asked.key, {"order": str(order.id)})
        await work.commit()
    return order.id


def order_named(text: str) -> OrderId:
    id = OrderId.parse(text)
    assert id is not None, "we wrote it"
    return id


def refused(
    asked: Asked, one: Fulfillment, to: FulfillmentStatus
) -> Forbidden | NotFound | VersionConflict | WrongState | None:
    here = one.destination if to in AT_DESTINATION else one.location
    if not asked.actor.is_staff:
        return Forbidden(FULFILLMENT, "This is done by the staff of the location.")
    if not any(place and asked.actor.serves(place) for place in (one.location, one.destination)):
        return NO_SUCH_FULFILLMENT
    if asked.expected_version not in (None, one.version):
        return VersionConflict(("input", "expectedVersion"), one)
    if not one.may_become(to):
        return WrongState(FULFILLMENT, f"It is {one.status}, and cannot become {to} from there.", one.status)
    if here is None or not asked.actor.serves(here):
        return Forbidden(FULFILLMENT, "This is done by the staff of the other location.")
    return None


async def saved(
    work: ResourcingWork,
    before: Order,
    after: Order,
    told: Sequence[Told],
    now: datetime,
    *,
    staff: StaffMemberId | None = None,
) -> None:
    """Within a unit of work: the order as it is then, its timeline, and an event for each that is told of."""
    status = status_of(after.lines, after.fulfillments)
    after = replace(after, version=before.version + 1, status=status, updated_at=now)
    await work.orders.save(before, after)
    await work.orders.write_down([entry_of(after, one, staff) for one in told])
    for one in told:
        facts = {"version": after.version, "change": one.change, "fulfillment": str(one.fulfillment)}
        work.events.add(Event.of(EventType.ORDER_CHANGED, str(after.id), now, **facts))


def entry_of(order: Order, told: Told, staff: StaffMemberId | None) -> Entry:
    return Entry(
        id=OrderEntryId.new(),
        order=order.id,
        at=order.updated_at,
        kind=EntryKind.FULFILLMENT,
        change=told.change,
        data={"units": told.units, **told.facts},
        reason=told.reason,
        staff=staff,
        fulfillment=told.fulfillment,
    )


# ------------------------------------------------------------------------------------------------ what a step changes


def became(one: Fulfillment, status: FulfillmentStatus, now: datetime, **changes: Any) -> Fulfillment:
    return replace(one, status=status, version=one.version + 1, updated_at=now, **changes)


def done(order: Order, one: Fulfillment, units: int, *, reason: str | None = None, **facts: Any) -> Done:
    """`one`: as it has become; its status says what is told."""
    told = Told(fulfillment=one.id, change=CHANGES[one.status], units=units, reason=reason, facts=facts)
    return Done(with_(order, one), told)


def with_(order: Order, *changed: Fulfillment) -> Order:
    """The order with these as they are now."""
    new = {one.id: one for one in changed}
    return replace(order, fulfillments=tuple(new.get(one.id, one) for one in order.fulfillments))


def units_of(one: Fulfillment) -> dict[OrderLineId, int]:
    return {line.order_line: line.quantity for line in one.lines}


def all_units(one: Fulfillment) -> int:
    return sum(line.quantity for line in one.lines)


def fulfilled(order: Order, units: Mapping[OrderLineId, int]) -> Order:
    lines = tuple(replace(line, fulfilled=line.fulfilled + units.get(line.id, 0)) for line in order.lines)
    return replace(order, lines=lines)


def canceled(order: Order, units: Mapping[OrderLineId, int]) -> Order:
    lines = tuple(replace(line, canceled=line.canceled + units.get(line.id, 0)) for line in order.lines)
    return replace(order, lines=lines)


def counted(one: Fulfillment, given: tuple[PickedLine, ...]) -> dict[FulfillmentLineId, int] | InvalidInput:
    """By line, each at most once and never more than there are."""
    lines: dict[FulfillmentLineId, FulfillmentLine] = {line.id: line for line in one.lines}
    found: dict[FulfillmentLineId, int] = {}
    for n, count in enumerate(given):
        path = ("input", "lines", str(n))
        if count.line not in lines:
            return InvalidInput((*path, "line"), "This is no line of the fulfillment; name those in its `lines`.")
        if count.line in found:
            return InvalidInput((*path, "line"), "This line stands there twice; name each once.")
        if not 0 <= count.quantity <= lines[count.line].quantity:
            most = lines[count.line].quantity
            return InvalidInput((*path, "quantity"), f"`quantity` is {count.quantity}; it must be from 0 to {most}.")
        found[count.line] = count.quantity
    return found


def kept(one: Fulfillment, found: Mapping[FulfillmentLineId, int]) -> tuple[FulfillmentLine, ...]:
    """Its lines with no more than was found of each; what nothing was found of is gone."""
    lines = (replace(line, quantity=found[line.id], picked=found[line.id]) for line in one.lines if found.get(line.id))
    return tuple(lines)


def at_place(place: LocationId | None) -> LocationId:
    assert place is not None, "it has been asked whether there is such a place"
    return place
