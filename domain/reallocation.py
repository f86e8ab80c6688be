"""Reallocation: units change pools where they stand, between the shared one and a channel's own."""

from __future__ import annotations

from dataclasses import dataclass

from domain.action import ActionKind
from domain.ids import ChannelId, LocationId, PoolId
from domain.ledger import Shelf, StockCause, moved, on_hand_at
from domain.refusal import InvalidInput
from domain.stock_changes import Asked, Done, StockChangeWork, StockLine, StockRefusal, once, summed, too_few, unknown_sku


@dataclass(frozen=True, slots=True, kw_only=True)
class StockReallocate:
    """`from_pool`, `to_pool`: channels whose own stock is meant; None for the shared pool."""

    location: LocationId
    lines: tuple[StockLine, ...]
    idempotency_key: str
    from_pool: ChannelId | None = None
    to_pool: ChannelId | None = None


async def reallocate(
    work: StockChangeWork, asked: Asked, moving: StockReallocate, from_pool: PoolId, to_pool: PoolId
) -> tuple[Shelf, ...] | StockRefusal:
    """Answers the shelves that units were taken from, and those that have them now."""
    if from_pool == to_pool:
        return InvalidInput(("input", "toPool"), "Both pools are the same; name another one to move units to.")
    if isinstance(units := summed(moving.lines), InvalidInput):
        return units
    pairs = {Shelf(sku, moving.location, from_pool): Shelf(sku, moving.location, to_pool) for sku in units}

    async def change() -> Done | StockRefusal:
        if unknown := await unknown_sku(work.catalog, moving.lines):
            return unknown
        if short := await too_few(work, {shelf: units[shelf.sku] for shelf in pairs}, pairs.values(), asked.now):
            return short
        await work.ledger.post(
            [
                moved(on_hand_at(here), on_hand_at(there), units[here.sku], StockCause.REALLOCATION, asked.now)
                for here, there in sorted(pairs.items())
            ]
        )
        return Done(ActionKind.STOCK_REALLOCATED, str(moving.location))

    done = await once(work, asked, change)
    return (*pairs, *pairs.values()) if isinstance(done, str) else done
