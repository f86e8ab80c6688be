"""What takes the place of units that were lost, and an order with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.fulfillment import Fulfillment, FulfillmentLine, FulfillmentStatus
from domain.group import Group, GroupPart, is_later
from domain.ids import CartLineId, FulfillmentId, FulfillmentLineId, OrderEntryId, OrderLineId
from domain.order import Entry, EntryKind, Order
from domain.promise import Promise
from domain.quantities import Quantities
from domain.resourcing_task import Task
from domain.sourcing import Part, Plan


@dataclass(frozen=True, slots=True)
class Found:
    """What takes the place of what was lost. `plan`: None where there is no way; `promise`: of the group from now on."""

    plan: Plan | None
    lines: tuple[OrderLineId, ...]
    promise: Promise | None

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.plan.parts if self.plan else ()

    def units(self, part: Part) -> tuple[tuple[OrderLineId, int], ...]:
        return tuple((line, n) for line, n in zip(self.lines, part.units, strict=True) if n)


def group_of(order: Order, task: Task) -> Group:
    return next(one for one in order.groups if one.id == task.group)


def fulfillments_of(order: Order, task: Task, found: Found, now: datetime) -> tuple[Fulfillment, ...]:
    group = group_of(order, task)
    return tuple(
        Fulfillment(
            id=FulfillmentId.new(),
            order=order.id,
            version=1,
            method=group.method,
            status=FulfillmentStatus.OPEN,
            location=part.location.id,
            destination=group.location,
            group=group.id,
            lines=tuple(
                FulfillmentLine(id=FulfillmentLineId.new(), order_line=line, quantity=n) for line, n in found.units(part)
            ),
            promise=found.promise,
            expected_at=part.source.expected_at,
            reasons=tuple(reason.code for reason in part.reasons),
            created_at=now,
            updated_at=now,
        )
        for part in found.parts
    )


def with_fulfillments(order: Order, new: Sequence[Fulfillment]) -> Order:
    """Their units are sourced."""
    units = Quantities((line.order_line, line.quantity) for one in new for line in one.lines)
    lines = tuple(replace(line, unsourced=line.unsourced - units[line.id]) for line in order.lines)
    return replace(order, lines=lines, fulfillments=(*order.fulfillments, *new))


def planned_first(order: Order, task: Task, found: Found) -> Order:
    """What was never planned, such as an order that was taken in, is planned as this; else it stays as it was planned first."""
    group, plan = group_of(order, task), found.plan
    if plan is None or not plan.parts or group.parts:
        return order
    parts = tuple(
        GroupPart(
            location=part.location.id,
            units=tuple((CartLineId(line.value), n) for line, n in found.units(part)),
            expected_at=part.source.expected_at,
        )
        for part in plan.parts
    )
    planned = replace(
        group,
        parts=parts,
        promise=found.promise,
        carbon_grams=plan.carbon_grams,
        cost=plan.cost,
        bound=plan.bound,
        optimal=plan.optimal,
        rules=plan.rules,
    )
    return replace(order, groups=tuple(planned if one.id == group.id else one for one in order.groups))


def entries_of(order: Order, task: Task, found: Found, new: Sequence[Fulfillment], now: datetime) -> list[Entry]:
    def entry(kind: EntryKind, change: str, units: int, fulfillment: FulfillmentId | None = None) -> Entry:
        data = {"units": units, "cause": task.cause}
        return Entry(
            id=OrderEntryId.new(), order=order.id, at=now, kind=kind, change=change, data=data, fulfillment=fulfillment
        )

    change = "resourced" if group_of(order, task).parts else "sourced"
    told = [entry(EntryKind.FULFILLMENT, change, sum(line.quantity for line in one.lines), one.id) for one in new]
    sourced = sum(line.quantity for one in new for line in one.lines)
    if missing := sum(n for _, n in task.units) - sourced:
        told.append(entry(EntryKind.ORDER, "unsourced", missing))
    if new and is_later(found.promise, group_of(order, task).promise):
        told.append(entry(EntryKind.PROMISE, "promise_changed", sourced))
    return told
