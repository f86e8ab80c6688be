"""How far an import has come that is applied in chunks, so that one that was cut short goes on where it ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from domain.ids import PoolId
from domain.intake.report import NOTHING, Imported
from domain.ledger import Shelf

RESUMED_WITHIN = timedelta(days=1)  # what was begun earlier is begun anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """`fingerprint` tells what is applied, `last` the shelf up to which it is."""

    fingerprint: str
    began_at: datetime
    last: Shelf | None = None
    imported: Imported = NOTHING

    def after(self, last: Shelf, imported: Imported) -> Checkpoint:
        return replace(self, last=last, imported=self.imported + imported)


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Another import into the same pool has begun since, or has gone on with this one; `done` of the `total` were applied."""

    done: int
    total: int


class Checkpoints(Protocol):
    async def of(self, pool: PoolId) -> Checkpoint | None:
        """The last one, which nobody else changes until this unit of work ends."""
        ...

    async def save(self, pool: PoolId, checkpoint: Checkpoint) -> None:
        """In place of the last one."""
        ...

    async def clear(self, pool: PoolId) -> None: ...


def goes_on(known: Checkpoint | None, fingerprint: str, now: datetime) -> bool:
    """Is this what was cut short?"""
    return known is not None and known.fingerprint == fingerprint and now - known.began_at < RESUMED_WITHIN
