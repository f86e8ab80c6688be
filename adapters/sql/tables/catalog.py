"""Products, variants, categories, and how channels list them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from adapters.sql.columns import Bytewise, Json
from adapters.sql.tables.metadata import key, metadata
from domain.ids import CategoryId, ChannelId, ProductId, VariantId

product = Table(
    "product",
    metadata,
    key("id", ProductId, primary_key=True),
    Column("handle", Bytewise, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("title_key", Bytewise, nullable=False, comment="title, folded, to sort by"),
    Column("description", Text, nullable=False),
    Column("vendor", Text),
    Column("images", Json, nullable=False, comment="[url, alt text] pairs"),
    Column("options", Json, nullable=False, comment="[name, [values]] pairs"),
    Column("published", Boolean, nullable=False, comment="if not, sold only where a listing says so"),
    Column("position", Integer, nullable=False, unique=True, comment="the order of arrival"),
)
Index("ix_product_title_key", product.c.title_key, product.c.position)
Index("ix_product_vendor", product.c.vendor)

variant = Table(
    "variant",
    metadata,
    key("id", VariantId, primary_key=True),
    key("product_id", ProductId, ForeignKey("product.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("sku", Bytewise, nullable=False, unique=True),
    Column("barcode", Text, index=True),
    Column("title", Text, nullable=False),
    Column("selected_options", Json, nullable=False, comment="[name, value] pairs"),
    Column("image", Json, comment="[url, alt text]"),
    Column("currency_code", Text, nullable=False),
    Column("price_minor", BigInteger, CheckConstraint("price_minor >= 0", name="price"), nullable=False),
    Column("compare_at_minor", BigInteger),
    Column("backorders", Boolean, nullable=False),
    Column("retired", Boolean, nullable=False, comment="its product no longer names it"),
    Column("grams", Integer, CheckConstraint("grams >= 0", name="grams"), nullable=False, server_default=text("0")),
)
Index("ix_variant_product_id", variant.c.product_id, variant.c.position)

category = Table(
    "category",
    metadata,
    key("id", CategoryId, primary_key=True),
    Column("handle", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    key("parent_id", CategoryId, ForeignKey("category.id")),
)

product_category = Table(
    "product_category",
    metadata,
    key("product_id", ProductId, ForeignKey("product.id"), primary_key=True),
    key("category_id", CategoryId, ForeignKey("category.id"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
)

product_listing = Table(
    "product_listing",
    metadata,
    key("channel_id", ChannelId, ForeignKey("channel.id"), primary_key=True),
    key("product_id", ProductId, ForeignKey("product.id"), primary_key=True),
    Column("listed", Boolean),
    Column("title", Text),
    Column("title_key", Bytewise),
)

variant_listing = Table(
    "variant_listing",
    metadata,
    key("channel_id", ChannelId, ForeignKey("channel.id"), primary_key=True),
    key("variant_id", VariantId, ForeignKey("variant.id"), primary_key=True),
    Column("listed", Boolean),
    Column("currency_code", Text, nullable=False, comment="the channel's when it was listed"),
    Column("price_minor", BigInteger, CheckConstraint("price_minor >= 0", name="price")),
    Column("compare_at_minor", BigInteger),
)
