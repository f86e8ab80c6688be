"""Payments: what is asked of whoever moves the money, what may come of it, and what a provider must do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from domain.card import looks_like_card
from domain.ids import PaymentId, TerminalId
from domain.money import Money


class PaymentMethod(StrEnum):
    """How something is paid; EXTERNAL is paid elsewhere, such as to a marketplace."""

    CARD = "CARD"
    TERMINAL = "TERMINAL"
    CASH = "CASH"
    STORE_CREDIT = "STORE_CREDIT"
    AT_PICKUP = "AT_PICKUP"
    EXTERNAL = "EXTERNAL"


class PaymentStatus(StrEnum):
    """How far a payment has come."""

    PENDING = "PENDING"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    AUTHORIZED = "AUTHORIZED"
    CAPTURED = "CAPTURED"
    VOIDED = "VOIDED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a provider is asked to authorize, by a `token` of its own or at one of the shop's terminals.

    Asked again with the same `payment`, it is the same charge. Raises ValueError for a card number, which is no token.
    """

    payment: PaymentId
    amount: Money
    token: str | None = field(default=None, repr=False)
    terminal: TerminalId | None = None
    return_url: str | None = None

    def __post_init__(self) -> None:
        if self.token is not None and looks_like_card(self.token):
            raise ValueError("this token looks like a card number")


@dataclass(frozen=True, slots=True)
class Authorized:
    """`reference`: the provider's own name for it. `expires_at`: it can be captured until then; None for no such moment."""

    reference: str
    expires_at: datetime | None
    is_captured: bool = False


@dataclass(frozen=True, slots=True)
class Declined:
    """For good: whoever wants to try again begins another payment. `decline_code` is the provider's word, such as
    card_declined, or canceled where it was voided, and expired where it was not captured in time."""

    decline_code: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class ActionRequired:
    """The bank wants the buyer to confirm: by the provider's own library with the secret, or at the address."""

    reference: str
    client_secret: str | None
    redirect_url: str | None


Outcome: TypeAlias = Authorized | Declined | ActionRequired


class Unreachable(Exception):
    """The provider did not answer in time or at all; what came of it is unknown until `outcome` says so."""


class Refused(Exception):
    """The provider says no for good, such as to the capture of an authorization that has expired."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Provider(Protocol):
    """Every call may raise Unreachable, and be made again: none does its work twice. Never called within a unit of work."""

    @property
    def name(self) -> str:
        """Kept beside each payment, such as `test`."""
        ...

    @property
    def captures_in_parts(self) -> bool:
        """If not, the first capture is the last one, and what it leaves is released."""
        ...

    @property
    def seconds_max(self) -> float:
        """After which `authorize` is given up."""
        ...

    async def authorize(self, asked: Asked) -> Outcome: ...

    async def outcome(self, payment: PaymentId, reference: str | None) -> Outcome | None:
        """What came of it until now; None if it never arrived, which it still may until it is voided."""
        ...

    async def capture(self, payment: PaymentId, reference: str, amount: Money, *, key: str, is_last: bool) -> None:
        """Once for each key. The last one releases what it leaves. Raises Refused, also for more than is authorized."""
        ...

    async def void(self, payment: PaymentId, reference: str | None) -> None:
        """Nothing is charged by it from now on, even if the request that began it arrives only later. What has been captured
        stays so; that is given back by `refund`."""
        ...

    async def refund(self, payment: PaymentId, reference: str, amount: Money, *, key: str) -> None:
        """Once for each key. Raises Refused, also for more than was captured."""
        ...


class Providers(Protocol):
    @property
    def of_cards(self) -> Provider:
        """By whom cards and terminals are paid from now on."""
        ...

    def named(self, name: str) -> Provider:
        """What has been paid with one stays with it, whoever takes cards now. Raises LookupError where it is not set up."""
        ...
