"""Stocktake: somebody says what they found on a shelf, if it still is as they were told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.action import ActionKind
from domain.actor import Actor
from domain.discrepancy import Discrepancy, DiscrepancyCause, DiscrepancyWrites
from domain.ids import ChannelId, LocationId, PoolId, StockDiscrepancyId
from domain.ledger import Shelf, StockLevel, corrected
from domain.receiving import ReceivingWork
from domain.refusal import InvalidInput, WrongState
from domain.stock_changes import UNITS_MAX, Asked, Done, StockRefusal, no_such_sku, once

REASON_CHARACTERS_MAX = 500


class StocktakeWork(ReceivingWork, Protocol):
    @property
    def discrepancies(self) -> DiscrepancyWrites: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCount:
    """`expected_on_hand`: what the ledger said when counting began; `pool`: the channel whose own stock was counted."""

    location: LocationId
    sku: str
    counted: int
    expected_on_hand: int
    idempotency_key: str
    pool: ChannelId | None = None
    reason: str | None = None


async def count(work: StocktakeWork, asked: Asked, counting: StockCount, pool: PoolId) -> tuple[Shelf, ...] | StockRefusal:
    """Answers the one shelf. Shelves lie: a count below what is promised is taken, and the excess sourced elsewhere, soon
    (domain/promised.py)."""
    if refusal := unheard_of(counting):
        return refusal
    shelf = Shelf(counting.sku, counting.location, pool)

    async def change() -> Done | StockRefusal:
        if not await work.catalog.known_skus([counting.sku]):
            return no_such_sku(counting.sku)
        level = (await work.ledger.lock([shelf]))[shelf]
        if level.on_hand != counting.expected_on_hand:
            return moved_since(level, counting)
        if movement := corrected(level, counting.counted, asked.now):
            await work.ledger.post([movement])
            await work.discrepancies.record([found(level, counting.counted, asked.actor, asked.now)])
        await work.ledger.confirm([shelf], asked.now)
        return Done(ActionKind.STOCK_COUNTED, level.id, (counting.reason or "").strip() or None)

    done = await once(work, asked, change)
    return (shelf,) if isinstance(done, str) else done


def unheard_of(counting: StockCount) -> InvalidInput | None:
    if not 0 <= counting.counted <= UNITS_MAX:
        return InvalidInput(("input", "counted"), f"`counted` is {counting.counted}; it must be from 0 to {UNITS_MAX:,}.")
    if len(counting.reason or "") > REASON_CHARACTERS_MAX:
        return InvalidInput(("input", "reason"), f"`reason` must have {REASON_CHARACTERS_MAX} characters at most.")
    return None


def moved_since(level: StockLevel, counting: StockCount) -> WrongState:
    message = (
        f"{level.on_hand} are on hand now, and not {counting.expected_on_hand}: units moved while you counted. "
        f"Count again, and give {level.on_hand} as `expectedOnHand`."
    )
    return WrongState(("input", "expectedOnHand"), message, status=str(level.on_hand))


def found(level: StockLevel, counted: int, actor: Actor, now: datetime) -> Discrepancy:
    return Discrepancy(
        id=StockDiscrepancyId.new(),
        at=now,
        shelf=level.shelf,
        quantity=counted - level.on_hand,
        cause=DiscrepancyCause.COUNT,
        staff=actor.staff,
    )
