"""Tracking: how an order goes, for who knows its number and email address."""

from __future__ import annotations

from collections.abc import Sequence

from domain import order_tracking
from domain.order_lookup import Inquirer, Lookup
from domain.order_tracking import FulfillmentTracking, OrderTracking
from domain.refusal import RateLimited
from resolvers.context import Context
from resolvers.location import every_location
from resolvers.refusal import Refused


def inquirer(context: Context) -> Inquirer:
    return Inquirer(actor=context.actor, keys=context.keys, client=context.client, at=context.now)


async def tracking(*, context: Context, number: str, email: str) -> OrderTracking | None:
    lookup = Lookup(number=number, email=email)
    found = await order_tracking.track(context.work(), context.reads.lookups, inquirer(context), lookup)
    if isinstance(found, RateLimited):
        raise Refused(found)
    return found


async def store_names(tracked: Sequence[FulfillmentTracking], *, context: Context) -> list[str | None]:
    names = {location.id: location.name for location in await context.once(every_location)}
    return [names.get(one.store) if one.store else None for one in tracked]
