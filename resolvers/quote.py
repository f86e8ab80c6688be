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


async def priced_in(context: Context, cart: Cart) -> Actor:
    """The same actor in the cart's own channel, which prices it."""
    return replace(context.actor, channel=(await context.channels())[cart.channel])


async def quotes_of_carts(carts: Sequence[Cart], *, context: Context) -> list[Quote]:
    """Three statements for a cart: its variants, promotions, and categories with their taxes. Most operations have one cart."""
    by_channel: dict[ChannelId, list[Cart]] = defaultdict(list)
    for cart in carts:
        by_channel[cart.channel].append(cart)
    found: dict[int, Quote] = {}
    for some in by_channel.values():
        actor = await priced_in(context, some[0])
        goods = await goods_of(context, actor, some)
        products = sorted({variant.product_id for variant in goods.variants.values()})
        for cart in some:
            terms = await context.reads.pricing.terms(actor, cart.discount_codes, products, context.now)
            found[id(cart)] = quoted(cart, goods, terms, context.now)
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
    """Nothing is the matter with a cart that can no longer be changed."""
    found = []
    for cart, quote in zip(carts, await quotes(carts, context), strict=True):
        actor = await priced_in(context, cart)
        skus = sorted({line.variant.sku for line in quote.lines})
        networks = await context.reads.stock.networks(actor, skus, context.now) if skus and cart.is_editable else {}
        shows = actor.channel.shows_quantity
        found.append(tuple(problems(cart, quote, networks, shows_quantity=shows)) if cart.is_editable else ())
    return found


async def alternatives(short: Sequence[InsufficientStock], *, context: Context) -> list[tuple[StoreAvailability, ...]]:
    """Where there is some, in the order of locations."""
    variants: list[Variant] = [problem.variant for problem in short]
    pages = await availability_of_variants(variants, context=context, in_stock_only=True, first=ALTERNATIVES_MAX)
    return [page.nodes for page in pages]


def contact(cart: Cart, *, context: Context) -> Contact | None:
    return contact_shown(cart, context.actor)
