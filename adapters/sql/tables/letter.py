"""Letters to be written of what is in the outbox, and how far it has been read for them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, text

from adapters.sql.columns import Instant
from adapters.sql.tables.metadata import key, metadata
from domain.ids import EventId, FulfillmentId, OrderId

outbox_cursor = Table(
    "outbox_cursor",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("position", BigInteger, nullable=False, comment="up to there nothing new will be seen"),
)

letter = Table(
    "letter",
    metadata,
    key("event_id", EventId, primary_key=True, comment="what it tells of, once"),
    Column("position", BigInteger, nullable=False, comment="of the event"),
    Column("at", Instant, nullable=False, index=True),
    key("order_id", OrderId, nullable=False),
    key("fulfillment_id", FulfillmentId),
    Column("change", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("due_at", Instant, comment="null: it was sent, given up, or there was nothing to tell"),
)
IS_DUE = text("due_at IS NOT NULL")
Index("ix_letter_due_at", letter.c.due_at, sqlite_where=IS_DUE, postgresql_where=IS_DUE)
Index("ix_letter_order_id", letter.c.order_id, letter.c.position, sqlite_where=IS_DUE, postgresql_where=IS_DUE)
