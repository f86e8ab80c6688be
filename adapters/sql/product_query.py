"""Which products, in which order: filters, sorts and keyset pages of the listing, as conditions in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, false, or_, select, tuple_

from adapters.sql.assortment import listed_products, sold_variants
from adapters.sql.availability import sellable
from adapters.sql.location import selling
from adapters.sql.search import matches
from adapters.sql.shelf import on_shelf
from adapters.sql.tables import category, location, product_category, stock_incoming, stock_level
from domain.actor import Actor
from domain.catalog import PriceFilter, ProductQuery, ProductSort
from domain.channel import Channel
from domain.ids import LocationId, ProductId
from domain.money import MINOR_UNITS_MAX, minor_digits
from domain.page import PageRequest

STOCKED = stock_level.c.available > 0  # follows from `sellable > 0`; said for the sake of the partial index on it


@dataclass(frozen=True, slots=True)
class Order:
    """The columns a list is sorted by, the last one unique, and what a cursor's parts must be."""

    by: tuple[str, ...]
    descending: bool
    parts: tuple[type, ...]


ORDERS = {
    ProductSort.RELEVANCE: Order(("position",), False, (int,)),
    ProductSort.NEWEST: Order(("position",), True, (int,)),
    ProductSort.TITLE: Order(("title_key", "position"), False, (str, int)),
    ProductSort.PRICE_ASC: Order(("price_min", "position"), False, (int, int)),
    ProductSort.PRICE_DESC: Order(("price_min", "position"), True, (int, int)),
}

RANKED = Order(("rank", "position"), False, (int, int))


def order_of(query: ProductQuery) -> Order:
    return RANKED if query.search and query.sort is ProductSort.RELEVANCE else ORDERS[query.sort]


def paged(actor: Actor, query: ProductQuery, page: PageRequest) -> Select[Any]:
    """One row more than the page, to tell whether there are more; from the end when it is read backward.

    The page is chosen first, so that what only the answer needs is computed for its products alone.
    """
    order = order_of(query)
    some, shown = candidates(actor, query), listed_products(actor.channel).alias("shown")
    descending = order.descending is not page.backward
    chosen = select(some.c.id, *(some.c[name] for name in order.by))
    chosen = chosen.where(*conditions(some, actor, query), *stretch(some, order, page))
    few = chosen.order_by(*directed(some, order, descending)).limit(page.size + 1).subquery("chosen")
    rank = [few.c[name] for name in order.by if name not in shown.c]
    return select(shown, *rank).join(few, few.c.id == shown.c.id).order_by(*directed(few, order, descending))


def candidates(actor: Actor, query: ProductQuery) -> Subquery:
    """What the channel sells; with its rank where that is the order."""
    products = listed_products(actor.channel)
    if query.search is None or order_of(query) is not RANKED:
        return products
    found = matches(query.search, actor.channel)
    return select(products, found.c.rank).join(found, found.c.position == products.c.position).subquery("candidate")


def directed(products: Any, order: Order, descending: bool) -> list[ColumnElement[Any]]:
    return [products.c[name].desc() if descending else products.c[name].asc() for name in order.by]


def stretch(products: Subquery, order: Order, page: PageRequest) -> Iterator[ColumnElement[bool]]:
    """Between the two cursors, neither included."""
    key = tuple_(*(products.c[name] for name in order.by))
    if page.after is not None:
        yield key < page.after if order.descending else key > page.after
    if page.before is not None:
        yield key > page.before if order.descending else key < page.before


def conditions(products: Subquery, actor: Actor, query: ProductQuery) -> Iterator[ColumnElement[bool]]:
    wanted = query.filter
    if query.search is not None and "rank" not in products.c:
        yield products.c.position.in_(select(matches(query.search, actor.channel).c.position))
    if wanted.category is not None:
        yield products.c.id.in_(in_category(wanted.category))
    if wanted.vendor is not None:
        yield products.c.vendor == wanted.vendor
    if wanted.price is not None:
        yield products.c.id.in_(priced(wanted.price, actor.channel))
    if wanted.available_at is not None:
        yield products.c.id.in_(available_at(wanted.available_at, actor, query))
    if wanted.available_for_sale is not None:
        for_sale = available_for_sale(products, actor, query.now)
        yield for_sale if wanted.available_for_sale else ~for_sale


def in_category(handle: str) -> Select[ProductId]:
    """Of the category or of one below it."""
    within = select(category.c.id).where(category.c.handle == handle).cte("within", recursive=True)
    within = within.union(select(category.c.id).where(category.c.parent_id == within.c.id))
    return select(product_category.c.product_id).where(product_category.c.category_id.in_(select(within.c.id)))


def priced(wanted: PriceFilter, channel: Channel) -> Select[ProductId]:
    """With at least one variant in the range; bounds between two minor units are drawn inwards."""
    variants, digits = sold_variants(channel), minor_digits(channel.currency_code)
    within = []
    if wanted.min is not None:
        lowest = wanted.min.scaleb(digits).to_integral_value(ROUND_CEILING)
        within.append(variants.c.price_minor >= max(int(lowest), 0) if lowest <= MINOR_UNITS_MAX else false())
    if wanted.max is not None:
        highest = wanted.max.scaleb(digits).to_integral_value(ROUND_FLOOR)
        within.append(variants.c.price_minor <= min(int(highest), MINOR_UNITS_MAX) if highest >= 0 else false())
    return select(variants.c.product_id).where(*within)


def available_at(place: LocationId, actor: Actor, query: ProductQuery) -> Select[ProductId]:
    """With at least one variant that the location can sell to the channel now, by the count that checkout uses."""
    variants = sold_variants(actor.channel)
    shelves = stock_level.join(location, location.c.id == stock_level.c.location_id)
    return (
        select(variants.c.product_id)
        .select_from(shelves.join(variants, variants.c.sku == stock_level.c.sku))
        .where(stock_level.c.location_id == place, stock_level.c.pool_id == actor.channel.pool)
        .where(STOCKED, sellable(actor.channel.safety) > 0, selling(actor.channel, query.now))
    )


def available_for_sale(products: Subquery, actor: Actor, now: datetime) -> ColumnElement[bool]:
    """At least one variant is `for_sale` (domain/offer.py): the sum over locations is above 0 if one of them is.

    Asked product by product, so that the first shelf that has something ends the search.
    """
    variants, channel = sold_variants(actor.channel), actor.channel
    here = (stock_level.c.sku == variants.c.sku, stock_level.c.pool_id == channel.pool, selling(channel, now))
    shelves = select(stock_level.c.sku).join(location, location.c.id == stock_level.c.location_id).where(*here)
    available = shelves.where(STOCKED, sellable(channel.safety) > 0).correlate(variants).exists()
    incoming = stock_incoming.c.quantity > stock_incoming.c.promised
    expected = shelves.join(stock_incoming, on_shelf(stock_incoming)).where(incoming).correlate(variants).exists()
    sold = or_(available, and_(variants.c.backorders, expected))
    return select(variants.c.id).where(variants.c.product_id == products.c.id, sold).correlate(products).exists()
