"""Receiving: goods of a supplier come onto the shelf, and what was promised of them is given out first."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from domain.action import ActionKind
from domain.ids import ChannelId, IncomingId, LocationId, PoolId
from domain.ledger import Incoming, LedgerWrites, Shelf, receipt
from domain.quantities import Quantities
from domain.refusal import InvalidInput, NotFound
from domain.stock_changes import Asked, Done, StockChangeWork, StockLine, StockRefusal, once, summed, unknown_sku

INCOMING = ("input", "incoming")


class Promises(Protocol):
    """What buyers were promised of shelves."""

    async def fill(self, shelves: Collection[Shelf], now: datetime) -> None:
        """What was promised from what is expected here becomes allocations, in the order of promise, as far as units are free.

        It is promised no longer then; how many are still expected is for whoever received them to say (`use_up`).
        """
        ...


class ReceivingWork(StockChangeWork, Protocol):
    @property
    def promises(self) -> Promises: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StockReceive:
    """`incoming`: the expected goods that these are; `pool`: the channel whose own stock it is."""

    location: LocationId
    lines: tuple[StockLine, ...]
    idempotency_key: str
    incoming: IncomingId | None = None
    pool: ChannelId | None = None


async def receive(work: ReceivingWork, asked: Asked, receiving: StockReceive, pool: PoolId) -> tuple[Shelf, ...] | StockRefusal:
    """Answers the shelves they were put on; one that never had anything is opened."""
    if isinstance(units := summed(receiving.lines), InvalidInput):
        return units
    arrived = Quantities((Shelf(sku, receiving.location, pool), n) for sku, n in units.items())

    async def change() -> Done | StockRefusal:
        if refusal := await unknown_sku(work.catalog, receiving.lines):
            return refusal
        await work.ledger.lock(arrived)
        if receiving.incoming and (refused := await not_expected(work.ledger, receiving.incoming, arrived)):
            return refused
        await work.ledger.post([receipt(shelf, arrived[shelf], asked.now) for shelf in sorted(arrived)])
        await work.promises.fill(arrived, asked.now)
        await use_up(work.ledger, arrived, lambda expected: expected.id == receiving.incoming)
        return Done(ActionKind.STOCK_RECEIVED, str(receiving.location))

    done = await once(work, asked, change)
    return tuple(sorted(arrived)) if isinstance(done, str) else done


async def not_expected(
    ledger: LedgerWrites, incoming: IncomingId, shelves: Collection[Shelf]
) -> NotFound | InvalidInput | None:
    """Why these cannot be the goods that were expected."""
    expected = [one for some in (await ledger.incoming(shelves)).values() for one in some]
    found = next((one for one in expected if one.id == incoming), None)
    if found is None:
        return NotFound(INCOMING, "Of these SKUs nothing like that is expected here; leave it out for goods nobody announced.")
    return of_transfer(found)


def of_transfer(expected: Incoming) -> InvalidInput | None:
    """It comes and goes with its transfer."""
    if expected.transfer is None:
        return None
    return InvalidInput(INCOMING, "This comes with a transfer; take it in by `stockTransferReceive`.")


async def use_up(ledger: LedgerWrites, arrived: Quantities[Shelf], is_meant: Callable[[Incoming], bool]) -> None:
    """What has come is no longer expected; what is still promised of it after all was given out stays expected."""
    for shelf, expected in (await ledger.incoming(arrived)).items():
        for one in expected:
            if is_meant(one):
                await ledger.expect(replace(one, quantity=max(one.quantity - arrived[shelf], one.promised)))
