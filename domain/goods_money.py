"""What becomes of money as goods leave, or stay: what has left is taken, and what was paid for more than comes goes back."""

from __future__ import annotations

from datetime import datetime

from domain.order import Order
from domain.order_worth import excess, owed
from domain.settlement import Cause, SettleWork, capture_for, give_back, without_terms


async def settled_up(work: SettleWork, order: Order, cause: str, now: datetime) -> Order:
    """Within a unit of work that has locked the order, as it is after its goods have moved; once for a cause. What providers
    have to do about it is carried out afterwards."""
    is_last = all(line.fulfilled + line.canceled == line.quantity for line in order.lines)
    order = await capture_for(work, order, owed(order), now, is_last=is_last)
    order = await give_back(work, order, excess(order), Cause(key=cause), now)
    await work.payments.save_payments(without_terms(order))
    return order
