"""The catalog in SQL, as one channel shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from adapters.sql.assortment import known_products, known_variants, listed_products, sold_variants
from adapters.sql.columns import money
from adapters.sql.database import Database
from adapters.sql.product_query import conditions, order_of, paged
from adapters.sql.tables import category, product_category
from domain.actor import Actor
from domain.catalog import (
    Barcode,
    Category,
    Handle,
    Image,
    PriceRange,
    Product,
    ProductOption,
    ProductPage,
    ProductQuery,
    SelectedOption,
    Sku,
    Variant,
)
from domain.ids import ProductId, VariantId
from domain.money import Money
from domain.page import Edge, PageRequest, cursor_of, foreign_cursor, page_info
from domain.refusal import InvalidInput


class SqlCatalog:
    """Catalog reads: what the actor's channel does not sell is in no answer."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def products(self, actor: Actor, query: ProductQuery, page: PageRequest) -> ProductPage | InvalidInput:
        order = order_of(query)
        if refusal := foreign_cursor(page, order.parts):
            return refusal
        rows = await self.rows(paged(actor, query, page))
        found = rows[: page.size][::-1] if page.backward else rows[: page.size]
        edges = tuple(
            Edge(product_of(row, actor.channel.currency_code), cursor_of(tuple(getattr(row, name) for name in order.by)))
            for row in found
        )
        info = page_info(request=page, cursors=[edge.cursor for edge in edges], more=len(rows) > page.size)
        return ProductPage(edges, info, query)

    async def count(self, actor: Actor, query: ProductQuery) -> int:
        products = listed_products(actor.channel)
        wanted = select(func.count()).select_from(products).where(*conditions(products, actor, query))
        return int((await self.rows(wanted))[0][0])

    async def products_by(self, actor: Actor, by: Sequence[ProductId | Handle]) -> list[Product | None]:
        products = listed_products(actor.channel)
        ids = [one for one in by if isinstance(one, ProductId)]
        handles = [one.text for one in by if isinstance(one, Handle)]
        rows = await self.rows(select(products).where(or_(products.c.id.in_(ids), products.c.handle.in_(handles))))
        found = [product_of(row, actor.channel.currency_code) for row in rows]
        named: dict[object, Product] = {product.id: product for product in found} | {Handle(p.handle): p for p in found}
        return [named.get(one) for one in by]

    async def variants_by(self, actor: Actor, by: Sequence[VariantId | Sku | Barcode]) -> list[Variant | None]:
        """The first in the shop's order, where two bear one barcode."""
        variants, products = sold_variants(actor.channel), listed_products(actor.channel)
        query = select(variants).join(products, products.c.id == variants.c.product_id).where(called(variants, by))
        rows = await self.rows(query.order_by(products.c.position.desc(), variants.c.position.desc()))
        return by_name([variant_of(row, actor.channel.currency_code) for row in rows], by)

    async def variants_any(self, actor: Actor, by: Sequence[VariantId | Sku | Barcode]) -> list[Variant | None]:
        """Another statement only for those that are not sold here."""
        found = dict(zip(by, await self.variants_by(actor, by), strict=True))
        if gone := [one for one, variant in found.items() if variant is None]:
            variants = known_variants(actor.channel)
            query = select(variants).where(called(variants, gone)).order_by(variants.c.id.desc())
            known = [variant_of(row, row.currency_code, is_sold=False) for row in await self.rows(query)]
            found |= zip(gone, by_name(known, gone), strict=True)
        return [found[one] for one in by]

    async def products_any(self, actor: Actor, ids: Sequence[ProductId]) -> list[Product | None]:
        products = known_products(actor.channel)
        rows = await self.rows(select(products).where(products.c.id.in_(ids)))
        found = {row.id: product_of(row, row.currency_code) for row in rows}
        return [found.get(id) for id in ids]

    async def variants_of(self, actor: Actor, products: Sequence[ProductId]) -> list[tuple[Variant, ...]]:
        variants = sold_variants(actor.channel)
        rows = await self.rows(select(variants).where(variants.c.product_id.in_(products)).order_by(variants.c.position))
        found: dict[ProductId, list[Variant]] = defaultdict(list)
        for row in rows:
            found[row.product_id].append(variant_of(row, actor.channel.currency_code))
        return [tuple(found[id]) for id in products]

    async def categories_of(self, actor: Actor, products: Sequence[ProductId]) -> list[tuple[Category, ...]]:
        joined = product_category.join(category, category.c.id == product_category.c.category_id)
        query = select(category, product_category.c.product_id).select_from(joined)
        query = query.where(product_category.c.product_id.in_(products)).order_by(product_category.c.position)
        found: dict[ProductId, list[Category]] = defaultdict(list)
        for row in await self.rows(query):
            found[row.product_id].append(category_of(row))
        return [tuple(found[id]) for id in products]

    async def categories(self, actor: Actor) -> tuple[Category, ...]:
        return tuple(category_of(row) for row in await self.rows(select(category).order_by(category.c.handle)))

    async def rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        async with self.database.reading() as connection:
            rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
        return rows


def called(variants: Any, by: Sequence[VariantId | Sku | Barcode]) -> ColumnElement[bool]:
    ids = [one for one in by if isinstance(one, VariantId)]
    skus = [one.text for one in by if isinstance(one, Sku)]
    barcodes = [one.text for one in by if isinstance(one, Barcode)]
    return or_(variants.c.id.in_(ids), variants.c.sku.in_(skus), variants.c.barcode.in_(barcodes))


def by_name(variants: Sequence[Variant], by: Sequence[VariantId | Sku | Barcode]) -> list[Variant | None]:
    """Of two that bear one barcode, the last."""
    found: dict[object, Variant] = {}
    for variant in variants:
        found |= {variant.id: variant, Sku(variant.sku): variant, Barcode(variant.barcode or ""): variant}
    return [found.get(one) for one in by]


def product_of(row: Row[Any], currency: str) -> Product:
    return Product(
        id=row.id,
        handle=row.handle,
        title=row.title,
        description=row.description,
        vendor=row.vendor,
        images=images_of(row),
        options=options_of(row),
        price_range=PriceRange(Money(currency, row.price_min), Money(currency, row.price_max)),
    )


def variant_of(row: Row[Any], currency: str, *, is_sold: bool = True) -> Variant:
    return Variant(
        id=row.id,
        product_id=row.product_id,
        sku=row.sku,
        barcode=row.barcode,
        title=row.title,
        selected_options=selected_options_of(row),
        image=image_of(row),
        price=Money(currency, row.price_minor),
        compare_at_price=money(currency, row.compare_at_minor),
        backorders=row.backorders,
        is_sold=is_sold,
        grams=row.grams,
    )


def images_of(row: Row[Any]) -> tuple[Image, ...]:
    return tuple(Image(url, alt_text) for url, alt_text in row.images)


def options_of(row: Row[Any]) -> tuple[ProductOption, ...]:
    return tuple(ProductOption(name, tuple(values)) for name, values in row.options)


def selected_options_of(row: Row[Any]) -> tuple[SelectedOption, ...]:
    return tuple(SelectedOption(name, value) for name, value in row.selected_options)


def image_of(row: Row[Any]) -> Image | None:
    return None if row.image is None else Image(*row.image)


def category_of(row: Row[Any]) -> Category:
    return Category(row.id, row.handle, row.title, row.parent_id)
