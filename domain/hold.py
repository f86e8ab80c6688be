"""Holds: units kept for a checkout until a moment, all of its demand or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.actor import Actor
from domain.ids import CheckoutId, HoldId
from domain.ledger import Shelf
from domain.quantities import Quantities
from domain.work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    id: HoldId
    shelf: Shelf
    quantity: int
    checkout: CheckoutId
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class InsufficientStock:
    """These shelves had less than was asked for when it was tried."""

    shelves: tuple[Shelf, ...]


class HoldWrites(Protocol):
    async def place(self, actor: Actor, holds: Sequence[Hold]) -> tuple[Shelf, ...]:
        """One guarded statement per shelf, in the order of shelves; answers those that have too little."""
        ...

    async def release_expired(self, shelves: Sequence[Shelf], now: datetime) -> Quantities[Shelf]:
        """Gives back what has expired on these shelves, and answers how much."""
        ...


class HoldWork(UnitOfWork, Protocol):
    @property
    def holds(self) -> HoldWrites: ...


@dataclass(frozen=True, slots=True)
class HoldFor:
    """Whom units are held for, and until when."""

    checkout: CheckoutId
    expires_at: datetime


async def place(
    work: HoldWork, actor: Actor, demand: Quantities[Shelf], hold_for: HoldFor, now: datetime
) -> tuple[Hold, ...] | InsufficientStock:
    """Holds all of the demand or nothing; what expired on a short shelf is given back first, and then it is tried once more."""
    placed = await attempt(work, actor, demand, hold_for)
    if not isinstance(placed, InsufficientStock):
        return placed
    async with work:
        await work.holds.release_expired(placed.shelves, now)
        await work.commit()
    return await attempt(work, actor, demand, hold_for)  # also when another gave it back first


async def attempt(
    work: HoldWork, actor: Actor, demand: Quantities[Shelf], hold_for: HoldFor
) -> tuple[Hold, ...] | InsufficientStock:
    holds = tuple(
        Hold(id=HoldId.new(), shelf=shelf, quantity=demand[shelf], checkout=hold_for.checkout, expires_at=hold_for.expires_at)
        for shelf in sorted(demand)
    )
    assert all(hold.quantity > 0 for hold in holds), "demand is positive"
    async with work:
        if short := await work.holds.place(actor, holds):
            return InsufficientStock(short)
        await work.commit()
    return holds
