"""What one channel sells, as subqueries: each variant at its price there, each product under its title there."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Subquery, and_, case, false, func, select, true

from adapters.sql.tables import product, product_listing, variant, variant_listing
from domain.channel import Assortment, Channel

CHANNELS = 64  # kept; a statement costs more to build than to run


@lru_cache(maxsize=CHANNELS)
def sold_variants(channel: Channel) -> Subquery:
    """Not retired, listed, and with a price in the channel's currency: the listing's, or else the catalog's own."""
    own = case((variant.c.currency_code == channel.currency_code, variant.c.price_minor))
    own_before = case((variant.c.currency_code == channel.currency_code, variant.c.compare_at_minor))
    in_currency = variant_listing.c.currency_code == channel.currency_code
    listed = case((in_currency, variant_listing.c.price_minor))
    listed_before = case((in_currency, variant_listing.c.compare_at_minor))
    price = func.coalesce(listed, own)
    compare_at = case((listed.is_not(None), listed_before), else_=func.coalesce(listed_before, own_before))
    listing = and_(variant_listing.c.variant_id == variant.c.id, variant_listing.c.channel_id == channel.id)
    kept = [c for c in variant.columns if c.name not in ("price_minor", "compare_at_minor", "currency_code", "retired")]
    return (
        select(*kept, price.label("price_minor"), compare_at.label("compare_at_minor"))
        .select_from(variant.outerjoin(variant_listing, listing))
        .where(~variant.c.retired, func.coalesce(variant_listing.c.listed, true()), price.is_not(None))
        .subquery("sold_variant")
    )


@lru_cache(maxsize=CHANNELS)
def listed_products(channel: Channel) -> Subquery:
    """What the channel's listings and its assortment say, as long as at least one variant is sold."""
    listing = and_(product_listing.c.product_id == product.c.id, product_listing.c.channel_id == channel.id)
    variants = sold_variants(channel)
    lowest = select(func.min(variants.c.price_minor)).where(variants.c.product_id == product.c.id)
    highest = select(func.max(variants.c.price_minor)).where(variants.c.product_id == product.c.id)
    unless_listed = product.c.published if channel.assortment is Assortment.ALL else false()
    kept = [c for c in product.columns if c.name not in ("title", "title_key")]
    return (
        select(
            *kept,
            func.coalesce(product_listing.c.title, product.c.title).label("title"),
            func.coalesce(product_listing.c.title_key, product.c.title_key).label("title_key"),
            lowest.correlate(product).scalar_subquery().label("price_min"),
            highest.correlate(product).scalar_subquery().label("price_max"),
        )
        .select_from(product.outerjoin(product_listing, listing))
        .where(func.coalesce(product_listing.c.listed, unless_listed))
        .where(select(variants.c.id).where(variants.c.product_id == product.c.id).correlate(product).exists())
        .subquery("listed_product")
    )
