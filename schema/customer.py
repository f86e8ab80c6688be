"""Customers."""

from __future__ import annotations

import datetime

import domain.customer
from schema.node import Node
from schema.view import view_of


@view_of(domain.customer.Customer)
class Customer(Node):
    """Whom a cart or an order is for, if they have told us who they are."""

    email: str | None
    """Where mail goes, once it is verified."""
    email_verified: bool
    """They have shown that the address is theirs."""
    name: str | None
    """As they want to be called."""
    phone: str | None
    """In the form of E.164."""
    created_at: datetime.datetime
    """When they signed up."""
