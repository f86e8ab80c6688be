"""Customers: whom a cart or an order is for, if they have told us who they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.actor import Actor
from domain.ids import AddressId, CustomerId


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAddress:
    id: AddressId
    name: str | None
    line1: str
    line2: str | None
    postal_code: str
    city: str
    region: str | None
    country_code: str
    phone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Without an `email` it is nobody yet who could sign in."""

    id: CustomerId
    email: str | None
    email_verified: bool
    name: str | None
    phone: str | None
    created_at: datetime


class CustomerReads(Protocol):
    async def customers(self, actor: Actor, ids: Sequence[CustomerId]) -> Mapping[CustomerId, Customer]:
        """Oneself; for agents and admins, everybody."""
        ...
