"""What is left to be sourced anew, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.tables import resourcing_task
from domain.ids import LocationId, OrderId, OrderLineId, TaskId
from domain.resourcing_task import Task


class SqlTasks:
    """Tasks in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def add(self, task: Task) -> None:
        values = {
            "id": task.id,
            "order_id": task.order,
            "group_id": task.group,
            "units": [[line.value.hex, n] for line, n in task.units],
            "excluded": [place.value.hex for place in task.excluded],
            "cause": task.cause,
            "created_at": task.created_at,
        }
        await self.connection.execute(insert(resourcing_task).values(values))

    async def of(self, order: OrderId) -> Sequence[Task]:
        mine = select(resourcing_task).where(resourcing_task.c.order_id == order).order_by(resourcing_task.c.id)
        return [task_of(row) for row in await self.connection.execute(mine)]

    async def done(self, task: TaskId) -> None:
        await self.connection.execute(delete(resourcing_task).where(resourcing_task.c.id == task))

    async def waiting(self, before: datetime, most: int) -> Sequence[OrderId]:
        oldest = func.min(resourcing_task.c.created_at)
        old = select(resourcing_task.c.order_id).where(resourcing_task.c.created_at < before)
        query = old.group_by(resourcing_task.c.order_id).order_by(oldest).limit(most)
        return list((await self.connection.execute(query)).scalars())


def task_of(row: Row[Any]) -> Task:
    return Task(
        id=row.id,
        order=row.order_id,
        group=row.group_id,
        units=tuple((OrderLineId(UUID(hex=line)), n) for line, n in row.units),
        excluded=tuple(LocationId(UUID(hex=place)) for place in row.excluded),
        cause=row.cause,
        created_at=row.created_at,
    )
