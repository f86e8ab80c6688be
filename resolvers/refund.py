"""What was given back of an order's payments."""

from __future__ import annotations

from collections.abc import Sequence

from domain.order import Order
from domain.refund import Refund
from resolvers.context import Context


async def refunds_of_orders(orders: Sequence[Order], *, context: Context) -> list[tuple[Refund, ...]]:
    found = await context.reads.refunds.refunds(context.actor, [order.id for order in orders])
    return [found[order.id] for order in orders]
