"""Attempts to pay: the tenders given for one checkout or order at once, all of which are taken or none.

An attempt is written down before a provider is asked, and again with each answer, so that whoever finds it knows what may
have been charged. While one works on it, its lease keeps others away; when that is over, anybody may find out what came of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.ids import CheckoutId, CustomerId, LocationId, OrderId, PaymentAttemptId, PaymentId, TerminalId
from domain.money import Money
from domain.payment import PaymentMethod, PaymentStatus


class AttemptStatus(StrEnum):
    """PENDING: being asked for; ACTION_REQUIRED: the buyer is; FAILED: nothing is charged by it; DONE: all of it was taken."""

    PENDING = "PENDING"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    FAILED = "FAILED"
    DONE = "DONE"


UNDER_WAY = (AttemptStatus.PENDING, AttemptStatus.ACTION_REQUIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One tender. `captured`: taken, or about to be; `released`: authorized, and not wanted any more; `refunded`: given back,
    or about to be. `change`: given back on cash; `provider` and `reference`: who took it, and what it is called there;
    `location`: where it was, or will be, paid; `customer`: whose store credit it is; `told_at`: of the end that is near.
    """

    id: PaymentId
    method: PaymentMethod
    status: PaymentStatus
    amount: Money
    captured: Money
    released: Money
    refunded: Money
    change: Money | None = None
    provider: str | None = None
    reference: str | None = None
    terminal: TerminalId | None = None
    location: LocationId | None = None
    customer: CustomerId | None = None
    decline_code: str | None = None
    authorized_until: datetime | None = None
    captures_in_parts: bool = True
    told_at: datetime | None = None
    created_at: datetime

    @property
    def is_asked_for(self) -> bool:
        """Of a provider, who says what comes of it."""
        return self.method in (PaymentMethod.CARD, PaymentMethod.TERMINAL)

    @property
    def is_paid(self) -> bool:
        """Authorized or captured; what is to be paid at pickup is not."""
        return self.status in (PaymentStatus.AUTHORIZED, PaymentStatus.CAPTURED) and self.method is not PaymentMethod.AT_PICKUP

    @property
    def paid(self) -> Money:
        """What it covers, be it authorized or captured."""
        return self.amount - self.released if self.is_paid else Money(self.amount.currency_code, 0)

    @property
    def capturable(self) -> Money:
        """Authorized, and neither taken nor given up."""
        is_open = self.status is PaymentStatus.AUTHORIZED
        return self.amount - self.captured - self.released if is_open else Money(self.amount.currency_code, 0)

    @property
    def refundable(self) -> Money:
        return self.captured - self.refunded

    @property
    def is_term(self) -> bool:
        """Not paid yet: a word that it will be, where goods are collected."""
        return self.method is PaymentMethod.AT_PICKUP and self.status is PaymentStatus.PENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAttempt:
    """`ends_at`: until when the buyer may confirm it; `tokens`: of cards, which are never written down."""

    id: PaymentAttemptId
    checkout: CheckoutId | None = None
    order: OrderId | None = None
    status: AttemptStatus
    payments: tuple[Payment, ...]
    lease_until: datetime
    ends_at: datetime
    decline_code: str | None = None
    tokens: Mapping[PaymentId, tuple[str, str | None]] = field(default_factory=dict, repr=False, compare=False)


class AttemptReads(Protocol):
    async def attempts(self, ids: Sequence[PaymentAttemptId]) -> Mapping[PaymentAttemptId, PaymentAttempt]:
        """Whoever reads the checkout or order of an attempt may know of it."""
        ...

    async def attempt_of(self, payment: PaymentId) -> PaymentAttemptId | None:
        """Which attempt a payment is a part of."""
        ...


class PaymentWrites(Protocol):
    async def lock(self, id: PaymentAttemptId) -> PaymentAttempt | None:
        """Nobody else changes it until this unit of work ends."""
        ...

    async def create(self, attempt: PaymentAttempt) -> None: ...

    async def take(self, id: PaymentAttemptId, now: datetime, until: datetime) -> PaymentAttempt | None:
        """Whoever takes it is the only one to work on it until then; None while somebody else does, and once it is decided."""
        ...

    async def save(self, attempt: PaymentAttempt) -> None:
        """What has become of it and of its payments."""
        ...

    async def save_payments(self, payments: Sequence[Payment]) -> None:
        """What has become of them."""
        ...

    async def under_way_of(self, order: OrderId) -> PaymentAttemptId | None:
        """The attempt to pay something more of an order that has been placed."""
        ...

    async def ending(self, until: datetime, most: int) -> Sequence[OrderId]:
        """Orders with authorizations that end by then, of which nobody was told; those that end first before the others."""
        ...

    async def paid_for(self, attempt: PaymentAttemptId, order: OrderId) -> None:
        """Its payments are that order's."""
        ...

    async def left(self, now: datetime, most: int) -> Sequence[PaymentAttemptId]:
        """Under way, with nobody at work on them: their lease is over, or the buyer did not confirm in time."""
        ...
