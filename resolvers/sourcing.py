"""Sourcing, for staff: what other rules would come to."""

from __future__ import annotations

from collections.abc import Sequence

from domain.carrier import DeliveryService
from domain.fulfillment_options import Asked
from domain.refusal import InvalidInput, NotFound
from domain.simulation import Simulation, SourcingSimulate, by_service, chosen_delivery, rules_meant, simulated
from resolvers.context import Context
from resolvers.location import every_location
from resolvers.option import deliveries_to, wishes_of
from resolvers.permission import staff_only
from resolvers.quote import by_channel, quotes
from resolvers.refusal import granted
from resolvers.supply import destination, supply_of


@staff_only
async def sourcing_simulate(*, context: Context, input: SourcingSimulate) -> Simulation | None:
    """In the channel of the cart."""
    rules = granted(rules_meant(input.rules))
    await require_known(input.rules.exclude, context)
    if input.orders:
        granted(NotFound(("input", "orders"), "There is no such order."))
    id = granted(input.cart or InvalidInput(("input", "cart"), "Name a cart to source."))
    found = (await context.reads.carts.carts(context.actor, [id])).get(id)
    cart = granted(found or NotFound(("input", "cart"), "There is no such cart, or this session does not open it."))
    chosen = chosen_delivery(cart)
    if input.to is not None:
        to = granted(await destination(context, input.to, ("input", "to")))
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
