"""What carts come to, as their own channels price them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from domain.actor import Actor
from domain.cart import Cart
from domain.catalog import Variant
from domain.contact import Contact
from domain.ids import ChannelId
from domain.merge import Preview
from domain.offer import StoreAvailability
from domain.pricing import Totals
from domain.promotion import DiscountCode
from domain.quote import (
    ContactMissing,
    FulfillmentNotChosen,
    Goods,
    InsufficientStock,
    PriceChanged,
    Problem,
    Quote,
    QuotedLine,
    VariantUnavailable,
    contact_shown,
    problems,
    quoted,
)
from resolvers.context import Context
from resolvers.offer import availability_of_variants

ALTERNATIVES_MAX = 5

WORDS: dict[str, dict[type, str]] = {
    "en": {
        InsufficientStock: "There is not as much in stock as you want.",
        PriceChanged: "The price has changed since you chose it.",
        VariantUnavailable: "This is no longer sold here.",
        FulfillmentNotChosen: "Choose how the goods shall reach you.",
        ContactMissing: "Say how we can reach you.",
    },
    "fr": {
        InsufficientStock: "Il n’y en a pas autant en stock.",
        PriceChanged: "Le prix a changé depuis votre choix.",
        VariantUnavailable: "Cet article n’est plus vendu ici.",
        FulfillmentNotChosen: "Choisissez comment recevoir vos articles.",
        ContactMissing: "Dites-nous comment vous joindre.",
    },
}


def message(problem: Problem, *, context: Context) -> str:
    return WORDS[context.language][type(problem)]


async def by_channel(context: Context, carts: Sequence[Cart]) -> list[tuple[Actor, list[Cart]]]:
    """Each channel's carts, with the same actor in that channel, which prices them."""
    channels, found = await context.channels(), defaultdict[ChannelId, list[Cart]](list)
    for cart in carts:
        found[cart.channel].append(cart)
    return [(replace(context.actor, channel=channels[id]), some) for id, some in found.items()]


async def quotes_of_carts(carts: Sequence[Cart], *, context: Context) -> list[Quote]:
    """Three statements for all carts of a channel: variants, promotions, and categories with their taxes."""
    found: dict[int, Quote] = {}
    for actor, some in await by_channel(context, carts):
        goods = await goods_of(context, actor, some)
        products = sorted({variant.product_id for variant in goods.variants.values()})
        codes = [code for cart in some for code in cart.discount_codes]
        terms = await context.reads.pricing.terms(actor, codes, products, context.now)
        for cart in some:
            found[id(cart)] = quoted(cart, goods, terms.with_codes(cart.discount_codes), context.now)
    return [found[id(cart)] for cart in carts]


async def goods_of(context: Context, actor: Actor, carts: Sequence[Cart]) -> Goods:
    ids = sorted({line.variant for cart in carts for line in cart.lines})
    found = [one for one in await context.reads.catalog.variants_any(actor, ids) if one] if ids else []
    return Goods({one.id: one for one in found}, {one.id: one.price for one in found if one.is_sold})


async def quotes(carts: Sequence[Cart], context: Context) -> list[Quote]:
    return await context.of_each(quotes_of_carts, carts, key=lambda cart: (cart.id, cart.version))


async def lines_of_carts(carts: Sequence[Cart], *, context: Context) -> list[tuple[QuotedLine, ...]]:
    return [quote.lines for quote in await quotes(carts, context)]


async def totals_of_carts(carts: Sequence[Cart], *, context: Context) -> list[Totals]:
    return [quote.totals for quote in await quotes(carts, context)]


async def totals_of_previews(previews: Sequence[Preview], *, context: Context) -> list[Totals]:
    return [quote.totals for quote in await quotes_of_carts([preview.cart for preview in previews], context=context)]


async def codes_of_carts(carts: Sequence[Cart], *, context: Context) -> list[tuple[DiscountCode, ...]]:
    return [quote.codes for quote in await quotes(carts, context)]


async def problems_of_carts(carts: Sequence[Cart], *, context: Context) -> list[tuple[Problem, ...]]:
    """Nothing is the matter with a cart that can no longer be changed. One statement for all carts of a channel."""
    quoted_as = dict(zip(map(id, carts), await quotes(carts, context), strict=True))
    found: dict[int, tuple[Problem, ...]] = {}
    for actor, some in await by_channel(context, [cart for cart in carts if cart.is_editable]):
        skus = sorted({line.variant.sku for cart in some for line in quoted_as[id(cart)].lines})
        networks = await context.reads.stock.networks(actor, skus, context.now) if skus else {}
        shows = actor.channel.shows_quantity
        for cart in some:
            found[id(cart)] = tuple(problems(cart, quoted_as[id(cart)], networks, shows_quantity=shows))
    return [found.get(id(cart), ()) for cart in carts]


async def alternatives(short: Sequence[InsufficientStock], *, context: Context) -> list[tuple[StoreAvailability, ...]]:
    """Where there is some, in the order of locations."""
    variants: list[Variant] = [problem.variant for problem in short]
    pages = await availability_of_variants(variants, context=context, in_stock_only=True, first=ALTERNATIVES_MAX)
    return [page.nodes for page in pages]


def contact(cart: Cart, *, context: Context) -> Contact | None:
    return contact_shown(cart, context.actor)
