"""Store credit: a balance for each customer and currency, and the entries that it is the sum of."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, Index, Table, Text, text

from adapters.sql.columns import Instant
from adapters.sql.tables.metadata import key, metadata, one_of
from domain.ids import CustomerId, PaymentId, StoreCreditId
from domain.store_credit import CreditCause

store_credit = Table(
    "store_credit",
    metadata,
    key("customer_id", CustomerId, ForeignKey("customer.id"), primary_key=True),
    Column("currency_code", Text, primary_key=True),
    Column("minor", BigInteger, CheckConstraint("minor >= 0", name="minor"), nullable=False),
)

store_credit_entry = Table(
    "store_credit_entry",
    metadata,
    key("id", StoreCreditId, primary_key=True),
    key("customer_id", CustomerId, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("minor", BigInteger, nullable=False, comment="negative where it was spent"),
    Column("cause", Text, one_of("cause", CreditCause), nullable=False),
    key("payment_id", PaymentId),
    Column("at", Instant, nullable=False),
    ForeignKeyConstraint(["customer_id", "currency_code"], ["store_credit.customer_id", "store_credit.currency_code"]),
)
Index("ix_store_credit_entry_customer_id", store_credit_entry.c.customer_id, store_credit_entry.c.currency_code)
SPENT = text("cause = 'SPENT'")
Index(
    "ix_store_credit_entry_spent", store_credit_entry.c.payment_id, unique=True, sqlite_where=SPENT, postgresql_where=SPENT
)  # a payment is made once
