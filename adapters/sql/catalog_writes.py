"""Products taken in: compared as drafts, written by upsert, in one unit of work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.catalog import image_of, images_of, options_of, selected_options_of
from adapters.sql.columns import minor, money
from adapters.sql.search_index import index
from adapters.sql.tables import category, product, product_category, variant
from adapters.sql.upsert import chunks, upsert
from domain.ids import CategoryId, ProductId, VariantId
from domain.intake.catalog import CategoryPath, ProductDraft, VariantDraft
from domain.money import Money
from domain.text import folded, slug


class SqlCatalogWrites:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    # -------------------------------------------------------------------------------------------- what there is

    async def drafts(self, handles: Collection[str]) -> Mapping[str, ProductDraft]:
        found: dict[str, ProductDraft] = {}
        paths = await self.paths()
        for some in chunks(sorted(handles)):
            products = (await self.connection.execute(select(product).where(product.c.handle.in_(some)))).all()
            ids = [row.id for row in products]
            variants, categories = await self.variants(ids), await self.categories(ids)
            for row in products:
                in_paths = tuple(paths[id] for id in categories[row.id])
                found[row.handle] = product_draft_of(row, in_paths, variants[row.id])
        return found

    async def variants(self, products: Sequence[ProductId]) -> Mapping[ProductId, list[VariantDraft]]:
        query = select(variant).where(variant.c.product_id.in_(products), ~variant.c.retired).order_by(variant.c.position)
        found: dict[ProductId, list[VariantDraft]] = defaultdict(list)
        for row in await self.connection.execute(query):
            found[row.product_id].append(variant_draft_of(row))
        return found

    async def categories(self, products: Sequence[ProductId]) -> Mapping[ProductId, list[CategoryId]]:
        query = select(product_category).where(product_category.c.product_id.in_(products))
        found: dict[ProductId, list[CategoryId]] = defaultdict(list)
        for row in await self.connection.execute(query.order_by(product_category.c.position)):
            found[row.product_id].append(row.category_id)
        return found

    async def paths(self) -> dict[CategoryId, CategoryPath]:
        """Titles from the root down, by category."""
        rows = {row.id: row for row in await self.connection.execute(select(category))}

        def path(id: CategoryId) -> CategoryPath:
            row = rows[id]
            return (*(path(row.parent_id) if row.parent_id else ()), row.title)

        return {id: path(id) for id in rows}

    async def handles_of(self, skus: Collection[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        owned = select(variant.c.sku, product.c.handle).join(product, product.c.id == variant.c.product_id)
        owned = owned.where(~variant.c.retired)
        for some in chunks(sorted(skus)):
            found |= dict((await self.connection.execute(owned.where(variant.c.sku.in_(some)))).all())
        return found

    async def known_skus(self, skus: Collection[str]) -> set[str]:
        known: set[str] = set()
        for some in chunks(sorted(skus)):
            known.update((await self.connection.execute(select(variant.c.sku).where(variant.c.sku.in_(some)))).scalars())
        return known

    # -------------------------------------------------------------------------------------------- what is changed

    async def save(self, products: Sequence[ProductDraft]) -> None:
        if not products:
            return
        await self.save_products(products)
        ids = await self.ids([draft.handle for draft in products])
        lose = await self.owners({variant.sku for draft in products for variant in draft.variants})
        await self.save_variants(products, ids)
        await self.save_categories(products, ids)
        await self.connection.run_sync(index, list({*ids.values(), *lose}))

    async def save_products(self, products: Sequence[ProductDraft]) -> None:
        """New ones get the next positions."""
        last = (await self.connection.execute(select(func.coalesce(func.max(product.c.position), 0)))).scalar_one()
        rows = [product_values(draft) | {"position": last + n} for n, draft in enumerate(products, start=1)]
        statement = upsert(self.connection, product, by=["handle"], keep=["id", "position"])
        await self.connection.execute(statement, rows)

    async def ids(self, handles: Sequence[str]) -> dict[str, ProductId]:
        found: dict[str, ProductId] = {}
        for some in chunks(handles):
            query = select(product.c.handle, product.c.id).where(product.c.handle.in_(some))
            found |= dict((await self.connection.execute(query)).all())
        return found

    async def owners(self, skus: Collection[str]) -> set[ProductId]:
        """The products that these variants are of as yet, some of which may lose one now."""
        found: set[ProductId] = set()
        for some in chunks(sorted(skus)):
            found.update((await self.connection.execute(select(variant.c.product_id).where(variant.c.sku.in_(some)))).scalars())
        return found

    async def save_variants(self, products: Sequence[ProductDraft], ids: Mapping[str, ProductId]) -> None:
        """What a product no longer names is retired first; what is named again is not."""
        for some in chunks(list(ids.values())):
            await self.connection.execute(update(variant).where(variant.c.product_id.in_(some)).values(retired=True))
        rows = [
            variant_values(draft) | {"product_id": ids[product.handle], "position": position}
            for product in products
            for position, draft in enumerate(product.variants)
        ]
        await self.connection.execute(upsert(self.connection, variant, by=["sku"], keep=["id"]), rows)

    async def save_categories(self, products: Sequence[ProductDraft], ids: Mapping[str, ProductId]) -> None:
        categories = await self.category_ids({path for draft in products for path in draft.categories})
        for some in chunks(list(ids.values())):
            await self.connection.execute(delete(product_category).where(product_category.c.product_id.in_(some)))
        rows = [
            {"product_id": ids[draft.handle], "category_id": categories[path], "position": position}
            for draft in products
            for position, path in enumerate(draft.categories)
        ]
        if rows:
            await self.connection.execute(insert(product_category), rows)

    async def category_ids(self, paths: Iterable[CategoryPath]) -> dict[CategoryPath, CategoryId]:
        """By path; what is missing is made, parents first."""
        known = {known_path: id for id, known_path in (await self.paths()).items()}
        handles = set((await self.connection.execute(select(category.c.handle))).scalars())
        wanted = {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
        for path in sorted(wanted, key=lambda path: (len(path), path)):
            if path not in known:
                known[path] = CategoryId.new()
                handles.add(handle := unused(slug(*path), handles))
                values = {"id": known[path], "handle": handle, "title": path[-1], "parent_id": known.get(path[:-1])}
                await self.connection.execute(insert(category).values(values))
        return known


def unused(handle: str, taken: Collection[str]) -> str:
    """With the first number behind it that makes it one of its own, where it is taken."""
    numbered = (handle if n == 1 else f"{handle}-{n}" for n in count(1))
    return next(one for one in numbered if one not in taken)


def product_draft_of(row: Row[Any], categories: tuple[CategoryPath, ...], variants: list[VariantDraft]) -> ProductDraft:
    return ProductDraft(
        handle=row.handle,
        title=row.title,
        description=row.description,
        vendor=row.vendor,
        categories=categories,
        images=images_of(row),
        options=options_of(row),
        published=row.published,
        variants=tuple(variants),
    )


def variant_draft_of(row: Row[Any]) -> VariantDraft:
    return VariantDraft(
        sku=row.sku,
        barcode=row.barcode,
        title=row.title,
        selected_options=selected_options_of(row),
        image=image_of(row),
        price=Money(row.currency_code, row.price_minor),
        compare_at_price=money(row.currency_code, row.compare_at_minor),
        backorders=row.backorders,
        grams=row.grams,
    )


def product_values(draft: ProductDraft) -> dict[str, Any]:
    return {
        "id": ProductId.new(),
        "handle": draft.handle,
        "title": draft.title,
        "title_key": folded(draft.title),
        "description": draft.description,
        "vendor": draft.vendor,
        "images": [[image.url, image.alt_text] for image in draft.images],
        "options": [[option.name, list(option.values)] for option in draft.options],
        "published": draft.published,
    }


def variant_values(draft: VariantDraft) -> dict[str, Any]:
    return {
        "id": VariantId.new(),
        "sku": draft.sku,
        "barcode": draft.barcode,
        "title": draft.title,
        "selected_options": [[option.name, option.value] for option in draft.selected_options],
        "image": None if draft.image is None else [draft.image.url, draft.image.alt_text],
        "currency_code": draft.price.currency_code,
        "price_minor": draft.price.minor_units,
        "compare_at_minor": minor(draft.compare_at_price),
        "backorders": draft.backorders,
        "grams": draft.grams,
        "retired": False,
    }
