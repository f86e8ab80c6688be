"""Actions: what a client may offer of an order now, by rules that read like the shop's terms."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from domain.actor import Actor
from domain.fulfillment import NOT_BEGUN, Fulfillment, FulfillmentStatus
from domain.order import Order
from domain.order_worth import due


class OrderAction(StrEnum):
    """What can be done about an order."""

    CANCEL = "CANCEL"
    CHANGE_FULFILLMENT = "CHANGE_FULFILLMENT"
    START_RETURN = "START_RETURN"
    PAY = "PAY"
    EXTEND_PICKUP = "EXTEND_PICKUP"


def actions(order: Order, actor: Actor, now: datetime) -> tuple[OrderAction, ...]:
    """Staff of stores serve an order, and do not take it back; none to who knows it by its receipt."""
    asked = RULES if may_decide(actor) else SERVED if serves(actor, order) else {}
    return tuple(action for action, is_open in asked.items() if is_open(order, now))


def may_decide(actor: Actor) -> bool:
    """Its buyer, or an agent for them."""
    return not actor.is_staff or actor.is_everywhere


def serves(actor: Actor, order: Order) -> bool:
    places = {place for one in order.fulfillments for place in (one.location, one.destination) if place}
    return any(actor.serves(place) for place in places)


def can_withdraw(order: Order, now: datetime) -> bool:
    """Until somebody works on it; and what could not be sourced."""
    return any(line.unsourced for line in order.lines) or any(is_changeable(one) for one in order.fulfillments)


def can_pay(order: Order, now: datetime) -> bool:
    return bool(due(order).minor_units)


def can_extend(order: Order, now: datetime) -> bool:
    """While it waits to be collected."""
    waiting = (one for one in order.fulfillments if one.status is FulfillmentStatus.READY_FOR_PICKUP)
    return any(one.collect_before and now < one.collect_before for one in waiting)


def is_changeable(fulfillment: Fulfillment) -> bool:
    return fulfillment.status in NOT_BEGUN


SERVED = {OrderAction.PAY: can_pay, OrderAction.EXTEND_PICKUP: can_extend}
RULES = {OrderAction.CANCEL: can_withdraw, OrderAction.CHANGE_FULFILLMENT: can_withdraw, **SERVED}
