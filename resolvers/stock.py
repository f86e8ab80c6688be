"""Stock as staff see it: levels, the ledger, the proof, and the safety they set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

import domain.availability
import domain.stock
from domain.catalog import Sku, Variant
from domain.channel import Channel
from domain.ids import SHARED_POOL, ChannelId, LocationId, PoolId
from domain.ledger import Account, Incoming, Shelf, StockLevel
from domain.location import Location
from domain.page import page_request
from domain.proof import Part, StockProof, prove
from domain.refusal import Forbidden, InvalidInput, NotFound
from domain.stock import LedgerEntry, LedgerPage, PoolAsked, StockSafetySet
from resolvers.context import Context
from resolvers.location import every_location
from resolvers.permission import require_serving, staff_only
from resolvers.refusal import granted


@staff_only
async def stock_level(*, context: Context, sku: str, location: LocationId, pool: ChannelId | None = None) -> StockLevel | None:
    await require_known(context, location)
    meant = granted(domain.stock.pool_meant(pool, await channels_if(context, pool is not None), ("pool",)))
    shelf = Shelf(sku, location, meant)
    return (await context.reads.ledger.levels(context.actor, [shelf])).get(shelf)


@staff_only
async def stock_ledger(
    *,
    context: Context,
    sku: str,
    location: LocationId | None = None,
    first: int | None = None,
    after: str | None = None,
) -> LedgerPage:
    await require_known(context, location)
    page = granted(page_request(first=first, after=after))
    return granted(await context.reads.ledger.entries(context.actor, sku, location, page))


@staff_only
async def stock_proof(*, context: Context, sku: str | None = None, location: LocationId | None = None) -> StockProof:
    await require_known(context, location)
    everywhere = None if context.actor.is_everywhere else context.actor.locations
    return await prove(context.reads.proof, Part(sku, everywhere if location is None else frozenset((location,))))


async def stock_safety_set(
    *, context: Context, input: StockSafetySet
) -> tuple[StockLevel, ...] | Forbidden | NotFound | InvalidInput:
    pool = await pool_to_change(context, PoolAsked(location=input.location, channel=input.channel, named="channel"))
    if not isinstance(pool, PoolId):
        return pool
    shelf = Shelf(input.sku, input.location, pool)
    level = await domain.stock.set_safety(context.work(), context.actor, shelf, input.safety, context.now)
    return (level,) if isinstance(level, StockLevel) else level


async def pool_to_change(context: Context, asked: PoolAsked) -> PoolId | Forbidden | NotFound | InvalidInput:
    channels = await channels_if(context, asked.channel is not None)
    return domain.stock.pool_to_change(context.actor, asked, await every_location_id(context), channels)


async def every_location_id(context: Context) -> frozenset[LocationId]:
    return frozenset(location.id for location in await context.once(every_location))


async def require_known(context: Context, location: LocationId | None) -> None:
    require_serving(context, location)
    if location is not None and location not in await every_location_id(context):
        granted(NotFound(("location",), "There is no such location."))


async def channels_if(context: Context, asked: bool) -> dict[ChannelId, Channel]:
    """Hardly any question names a channel or a pool of its own."""
    return await context.channels() if asked else {}


# ---------------------------------------------------------------------------------------------- of levels


async def variants_of_levels(levels: Sequence[StockLevel], *, context: Context) -> list[Variant]:
    found = await context.reads.catalog.variants_any(context.actor, [Sku(level.shelf.sku) for level in levels])
    return [variant for variant in found if variant]


async def locations_of_levels(levels: Sequence[StockLevel], *, context: Context) -> list[Location]:
    every = {location.id: location for location in await context.once(every_location)}
    return [every[level.shelf.location] for level in levels]


async def pools_of_levels(levels: Sequence[StockLevel], *, context: Context) -> list[Channel | None]:
    owners = [owner_of(level.shelf) for level in levels]
    channels = await channels_if(context, any(owners))
    return [channels[owner] if owner else None for owner in owners]


def owner_of(shelf: Shelf) -> ChannelId | None:
    """The channel whose own pool the shelf is in; a pool bears the id of its channel."""
    return None if shelf.pool == SHARED_POOL else ChannelId(shelf.pool.value)


async def incoming_of_levels(levels: Sequence[StockLevel], *, context: Context) -> list[tuple[Incoming, ...]]:
    return await context.of_each(expected_on_levels, levels, key=attrgetter("shelf"))


async def backordered_of_levels(levels: Sequence[StockLevel], *, context: Context) -> list[int]:
    incoming = await context.of_each(expected_on_levels, levels, key=attrgetter("shelf"))
    return [sum(one.promised for one in expected) for expected in incoming]


async def expected_on_levels(levels: Sequence[StockLevel], *, context: Context) -> list[tuple[Incoming, ...]]:
    found = await context.reads.ledger.incoming(context.actor, [level.shelf for level in levels])
    return [found.get(level.shelf, ()) for level in levels]


def available(level: StockLevel, *, context: Context) -> int:
    return domain.availability.available(level)


def as_of(level: StockLevel, *, context: Context) -> datetime:
    return context.now


# --------------------------------------------------------------------------------------------- of entries


async def sources_of_entries(entries: Sequence[LedgerEntry], *, context: Context) -> list[str]:
    return await named([entry.taken_from for entry in entries], context)


async def targets_of_entries(entries: Sequence[LedgerEntry], *, context: Context) -> list[str]:
    return await named([entry.put_to for entry in entries], context)


async def named(accounts: Sequence[Account], context: Context) -> list[str]:
    """In words, such as `supplier`, `on hand LYON`, or `on hand LYON (outlet)` in a channel's own pool."""
    codes = {location.id: location.code for location in await context.once(every_location)}
    channels = await channels_if(context, any(account.shelf and owner_of(account.shelf) for account in accounts))

    def name(account: Account) -> str:
        kind = account.kind.value.lower().replace("_", " ")
        if account.shelf is None:
            return kind
        owner = owner_of(account.shelf)
        return f"{kind} {codes[account.shelf.location]}" + (f" ({channels[owner].code})" if owner else "")

    return [name(account) for account in accounts]


def subject(entry: LedgerEntry, *, context: Context) -> None:
    """A movement does not say yet which order, return or transfer moved it."""
