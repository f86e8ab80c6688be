"""Paying what is due of an order."""

from __future__ import annotations

import strawberry

import resolvers.order_pay
from schema.checkout import OrderPayload, TenderInput
from schema.payload import mutation
from schema.view import command_of, object_type


@command_of(resolvers.order_pay.OrderPay)
class OrderPayInput:
    """What to pay, and how."""

    order: strawberry.ID
    """Which order."""
    payments: list[TenderInput]
    """10 at most, which together cover all that is due."""
    idempotency_key: str
    """Asked again with the same key, the same outcome: nothing is charged twice, whatever was lost on the way."""


@object_type
class OrderPayMutation:
    """Paying later."""

    order_pay: OrderPayload = mutation(OrderPayload, resolvers.order_pay.order_pay)
    """Pays what is due: a reservation in advance, what was to be paid at pickup, or a difference."""
