"""Every table, as the migrations make them (a test holds the two equal)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from adapters.sql.columns import Bytewise, Instant, Json, Key
from domain.ids import (
    CategoryId,
    ChannelId,
    CheckoutId,
    FulfillmentId,
    HoldId,
    Id,
    IncomingId,
    LocationId,
    MovementId,
    PoolId,
    ProductId,
    VariantId,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def key(name: str, kind: type[Id], *constraints: ForeignKey, **options: object) -> Column[Id]:
    return Column(name, Key(kind), *constraints, **options)  # type: ignore[arg-type]


def one_of(column: str, values: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values.split())})", name=column)


# ------------------------------------------------------------------------------------------------ channels

pool = Table("pool", metadata, key("id", PoolId, primary_key=True))

channel = Table(
    "channel",
    metadata,
    key("id", ChannelId, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, one_of("kind", "WEB MOBILE KIOSK PHONE STORE SOCIAL MARKETPLACE"), nullable=False),
    Column("strategy", Text, one_of("strategy", "OMNI MULTI"), nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("fulfillment_methods", Json, nullable=False),
    Column("shows", Text, one_of("shows", "QUANTITY BAND"), nullable=False),
    Column("low_stock", Integer, CheckConstraint("low_stock >= 0", name="low_stock"), nullable=False),
    Column("safety", Integer, CheckConstraint("safety >= 0", name="safety"), nullable=False),
    Column("assortment", Text, one_of("assortment", "ALL LISTED"), nullable=False),
    key("pool_id", PoolId, ForeignKey("pool.id"), nullable=False),
)

# ------------------------------------------------------------------------------------------------ catalog

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
    Column("sku", Text, nullable=False, unique=True),
    Column("barcode", Text, index=True),
    Column("title", Text, nullable=False),
    Column("selected_options", Json, nullable=False, comment="[name, value] pairs"),
    Column("image", Json, comment="[url, alt text]"),
    Column("currency_code", Text, nullable=False),
    Column("price_minor", BigInteger, CheckConstraint("price_minor >= 0", name="price"), nullable=False),
    Column("compare_at_minor", BigInteger),
    Column("backorders", Boolean, nullable=False),
    Column("retired", Boolean, nullable=False, comment="its product no longer names it"),
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
    Column("price_minor", BigInteger, CheckConstraint("price_minor >= 0", name="price"), comment="of the channel's currency"),
    Column("compare_at_minor", BigInteger),
)

# ------------------------------------------------------------------------------------------------ locations

location = Table(
    "location",
    metadata,
    key("id", LocationId, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, one_of("kind", "STORE WAREHOUSE THIRD_PARTY POP_UP CONCESSION"), nullable=False),
    Column("line1", Text, nullable=False),
    Column("line2", Text),
    Column("postal_code", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("region", Text),
    Column("country_code", Text, nullable=False),
    Column("phone", Text),
    Column("latitude", Float, CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"), nullable=False),
    Column("longitude", Float, CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"), nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("opening_hours", Text),
    Column("pickup", Boolean, nullable=False),
    Column("reserve_in_store", Boolean, nullable=False),
    Column("ship_from", Boolean, nullable=False),
    Column("accept_returns", Boolean, nullable=False),
    Column("kiosk", Boolean, nullable=False),
    Column("walk_in_buffer", Integer, CheckConstraint("walk_in_buffer >= 0", name="walk_in_buffer"), nullable=False),
    Column("opens_on", Date),
    Column("closes_on", Date),
    Column("trades_from", Instant, comment="opens_on, there, as a moment"),
    Column("trades_until", Instant, comment="the end of closes_on, there, as a moment"),
)

postal_code = Table(
    "postal_code",
    metadata,
    Column("country_code", Text, primary_key=True),
    Column("postal_code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
)

# ------------------------------------------------------------------------------------------------ stock


def units(name: str) -> Column[int]:
    return Column(name, Integer, CheckConstraint(f"{name} >= 0", name=name), nullable=False, server_default=text("0"))


def shelf() -> list[Column[Any]]:
    """Where a level is kept, as the first columns of its primary key."""
    return [
        Column("sku", Text, primary_key=True),
        key("location_id", LocationId, primary_key=True),
        key("pool_id", PoolId, primary_key=True),
    ]


def on_a_shelf() -> list[Column[Any]]:
    return [
        Column("sku", Text, nullable=False),
        key("location_id", LocationId, nullable=False),
        key("pool_id", PoolId, nullable=False),
    ]


def of_a_level() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["sku", "location_id", "pool_id"], ["stock_level.sku", "stock_level.location_id", "stock_level.pool_id"]
    )


UNPROMISED = "on_hand - held - allocated - safety"

stock_level = Table(
    "stock_level",
    metadata,
    *shelf(),
    units("on_hand"),
    units("held"),
    units("allocated"),
    units("safety"),
    Column("safety_is_default", Boolean, nullable=False, server_default=text("true")),
    units("quarantined"),
    Column(
        "available",
        Integer,
        Computed(f"CASE WHEN {UNPROMISED} > 0 THEN {UNPROMISED} ELSE 0 END", persisted=True),
        nullable=False,
        comment="the law of domain/availability.py, before a channel's own safety",
    ),
    Column("counted_at", Instant),
    ForeignKeyConstraint(["sku"], ["variant.sku"]),
    ForeignKeyConstraint(["location_id"], ["location.id"]),
    ForeignKeyConstraint(["pool_id"], ["pool.id"]),
    sqlite_with_rowid=False,
)
Index(
    "ix_stock_level_sellable",
    stock_level.c.location_id,
    stock_level.c.pool_id,
    stock_level.c.sku,
    sqlite_where=text("available > 0"),
    postgresql_where=text("available > 0"),
)

ACCOUNTS = "ON_HAND QUARANTINED SUPPLIER CUSTOMER LOSS"


def account(side: str) -> list[Column[Any]]:
    """A side of a movement; the place is null for the accounts outside."""
    return [
        Column(f"{side}_account", Text, one_of(f"{side}_account", ACCOUNTS), nullable=False),
        key(f"{side}_location_id", LocationId, ForeignKey("location.id")),
        key(f"{side}_pool_id", PoolId, ForeignKey("pool.id")),
    ]


stock_movement = Table(
    "stock_movement",
    metadata,
    key("id", MovementId, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("sku", Text, ForeignKey("variant.sku"), nullable=False),
    *account("from"),
    *account("to"),
    Column("quantity", Integer, CheckConstraint("quantity > 0", name="quantity"), nullable=False),
    Column(
        "cause",
        Text,
        one_of("cause", "RECEIPT SALE RETURN TRANSFER COUNT DAMAGE DISPOSITION REALLOCATION"),
        nullable=False,
    ),
)
Index("ix_stock_movement_sku_at", stock_movement.c.sku, stock_movement.c.at)

stock_incoming = Table(
    "stock_incoming",
    metadata,
    key("id", IncomingId, primary_key=True),
    *on_a_shelf(),
    Column("quantity", Integer, CheckConstraint("quantity > 0", name="quantity"), nullable=False),
    units("promised"),
    Column("expected_at", Instant, nullable=False),
    CheckConstraint("promised <= quantity", name="promised_within"),
    of_a_level(),
    UniqueConstraint("sku", "location_id", "pool_id", "expected_at"),
)

stock_hold = Table(
    "stock_hold",
    metadata,
    key("id", HoldId, primary_key=True),
    *on_a_shelf(),
    Column("quantity", Integer, CheckConstraint("quantity > 0", name="quantity"), nullable=False),
    key("checkout_id", CheckoutId, nullable=False, index=True),
    Column("expires_at", Instant, nullable=False, index=True),
    of_a_level(),
)
Index("ix_stock_hold_shelf", stock_hold.c.sku, stock_hold.c.location_id, stock_hold.c.pool_id)

stock_allocation = Table(
    "stock_allocation",
    metadata,
    key("fulfillment_id", FulfillmentId, primary_key=True),
    *shelf(),
    Column("quantity", Integer, CheckConstraint("quantity > 0", name="quantity"), nullable=False),
    of_a_level(),
)
