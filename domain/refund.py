"""Refunds, as they are shown: money that goes back, or has gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.actor import Actor
from domain.ids import OrderId, PaymentStepId
from domain.money import Money
from domain.payment import PaymentMethod


class RefundStatus(StrEnum):
    """PENDING: on its way, or to be handed out; FAILED: not given back, and somebody has to see to it."""

    PENDING = "PENDING"
    DONE = "DONE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """`method`: how it goes back."""

    id: PaymentStepId
    amount: Money
    method: PaymentMethod
    status: RefundStatus
    reason: str | None
    created_at: datetime


class RefundReads(Protocol):
    async def refunds(self, actor: Actor, orders: Sequence[OrderId]) -> Mapping[OrderId, tuple[Refund, ...]]:
        """Of orders that were read, the oldest first."""
        ...
