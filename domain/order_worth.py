"""What an order is worth: what its units come to as they leave or are canceled, what is due for it, and what is too much.

A part of a line is worth a difference of rounded cumulative shares of its total: what leaves counts from the start, what is
canceled from the end, and what comes back from the start of what has left. So parts always add up to the whole.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.fulfillment import HANDED_OVER, UNDER_WAY, Fulfillment, FulfillmentStatus
from domain.group import Group
from domain.ids import FulfillmentGroupId, LocationId, OrderLineId
from domain.money import Money
from domain.order import Order, OrderLine
from domain.quantities import Quantities

WANTED = (*UNDER_WAY, *HANDED_OVER)


def upto(line: OrderLine, units: int) -> Money:
    """What the first so many units of a line come to."""
    return line.total.shared([units, line.quantity - units])[0]


def value_of_fulfilled(line: OrderLine, before: int, units: int) -> Money:
    """Of units that leave after others."""
    return upto(line, before + units) - upto(line, before)


def value_of_canceled(line: OrderLine, before: int, units: int) -> Money:
    """Of units that are canceled after others."""
    return upto(line, line.quantity - before) - upto(line, line.quantity - before - units)


def worth(order: Order) -> Money:
    """What it comes to now, without what was canceled or came back."""
    lines = (upto(line, line.quantity - line.canceled) - upto(line, line.returned) for line in order.lines)
    return sum(lines, bringing(order))


def bringing(order: Order) -> Money:
    """What bringing it costs: the price of each group until all of it is canceled, or was never collected."""
    if not order.groups:
        is_wanted = any(line.quantity > line.canceled for line in order.lines)
        return order.totals.fulfillment if is_wanted else nothing(order)
    return sum((group.price for group in order.groups if is_wanted_still(order, group)), nothing(order))


def is_wanted_still(order: Order, group: Group) -> bool:
    """Is some of it under way, or there; or does somebody look for where it could come from?"""
    parts = [one for one in order.fulfillments if one.group == group.id]
    unsourced = {line.id for line in order.lines if line.unsourced}
    rejected = {line.order_line for one in parts if one.status is FulfillmentStatus.REJECTED for line in one.lines}
    return any(one.status in WANTED for one in parts) or not rejected.isdisjoint(unsourced)


def nothing(order: Order) -> Money:
    return Money(order.currency_code, 0)


# ------------------------------------------------------------------------------------------------ owed


def due(order: Order) -> Money:
    """What is still to be paid, now or where it is collected."""
    return max(worth(order) - (order.paid - order.refunded), nothing(order))


def excess(order: Order) -> Money:
    """What was paid for more than it comes to."""
    return max(order.paid - order.refunded - worth(order), nothing(order))


def owed(order: Order) -> Money:
    """Of what has left, what nobody has taken yet."""
    left = {one.group for one in order.fulfillments if one.status in HANDED_OVER}
    goods = (value_of_fulfilled(line, line.returned, line.fulfilled - line.returned) for line in order.lines)
    prices = (group.price for group in order.groups if group.id in left)
    taken = sum((one.refundable for one in order.payments), nothing(order))
    return max(sum(prices, sum(goods, nothing(order))) - taken, nothing(order))


# ------------------------------------------------------------------------------------------------ at a hand-over


def value_of(order: Order, fulfillment: Fulfillment, units: Mapping[OrderLineId, int] | None = None) -> Money:
    """What units of a fulfillment that are about to leave come to, all of them or these; with what bringing its group costs,
    for the first of that which leaves. The order is as it is before."""
    leaving = Quantities((line.order_line, line.quantity) for line in fulfillment.lines) if units is None else units
    goods = (value_of_fulfilled(line, line.fulfilled, leaving.get(line.id, 0)) for line in order.lines)
    has_begun = any(one.group == fulfillment.group and one.status in HANDED_OVER for one in order.fulfillments)
    price = nothing(order) if has_begun or not any(leaving.values()) else price_of(order, fulfillment.group)
    return sum(goods, price)


def price_of(order: Order, group: FulfillmentGroupId) -> Money:
    """Of bringing it, as it was chosen."""
    return sum((one.price for one in order.groups if one.id == group), nothing(order))


def due_of(order: Order, fulfillment: Fulfillment, units: Mapping[OrderLineId, int] | None = None) -> Money:
    """What is to be paid when a fulfillment is handed over, all of it or these units: what was reserved, and what was put off
    until it is collected in this store. Never more than is due of the order; what was paid in advance counts for what is
    collected first."""
    if fulfillment.status not in UNDER_WAY:
        return nothing(order)
    value = value_of(order, fulfillment, units)
    if fulfillment.is_unpaid:
        advance = order.paid - order.refunded - (worth(order) - reserved(order) - terms(order))
        return min(due(order), max(value - max(advance, nothing(order)), nothing(order)))
    put_off = terms(order, fulfillment.destination) if fulfillment.destination else nothing(order)
    return min(due(order), value, put_off)


def terms(order: Order, store: LocationId | None = None) -> Money:
    """What was put off until it is collected, in this store or in any."""
    open_ = (one.amount for one in order.payments if one.is_term and store in (None, one.location))
    return sum(open_, nothing(order))


def reserved(order: Order) -> Money:
    """What is collected unpaid comes to, as far as it has not been, with what nobody has of it yet."""
    every = [one for one in order.fulfillments if one.is_unpaid]
    waiting = [one for one in every if one.status in UNDER_WAY]
    units = Quantities((line.order_line, line.quantity) for one in waiting for line in one.lines)
    theirs = {line.order_line for one in every for line in one.lines}
    left = {line.id: units[line.id] + (line.unsourced if line.id in theirs else 0) for line in order.lines}
    goods = (value_of_fulfilled(line, line.fulfilled, left[line.id]) for line in order.lines)
    begun = {one.group for one in every if one.status in HANDED_OVER}
    return sum((price_of(order, group) for group in {one.group for one in waiting} - begun), sum(goods, nothing(order)))
