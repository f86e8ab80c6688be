"""Sales made elsewhere, taken into the same orders and stock."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from domain.actor import Actor, Role
from domain.channel import Channel, FulfillmentMethod
from domain.external_sale import ImportedFulfillment, OrderImport, Sale, sale_of
from domain.ids import OrderId
from domain.location import methods_at
from domain.order import Order
from domain.order_import import Taking, digest_of, goods_of, take_in
from domain.refusal import Forbidden, IdempotencyKeyReused, InvalidInput, NotFound
from domain.resourcing import Sourcer, resource
from resolvers.context import Context
from resolvers.location import every_location
from resolvers.supply import destination

LOCATION = ("input", "location")

Refusal: TypeAlias = Forbidden | IdempotencyKeyReused | InvalidInput | NotFound


async def order_import(*, context: Context, input: OrderImport) -> Order | Refusal:
    """What we still fulfill is sourced at once."""
    taking = await taking_of(context, input)
    if not isinstance(taking, Taking):
        return taking
    async with context.work() as work:
        taken = await take_in(work, context.keys, taking, context.now)
        if not isinstance(taken, OrderId):
            return taken
        await work.commit()
    if input.fulfilled_by is ImportedFulfillment.BY_US:
        context.look_anew()
        await resource(Sourcer(context.work(), context.reads, context.clock, context.budget.is_over), taken)
    context.look_anew()
    return (await context.reads.orders.orders(context.actor, [taken]))[taken]


async def taking_of(context: Context, input: OrderImport) -> Taking | Refusal:
    """Who may not take anything in there learns nothing else."""
    if refusal := not_theirs(context.actor, input):
        return refusal
    channel = (await context.channels()).get(input.channel)
    if channel is None:
        return NotFound(("input", "channel"), "There is no such channel.")
    sale = sale_of(input, channel, context.now)
    if not isinstance(sale, Sale):
        return sale
    if misplaced := await wrong_place(context, channel, input):
        return misplaced
    to = await destination(context, input.address, ("input",)) if input.address else None
    if isinstance(to, InvalidInput):
        return to
    skus = [line.sku for line in input.lines]
    goods = await goods_of(context.reads.catalog, replace(context.actor, channel=channel), set(skus))
    unknown = next((n for n, sku in enumerate(skus) if sku not in goods), None)
    if unknown is not None:
        return NotFound(("input", "lines", str(unknown), "sku"), f"No variant has the SKU {skus[unknown]!r}.")
    digest = digest_of(sale)
    return Taking(sale=sale, channel=channel, goods=goods, destination=to, digest=digest)


def not_theirs(actor: Actor, input: OrderImport) -> Forbidden | None:
    if actor.is_everywhere or (Role.INTEGRATION in actor.roles and input.channel == actor.channel.id):
        return None
    return Forbidden(("input", "channel"), "Only agents, admins and the channel's own integrations may take its sales in.")


async def wrong_place(context: Context, channel: Channel, input: OrderImport) -> NotFound | InvalidInput | None:
    if input.location is None:
        return None
    place = next((one for one in await context.once(every_location) if one.id == input.location), None)
    if place is None:
        return NotFound(LOCATION, "There is no such location.")
    is_collected = input.fulfilled_by is ImportedFulfillment.BY_US
    if is_collected and FulfillmentMethod.PICKUP not in methods_at(place, channel):
        return InvalidInput(LOCATION, f"Goods of the channel {channel.code!r} cannot be collected at {place.code}.")
    return None
