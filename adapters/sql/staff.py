"""What staff did, in SQL: written once, and never edited."""

from __future__ import annotations

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.tables import staff_action
from domain.staff import StaffAction


class SqlStaffActions:
    """What staff do in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def record(self, action: StaffAction) -> None:
        values = {
            "at": action.at,
            "staff_id": action.staff,
            "action": action.action,
            "subject": action.subject,
            "reason": action.reason,
        }
        await self.connection.execute(insert(staff_action).values(values))
