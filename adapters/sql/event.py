"""Events in SQL, written with the change they tell of."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.event import Event


class SqlEvents:
    """Events of one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.added: list[Event] = []

    def add(self, event: Event) -> None:
        self.added.append(event)
