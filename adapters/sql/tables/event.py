"""The outbox: what has happened, in the order in which it was written down."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from adapters.sql.columns import Instant, Json
from adapters.sql.tables.metadata import key, metadata
from domain.ids import EventId

outbox = Table(
    "outbox",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    key("id", EventId, unique=True, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False, comment="the text of an id, or empty"),
    Column("data", Json, nullable=False),
    sqlite_autoincrement=True,
)
