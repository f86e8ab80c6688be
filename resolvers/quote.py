"""What carts come to, as their own channels price them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from domain.actor import Actor
from domain.cart import Cart
from domain.contact import Contact
from domain.ids import ChannelId
from domain.merge import Preview
from domain.pricing import Totals
from domain.promotion import DiscountCode
from domain.quote import Goods, Quote, QuotedLine, contact_shown, quoted
from resolvers.context import Context


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


def contact(cart: Cart, *, context: Context) -> Contact | None:
    return contact_shown(cart, context.actor)
