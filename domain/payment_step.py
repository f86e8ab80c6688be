"""Steps of payments: what is to be done with money that was paid, written down with its cause and carried out afterwards.

Steps of one payment are carried out in their order, each once: while somebody is at work on it, a lease keeps others away, and
its id is the key by which the provider knows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.ids import OrderId, PaymentId, PaymentStepId, StaffMemberId
from domain.money import Money
from domain.payment import PaymentMethod
from domain.payment_attempt import Payment


class StepKind(StrEnum):
    """VOID: some of what is authorized is not wanted any more."""

    CAPTURE = "CAPTURE"
    VOID = "VOID"
    REFUND = "REFUND"


class StepStatus(StrEnum):
    """PENDING: to be carried out, by a provider or, where it is cash, by hand."""

    PENDING = "PENDING"
    DONE = "DONE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentStep:
    """`method`: how it is given back; `is_last`: nothing of the payment is captured after it; `key`: of what caused it, which
    does so once; `next_at`: when a provider is asked, None where none has to be."""

    id: PaymentStepId
    order: OrderId
    payment: PaymentId
    kind: StepKind
    status: StepStatus
    amount: Money
    method: PaymentMethod
    is_last: bool
    key: str
    reason: str | None = None
    staff: StaffMemberId | None = None
    attempts: int = 0
    next_at: datetime | None = None
    created_at: datetime


class StepWrites(Protocol):
    async def add(self, steps: Sequence[PaymentStep]) -> None: ...

    async def is_known(self, order: OrderId, key: str) -> bool:
        """Has this cause had its steps?"""
        ...

    async def take(self, now: datetime, until: datetime, order: OrderId | None) -> tuple[PaymentStep, Payment] | None:
        """The next one that is to be carried out, of an order or of all: whoever takes it is the only one to do it until then.

        Of a payment, none is taken before the one before it is over.
        """
        ...

    async def pending(self, payment: PaymentId) -> Sequence[PaymentStep]:
        """Those of a payment that are to be carried out, in their order."""
        ...

    async def save(self, steps: Sequence[PaymentStep]) -> None:
        """Their status, and when they are tried again."""
        ...
