"""Products and variants, as the asking channel sells them."""

from __future__ import annotations

from collections.abc import Sequence

from domain.catalog import (
    Barcode,
    Category,
    Handle,
    Product,
    ProductFilter,
    ProductPage,
    ProductQuery,
    ProductSort,
    Sku,
    Variant,
)
from domain.ids import ProductId, VariantId
from domain.page import page_request
from domain.refusal import NotFound
from domain.search import understood
from resolvers.context import Context
from resolvers.refusal import Refused, granted


async def product(*, context: Context, by: ProductId | Handle) -> Product | None:
    (found,) = await context.reads.catalog.products_by(context.actor, [by])
    return found


async def products(
    *,
    context: Context,
    search: str | None = None,
    filter: ProductFilter | None = None,
    sort: ProductSort = ProductSort.RELEVANCE,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> ProductPage:
    page = granted(page_request(first=first, after=after, last=last, before=before))
    sought = granted(await understood(context.reads.search, context.actor, search))
    query = ProductQuery(filter or ProductFilter(), sort, context.now, sought)
    return granted(await context.reads.catalog.products(context.actor, query, page))


async def counts_of_queries(pages: Sequence[ProductPage], *, context: Context) -> list[int]:
    """One statement a page: an operation has as many as it has `products` fields with a total."""
    return [await context.reads.catalog.count(context.actor, page.query) for page in pages]


async def variant(*, context: Context, by: VariantId | Sku | Barcode) -> Variant | None:
    (found,) = await context.reads.catalog.variants_by(context.actor, [by])
    return found


async def categories(*, context: Context) -> tuple[Category, ...]:
    return await context.once(every_category)


async def variants_of_products(products: Sequence[Product], *, context: Context) -> list[tuple[Variant, ...]]:
    return await context.reads.catalog.variants_of(context.actor, [product.id for product in products])


async def categories_of_products(products: Sequence[Product], *, context: Context) -> list[tuple[Category, ...]]:
    return await context.reads.catalog.categories_of(context.actor, [product.id for product in products])


async def products_of_variants(variants: Sequence[Variant], *, context: Context) -> list[Product | Refused]:
    """Of a variant that is not sold here, or no longer, as the catalog knows it."""
    ids = [variant.product_id for variant in variants]
    found = dict(zip(ids, await context.reads.catalog.products_by(context.actor, ids), strict=True))
    if gone := [id for id, product in found.items() if product is None]:
        found |= zip(gone, await context.reads.catalog.products_any(context.actor, gone), strict=True)
    return [found[id] or Refused(NotFound(("product",), "This product is no longer in the catalog.")) for id in ids]


async def parents_of_categories(categories: Sequence[Category], *, context: Context) -> list[Category | None]:
    every = {category.id: category for category in await context.once(every_category)}
    return [every[category.parent_id] if category.parent_id else None for category in categories]


async def every_category(context: Context) -> tuple[Category, ...]:
    return await context.reads.catalog.categories(context.actor)
