"""Sourcing, for staff: what other rules would come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from domain.address import AddressFacts
from domain.carrier import DeliveryService
from domain.fulfillment_options import Asked
from domain.ids import CartId, ChannelId
from domain.location import PostalCode
from domain.network import Asking
from domain.order import Order
from domain.order_simulation import Replanned, replanned, summed
from domain.refusal import InvalidInput, NotFound
from domain.rules import NamedRules
from domain.simulation import Simulation, SourcingSimulate, by_service, chosen_delivery, rules_meant, simulated
from resolvers.context import Context
from resolvers.location import every_location
from resolvers.option import deliveries_to, wishes_of
from resolvers.permission import staff_only
from resolvers.quote import by_channel, quotes
from resolvers.refusal import granted
from resolvers.supply import destination, supply_of

NO_SUCH_CART = NotFound(("input", "cart"), "There is no such cart, or this session does not open it.")


@staff_only
async def sourcing_simulate(*, context: Context, input: SourcingSimulate) -> Simulation | None:
    """A cart in its channel, or past orders, each in its own."""
    rules = granted(rules_meant(input.rules))
    await require_known(input.rules.exclude, context)
    if (input.cart is None) == (not input.orders):
        granted(InvalidInput(("input", "cart"), "Name either a cart to source, or orders."))
    if input.cart is None:
        return await simulated_orders(context, input, rules)
    return await simulated_cart(context, input.cart, input.to, rules)


async def simulated_orders(context: Context, input: SourcingSimulate, rules: NamedRules) -> Simulation | None:
    if input.to is not None:
        granted(InvalidInput(("input", "to"), "Orders go where they went; leave `to` out."))
    found = await context.reads.orders.orders(context.actor, sorted(set(input.orders)))
    for n, id in enumerate(input.orders):
        granted(id in found or NotFound(("input", "orders", str(n)), "There is no such order."))
    channels = await context.channels()
    some: dict[ChannelId, list[Order]] = defaultdict(list)
    for order in found.values():
        some[order.channel].append(order)
    currency, *others = {order.currency_code for order in found.values()}
    if others:
        granted(InvalidInput(("input", "orders"), "These were sold in several currencies; name orders of one."))
    asking, planned = Asking(context.now, context.budget.is_over), list[Replanned]()
    for channel, orders in some.items():
        actor = replace(context.actor, channel=channels[channel])
        planned += await replanned(context.reads, actor, orders, lambda _: rules, asking)
    return summed(planned, currency)


async def simulated_cart(
    context: Context, id: CartId, going: AddressFacts | PostalCode | None, rules: NamedRules
) -> Simulation | None:
    cart = granted((await context.reads.carts.carts(context.actor, [id])).get(id) or NO_SUCH_CART)
    chosen = chosen_delivery(cart)
    if going is not None:
        to = granted(await destination(context, going, ("input", "to")))
    elif chosen:
        to, _ = chosen
    else:
        granted(InvalidInput(("input", "to"), "Say where it would go: no delivery is chosen for this cart."))
    ((actor, _),) = await by_channel(context, [cart])
    (quote,) = await quotes([cart], context)
    supply = await supply_of(context, actor, [line.variant.sku for line in quote.lines])
    service = chosen[1] if chosen else DeliveryService.STANDARD
    delivery = by_service(await deliveries_to(context, actor, supply, to), service)
    asked = Asked(cart.id, wishes_of(quote.lines), cart.currency_code)
    return simulated(supply, asked, delivery, to, rules) if delivery else None


async def require_known(excluded: Sequence[str], context: Context) -> None:
    every = {str(location.id) for location in await context.once(every_location)} if excluded else set()
    for n, id in enumerate(excluded):
        granted(id in every or NotFound(("input", "rules", "exclude", str(n)), "There is no such location."))
