"""Payments: how an order is paid, and what a payment provider must be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from domain.ids import PaymentId, TerminalId
from domain.money import Money


class PaymentMethod(StrEnum):
    CARD = "CARD"
    TERMINAL = "TERMINAL"
    CASH = "CASH"
    STORE_CREDIT = "STORE_CREDIT"
    AT_PICKUP = "AT_PICKUP"
    EXTERNAL = "EXTERNAL"


class PaymentStatus(StrEnum):
    PENDING = "PENDING"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    AUTHORIZED = "AUTHORIZED"
    CAPTURED = "CAPTURED"
    VOIDED = "VOIDED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    payment: PaymentId
    amount: Money
    token: str | None = None
    terminal: TerminalId | None = None
    return_url: str | None = None


@dataclass(frozen=True, slots=True)
class Authorized:
    reference: str
    expires_at: datetime | None = None
    is_captured: bool = False


@dataclass(frozen=True, slots=True)
class Declined:
    decline_code: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class ActionRequired:
    reference: str
    client_secret: str | None = None
    redirect_url: str | None = None


Outcome: TypeAlias = Authorized | Declined | ActionRequired


class Unreachable(Exception):
    """What came of it is not known."""


class Provider(Protocol):
    name: str
    captures_in_parts: bool
    seconds_max: float

    async def authorize(self, asked: Asked) -> Outcome: ...

    async def outcome(self, payment: PaymentId, reference: str | None) -> Outcome | None: ...

    async def capture(self, payment: PaymentId, reference: str, amount: Money, *, key: str, is_last: bool) -> None: ...

    async def void(self, payment: PaymentId, reference: str | None) -> None: ...

    async def refund(self, payment: PaymentId, reference: str, amount: Money, *, key: str) -> None: ...


class Providers(Protocol):
    @property
    def of_cards(self) -> Provider: ...

    def named(self, name: str) -> Provider: ...
