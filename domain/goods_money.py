"""What the hand-over of goods means for money: the one place where the work of stores speaks of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from domain.fulfillment import Fulfillment
from domain.ids import OrderLineId
from domain.money import Money
from domain.order import Order
from domain.work import UnitOfWork


async def goods_left(
    work: UnitOfWork, order: Order, one: Fulfillment, units: Mapping[OrderLineId, int], now: datetime
) -> Order:
    """Within a unit of work that has locked the order, as it is before units of a fulfillment leave: they are paid for now."""
    return order


async def goods_stayed(work: UnitOfWork, order: Order, cause: str, now: datetime) -> Order:
    """Within a unit of work that has locked the order: what was paid for canceled units is given back, once for a cause."""
    return order


def due_of(order: Order, one: Fulfillment, units: Mapping[OrderLineId, int]) -> Money:
    """What is to be paid before these units are handed over."""
    return Money(order.currency_code, 0)
