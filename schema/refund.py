"""What is given back of what was paid."""

from __future__ import annotations

import datetime

import strawberry

import domain.refund
from domain.payment import PaymentMethod
from domain.refund import RefundStatus
from schema.money import Money
from schema.view import enum, view_of

for one in (PaymentMethod, RefundStatus):
    enum(one)


@view_of(domain.refund.Refund)
class Refund:
    """Money that goes back to whoever paid, or has gone."""

    id: strawberry.ID
    """For a client's cache."""
    amount: Money
    """How much."""
    method: PaymentMethod
    """How it goes back."""
    status: RefundStatus
    """How far it has come."""
    reason: str | None
    """Why, as whoever asked for it said."""
    created_at: datetime.datetime
    """When."""
