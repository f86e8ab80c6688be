"""Tracking: what a guest may know from number and email alone."""

from __future__ import annotations

import domain.order_tracking
import resolvers.order_tracking
from domain.channel import FulfillmentMethod
from domain.fulfillment import FulfillmentStatus
from domain.order import OrderStatus
from schema.edge import answered_by, answered_for_all
from schema.order import Tracking
from schema.promise import FulfillmentPromise
from schema.view import object_type, view_of


@view_of(domain.order_tracking.FulfillmentTracking)
class FulfillmentTracking:
    """How a part of an order goes."""

    method: FulfillmentMethod
    """How it reaches the buyer."""
    status: FulfillmentStatus
    """How far it has come."""
    store_name: str | None = answered_for_all(resolvers.order_tracking.store_names, key=id)
    """Where it is collected."""
    promise: FulfillmentPromise | None
    """When it is there; null where that is not known."""
    tracking: Tracking | None
    """Once it is shipped."""


@view_of(domain.order_tracking.OrderTracking)
class OrderTracking:
    """How an order goes: no address, no code, no name."""

    number: str
    """Readable aloud, not guessable."""
    status: OrderStatus
    """Where it stands."""
    fulfillments: list[FulfillmentTracking]
    """How its parts go."""


@object_type
class OrderTrackingQuery:
    """Orders as whoever knows about them may follow them."""

    order_tracking: OrderTracking | None = answered_by(
        resolvers.order_tracking.tracking,
        number="As it was mailed, in any case.",
        email="That was given with the order.",
    )
    """How an order goes, for a guest who knows its number and email; null where the two do not belong together. Wrong ones are
    limited."""
