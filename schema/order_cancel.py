"""Canceling orders."""

from __future__ import annotations

import strawberry

import domain.order_cancel
import resolvers.order_cancel
from schema.checkout import OrderPayload
from schema.payload import mutation
from schema.view import command_of, input_of, object_type


@input_of(domain.order_cancel.LineUnits)
class OrderLineQuantityInput:
    """Units of an order's line."""

    order_line: strawberry.ID
    """Which line."""
    quantity: int
    """Units, 1 or more."""


@command_of(resolvers.order_cancel.OrderCancel)
class OrderCancelInput:
    """What to cancel."""

    order: strawberry.ID
    """Which order."""
    lines: list[OrderLineQuantityInput] | None = strawberry.UNSET
    """Of which lines how many units; the whole order, if left out."""
    reason: str | None = strawberry.UNSET
    """Why, in 500 characters at most."""
    expected_version: int | None = strawberry.UNSET
    """The version that was looked at. If anything was changed since, the answer is VersionConflict."""
    idempotency_key: str
    """Asked again with the same key, the same outcome: nothing is canceled or given back twice."""


@object_type
class OrderCancelMutation:
    """Thinking better of it."""

    order_cancel: OrderPayload = mutation(OrderPayload, resolvers.order_cancel.order_cancel)
    """Until work on it has begun; else WrongState. Its goods are anybody's again, and what was paid for them goes back."""
