"""What staff do with stock, unpacked for the domain; what came of it is read anew, also when the same key comes again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import domain.incoming
import domain.reallocation
import domain.receiving
import domain.stocktake
from domain import quote
from domain.catalog import Sku
from domain.idempotency import IdempotencyKey, idempotency_key
from domain.ids import PoolId
from domain.incoming import StockIncomingSet
from domain.ledger import Shelf, StockLevel
from domain.reallocation import StockReallocate
from domain.receiving import StockReceive
from domain.refusal import Forbidden, IdempotencyKeyReused, InvalidInput, NotFound, WrongState
from domain.stock import PoolAsked
from domain.stock_changes import Asked, StockLine, StockRefusal, TooFew, path_of
from domain.stocktake import StockCount
from domain.transfer_changes import StockTransferReceive, StockTransferSend
from resolvers.context import Context
from resolvers.stock import pool_to_change

Keyed: TypeAlias = StockCount | StockIncomingSet | StockReallocate | StockReceive | StockTransferReceive | StockTransferSend
Told: TypeAlias = Forbidden | IdempotencyKeyReused | InvalidInput | NotFound | WrongState | tuple[quote.InsufficientStock, ...]
Levels: TypeAlias = tuple[StockLevel, ...] | Told


async def stock_receive(*, context: Context, input: StockReceive) -> Levels:
    pool = await pool_to_change(context, PoolAsked(location=input.location, channel=input.pool))
    asked = asked_of(context, "stockReceive", input)
    if not isinstance(pool, PoolId):
        return pool
    if isinstance(asked, InvalidInput):
        return asked
    return await levels(context, await domain.receiving.receive(context.work(), asked, input, pool))


async def stock_count(*, context: Context, input: StockCount) -> Levels:
    pool = await pool_to_change(context, PoolAsked(location=input.location, channel=input.pool))
    asked = asked_of(context, "stockCount", input)
    if not isinstance(pool, PoolId):
        return pool
    if isinstance(asked, InvalidInput):
        return asked
    return await levels(context, await domain.stocktake.count(context.work(), asked, input, pool))


async def stock_incoming_set(*, context: Context, input: StockIncomingSet) -> Levels:
    shared = await pool_to_change(context, PoolAsked(location=input.location))
    asked = asked_of(context, "stockIncomingSet", input)
    if not isinstance(shared, PoolId):
        return shared
    if isinstance(asked, InvalidInput):
        return asked
    return await levels(context, await domain.incoming.set_incoming(context.work(), asked, input))


async def stock_reallocate(*, context: Context, input: StockReallocate) -> Levels:
    here = await pool_to_change(context, PoolAsked(location=input.location, channel=input.from_pool, named="fromPool"))
    there = await pool_to_change(context, PoolAsked(location=input.location, channel=input.to_pool, named="toPool"))
    asked = asked_of(context, "stockReallocate", input)
    if not isinstance(here, PoolId):
        return here
    if not isinstance(there, PoolId):
        return there
    if isinstance(asked, InvalidInput):
        return asked
    moved = await domain.reallocation.reallocate(context.work(), asked, input, here, there)
    return await levels(context, moved, input.lines)


def asked_of(context: Context, mutation: str, input: Keyed) -> Asked | InvalidInput:
    without = replace(input, idempotency_key="")
    key = idempotency_key(context.keys, context.actor, mutation, input.idempotency_key, without, context.now)
    assert key is not None, "none of these goes without a key"
    if not isinstance(key, IdempotencyKey):
        return key
    return Asked(actor=context.actor, key=key, now=context.now)


async def levels(context: Context, done: tuple[Shelf, ...] | StockRefusal, lines: Sequence[StockLine] = ()) -> Levels:
    if not isinstance(done, tuple):
        return await told(context, done, lines)
    found = await context.reads.ledger.levels(context.actor, done)
    return tuple(found[shelf] for shelf in done)


async def told(context: Context, refusal: StockRefusal, lines: Sequence[StockLine]) -> Told:
    """What there was too little of, by the first line that wants it."""
    if not isinstance(refusal, TooFew):
        return refusal
    first = {line.sku: n for n, line in reversed(list(enumerate(lines)))}
    variants = await context.reads.catalog.variants_any(context.actor, [Sku(one.shelf.sku) for one in refusal.shortages])
    return tuple(
        quote.InsufficientStock(path_of(first[one.shelf.sku], "quantity"), variant, one.wanted, one.free, at=one.shelf.location)
        for one, variant in zip(refusal.shortages, variants, strict=True)
        if variant
    )
