"""What is left to be sourced anew, written down until somebody has done it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from domain.ids import FulfillmentGroupId, LocationId, OrderId, OrderLineId, TaskId
from domain.order import Order
from domain.work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Units of an order, by line, to be sourced for a group of it; not from `excluded`. `cause`: why they were lost."""

    id: TaskId
    order: OrderId
    group: FulfillmentGroupId
    units: tuple[tuple[OrderLineId, int], ...]
    excluded: tuple[LocationId, ...]
    cause: str
    created_at: datetime


class TaskWrites(Protocol):
    async def add(self, task: Task) -> None: ...

    async def of(self, order: OrderId) -> Sequence[Task]:
        """In the order in which they were written down."""
        ...

    async def done(self, task: TaskId) -> None: ...

    async def waiting(self, before: datetime, most: int) -> Sequence[OrderId]:
        """Orders with tasks that were written down before then."""
        ...


class TaskWork(UnitOfWork, Protocol):
    @property
    def tasks(self) -> TaskWrites: ...


async def retasked(work: TaskWork, order: Order) -> None:
    """Within a unit of work, after some of what is unsourced was canceled: nobody looks for it any more. Whoever planned by a
    task as it was plans anew."""
    left = {line.id: line.unsourced for line in order.lines}
    for task in await work.tasks.of(order.id):
        units = tuple((id, min(n, left[id])) for id, n in task.units if left[id])
        for id, n in units:
            left[id] -= n
        if units != task.units:
            await work.tasks.done(task.id)
        if units and units != task.units:
            await work.tasks.add(replace(task, id=TaskId.new(), units=units))
