"""The catalog: products and their variants, as the asking channel sells them."""

from __future__ import annotations

import decimal
from operator import attrgetter

import strawberry

import domain.catalog
import resolvers.catalog
import resolvers.offer
import resolvers.option
from domain.catalog import Barcode, Handle, ProductSort, Sku
from domain.ids import ProductId, VariantId
from schema.edge import answered_by, answered_for_all
from schema.money import Money
from schema.node import Node
from schema.offer import StoreAvailability
from schema.option import DeliveryQuote
from schema.page import Connection, Edge, PageInfo
from schema.view import enum, input_of, object_type, one_of, view_of

enum(ProductSort)


@view_of(domain.catalog.Image)
class Image:
    """A picture."""

    url: str
    """Where it is."""
    alt_text: str | None
    """What it shows, in words."""


@view_of(domain.catalog.ProductOption)
class ProductOption:
    """What can be chosen of a product, such as a size."""

    name: str
    """Such as Taille."""
    values: list[str]
    """All that its variants have, in the shop's order."""


@view_of(domain.catalog.SelectedOption)
class SelectedOption:
    """What one variant is, of what can be chosen."""

    name: str
    """Such as Taille."""
    value: str
    """Such as 38."""


@view_of(domain.catalog.PriceRange)
class PriceRange:
    """From the cheapest to the dearest variant."""

    min: Money
    """The cheapest."""
    max: Money
    """The dearest."""


@view_of(domain.catalog.Category)
class Category(Node):
    """A place of products in the shop's order of things."""

    handle: str
    """For an address, and for `filter: { category }`."""
    title: str
    """For people."""
    parent: Category | None = answered_for_all(resolvers.catalog.parents_of_categories)
    """The category it is part of; null at the top."""


@view_of(domain.catalog.Variant)
class Variant(Node):
    """What is sold: one product in one size and color."""

    sku: str
    """The shop's own number for it."""
    barcode: str | None
    """What its label shows to a scanner."""
    title: str
    """Its option values, or the product's title where there is nothing to choose."""
    product: Product = answered_for_all(resolvers.catalog.products_of_variants, key=attrgetter("product_id"))
    """What it is a variant of."""
    selected_options: list[SelectedOption]
    """What it is, of what can be chosen."""
    image: Image | None
    """Its own picture, if it has one."""
    price: Money
    """In this channel, now."""
    compare_at_price: Money | None
    """What it cost before, if it is reduced."""
    available_for_sale: bool = answered_for_all(resolvers.offer.availability_for_sale)
    """Can the asking channel sell one now, by any method?"""
    available_quantity: int | None = answered_for_all(resolvers.offer.available_quantities)
    """What the asking channel can promise over the whole network, holds and buffers off; null where only a band is shown."""
    delivery: DeliveryQuote | None = answered_for_all(resolvers.option.deliveries_of_variants, to="Where it would go.")
    """The best delivery promise for one unit to this place: the soonest, of those the cheapest; null where there is none."""
    availability: Connection[StoreAvailability] | None = answered_for_all(
        resolvers.offer.availability_of_variants,
        within_km="Only locations within this many kilometers of `near`.",
        at="Only these locations, 100 at most.",
        in_stock_only="Only locations that have at least one to sell to this channel.",
    )
    """Every location that sells to the asking channel, warehouses too, nearest first; they sum up to availableQuantity."""


@view_of(domain.catalog.Product)
class Product(Node):
    """What the shop shows: one or more variants under one title."""

    handle: str
    """For an address."""
    title: str
    """In this channel."""
    description: str
    """Plain text, with line breaks."""
    vendor: str | None
    """Who makes it."""
    images: list[Image]
    """In the shop's order."""
    categories: list[Category] = answered_for_all(resolvers.catalog.categories_of_products)
    """Where it stands in the shop's order of things."""
    options: list[ProductOption]
    """What can be chosen."""
    variants: list[Variant] = answered_for_all(resolvers.catalog.variants_of_products)
    """What is sold of it in this channel, in the shop's order."""
    price_range: PriceRange
    """In this channel, now."""


@view_of(domain.catalog.ProductPage)
class ProductConnection:
    """A page of products."""

    edges: list[Edge[Product]]
    """The products with their cursors."""
    nodes: list[Product]
    """The products alone."""
    page_info: PageInfo
    """Where this page stands in the list."""
    total_count: int = answered_for_all(resolvers.catalog.counts_of_queries, key=attrgetter("query"))
    """How many products pass the search and the filter."""


@one_of(ProductId | Handle, id=ProductId, handle=Handle)
class ProductBy:
    """What names a product."""

    id: strawberry.ID | None = strawberry.UNSET
    """Its id."""
    handle: str | None = strawberry.UNSET
    """Its handle, as in an address."""


@one_of(VariantId | Sku | Barcode, id=VariantId, sku=Sku, barcode=Barcode)
class VariantBy:
    """What names a variant."""

    id: strawberry.ID | None = strawberry.UNSET
    """Its id."""
    sku: str | None = strawberry.UNSET
    """The shop's own number for it."""
    barcode: str | None = strawberry.UNSET
    """What a scanner reads."""


@input_of(domain.catalog.PriceFilter)
class PriceFilter:
    """A range of prices in the channel's currency; both ends belong to it."""

    min: decimal.Decimal | None = strawberry.UNSET
    """At least this."""
    max: decimal.Decimal | None = strawberry.UNSET
    """At most this."""


@input_of(domain.catalog.ProductFilter)
class ProductFilter:
    """Which products."""

    category: str | None = strawberry.UNSET
    """The handle of a category; those within it belong to it."""
    vendor: str | None = strawberry.UNSET
    """Of exactly this vendor."""
    price: PriceFilter | None = strawberry.UNSET
    """With a variant in this range."""
    available_at: strawberry.ID | None = strawberry.UNSET
    """Sellable now at this location, by the same count that checkout uses."""
    available_for_sale: bool | None = strawberry.UNSET
    """With, or without, a variant that can be sold now by any method."""


@object_type
class CatalogQuery:
    """The catalog."""

    product: Product | None = answered_by(resolvers.catalog.product)
    """One product; null for what is not there, or not sold in this channel."""
    products: ProductConnection = answered_by(resolvers.catalog.products)
    """Products of this channel."""
    variant: Variant | None = answered_by(resolvers.catalog.variant)
    """One variant; null for what is not there, or not sold in this channel."""
    categories: list[Category] = answered_by(resolvers.catalog.categories)
    """All categories, by handle."""
