"""Access: a guest shows that an order is theirs."""

from __future__ import annotations

import domain.order_access
import resolvers.order_access
from schema.payload import mutation
from schema.session import BooleanPayload, SessionPayload
from schema.view import command_of, object_type


@command_of(domain.order_access.OrderAccessRequest)
class OrderAccessRequestInput:
    """Which order, and where its buyer is written to: an email address or a phone number."""

    number: str
    """As it was mailed, in any case."""
    email: str | None
    """That was given with the order; the code is mailed there."""
    phone: str | None
    """That was given with the order, with its country; the code is sent there as a text message."""


@command_of(domain.order_access.OrderAccessAccept)
class OrderAccessAcceptInput:
    """The code that was sent."""

    number: str
    """Of the order it was asked for."""
    code: str
    """As it was sent; good once, for half an hour."""


@object_type
class OrderAccessMutation:
    """How guests come to see their orders."""

    order_access_request: BooleanPayload = mutation(BooleanPayload, resolvers.order_access.order_access_request)
    """Sends a code to the order's own email or phone; answers alike whether or not there is such an order."""
    order_access_accept: SessionPayload = mutation(SessionPayload, resolvers.order_access.order_access_accept)
    """Adds that order to the caller's session, or begins one. `refreshToken` is null where the session was there before: the
    one it has stays good."""
