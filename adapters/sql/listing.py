"""Channel listings in SQL: a row for a product in a channel, and one for each of its variants that differs there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.columns import minor, money
from adapters.sql.search_index import index
from adapters.sql.tables import channel, product, product_listing, variant, variant_listing
from adapters.sql.upsert import upsert
from domain.ids import ProductId, VariantId
from domain.intake.listing import Listed, ListingDraft
from domain.text import folded


class SqlListings:
    """Listings in one unit of work. A shop has few beside its catalog, so they are compared whole."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def drafts(self, of: Collection[Listed]) -> Mapping[Listed, ListingDraft]:
        products = (
            select(channel.c.code, product.c.handle, product_listing.c.listed, product_listing.c.title)
            .join(channel, channel.c.id == product_listing.c.channel_id)
            .join(product, product.c.id == product_listing.c.product_id)
        )
        variants = (
            select(variant_listing, channel.c.code, product.c.handle, variant.c.sku)
            .join(channel, channel.c.id == variant_listing.c.channel_id)
            .join(variant, variant.c.id == variant_listing.c.variant_id)
            .join(product, product.c.id == variant.c.product_id)
        )
        drafts = [
            ListingDraft(of=Listed(row.code, row.handle, None), listed=row.listed, title=row.title)
            for row in await self.connection.execute(products)
        ] + [variant_draft_of(row) for row in await self.connection.execute(variants)]
        return {draft.of: draft for draft in drafts if draft.of in of}

    async def unknown(self, of: Collection[Listed]) -> Mapping[Listed, str]:
        channels, products, variants = await self.channels(), await self.product_ids(), await self.variant_ids()
        missing = {}
        for one in of:
            if one.channel not in channels:
                missing[one] = f"no channel has code {one.channel!r}"
            elif one.handle not in products:
                missing[one] = f"no product has handle {one.handle!r}"
            elif one.sku is not None and (one.handle, one.sku) not in variants:
                missing[one] = f"product {one.handle!r} has no variant with SKU {one.sku!r}"
        return missing

    async def save(self, listings: Sequence[ListingDraft]) -> None:
        channels, products, variants = await self.channels(), await self.product_ids(), await self.variant_ids()
        of_products = [
            {
                "channel_id": channels[draft.of.channel].id,
                "product_id": products[draft.of.handle],
                "listed": draft.listed,
                "title": draft.title,
                "title_key": None if draft.title is None else folded(draft.title),
            }
            for draft in listings
            if draft.of.sku is None
        ]
        of_variants = [
            {
                "channel_id": channels[draft.of.channel].id,
                "variant_id": variants[draft.of.handle, draft.of.sku],
                "listed": draft.listed,
                "currency_code": channels[draft.of.channel].currency_code,
                "price_minor": minor(draft.price),
                "compare_at_minor": minor(draft.compare_at_price),
            }
            for draft in listings
            if draft.of.sku is not None
        ]
        if of_products:
            statement = upsert(self.connection, product_listing, by=["channel_id", "product_id"])
            await self.connection.execute(statement, of_products)
            await self.connection.run_sync(index, list({row["product_id"] for row in of_products}))
        if of_variants:
            statement = upsert(self.connection, variant_listing, by=["channel_id", "variant_id"])
            await self.connection.execute(statement, of_variants)

    async def channels(self) -> dict[str, Row[Any]]:
        """Id and currency, by code."""
        rows = await self.connection.execute(select(channel))
        return {row.code: row for row in rows}

    async def product_ids(self) -> dict[str, ProductId]:
        return dict((await self.connection.execute(select(product.c.handle, product.c.id))).all())

    async def variant_ids(self) -> dict[tuple[str, str], VariantId]:
        owned = select(product.c.handle, variant.c.sku, variant.c.id).join(product, product.c.id == variant.c.product_id)
        return {(row.handle, row.sku): row.id for row in await self.connection.execute(owned)}


def variant_draft_of(row: Row[Any]) -> ListingDraft:
    return ListingDraft(
        of=Listed(row.code, row.handle, row.sku),
        listed=row.listed,
        price=money(row.currency_code, row.price_minor),
        compare_at_price=money(row.currency_code, row.compare_at_minor),
    )
