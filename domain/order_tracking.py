"""Tracking: what a guest may know from number and email alone, which is how it goes: no address, no code, no name."""

from __future__ import annotations

from dataclasses import dataclass

from domain.attempt import AttemptWork, Guesses, pay, pay_back
from domain.channel import FulfillmentMethod
from domain.fulfillment import FulfillmentStatus, Tracking
from domain.ids import LocationId
from domain.order import Order, OrderStatus
from domain.order_lookup import Inquirer, Lookup, Lookups
from domain.promise import Promise
from domain.refusal import RateLimited

GUESSES = Guesses("order-tracking", per_subject=20, in_total=5_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentTracking:
    """`store`: where it is collected."""

    method: FulfillmentMethod
    status: FulfillmentStatus
    store: LocationId | None
    promise: Promise | None
    tracking: Tracking | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTracking:
    number: str
    status: OrderStatus
    fulfillments: tuple[FulfillmentTracking, ...]


async def track(work: AttemptWork, lookups: Lookups, inquirer: Inquirer, lookup: Lookup) -> OrderTracking | RateLimited | None:
    """None of an order there is not, and of one whose buyer has another address."""
    subjects = inquirer.subjects(lookup)
    if limited := await pay(work, GUESSES, subjects, inquirer.at):
        return limited
    found = await lookups.found(inquirer.actor, lookup)
    if found is None:
        return None
    await pay_back(work, GUESSES, subjects, inquirer.at)
    return tracked(found.order)


def tracked(order: Order) -> OrderTracking:
    """What a place could not do and another does instead is nobody's business."""
    shown = (one for one in order.fulfillments if one.status is not FulfillmentStatus.REJECTED)
    return OrderTracking(
        number=order.number,
        status=order.status,
        fulfillments=tuple(
            FulfillmentTracking(
                method=one.method,
                status=one.status,
                store=one.destination,
                promise=one.promise,
                tracking=one.tracking,
            )
            for one in shown
        ),
    )
