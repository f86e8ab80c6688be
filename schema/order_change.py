"""How some of an order shall reach its buyer after all."""

from __future__ import annotations

import strawberry

import resolvers.order_change
from schema.checkout import OrderPayload
from schema.fulfillment import FulfillmentHow
from schema.order_cancel import OrderLineQuantityInput
from schema.payload import mutation
from schema.view import command_of, object_type


@command_of(resolvers.order_change.OrderFulfillmentChange)
class OrderFulfillmentChangeInput:
    """What shall come another way."""

    order: strawberry.ID
    """Of which order."""
    fulfillment: strawberry.ID | None = strawberry.UNSET
    """Which part of it, that nobody works on yet; left out, what is unsourced."""
    lines: list[OrderLineQuantityInput] | None = strawberry.UNSET
    """Which units of it; all of them, if left out, or all that the option is for."""
    how: FulfillmentHow
    """In which way; an option is one of `changeOptions`."""
    expected_version: int | None = strawberry.UNSET
    """The version of the order that was looked at. If anything was changed since, the answer is VersionConflict."""
    idempotency_key: str
    """The same key with the same input changes it once."""


@object_type
class OrderChangeMutation:
    """What buyers, and agents for them, change of an order."""

    order_fulfillment_change: OrderPayload = mutation(OrderPayload, resolvers.order_change.order_fulfillment_change)
    """Another method, store or address, for what work has not begun on, or for what is unsourced. What is dearer is due then;
    what is cheaper is given back. What was to be paid in its store is paid before it goes elsewhere."""
