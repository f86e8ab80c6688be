"""Store credit: what the shop owes a customer, to be spent in it; a balance for each currency, and the entries behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.actor import Actor
from domain.ids import CustomerId, PaymentId
from domain.money import Money


class CreditCause(StrEnum):
    """Why a balance changed."""

    GRANTED = "GRANTED"
    SPENT = "SPENT"
    RETURNED = "RETURNED"


class StoreCreditReads(Protocol):
    async def balances(self, actor: Actor, customers: Sequence[CustomerId]) -> Mapping[CustomerId, tuple[Money, ...]]:
        """What each has, by currency. Customers see their own; agents and admins everybody's."""
        ...


class StoreCreditWrites(Protocol):
    async def spend(self, customer: CustomerId, amount: Money, payment: PaymentId, now: datetime) -> bool:
        """False where there is less than that, and nothing changed; of many at once none spends what another has."""
        ...

    async def grant(
        self, customer: CustomerId, amount: Money, cause: CreditCause, payment: PaymentId | None, now: datetime
    ) -> None:
        """`payment`: what is given back of it, or what it makes good for."""
        ...
