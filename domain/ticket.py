"""Pickup tickets: what a buyer shows where they collect; one for all of an order that is collected at one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.code import TRIES, as_spoken, spoken
from domain.ids import LocationId, OrderId
from domain.session import Keys

PURPOSE = "ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """`sealed`: the code, for its buyer to see again; `digest`: what it is found by. `spent_at`: of the last hand-over;
    `extensions`: how often it was made longer."""

    order: OrderId
    location: LocationId
    digest: str
    sealed: str
    collect_before: datetime | None = None
    spent_at: datetime | None = None
    reminded_at: datetime | None = None
    extensions: int = 0

    def code(self, keys: Keys) -> str | None:
        """None where the gateway's key has changed since."""
        record = keys.unsealed(PURPOSE, self.sealed)
        return str(record["code"]) if record else None


class TicketWrites(Protocol):
    async def issue(self, ticket: Ticket) -> bool:
        """False where the same code is about at this location."""
        ...

    async def of(self, order: OrderId, location: LocationId) -> Ticket | None: ...

    async def save(self, ticket: Ticket) -> None:
        """Until when it is good, and whether it was used."""
        ...

    async def over(self, now: datetime, most: int) -> Sequence[tuple[OrderId, LocationId]]:
        """Unspent ones whose goods were to be collected before then, the oldest first."""
        ...

    async def ending(self, now: datetime, until: datetime, most: int) -> Sequence[tuple[OrderId, LocationId]]:
        """Unspent ones that end between these, whose buyers were not reminded, the oldest first."""
        ...


class TicketReads(Protocol):
    async def tickets(self, orders: Sequence[OrderId]) -> Mapping[tuple[OrderId, LocationId], Ticket]:
        """Of orders that were read; who is shown a code is decided by whoever asks."""
        ...

    async def order_of(self, digest: str, location: LocationId) -> OrderId | None:
        """Whose unspent ticket this is, there."""
        ...


def digest_of(keys: Keys, location: LocationId, code: str) -> str:
    return keys.digest(PURPOSE, f"{location}\n{as_spoken(code)}")


async def issue(tickets: TicketWrites, keys: Keys, order: OrderId, location: LocationId) -> None:
    """Within a unit of work; a code that is about already is drawn again."""
    for _ in range(TRIES):
        code = spoken()
        sealed, digest = keys.sealed(PURPOSE, {"code": code}), digest_of(keys, location, code)
        if await tickets.issue(Ticket(order=order, location=location, digest=digest, sealed=sealed)):
            return
    raise RuntimeError("no code is free")
