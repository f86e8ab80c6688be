"""Carts: their lines, whom they are for, and what was changed from where."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from adapters.sql.columns import Instant, Json
from adapters.sql.tables.metadata import address_columns, key, metadata, one_of
from domain.cart import LIVE, CartStatus
from domain.cart_activity import Change
from domain.ids import (
    CartActivityId,
    CartId,
    CartLineId,
    ChannelId,
    CustomerId,
    FulfillmentGroupId,
    KioskId,
    PoolId,
    StaffMemberId,
    VariantId,
)

cart = Table(
    "cart",
    metadata,
    key("id", CartId, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("status", Text, one_of("status", CartStatus), nullable=False),
    key("channel_id", ChannelId, ForeignKey("channel.id"), nullable=False),
    key("pool_id", PoolId, ForeignKey("pool.id"), nullable=False, comment="the channel's"),
    Column("currency_code", Text, nullable=False),
    key("customer_id", CustomerId, ForeignKey("customer.id")),
    Column("discount_codes", Json, nullable=False),
    Column(
        "groups",
        Json,
        nullable=False,
        server_default=text("'[]'"),
        comment="as domain/group_record.py writes them, without addresses",
    ),
    Column("source_code", Text),
    Column("contact_version", Integer, nullable=False, comment="at which the contact was changed last"),
    Column("codes_version", Integer, nullable=False, comment="at which the discount codes were changed last"),
    Column(
        "groups_version",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="at which the fulfillment groups were chosen last",
    ),
    Column("lines_removed_version", Integer, nullable=False, comment="at which a line was removed last"),
    key("merged_into", CartId, ForeignKey("cart.id"), index=True),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
IS_LIVE = text(f"status IN ({', '.join(repr(status.value) for status in LIVE)})")
Index(
    "ix_cart_one_of_a_customer",
    cart.c.customer_id,
    cart.c.pool_id,
    cart.c.currency_code,
    unique=True,
    sqlite_where=IS_LIVE,
    postgresql_where=IS_LIVE,
)
Index("ix_cart_status", cart.c.status, cart.c.updated_at)

cart_contact = Table(
    "cart_contact",
    metadata,
    key("cart_id", CartId, ForeignKey("cart.id"), primary_key=True),
    Column("email", Text),
    Column("name", Text),
    Column("phone", Text),
)

cart_address = Table(
    "cart_address",
    metadata,
    key("group_id", FulfillmentGroupId, primary_key=True),
    key("cart_id", CartId, ForeignKey("cart.id"), nullable=False, index=True),
    *address_columns(),
    Column("latitude", Float, comment="of the postal code; null where that is not known"),
    Column("longitude", Float),
)

cart_line = Table(
    "cart_line",
    metadata,
    key("id", CartLineId, primary_key=True),
    key("cart_id", CartId, ForeignKey("cart.id"), nullable=False),
    key("variant_id", VariantId, ForeignKey("variant.id"), nullable=False),
    Column("quantity", Integer, CheckConstraint("quantity > 0", name="quantity"), nullable=False),
    Column("price_seen_minor", BigInteger, nullable=False, comment="what the buyer was shown for one when they chose it"),
    Column("version", Integer, nullable=False, comment="of the cart, at which it was changed last"),
    UniqueConstraint("cart_id", "variant_id"),
)

cart_activity = Table(
    "cart_activity",
    metadata,
    key("id", CartActivityId, primary_key=True),
    key("cart_id", CartId, ForeignKey("cart.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    key("channel_id", ChannelId, ForeignKey("channel.id"), nullable=False),
    key("staff_id", StaffMemberId, ForeignKey("staff_member.id")),
    key("kiosk_id", KioskId, ForeignKey("kiosk.id")),
    Column("change", Text, one_of("change", Change), nullable=False),
    Column("units", Json, nullable=False, comment="[title, quantity] pairs"),
    UniqueConstraint("cart_id", "version"),
)
