"""What is done with payments after an order was placed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from adapters.sql.columns import Instant
from adapters.sql.tables.metadata import key, metadata, one_of
from domain.ids import OrderId, PaymentId, PaymentStepId, StaffMemberId
from domain.payment import PaymentMethod
from domain.payment_step import StepKind, StepStatus

payment_step = Table(
    "payment_step",
    metadata,
    key("id", PaymentStepId, primary_key=True, comment="by which its provider knows it, too"),
    key("order_id", OrderId, ForeignKey("sales_order.id"), nullable=False),
    key("payment_id", PaymentId, ForeignKey("payment.id"), nullable=False),
    Column("kind", Text, one_of("kind", StepKind), nullable=False),
    Column("status", Text, one_of("status", StepStatus), nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("amount_minor", BigInteger, CheckConstraint("amount_minor > 0", name="amount_minor"), nullable=False),
    Column("method", Text, one_of("method", PaymentMethod), nullable=False, comment="how it is given back"),
    Column("is_last", Boolean, nullable=False, comment="nothing of the payment is captured after it"),
    Column("key", Text, nullable=False, comment="of its cause, which has its steps once"),
    Column("reason", Text),
    key("staff_id", StaffMemberId, ForeignKey("staff_member.id")),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, comment="when a provider is asked; null for never"),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("order_id", "key", "payment_id", "kind"),
)
Index("ix_payment_step_payment_id", payment_step.c.payment_id, payment_step.c.id)
PENDING = text("status = 'PENDING'")
Index("ix_payment_step_next_at", payment_step.c.next_at, sqlite_where=PENDING, postgresql_where=PENDING)
