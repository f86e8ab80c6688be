"""Card terminals: devices of a store at which a payment is begun from here, and ended by whoever presents a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.actor import Actor
from domain.ids import LocationId, TerminalId

TERMINALS_MAX = 50  # in use at one location


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """`reference`: the payment provider's own name for it. `ready`: it is in use; a location's file names it."""

    id: TerminalId
    location_id: LocationId
    name: str
    reference: str | None
    ready: bool


def may_use(actor: Actor, location: LocationId) -> bool:
    """Those of a store are for its kiosks, whoever stands there, and for the staff who work there."""
    return actor.serves(location) or (actor.kiosk is not None and location in actor.locations)


class TerminalReads(Protocol):
    """Those that the actor may use; others look missing."""

    async def at(self, actor: Actor, locations: Sequence[LocationId]) -> Mapping[LocationId, tuple[Terminal, ...]]:
        """By name, and only those in use; nothing of a location whose terminals are not the actor's to use."""
        ...

    async def terminals(self, actor: Actor, ids: Sequence[TerminalId]) -> Mapping[TerminalId, Terminal]:
        """Also those that are not in use any more."""
        ...
