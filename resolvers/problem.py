"""All that stands between a cart and an order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from domain.actor import Actor
from domain.cart import Cart
from domain.group_problem import moved, stores_short
from domain.ids import LocationId
from domain.offer import StoreAvailability
from domain.quote import (
    ContactMissing,
    FulfillmentNotChosen,
    FulfillmentPriceChanged,
    InsufficientStock,
    PriceChanged,
    Problem,
    PromiseChanged,
    Quote,
    VariantUnavailable,
    problems,
)
from resolvers.context import Context
from resolvers.fulfillment import ways_of_groups
from resolvers.offer import availability_of_variants
from resolvers.quote import by_channel, quotes
from resolvers.supply import supply_once

ALTERNATIVES_MAX = 5

WORDS: dict[str, dict[type, str]] = {
    "en": {
        InsufficientStock: "There is not as much in stock as you want.",
        PriceChanged: "The price has changed since you chose it.",
        VariantUnavailable: "This is no longer sold here.",
        PromiseChanged: "It will be there later than was promised when you chose it.",
        FulfillmentPriceChanged: "Bringing it costs more than when you chose it.",
        FulfillmentNotChosen: "Choose how the goods shall reach you.",
        ContactMissing: "Say how we can reach you.",
    },
    "fr": {
        InsufficientStock: "Il n’y en a pas autant en stock.",
        PriceChanged: "Le prix a changé depuis votre choix.",
        VariantUnavailable: "Cet article n’est plus vendu ici.",
        PromiseChanged: "Ce sera plus tard que promis lors de votre choix.",
        FulfillmentPriceChanged: "La livraison coûte plus que lors de votre choix.",
        FulfillmentNotChosen: "Choisissez comment recevoir vos articles.",
        ContactMissing: "Dites-nous comment vous joindre.",
    },
}


def message(problem: Problem, *, context: Context) -> str:
    return WORDS[context.language][type(problem)]


async def problems_of_carts(carts: Sequence[Cart], *, context: Context) -> list[tuple[Problem, ...]]:
    """Nothing is the matter with a cart that can no longer be changed. One statement for all carts of a channel, and a few
    more where it is chosen how they reach the buyer."""
    quoted_as = dict(zip(map(id, carts), await quotes(carts, context), strict=True))
    found: dict[int, tuple[Problem, ...]] = {}
    for actor, some in await by_channel(context, [cart for cart in carts if cart.is_editable]):
        skus = sorted({line.variant.sku for cart in some for line in quoted_as[id(cart)].lines})
        networks = await context.reads.stock.networks(actor, skus, context.now) if skus else {}
        of_groups = await problems_of_groups(context, actor, {id(cart): quoted_as[id(cart)] for cart in some})
        shows = actor.channel.shows_quantity
        for cart in some:
            told = problems(cart, quoted_as[id(cart)], networks, of_groups.get(id(cart), ()), shows_quantity=shows)
            found[id(cart)] = tuple(told)
    return [found.get(id(cart), ()) for cart in carts]


async def problems_of_groups(context: Context, actor: Actor, quotes: Mapping[int, Quote]) -> dict[int, list[Problem]]:
    """By cart. What is still honored is only looked for on the shelves."""
    chosen = {cart: quote for cart, quote in quotes.items() if quote.groups}
    if not chosen:
        return {}
    supply = await supply_once(context, actor, [line.variant.sku for quote in chosen.values() for line in quote.lines])
    over = [one for quote in chosen.values() for one in quote.groups if context.now > one.group.valid_until]
    ways = await ways_of_groups(context, actor, supply, [one.group for one in over])
    found: dict[int, list[Problem]] = {}
    for cart, quote in chosen.items():
        found[cart] = [*stores_short(supply, quote.groups)]
        for group in quote.groups:
            if group.id in ways:
                found[cart] += moved(supply, group, ways[group.id], quote)
    return found


async def moved_since(context: Context, actor: Actor, quote: Quote) -> tuple[Problem, ...]:
    """What has become of the groups of a cart, also of those that would be honored if their goods were where they were."""
    supply = await supply_once(context, actor, [line.variant.sku for line in quote.lines])
    ways = await ways_of_groups(context, actor, supply, [one.group for one in quote.groups])
    found = [problem for one in quote.groups for problem in moved(supply, one, ways[one.group.id], quote)]
    return (*stores_short(supply, quote.groups), *found)


async def alternatives(short: Sequence[InsufficientStock], *, context: Context) -> list[tuple[StoreAvailability, ...]]:
    """Where there is some: nearest to the store that was chosen, or in the order of locations."""
    near: dict[LocationId | None, list[int]] = defaultdict(list)
    for n, problem in enumerate(short):
        near[problem.at].append(n)
    found: dict[int, tuple[StoreAvailability, ...]] = {}
    for store, places in near.items():
        variants = [short[n].variant for n in places]
        pages = await availability_of_variants(
            variants, context=context, near=store, in_stock_only=True, first=ALTERNATIVES_MAX
        )
        found |= {n: page.nodes for n, page in zip(places, pages, strict=True)}
    return [found[n] for n in range(len(short))]
