"""What the test provider knows of its charges: a bank of its own, which no other table speaks of."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text, text

from adapters.sql.columns import Instant, Json
from adapters.sql.tables.metadata import key, metadata, one_of
from domain.ids import PaymentId
from domain.payment import PaymentStatus

test_charge = Table(
    "test_charge",
    metadata,
    key("payment_id", PaymentId, primary_key=True),
    Column("status", Text, one_of("status", PaymentStatus), nullable=False),
    Column("amount_minor", BigInteger, comment="null: it was voided before it arrived"),
    Column("currency_code", Text),
    Column("decline_code", Text),
    Column("return_url", Text),
    Column("expires_at", Instant),
    Column("captures", Json, nullable=False, server_default=text("'{}'"), comment="minor units by their key"),
    Column("refunds", Json, nullable=False, server_default=text("'{}'"), comment="minor units by their key"),
)
