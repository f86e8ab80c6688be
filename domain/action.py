"""Actions of staff: who did what to whom, and why; written with the change itself, and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.ids import StaffMemberId


class ActionKind(StrEnum):
    ACTED_AS = "ACTED_AS"
    KIOSK_ENROLLED = "KIOSK_ENROLLED"
    KIOSK_REVOKED = "KIOSK_REVOKED"
    SAFETY_SET = "SAFETY_SET"
    RECEIPT_LOOKED_UP = "RECEIPT_LOOKED_UP"
    STOCK_COUNTED = "STOCK_COUNTED"
    STOCK_EXPECTED = "STOCK_EXPECTED"
    STOCK_REALLOCATED = "STOCK_REALLOCATED"
    STOCK_RECEIVED = "STOCK_RECEIVED"
    TRANSFER_RECEIVED = "TRANSFER_RECEIVED"
    TRANSFER_SENT = "TRANSFER_SENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`subject`: the opaque id of whom or what it was done to."""

    at: datetime
    staff: StaffMemberId
    kind: ActionKind
    subject: str
    reason: str | None = None


class ActionWrites(Protocol):
    async def record(self, action: Action) -> None: ...
