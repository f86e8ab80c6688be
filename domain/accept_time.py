"""The time to accept: a location that does not take a fulfillment on within an hour of being open loses it to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.fulfillment import FulfillmentStatus
from domain.hours import minute_of, moment
from domain.ids import FulfillmentId, LocationId, OrderId
from domain.load import IDLE
from domain.location import Location
from domain.picking import given_up
from domain.promise import Workplace
from domain.resourcing import Sourcer, resource
from domain.stage import Work
from domain.store_work import StoreWork, saved

OPEN_MINUTES = 60
WITHOUT_HOURS = timedelta(days=1)  # where nobody knows when they are open
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Unaccepted:
    """`since`: when it was asked for, or when its goods come in, if that is later."""

    fulfillment: FulfillmentId
    location: LocationId
    since: datetime


class QueueWrites(Protocol):
    """Fulfillments that nobody has accepted yet."""

    async def undated(self, most: int) -> Sequence[Unaccepted]:
        """Those of which nobody has said until when they are to be accepted."""
        ...

    async def date(self, deadlines: Mapping[FulfillmentId, datetime]) -> None: ...

    async def late(self, now: datetime, most: int) -> Sequence[FulfillmentId]:
        """Those that were to be accepted by then, the oldest first."""
        ...


class QueueWork(StoreWork, Protocol):
    @property
    def queue(self) -> QueueWrites: ...


def accept_before(one: Unaccepted, location: Location) -> datetime:
    hours = Workplace(location, IDLE).hours()
    minute = None if hours is None else Work(OPEN_MINUTES, hours).after(minute_of(one.since))
    return one.since + WITHOUT_HOURS if minute is None else moment(minute)


async def expire_unaccepted(work: QueueWork, sourcer: Sourcer, locations: Mapping[LocationId, Location], now: datetime) -> int:
    """Some at a time; several processes at once do each once. Answers how many were late."""
    async with work:
        new = await work.queue.undated(AT_ONCE)
        await work.queue.date({one.fulfillment: accept_before(one, locations[one.location]) for one in new})
        await work.commit()
    async with work:
        late = await work.queue.late(now, AT_ONCE)
    for id in late:
        if order := await time_out(work, id, now):
            await resource(sourcer, order)
    return len(late)


async def time_out(work: StoreWork, id: FulfillmentId, now: datetime) -> OrderId | None:
    """None where it was accepted meanwhile."""
    async with work:
        before = await work.orders.lock_of(id)
        if before is None or before.fulfillment(id).status is not FulfillmentStatus.OPEN:
            return None
        lost = await given_up(work, before, before.fulfillment(id), now, cause="timeout")
        await saved(work, before, lost.order, [lost.told], now)
        await work.commit()
    return before.id
