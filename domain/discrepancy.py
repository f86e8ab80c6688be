"""Discrepancies: where a shelf held something else than the ledger said, by how much, and how that came to light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.ids import StaffMemberId, StockDiscrepancyId
from domain.ledger import Shelf


class DiscrepancyCause(StrEnum):
    """How it came to light."""

    COUNT = "COUNT"
    SHORT_PICK = "SHORT_PICK"
    TILL_SALE = "TILL_SALE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """`quantity`: units that were there beyond what the ledger said, below zero where some were missing. `subject`: the opaque
    id of what somebody was at, such as a fulfillment."""

    id: StockDiscrepancyId
    at: datetime
    shelf: Shelf
    quantity: int
    cause: DiscrepancyCause
    subject: str | None = None
    staff: StaffMemberId | None = None

    def __post_init__(self) -> None:
        assert self.quantity != 0, "what agrees is no discrepancy"


class DiscrepancyWrites(Protocol):
    async def record(self, discrepancies: Sequence[Discrepancy]) -> None:
        """A short pick makes its level doubtful until somebody counts."""
        ...
