"""Sessions, the carts they open, and what stands in for one for a while: one-time codes, counted attempts, keys."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from adapters.sql.columns import Instant, Json
from adapters.sql.tables.metadata import key, metadata, one_of
from domain.code import Purpose
from domain.ids import CartId, ChannelId, CustomerId, KioskId, LocationId, SessionId, StaffMemberId
from domain.session import HandoffScope

session = Table(
    "session",
    metadata,
    key("id", SessionId, primary_key=True),
    key("channel_id", ChannelId, ForeignKey("channel.id"), nullable=False, comment="where it was begun"),
    key("customer_id", CustomerId, ForeignKey("customer.id"), index=True),
    key("staff_id", StaffMemberId, ForeignKey("staff_member.id"), index=True),
    key("kiosk_id", KioskId, ForeignKey("kiosk.id"), index=True),
    Column("integration", Text, index=True, comment="the system that acts by it, such as a till"),
    key("parent_id", SessionId, ForeignKey("session.id"), index=True, comment="a cart was handed to, and this opened from"),
    Column("reason", Text, comment="why somebody of the staff acts for the customer"),
    Column("generation", Integer, nullable=False, comment="of its refresh tokens"),
    Column("refreshed_at", Instant, nullable=False),
    Column("is_refreshable", Boolean, nullable=False),
    Column("ends_at", Instant, nullable=False, index=True),
    Column("ended_at", Instant),
)

session_cart = Table(
    "session_cart",
    metadata,
    key("session_id", SessionId, ForeignKey("session.id"), primary_key=True),
    key("cart_id", CartId, ForeignKey("cart.id"), primary_key=True, index=True),
    Column("scope", Text, one_of("scope", HandoffScope), nullable=False),
    Column("granted_at", Instant, nullable=False),
    Column("is_masked", Boolean, nullable=False, comment="contact and addresses are shown in part"),
)

one_time_code = Table(
    "one_time_code",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("purpose", Text, one_of("purpose", Purpose), nullable=False),
    key("cart_id", CartId, ForeignKey("cart.id"), index=True),
    key("customer_id", CustomerId, ForeignKey("customer.id"), index=True),
    key("location_id", LocationId, ForeignKey("location.id")),
    key("staff_id", StaffMemberId, ForeignKey("staff_member.id")),
    Column("scope", Text, one_of("scope", HandoffScope)),
    Column("data", Json, comment="plain facts, such as a kiosk's name"),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("spent_at", Instant),
)

attempt = Table(
    "attempt",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True, comment="a digest of who tried, or empty for all"),
    Column("since", Instant, primary_key=True),
    Column("failures", Integer, nullable=False),
)
Index("ix_attempt_since", attempt.c.since)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("outcome", Json, nullable=False, server_default=text("'{}'"), comment="opaque ids"),
    Column("expires_at", Instant, nullable=False, index=True),
)
