"""Holds: units kept for a checkout until a moment, all of its demand or nothing; and what becomes of them.

Units on a shelf are held; units that are still expected there are backordered, which promises them out of what comes in. When
the order is placed, holds become allocations and backorders stay with its fulfillments until the goods are there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from domain.actor import Actor
from domain.ids import BackorderId, CheckoutId, FulfillmentId, HoldId, IncomingId
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Backorder:
    """Units of what has come in on a shelf by `expected_at`: a checkout's, until `expires_at`, or sold for a fulfillment.

    `incoming`: the delivery that they are promised of; until one is found, None.
    """

    id: BackorderId
    shelf: Shelf
    quantity: int
    expected_at: datetime
    incoming: IncomingId | None = None
    checkout: CheckoutId | None = None
    fulfillment: FulfillmentId | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InsufficientStock:
    """These shelves had less than was asked for when it was tried."""

    shelves: tuple[Shelf, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """`on_shelves`: units that are there; `expected`: units that will have come in by a moment."""

    on_shelves: Quantities[Shelf]
    expected: Quantities[tuple[Shelf, datetime]] = field(default_factory=Quantities)

    @property
    def units(self) -> Quantities[Shelf]:
        """All of them, wherever they are now."""
        return self.on_shelves + Quantities((shelf, n) for (shelf, _), n in self.expected.items())


class HoldWrites(Protocol):
    async def place(self, actor: Actor, holds: Sequence[Hold]) -> tuple[Shelf, ...]:
        """One guarded statement, in the order of shelves; answers those that have too little."""
        ...

    async def backorder(self, backorders: Sequence[Backorder]) -> tuple[Shelf, ...]:
        """Promises what comes soonest first; answers the shelves where too little is expected by then."""
        ...

    async def release_expired(self, shelves: Sequence[Shelf], now: datetime) -> Quantities[Shelf]:
        """Gives back what has expired on these shelves, and answers how much."""
        ...

    async def release(self, checkout: CheckoutId) -> None:
        """Gives back all that a checkout holds."""
        ...

    async def keep(self, checkout: CheckoutId, until: datetime) -> Demand:
        """Until then, whatever was said before; answers what it still holds."""
        ...

    async def allocate(self, checkout: CheckoutId, fulfillments: Mapping[FulfillmentId, Demand]) -> bool:
        """What the checkout holds is from now on kept for these fulfillments; False where it does not hold exactly that.
        What was expected when it began may have come in since, and is allocated as the rest."""
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
    await give_back(work, placed.shelves, now)
    return await attempt(work, actor, demand, hold_for)  # also when another gave it back first


async def give_back(work: HoldWork, shelves: Sequence[Shelf], now: datetime) -> None:
    """What has expired on these shelves, in a unit of work of its own: also where what comes next is refused."""
    async with work:
        await work.holds.release_expired(shelves, now)
        await work.commit()


async def attempt(
    work: HoldWork, actor: Actor, demand: Quantities[Shelf], hold_for: HoldFor
) -> tuple[Hold, ...] | InsufficientStock:
    holds = holds_of(demand, hold_for)
    async with work:
        if short := await work.holds.place(actor, holds):
            return InsufficientStock(short)
        await work.commit()
    return holds


def holds_of(demand: Quantities[Shelf], hold_for: HoldFor) -> tuple[Hold, ...]:
    assert all(quantity > 0 for quantity in demand.values()), "demand is positive"
    return tuple(
        Hold(id=HoldId.new(), shelf=shelf, quantity=demand[shelf], checkout=hold_for.checkout, expires_at=hold_for.expires_at)
        for shelf in sorted(demand)
    )


async def hold(work: HoldWork, actor: Actor, demand: Demand, hold_for: HoldFor) -> InsufficientStock | None:
    """Within a unit of work, which must not be committed where something is short."""
    short = await work.holds.place(actor, holds_of(demand.on_shelves, hold_for))
    short += await work.holds.backorder(backorders_of(demand, hold_for))
    return InsufficientStock(short) if short else None


def backorders_of(demand: Demand, hold_for: HoldFor) -> tuple[Backorder, ...]:
    return tuple(
        Backorder(
            id=BackorderId.new(),
            shelf=shelf,
            quantity=demand.expected[shelf, by],
            expected_at=by,
            checkout=hold_for.checkout,
            expires_at=hold_for.expires_at,
        )
        for shelf, by in sorted(demand.expected)
    )


def handed_on(kept: Sequence[Backorder], fulfillments: Mapping[FulfillmentId, Demand]) -> tuple[Backorder, ...] | None:
    """Backorders of a checkout as those of its fulfillments, whose other units have come in; None where they want fewer."""
    left = {(id, *one): n for id, demand in fulfillments.items() for one, n in demand.expected.items()}
    handed: list[Backorder] = []
    for one in sorted(kept, key=lambda one: one.id):
        missing = one.quantity
        for owner, shelf, by in left:
            if units := min(missing, left[owner, shelf, by]) if (shelf, by) == (one.shelf, one.expected_at) else 0:
                left[owner, shelf, by], missing = left[owner, shelf, by] - units, missing - units
                mine = replace(one, id=BackorderId.new(), quantity=units, checkout=None, expires_at=None, fulfillment=owner)
                handed.append(mine)
        if missing:
            return None
    return tuple(handed)
