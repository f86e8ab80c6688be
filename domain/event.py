"""Events: what has happened, written with the change itself and told to whoever listens."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, Self

from domain.ids import EventId
from domain.work import UnitOfWork

KEPT_FOR = timedelta(days=7)
PURGED_AT_ONCE = 5_000  # in one unit of work


class EventType(StrEnum):
    STOCK_CHANGED = "stock.changed"  # data: {"skus": […]}; no subject
    TASKS_CHANGED = "tasks.changed"  # data: {"locations": […]}; no subject
    CART_CHANGED = "cart.changed"
    CART_ABANDONED = "cart.abandoned"
    SESSION_ENDED = "session.ended"
    ORDER_CHANGED = "order.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`subject` is the text of the id it speaks of, or empty; `data` holds ids and plain facts, and nobody's personal data."""

    id: EventId
    at: datetime
    type: EventType
    subject: str = ""
    data: Mapping[str, Any]

    @classmethod
    def of(cls, type: EventType, subject: str, now: datetime, **data: Any) -> Self:
        return cls(id=EventId.new(), at=now, type=type, subject=subject, data=data)

    @property
    def subjects(self) -> Iterator[str]:
        """All that somebody who waits for this event may be watching."""
        if self.subject:
            yield self.subject
        if self.type is EventType.STOCK_CHANGED:
            yield from map(stock_subject, self.data["skus"])
        if self.type is EventType.TASKS_CHANGED:
            yield from map(tasks_subject, self.data["locations"])


def stock_subject(sku: str) -> str:
    return f"sku:{sku}"


def tasks_subject(location: str) -> str:
    """Of the work of a place, by the text of its id."""
    return f"tasks:{location}"


class EventWrites(Protocol):
    def add(self, event: Event) -> None:
        """It is written when the unit of work commits, and only then."""
        ...


class EventReads(Protocol):
    """Events by position. Positions grow, but one may become visible after a later one, and some are never used."""

    async def latest(self, limit: int) -> Sequence[int]:
        """The last positions, in order."""
        ...

    async def after(self, position: int, limit: int) -> Sequence[tuple[int, Event]]:
        """The next ones, in order."""
        ...

    async def at(self, positions: Collection[int]) -> Sequence[tuple[int, Event]]:
        """Those of these that are there."""
        ...


class EventPurge(Protocol):
    async def purge(self, before: datetime, limit: int) -> int:
        """Deletes the oldest that happened before a moment, so many at most; answers how many."""
        ...


class PurgeWork(UnitOfWork, Protocol):
    @property
    def events(self) -> EventPurge: ...


async def purge_events(work: PurgeWork, now: datetime) -> int:
    """Those that everybody has been told of long ago, some at a time; answers how many there were."""
    purged = 0
    while True:
        async with work:
            some = await work.events.purge(now - KEPT_FOR, PURGED_AT_ONCE)
            await work.commit()
        purged += some
        if some < PURGED_AT_ONCE:
            return purged
        await work.give_way()
