"""How some of an order shall reach its buyer after all: what is possible, and the change itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import UUID

from domain import order_change
from domain.actor import Actor
from domain.address import AddressFacts
from domain.booking import FulfillmentUnavailable, OptionExpired, alike, book
from domain.carrier import Destination
from domain.cashier import Cashier, carried_out
from domain.catalog import Variant
from domain.choice import ByOption, How, SealedOption, ToDeliver
from domain.fulfillment import Fulfillment
from domain.fulfillment_options import Ways, options
from domain.group import Group
from domain.group_record import destination_of, group_of
from domain.idempotency import IdempotencyKey, idempotency_key
from domain.ids import FulfillmentId, OrderId, VariantId
from domain.location import Near, PostalCode
from domain.option import Options
from domain.order import Order
from domain.order_action import may_decide
from domain.order_cancel import LineUnits
from domain.order_change import OF_THE_BUYER, ChangeRefusal, FulfillmentChange, Overtaken, changeable, unpaid
from domain.order_options import Changing
from domain.order_pay import NO_SUCH_ORDER
from domain.refusal import IdempotencyKeyReused, InvalidInput, NotFound, VersionConflict
from domain.sold_line import ChangeOf, order_lines
from domain.supply import Supply
from resolvers.context import Context
from resolvers.fulfillment import selling, store_of
from resolvers.location import every_location
from resolvers.option import CHANGE, Where, deliveries_to, looked_for, ways_to
from resolvers.supply import destination, supply_of

HOW = ("input", "how")
TRIES = 3  # at shelves that others empty at the same time


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFulfillmentChange:
    order: OrderId
    fulfillment: FulfillmentId | None = None
    lines: tuple[LineUnits, ...] | None = None
    how: How
    expected_version: int | None = None
    idempotency_key: str


Refusal: TypeAlias = ChangeRefusal | FulfillmentUnavailable | OptionExpired | VersionConflict


async def order_fulfillment_change(*, context: Context, input: OrderFulfillmentChange) -> Order | Refusal:
    without = replace(input, idempotency_key="")
    key = idempotency_key(context.keys, context.actor, "orderFulfillmentChange", input.idempotency_key, without, context.now)
    if not isinstance(key, IdempotencyKey):
        return key or InvalidInput(("input", "idempotencyKey"), "`idempotencyKey` is missing.")
    outcome = await context.reads.idempotency.known(key, context.now)
    if isinstance(outcome, IdempotencyKeyReused):
        return outcome
    if outcome is not None:
        return await seen(context, order_change.order_named(outcome["order"]))
    for _ in range(TRIES):
        changed = await tried(context, input, key)
        context.look_anew()
        if isinstance(changed, OrderId):
            await carried_out(Cashier(context.work(), context.payments, context.clock), changed)
            return await seen(context, changed)
        if not isinstance(changed, Overtaken):
            return changed
    return FulfillmentUnavailable(HOW)


async def seen(context: Context, id: OrderId) -> Order | NotFound:
    return (await context.reads.orders.orders(context.actor, [id])).get(id) or NO_SUCH_ORDER


async def tried(context: Context, input: OrderFulfillmentChange, key: IdempotencyKey) -> OrderId | Overtaken | Refusal:
    """Planned as the shelves are now, and then taken."""
    order = await seen(context, input.order)
    if not isinstance(order, Order):
        return order
    if not may_decide(context.actor):
        return OF_THE_BUYER
    if input.expected_version not in (None, order.version):
        return VersionConflict(("input", "expectedVersion"), order)
    wanted = units_meant(context, order, input)
    if not isinstance(wanted, Changing):
        return wanted
    actor = await sold_by(context, order)
    group = await booked(context, actor, wanted, input.how)
    if not isinstance(group, Group):
        return group
    if refusal := unpaid(order, wanted.units, group.method):
        return refusal
    asked = FulfillmentChange(
        order=order.id,
        version=order.version,
        fulfillment=input.fulfillment,
        units=wanted.units,
        group=group,
        key=key,
        now=context.now,
    )
    return await order_change.change(context.work(), context.keys, context.actor, asked, safety=actor.channel.safety)


def units_meant(context: Context, order: Order, input: OrderFulfillmentChange) -> Changing | Refusal:
    """All that can still be changed, or those that are named; an option is for its own."""
    able = changeable(order, input.fulfillment)
    if not isinstance(able, dict):
        return able
    held = unsealed(context, input.how.id) if isinstance(input.how, ByOption) else None
    if isinstance(input.how, ByOption) and (
        held is None or (held[0].order, held[0].fulfillment) != (order.id, input.fulfillment)
    ):
        return InvalidInput((*HOW, "option", "id"), "This is not the id of an option for what shall change of this order.")
    units = able if held is None else order_lines(dict(held[1].units))
    if input.lines is not None:
        named = {one.order_line: one.quantity for one in input.lines}
        if held is not None and named != units:
            return InvalidInput(("input", "lines"), "This option is for other units; leave `lines` out to take it as it is.")
        units = named
        if len(named) != len(input.lines) or not named or any(not 0 < n <= able.get(id, 0) for id, n in named.items()):
            message = "Name each line once, with 1 or more of the units that can still be changed."
            return InvalidInput(("input", "lines"), message)
    return Changing(order, input.fulfillment, units)


async def sold_by(context: Context, order: Order) -> Actor:
    """Whoever asks, in the channel that the order was placed in."""
    return replace(context.actor, channel=(await context.channels())[order.channel])


async def booked(context: Context, actor: Actor, wanted: Changing, how: How) -> Group | Refusal:
    held = unsealed(context, how.id) if isinstance(how, ByOption) else None
    variants = await variants_of(context, [wanted])
    asked = wanted.asked(variants)
    supply = wanted.freed(await supply_of(context, actor, [wish.line.variant.sku for wish in asked.wishes]))
    ways = await ways_of(context, actor, supply, held[1] if held else how)
    if not isinstance(ways, Ways):
        return ways
    if held and held[0] != wanted.of:
        return OptionExpired(HOW, alike(options(supply, asked, ways), held[1]))
    return book(supply, asked, how, ways, shown=held[1] if held else None, path=HOW)


def unsealed(context: Context, id: SealedOption) -> tuple[ChangeOf, Group] | None:
    record = context.keys.unsealed(CHANGE, id.text)
    if record is None:
        return None
    fulfillment = record["fulfillment"] and FulfillmentId(UUID(hex=record["fulfillment"]))
    of = ChangeOf(OrderId(UUID(hex=record["order"])), record["version"], fulfillment)
    to = record["destination"]
    return of, group_of(record["group"], destination_of(to) if to else None)


async def ways_of(context: Context, actor: Actor, supply: Supply, wanted: Group | How) -> Ways | InvalidInput | NotFound:
    if store := store_of(wanted):
        if all(one.id != store for one in await context.once(every_location)):
            return NotFound(HOW, "There is no such location.")
        return await ways_to(context, actor, supply, None, selling(supply, {store}))
    if isinstance(wanted, Group):
        assert wanted.destination, "what is not collected is delivered"
        to: Destination | InvalidInput = wanted.destination
    else:
        assert isinstance(wanted, ToDeliver), "an option is known by what it holds"
        to = await destination(context, wanted.address, (*HOW, "delivery"))
    if not isinstance(to, Destination):
        return to
    return Ways(destination=to, deliveries=await deliveries_to(context, actor, supply, to))


async def variants_of(context: Context, some: Sequence[Changing]) -> Mapping[VariantId, Variant]:
    ids = sorted({one.order.line(id).variant for one in some for id in one.units})
    return {one.id: one for one in await context.reads.catalog.variants_any(context.actor, ids) if one}


# ------------------------------------------------------------------------------------------------ what is possible


async def options_of_orders(
    orders: Sequence[Order],
    *,
    context: Context,
    to: AddressFacts | PostalCode | None = None,
    near: Near | None = None,
    stores: int | None = None,
) -> list[Options | None]:
    where = await looked_for(context, to, near, stores)
    return [await options_for(context, where, order, None) for order in orders]


async def options_of_fulfillments(
    fulfillments: Sequence[Fulfillment],
    *,
    context: Context,
    to: AddressFacts | PostalCode | None = None,
    near: Near | None = None,
    stores: int | None = None,
) -> list[Options | None]:
    where = await looked_for(context, to, near, stores)
    found = await context.reads.orders.orders(context.actor, sorted({one.order for one in fulfillments}))
    return [await options_for(context, where, found.get(one.order), one.id) for one in fulfillments]


async def options_for(context: Context, where: Where, order: Order | None, fulfillment: FulfillmentId | None) -> Options | None:
    """None where nothing can be changed. Of each by itself: what one gives back is on the shelves for no other."""
    units = changeable(order, fulfillment) if order and may_decide(context.actor) else None
    if order is None or not isinstance(units, dict):
        return None
    wanted, actor = Changing(order, fulfillment, units), await sold_by(context, order)
    asked = wanted.asked(await variants_of(context, [wanted]))
    supply = wanted.freed(await supply_of(context, actor, [wish.line.variant.sku for wish in asked.wishes]))
    return options(supply, asked, await ways_to(context, actor, supply, where.going, where.around(supply)))
