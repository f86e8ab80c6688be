"""Checkouts, and attempts to pay."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from adapters.sql.columns import Instant, Json
from adapters.sql.tables.metadata import key, metadata, one_of
from domain.checkout import LIVE, CheckoutStatus
from domain.ids import (
    CartId,
    ChannelId,
    CheckoutId,
    CustomerId,
    LocationId,
    OrderId,
    PaymentAttemptId,
    PaymentId,
    PoolId,
    SessionId,
    TerminalId,
)
from domain.payment import PaymentMethod, PaymentStatus
from domain.payment_attempt import AttemptStatus

checkout = Table(
    "checkout",
    metadata,
    key("id", CheckoutId, primary_key=True),
    key("cart_id", CartId, ForeignKey("cart.id"), nullable=False),
    Column("cart_version", Integer, nullable=False),
    Column("status", Text, one_of("status", CheckoutStatus), nullable=False),
    key("channel_id", ChannelId, ForeignKey("channel.id"), nullable=False),
    key("pool_id", PoolId, ForeignKey("pool.id"), nullable=False),
    Column("currency_code", Text, nullable=False),
    key("customer_id", CustomerId, ForeignKey("customer.id")),
    Column("source_code", Text),
    Column("frozen", Json, nullable=False, comment="lines, groups, totals and promotions, without addresses"),
    Column("due_minor", BigInteger, nullable=False),
    key("attempt_id", PaymentAttemptId),
    key("order_id", OrderId),
    key("session_id", SessionId, comment="that holds it; these two bound how much one buyer holds"),
    Column("contact_digest", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant, comment="when it stopped holding"),
)
IS_LIVE = text(f"status IN ({', '.join(repr(status.value) for status in LIVE)})")
LIVE_ONLY = {"sqlite_where": IS_LIVE, "postgresql_where": IS_LIVE}
Index("ix_checkout_live_of_cart", checkout.c.cart_id, unique=True, **LIVE_ONLY)  # type: ignore[arg-type]
Index("ix_checkout_cart_id", checkout.c.cart_id, checkout.c.created_at)
Index("ix_checkout_session_id", checkout.c.session_id, **LIVE_ONLY)  # type: ignore[arg-type]
Index("ix_checkout_contact_digest", checkout.c.contact_digest, **LIVE_ONLY)  # type: ignore[arg-type]
Index("ix_checkout_expires_at", checkout.c.expires_at, **LIVE_ONLY)  # type: ignore[arg-type]

payment_attempt = Table(
    "payment_attempt",
    metadata,
    key("id", PaymentAttemptId, primary_key=True),
    key("checkout_id", CheckoutId, ForeignKey("checkout.id"), index=True),
    key("order_id", OrderId, index=True, comment="that it pays, or that came of it"),
    Column("status", Text, one_of("status", AttemptStatus), nullable=False),
    Column("lease_until", Instant, nullable=False, comment="until then somebody is at work on it"),
    Column("ends_at", Instant, nullable=False, comment="until then the buyer may confirm it"),
    Column("decline_code", Text),
)
UNDER_WAY = text("status IN ('PENDING', 'ACTION_REQUIRED')")
Index(
    "ix_payment_attempt_under_way",
    payment_attempt.c.lease_until,
    sqlite_where=UNDER_WAY,
    postgresql_where=UNDER_WAY,
)


def amount(name: str) -> Column[int]:
    return Column(name, BigInteger, CheckConstraint(f"{name} >= 0", name=name), nullable=False, server_default=text("0"))


payment = Table(
    "payment",
    metadata,
    key("id", PaymentId, primary_key=True),
    key("attempt_id", PaymentAttemptId, ForeignKey("payment_attempt.id"), nullable=False, index=True),
    key("order_id", OrderId, index=True, comment="once it is the order's"),
    Column("method", Text, one_of("method", PaymentMethod), nullable=False),
    Column("status", Text, one_of("status", PaymentStatus), nullable=False),
    Column("currency_code", Text, nullable=False),
    amount("amount_minor"),
    amount("captured_minor"),
    amount("released_minor"),
    amount("refunded_minor"),
    Column("change_minor", BigInteger),
    Column("provider", Text),
    Column("reference", Text, comment="what its provider calls it"),
    key("terminal_id", TerminalId),
    key("location_id", LocationId, ForeignKey("location.id"), comment="where it was, or will be, paid"),
    key("customer_id", CustomerId, ForeignKey("customer.id"), comment="whose store credit it is"),
    Column("decline_code", Text),
    Column("authorized_until", Instant),
    Column("captures_in_parts", Boolean, nullable=False, server_default=text("true")),
    Column("told_at", Instant, comment="when it was told that its authorization is about to end"),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("captured_minor + released_minor <= amount_minor", name="captured_within"),
    CheckConstraint("refunded_minor <= captured_minor", name="refunded_within"),
)
AUTHORIZED = text("status = 'AUTHORIZED'")
Index("ix_payment_authorized_until", payment.c.authorized_until, sqlite_where=AUTHORIZED, postgresql_where=AUTHORIZED)
