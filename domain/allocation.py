"""Allocations: units of a shelf that are promised to a fulfillment, until they leave or are given back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from domain.fulfillment import Fulfillment
from domain.hold import Demand
from domain.ids import FulfillmentId, LocationId, OrderLineId
from domain.ledger import LOSS, Account, LedgerWrites, Shelf, StockCause, moved, on_hand_at
from domain.order import Order
from domain.quantities import Quantities
from domain.work import UnitOfWork


class AllocationWrites(Protocol):
    async def take(self, fulfillment: FulfillmentId, demand: Demand, *, safety: int) -> tuple[Shelf, ...]:
        """All of a demand, from what can be sold (of a channel with this `safety`) and out of what is expected; answers the
        shelves that have too little, after which the unit of work must not be committed."""
        ...

    async def put(self, fulfillment: FulfillmentId, units: Quantities[Shelf]) -> None:
        """Allocates what is known to be its own, such as goods that have just come for it."""
        ...

    async def release(self, fulfillment: FulfillmentId, units: Quantities[Shelf]) -> None:
        """What of it is allocated is so no more, and for the rest nothing is promised to it any more of what is expected."""
        ...


class AllocationWork(UnitOfWork, Protocol):
    @property
    def allocations(self) -> AllocationWrites: ...

    @property
    def ledger(self) -> LedgerWrites: ...


def shelves_of(fulfillment: Fulfillment, order: Order, units: Mapping[OrderLineId, int], at: LocationId) -> Quantities[Shelf]:
    """Units by the order's line, as they stand on the shelves of a place; lines of one SKU add up."""
    mine = {line.order_line for line in fulfillment.lines}
    return Quantities((Shelf(order.line(id).sku, at, order.pool), n) for id, n in units.items() if id in mine)


async def leave(
    work: AllocationWork, fulfillment: FulfillmentId, units: Quantities[Shelf], to: Account, cause: StockCause, now: datetime
) -> None:
    """Within a unit of work: allocated goods leave their shelves. Who has them in their hands is right: what the shelf did not
    know of comes from LOSS, so that the ledger balances."""
    levels = await work.ledger.lock(units)
    unknown = {shelf: units[shelf] - levels[shelf].on_hand for shelf in units if units[shelf] > levels[shelf].on_hand}
    found = [moved(LOSS, on_hand_at(shelf), n, StockCause.COUNT, now) for shelf, n in unknown.items()]
    gone = [moved(on_hand_at(shelf), at_shelf(to, shelf), n, cause, now) for shelf, n in units.items()]
    assert not await work.ledger.post(found), "nothing was taken from a shelf"
    assert not await work.ledger.post(gone), "what was unknown has been added"
    await work.allocations.release(fulfillment, units)


def at_shelf(account: Account, shelf: Shelf) -> Account:
    """An account of a place keeps each SKU on a shelf of its own there."""
    return account if account.shelf is None else account._replace(shelf=account.shelf._replace(sku=shelf.sku))
