"""Access: a guest shows that an order is theirs."""

from __future__ import annotations

from dataclasses import replace

from domain import order_access
from domain.opened_session import OpenedSession
from domain.order_access import Granted, OrderAccessAccept, OrderAccessRequest
from domain.refusal import CodeInvalid, Forbidden, InvalidInput, RateLimited
from resolvers.context import Context
from resolvers.order_tracking import inquirer
from resolvers.session import opened


async def order_access_request(*, context: Context, input: OrderAccessRequest) -> bool | InvalidInput | RateLimited:
    return await order_access.request(context.work(), context.reads.lookups, context.letters, inquirer(context), input)


async def order_access_accept(
    *, context: Context, input: OrderAccessAccept
) -> OpenedSession | CodeInvalid | Forbidden | RateLimited:
    """Whoever has an access token alone is not given what refreshes it."""
    outcome = await order_access.accept(context.work(), inquirer(context), input)
    if not isinstance(outcome, Granted):
        return outcome
    session = await opened(context, outcome.session)
    return session if outcome.is_new else replace(session, refresh_token=None)
