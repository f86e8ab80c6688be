"""Actions: what a client may offer of an order now, by rules that read like the shop's terms."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from domain.actor import Actor
from domain.fulfillment import NOT_BEGUN, Fulfillment, FulfillmentStatus
from domain.order import Order


class OrderAction(StrEnum):
    """What can be done about an order."""

    CANCEL = "CANCEL"
    CHANGE_FULFILLMENT = "CHANGE_FULFILLMENT"
    START_RETURN = "START_RETURN"
    PAY = "PAY"
    EXTEND_PICKUP = "EXTEND_PICKUP"


def actions(order: Order, actor: Actor, now: datetime) -> tuple[OrderAction, ...]:
    return tuple(action for action, is_open in RULES.items() if may_act(actor, order) and is_open(order, now))


def may_act(actor: Actor, order: Order) -> bool:
    """Whoever sees it, but for an associate of another store, who knows it by its receipt."""
    places = {place for one in order.fulfillments for place in (one.location, one.destination) if place}
    return not actor.is_staff or actor.is_everywhere or any(actor.serves(place) for place in places)


def can_cancel(order: Order, now: datetime) -> bool:
    """Until the goods have left or are ready."""
    return is_unsourced(order) or any(one.may_become(FulfillmentStatus.CANCELED) for one in order.fulfillments)


def can_change(order: Order, now: datetime) -> bool:
    """Until somebody works on it; and what could not be sourced."""
    return is_unsourced(order) or any(is_changeable(one) for one in order.fulfillments)


def can_extend(order: Order, now: datetime) -> bool:
    """While it waits to be collected."""
    waiting = (one for one in order.fulfillments if one.status is FulfillmentStatus.READY_FOR_PICKUP)
    return any(one.collect_before and now < one.collect_before for one in waiting)


def is_unsourced(order: Order) -> bool:
    return any(line.unsourced for line in order.lines)


def is_changeable(fulfillment: Fulfillment) -> bool:
    return fulfillment.status in NOT_BEGUN


RULES = {
    OrderAction.CANCEL: can_cancel,
    OrderAction.CHANGE_FULFILLMENT: can_change,
    OrderAction.EXTEND_PICKUP: can_extend,
}
