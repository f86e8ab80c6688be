"""Lists of orders, and what staff search them by."""

from __future__ import annotations

import datetime

import strawberry

import domain.order_list
import resolvers.order_list
from domain.order import OrderStatus
from schema.edge import answered_by
from schema.order import Order
from schema.page import Connection
from schema.view import input_of, object_type


@input_of(domain.order_list.OrderFilter)
class OrderFilter:
    """Which orders."""

    search: str | None = strawberry.UNSET
    """Staff only: a number in any case, a marketplace's or till's own number, an email address, a phone number, a SKU, or how
    a first or last name begins."""
    statuses: list[OrderStatus] | None = strawberry.UNSET
    """In one of these states."""
    channels: list[strawberry.ID] | None = strawberry.UNSET
    """Placed in one of these."""
    location: strawberry.ID | None = strawberry.UNSET
    """Staff only: that sends some of it, or where some of it is collected."""
    customer: strawberry.ID | None = strawberry.UNSET
    """Staff only: whose."""
    placed_from: datetime.datetime | None = strawberry.UNSET
    """Placed then or later."""
    placed_to: datetime.datetime | None = strawberry.UNSET
    """Placed before."""


@object_type
class OrderListQuery:
    """Orders by what is known of them."""

    orders: Connection[Order] | None = answered_by(resolvers.order_list.orders)
    """The newest first: a customer's own, and those this session opens; for staff, all they may see."""
