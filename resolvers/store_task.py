"""The work queue of a location, for its staff: page by page, live, and by what is scanned at the counter."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import ticket
from domain.attempt import pay, pay_back
from domain.event import tasks_subject
from domain.fulfillment import UNDER_WAY, Fulfillment, FulfillmentStatus
from domain.ids import FulfillmentId, LocationId
from domain.order import Order
from domain.page import Page, page_request
from domain.pickup import GUESSES
from domain.pickup_end import extendable_until
from domain.reason import Reason
from domain.refusal import LimitReached
from resolvers.context import Context
from resolvers.location import every_location
from resolvers.permission import require_serving, require_staff, staff_only
from resolvers.refusal import Refused, granted
from resolvers.stock import require_known

OVERLAP = timedelta(minutes=1)  # one change may be seen after a later one
CHANGES_MAX = 500  # read at once


@dataclass(frozen=True, slots=True)
class PickupCode:
    """As it is scanned or typed."""

    location: LocationId
    code: str


By = FulfillmentId | PickupCode


@staff_only
async def store_tasks(
    *,
    context: Context,
    location: LocationId,
    statuses: tuple[FulfillmentStatus, ...] | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Page[Fulfillment]:
    await require_known(context, location)
    page = granted(page_request(first=first, after=after))
    return granted(await context.reads.store_tasks.tasks(context.actor, location, statuses, page))


async def store_tasks_changed(*, context: Context, location: LocationId) -> AsyncGenerator[Fulfillment, None]:
    """What waits there, the oldest first, and then each that has changed, whatever has become of it."""
    require_staff(context)
    await require_known(context, location)
    sent: dict[FulfillmentId, int] = {}
    since: datetime | None = None
    async with context.changes.watch([tasks_subject(str(location))]) as watcher:
        while True:
            await watcher.next()
            now = context.clock()
            found = await context.reads.store_tasks.changed(context.actor, location, since, CHANGES_MAX)
            since = now - OVERLAP
            for one in found:
                if sent.get(one.id) != one.version:
                    sent[one.id] = one.version
                    yield one


# ------------------------------------------------------------------------------------------------ one of them


async def fulfillment(*, context: Context, by: By) -> Fulfillment | None:
    """Whoever sees the order sees it; by the code, the staff of the store where it is collected."""
    if isinstance(by, FulfillmentId):
        found = await context.reads.orders.of_fulfillments(context.actor, [by])
        return found[by].fulfillment(by) if by in found else None
    require_staff(context)
    require_serving(context, by.location, ("by", "pickupCode", "location"))
    return await scanned(context, by)


async def scanned(context: Context, by: PickupCode) -> Fulfillment | None:
    """Wrong codes are counted, as they are at the hand-over."""
    guessers = (str(context.actor.staff),)
    if limited := await pay(context.work(), GUESSES, guessers, context.now):
        raise Refused(LimitReached("codes", f"{limited.message} In {limited.retry_after_seconds} seconds, say."))
    digest = ticket.digest_of(context.keys, by.location, by.code)
    id = await context.reads.tickets.order_of(digest, by.location)
    if id is None:
        return None
    await pay_back(context.work(), GUESSES, guessers, context.now)
    order = (await context.reads.orders.orders(context.actor, [id])).get(id)
    return to_hand_over(order, by.location) if order else None


def to_hand_over(order: Order, store: LocationId) -> Fulfillment | None:
    """What is ready before what is not."""
    here = [one for one in order.fulfillments if one.destination == store and one.status in UNDER_WAY]
    return min(here, key=lambda one: (one.status is not FulfillmentStatus.READY_FOR_PICKUP, one.id), default=None)


# ------------------------------------------------------------------------------------------------ what is shown of them


async def extendable_until_of(fulfillments: Sequence[Fulfillment], *, context: Context) -> list[datetime | None]:
    ready = [one for one in fulfillments if one.status is FulfillmentStatus.READY_FOR_PICKUP]
    found = await context.reads.tickets.tickets(sorted({one.order for one in ready})) if ready else {}
    stores = {location.id: location for location in await context.once(every_location)} if ready else {}

    def until(one: Fulfillment) -> datetime | None:
        its = found.get((one.order, one.destination)) if one.destination and one in ready else None
        return extendable_until(its, stores[its.location]) if its else None

    return [until(one) for one in fulfillments]


@staff_only
async def reasons_of(fulfillments: Sequence[Fulfillment], *, context: Context) -> list[tuple[Reason, ...]]:
    """Why each location was chosen, as it was planned."""
    return [tuple(map(Reason, one.reasons)) for one in fulfillments]


@staff_only
async def packing_of(fulfillments: Sequence[Fulfillment], *, context: Context) -> list[tuple[str, ...]]:
    channels = await context.channels()
    orders = await context.reads.orders.of_fulfillments(context.actor, [one.id for one in fulfillments])
    return [channels[orders[one.id].channel].packing if one.id in orders else () for one in fulfillments]
