"""What one channel sells, or would, as subqueries: each variant at its price there, each product under its title there."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, false, func, select, true

from adapters.sql.tables import product, product_listing, variant, variant_listing
from domain.channel import Assortment, Channel

CHANNELS = 64  # kept; a statement costs more to build than to run


@lru_cache(maxsize=CHANNELS)
def sold_variants(channel: Channel) -> Subquery:
    """Not retired, listed, and with a price in the channel's currency: the listing's, or else the catalog's own."""
    price, compare_at = prices(channel)
    kept = [c for c in variant.columns if c.name not in ("price_minor", "compare_at_minor", "currency_code", "retired")]
    return (
        select(*kept, price.label("price_minor"), compare_at.label("compare_at_minor"))
        .select_from(variant.outerjoin(variant_listing, listing_of_variant(channel)))
        .where(~variant.c.retired, func.coalesce(variant_listing.c.listed, true()), price.is_not(None))
        .subquery("sold_variant")
    )


@lru_cache(maxsize=CHANNELS)
def known_variants(channel: Channel) -> Subquery:
    """All there ever were, at their price here, or else at the catalog's own."""
    price, compare_at = prices(channel)
    kept = [c for c in variant.columns if c.name not in ("price_minor", "compare_at_minor", "currency_code", "retired")]
    return (
        select(
            *kept,
            case((price.is_not(None), channel.currency_code), else_=variant.c.currency_code).label("currency_code"),
            func.coalesce(price, variant.c.price_minor).label("price_minor"),
            case((price.is_not(None), compare_at), else_=variant.c.compare_at_minor).label("compare_at_minor"),
        )
        .select_from(variant.outerjoin(variant_listing, listing_of_variant(channel)))
        .subquery("known_variant")
    )


def prices(channel: Channel) -> tuple[Any, Any]:
    """The price in the channel's currency, and the one before: null where there is none."""
    own = case((variant.c.currency_code == channel.currency_code, variant.c.price_minor))
    own_before = case((variant.c.currency_code == channel.currency_code, variant.c.compare_at_minor))
    in_currency = variant_listing.c.currency_code == channel.currency_code
    listed = case((in_currency, variant_listing.c.price_minor))
    listed_before = case((in_currency, variant_listing.c.compare_at_minor))
    compare_at = case((listed.is_not(None), listed_before), else_=func.coalesce(listed_before, own_before))
    return func.coalesce(listed, own), compare_at


def listing_of_variant(channel: Channel) -> ColumnElement[bool]:
    return and_(variant_listing.c.variant_id == variant.c.id, variant_listing.c.channel_id == channel.id)


def listing_of_product(channel: Channel) -> ColumnElement[bool]:
    return and_(product_listing.c.product_id == product.c.id, product_listing.c.channel_id == channel.id)


@lru_cache(maxsize=CHANNELS)
def listed_products(channel: Channel) -> Subquery:
    """What the channel's listings and its assortment say, as long as at least one variant is sold."""
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
        .select_from(product.outerjoin(product_listing, listing_of_product(channel)))
        .where(func.coalesce(product_listing.c.listed, unless_listed))
        .where(select(variants.c.id).where(variants.c.product_id == product.c.id).correlate(product).exists())
        .subquery("listed_product")
    )


@lru_cache(maxsize=CHANNELS)
def known_products(channel: Channel) -> Subquery:
    """All there ever were. Prices are those of variants in one currency: the channel's, if one of them has a price in it."""
    variants = known_variants(channel)
    mine = variants.c.product_id == product.c.id
    here = case((variants.c.currency_code == channel.currency_code, variants.c.currency_code))
    currency = select(func.coalesce(func.min(here), func.min(variants.c.currency_code))).where(mine).correlate(product)
    alike = (mine, variants.c.currency_code == currency.scalar_subquery())
    kept = [c for c in product.columns if c.name != "title"]
    return (
        select(
            *kept,
            func.coalesce(product_listing.c.title, product.c.title).label("title"),
            currency.scalar_subquery().label("currency_code"),
            select(func.min(variants.c.price_minor)).where(*alike).correlate(product).scalar_subquery().label("price_min"),
            select(func.max(variants.c.price_minor)).where(*alike).correlate(product).scalar_subquery().label("price_max"),
        )
        .select_from(product.outerjoin(product_listing, listing_of_product(channel)))
        .subquery("known_product")
    )
