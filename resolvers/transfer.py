"""Transfers: who may see them, and what is done with them."""

from __future__ import annotations

from collections.abc import Sequence

import domain.transfer_changes
from domain.catalog import Sku, Variant
from domain.ids import LocationId, PoolId, StockTransferId
from domain.location import Location
from domain.page import page_request
from domain.refusal import InvalidInput
from domain.stock import PoolAsked
from domain.stock_changes import StockLine, StockRefusal
from domain.transfer import StockTransfer, StockTransferLine, TransferPage
from domain.transfer_changes import StockTransferReceive, StockTransferSend
from resolvers.context import Context
from resolvers.location import every_location
from resolvers.permission import staff_only
from resolvers.refusal import granted
from resolvers.stock import every_location_id, pool_to_change, require_known
from resolvers.stock_changes import Told, asked_of, told


@staff_only
async def stock_transfers(
    *, context: Context, location: LocationId, open: bool = True, first: int | None = None, after: str | None = None
) -> TransferPage:
    await require_known(context, location)
    page = granted(page_request(first=first, after=after))
    return granted(await context.reads.transfers.page(context.actor, location, page, only_open=open))


async def stock_transfer(*, context: Context, input: StockTransferSend) -> StockTransfer | Told:
    shared = await pool_to_change(context, PoolAsked(location=input.from_location, named_place="fromLocation"))
    asked = asked_of(context, "stockTransfer", input)
    if not isinstance(shared, PoolId):
        return shared
    if isinstance(asked, InvalidInput):
        return asked
    sent = await domain.transfer_changes.send(context.work(), asked, input, await every_location_id(context))
    return await shown(context, sent, input.lines)


async def stock_transfer_receive(*, context: Context, input: StockTransferReceive) -> StockTransfer | Told:
    transfer = await transfer_named(context, input.transfer)
    asked = asked_of(context, "stockTransferReceive", input)
    if refusal := domain.transfer_changes.refused(context.actor, transfer):
        return refusal
    if isinstance(asked, InvalidInput):
        return asked
    received = await domain.transfer_changes.receive(context.work(), asked, input)
    return await shown(context, received, input.lines)


async def shown(context: Context, done: StockTransferId | StockRefusal, lines: Sequence[StockLine]) -> StockTransfer | Told:
    if not isinstance(done, StockTransferId):
        return await told(context, done, lines)
    return await transfer_named(context, done) or domain.transfer_changes.NO_SUCH_TRANSFER


async def transfer_named(context: Context, id: StockTransferId) -> StockTransfer | None:
    return (await context.reads.transfers.transfers(context.actor, [id])).get(id)


async def origins_of_transfers(transfers: Sequence[StockTransfer], *, context: Context) -> list[Location]:
    every = {location.id: location for location in await context.once(every_location)}
    return [every[transfer.from_location_id] for transfer in transfers]


async def destinations_of_transfers(transfers: Sequence[StockTransfer], *, context: Context) -> list[Location]:
    every = {location.id: location for location in await context.once(every_location)}
    return [every[transfer.to_location_id] for transfer in transfers]


async def variants_of_lines(lines: Sequence[StockTransferLine], *, context: Context) -> list[Variant]:
    found = await context.reads.catalog.variants_any(context.actor, [Sku(line.sku) for line in lines])
    return [variant for variant in found if variant]
