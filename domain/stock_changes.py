"""How stock is changed by those who handle it: in one unit of work, once for its key, and on record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from domain.action import Action, ActionKind
from domain.actor import Actor
from domain.availability import free
from domain.hold import HoldWrites
from domain.idempotency import IdempotencyKey, IdempotencyWrites
from domain.ledger import Shelf
from domain.quantities import Quantities
from domain.refusal import Forbidden, IdempotencyKeyReused, InvalidInput, NotFound, WrongState
from domain.stock import KnownSkus, StockWork

LINES = ("input", "lines")
UNITS_MAX = 1_000_000  # of one SKU at once


@dataclass(frozen=True, slots=True)
class StockLine:
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every change of stock comes with. `actor` may change it."""

    actor: Actor
    key: IdempotencyKey
    now: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """For the record. `subject`: the opaque id of what was changed."""

    kind: ActionKind
    subject: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Shortage:
    shelf: Shelf
    wanted: int
    free: int


@dataclass(frozen=True, slots=True)
class TooFew:
    """Shelves that had less to take than was asked for."""

    shortages: tuple[Shortage, ...]


StockRefusal: TypeAlias = Forbidden | IdempotencyKeyReused | InvalidInput | NotFound | TooFew | WrongState


class StockChangeWork(StockWork, Protocol):
    @property
    def holds(self) -> HoldWrites: ...

    @property
    def idempotency(self) -> IdempotencyWrites: ...


async def once(work: StockChangeWork, asked: Asked, change: Callable[[], Awaitable[Done | StockRefusal]]) -> str | StockRefusal:
    """The opaque id of what was changed, now or when the same key came before."""
    async with work:
        before = await work.idempotency.claim(asked.key, asked.now)
        if before is not None:
            return before if isinstance(before, IdempotencyKeyReused) else str(before["subject"])
        done = await change()
        if not isinstance(done, Done):
            return done
        await work.idempotency.settle(asked.key, {"subject": done.subject})
        if staff := asked.actor.staff:
            action = Action(at=asked.now, staff=staff, kind=done.kind, subject=done.subject, reason=done.reason)
            await work.actions.record(action)
        await work.commit()
    return done.subject


def summed(lines: Sequence[StockLine]) -> Quantities[str] | InvalidInput:
    """By SKU: several lines of one SKU are one."""
    if not lines:
        return InvalidInput(LINES, "`lines` is empty; name at least one SKU.")
    units = Quantities((line.sku, line.quantity) for line in lines)
    for n, line in enumerate(lines):
        if line.quantity < 1:
            return InvalidInput(path_of(n, "quantity"), f"`quantity` is {line.quantity}; it must be 1 or more.")
        if units[line.sku] > UNITS_MAX:
            return InvalidInput(path_of(n, "quantity"), f"That makes {units[line.sku]:,} units; {UNITS_MAX:,} is the limit.")
    return units


def path_of(line: int, field: str) -> tuple[str, ...]:
    return (*LINES, str(line), field)


async def unknown_sku(catalog: KnownSkus, lines: Sequence[StockLine]) -> NotFound | None:
    known = await catalog.known_skus([line.sku for line in lines])
    unknown = next((n for n, line in enumerate(lines) if line.sku not in known), None)
    return None if unknown is None else no_such_sku(lines[unknown].sku, path_of(unknown, "sku"))


def no_such_sku(sku: str, path: tuple[str, ...] = ("input", "sku")) -> NotFound:
    return NotFound(path, f"No variant has the SKU {sku!r}.")


async def too_few(work: StockChangeWork, taken: Mapping[Shelf, int], also: Collection[Shelf], now: datetime) -> TooFew | None:
    """Locks these shelves, and others with them, so that what is free to be taken is still free when it is taken."""
    levels = await work.ledger.lock({*taken, *also})
    expired = await work.holds.release_expired(sorted(taken), now)
    left = {shelf: free(levels[shelf], expired[shelf]) for shelf in sorted(taken)}
    short = tuple(Shortage(shelf, taken[shelf], units) for shelf, units in left.items() if units < taken[shelf])
    return TooFew(short) if short else None
