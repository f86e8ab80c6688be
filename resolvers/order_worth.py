"""What is to be paid for orders, and for what is handed over of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from domain import order_worth
from domain.fulfillment import Fulfillment
from domain.ids import OrderLineId
from domain.money import Money
from domain.order import Order
from domain.picked_line import PickedLine
from domain.refusal import InvalidInput
from resolvers.context import Context
from resolvers.order import orders_of_fulfillments
from resolvers.refusal import Refused


def due(order: Order, *, context: Context) -> Money:
    return order_worth.due(order)


async def due_of_fulfillments(
    fulfillments: Sequence[Fulfillment], *, context: Context, lines: tuple[PickedLine, ...] | None = None
) -> list[Money | Refused]:
    """For all of each, or for these lines of it."""
    orders = await orders_of_fulfillments(fulfillments, context=context)
    return [due_of(order, one, lines) for order, one in zip(orders, fulfillments, strict=True)]


def due_of(order: Order, fulfillment: Fulfillment, lines: tuple[PickedLine, ...] | None) -> Money | Refused:
    if lines is None:
        return order_worth.due_of(order, fulfillment)
    there = {line.id: line for line in fulfillment.lines}
    units = Counter[OrderLineId]()
    for n, picked in enumerate(lines):
        line = there.get(picked.line)
        if line is None:
            return Refused(InvalidInput(("lines", str(n), "line"), "`line` is not a line of this fulfillment."))
        if not 0 <= picked.quantity <= line.quantity:
            message = f"`quantity` must be from 0 to {line.quantity}, which is what there is of this line."
            return Refused(InvalidInput(("lines", str(n), "quantity"), message))
        units[line.order_line] += picked.quantity
    return order_worth.due_of(order, fulfillment, units)
