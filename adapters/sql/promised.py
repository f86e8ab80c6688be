"""Promises to buyers in SQL: there are no orders yet that could have been promised anything."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from domain.ledger import Shelf


class SqlPromises:
    """Promises in one unit of work."""

    async def fill(self, shelves: Collection[Shelf], now: datetime) -> None:
        """Nobody was promised anything."""

    async def resource_excess(self, shelves: Collection[Shelf], now: datetime) -> None:
        """Nobody was promised anything."""
