"""Options: every way to get what is in a cart, or one of a variant; found by one engine, for all carts of a channel at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.actor import Actor
from domain.address import AddressFacts
from domain.carrier import Delivery, Destination
from domain.cart import Cart
from domain.catalog import Variant
from domain.channel import FulfillmentMethod
from domain.fulfillment_options import Asked, Ways, delivery_quote, options
from domain.group import Group
from domain.group_record import destination_record, record_of
from domain.ids import CartId
from domain.location import Coordinates, Location, Near, Place, PostalCode, methods_at, places
from domain.option import DeliveryQuote, Option, Options, SourcedPlan, Wish
from domain.quote import QuotedLine
from domain.refusal import InvalidInput
from domain.sold_line import ChangeOf
from domain.supply import Supply
from resolvers.context import Context
from resolvers.location import origin
from resolvers.permission import require_staff
from resolvers.quote import by_channel, quotes
from resolvers.refusal import granted
from resolvers.supply import carriers_now, destination, lanes_to_each, supply_of

STORES_DEFAULT, STORES_MAX = 10, 20
OPTION, CHANGE = "option", "change"  # what an option's id is sealed for: of a cart, of an order


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody wants it: brought there, or in so many stores, nearest first."""

    going: Destination | None
    center: Coordinates | None
    stores: int

    def around(self, supply: Supply) -> list[Place]:
        return [one for one in places(supply.locations, self.center) if hands_over(one.location, supply)][: self.stores]


async def looked_for(context: Context, to: AddressFacts | PostalCode | None, near: Near | None, stores: int | None) -> Where:
    size = STORES_DEFAULT if stores is None else stores
    if not 0 <= size <= STORES_MAX:
        granted(InvalidInput(("stores",), f"`stores` is {size}; it must be from 0 to {STORES_MAX}."))
    going = None if to is None else granted(await destination(context, to, ("to",)))
    return Where(going, await origin(near, context) or (going.coordinates if going else None), size)


async def options_of_carts(
    carts: Sequence[Cart],
    *,
    context: Context,
    to: AddressFacts | PostalCode | None = None,
    near: Near | None = None,
    stores: int | None = None,
) -> list[Options | None]:
    """None of a cart that can no longer be changed. The stores are those nearest to `near`, or else to where `to` is."""
    where = await looked_for(context, to, near, stores)
    wishes = {id(cart): wishes_of(quote.lines) for cart, quote in zip(carts, await quotes(carts, context), strict=True)}
    found: dict[int, Options] = {}
    for actor, some in await by_channel(context, [cart for cart in carts if cart.is_editable]):
        supply = await supply_of(context, actor, [wish.line.variant.sku for cart in some for wish in wishes[id(cart)]])
        ways = await ways_to(context, actor, supply, where.going, where.around(supply))
        found |= {id(cart): options(supply, Asked(cart.id, wishes[id(cart)], cart.currency_code), ways) for cart in some}
    return [found.get(id(cart)) for cart in carts]


def wishes_of(lines: Sequence[QuotedLine]) -> tuple[Wish, ...]:
    return tuple(Wish(line, line.quantity) for line in lines)


def hands_over(location: Location, supply: Supply) -> bool:
    return any(method is not FulfillmentMethod.DELIVERY for method in methods_at(location, supply.channel))


async def ways_to(context: Context, actor: Actor, supply: Supply, going: Destination | None, around: Sequence[Place]) -> Ways:
    """One statement at most, the same for all of an operation."""
    currency, carriers = actor.channel.currency_code, await context.once(carriers_now)
    transfers = await carriers.transfers(supply.locations, [place.location for place in around], currency) if around else {}
    lanes = lanes_to_each(transfers)
    return Ways(
        destination=going,
        deliveries=await deliveries_to(context, actor, supply, going) if going else (),
        stores=tuple((place, lanes.get(place.location.id, {})) for place in around),
    )


async def deliveries_to(context: Context, actor: Actor, supply: Supply, to: Destination) -> tuple[Delivery, ...]:
    """By every service, where the channel delivers at all."""
    if FulfillmentMethod.DELIVERY not in actor.channel.fulfillment_methods:
        return ()
    return await (await context.once(carriers_now)).deliveries(supply.locations, to, actor.channel.currency_code)


async def deliveries_of_variants(
    variants: Sequence[Variant], *, context: Context, to: AddressFacts | PostalCode
) -> list[DeliveryQuote | None]:
    """The soonest; of those that are equally soon, the cheapest."""
    going = granted(await destination(context, to, ("to",)))
    supply = await supply_of(context, context.actor, [variant.sku for variant in variants])
    deliveries = await deliveries_to(context, context.actor, supply, going)

    def best(variant: Variant) -> DeliveryQuote | None:
        found = [quote for one in deliveries if (quote := delivery_quote(supply, variant, one, going))]
        return min(found, key=lambda quote: (quote.promise.latest.timestamp(), quote.price), default=None)

    return [best(variant) for variant in variants]


# ------------------------------------------------------------------------------------------------ of one option


def id_of_option(option: Option, *, context: Context) -> str:
    return sealed(context, option.of, option.group)


def sealed(context: Context, of: CartId | ChangeOf, group: Group) -> str:
    """All that is needed to book it, which nobody else can read or make."""
    record = {"group": record_of(group), "destination": group.destination and destination_record(group.destination)}
    if isinstance(of, CartId):
        return context.keys.sealed(OPTION, record | {"cart": of.value.hex})
    return context.keys.sealed(CHANGE, record | change_record(of))


def change_record(of: ChangeOf) -> dict[str, Any]:
    fulfillment = of.fulfillment and of.fulfillment.value.hex
    return {"order": of.order.value.hex, "version": of.version, "fulfillment": fulfillment}


def sourcing(option: Option, *, context: Context) -> SourcedPlan | None:
    require_staff(context)
    return option.sourcing
