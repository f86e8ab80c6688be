"""What staff did, in SQL: written and never changed."""

from __future__ import annotations

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.tables import staff_action
from domain.action import Action


class SqlActions:
    """Actions of one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def record(self, action: Action) -> None:
        values = {
            "at": action.at,
            "staff_id": action.staff,
            "action": action.kind.value,
            "subject": action.subject,
            "reason": action.reason,
        }
        await self.connection.execute(insert(staff_action).values(values))
