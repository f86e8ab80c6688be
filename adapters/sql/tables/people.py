"""Customers, staff and kiosks. Personal data stands here and with the contacts of carts, and nowhere else."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from adapters.sql.columns import Instant, Json
from adapters.sql.tables.metadata import address_columns, key, metadata
from domain.ids import AddressId, ChannelId, CustomerId, KioskId, LocationId, StaffMemberId

customer = Table(
    "customer",
    metadata,
    key("id", CustomerId, primary_key=True),
    Column("email", Text),
    Column("email_key", Text, unique=True, comment="the address as it is compared"),
    Column("email_verified", Boolean, nullable=False),
    Column("new_email", Text, comment="counts once it is verified"),
    Column("password_hash", Text, comment="Argon2id; null for who signs in elsewhere"),
    Column("issuer", Text, comment="of OpenID Connect, with the issuer's own name for them"),
    Column("issuer_subject", Text),
    Column("name", Text),
    Column("phone", Text),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("issuer", "issuer_subject"),
)

customer_address = Table(
    "customer_address",
    metadata,
    key("id", AddressId, primary_key=True),
    key("customer_id", CustomerId, ForeignKey("customer.id"), nullable=False),
    Column("position", Integer, nullable=False),
    *address_columns(),
)
Index("ix_customer_address_customer_id", customer_address.c.customer_id, customer_address.c.position)

staff_member = Table(
    "staff_member",
    metadata,
    key("id", StaffMemberId, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email_key", Text, unique=True, comment="null for who signs in elsewhere"),
    Column("password_hash", Text),
    Column("issuer", Text),
    Column("issuer_subject", Text),
    Column("roles", Json, nullable=False),
    Column("location_ids", Json, nullable=False, comment="of an associate, in hexadecimal"),
    Column("is_active", Boolean, nullable=False),
    UniqueConstraint("issuer", "issuer_subject"),
)

kiosk = Table(
    "kiosk",
    metadata,
    key("id", KioskId, primary_key=True),
    Column("name", Text, nullable=False),
    key("location_id", LocationId, ForeignKey("location.id"), nullable=False, index=True),
    key("channel_id", ChannelId, ForeignKey("channel.id"), nullable=False),
    Column("enrolled_at", Instant, nullable=False),
    Column("last_seen_at", Instant),
    Column("revoked_at", Instant),
)

staff_action = Table(
    "staff_action",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    key("staff_id", StaffMemberId, ForeignKey("staff_member.id"), nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False, comment="an opaque id", index=True),
    Column("reason", Text),
)
Index("ix_staff_action_staff_id", staff_action.c.staff_id, staff_action.c.id)
