"""How far an import of stock has come that was begun and has not ended."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from adapters.sql.columns import Bytewise, Instant
from adapters.sql.tables.metadata import key, metadata
from domain.ids import LocationId, PoolId

intake = Table(
    "intake",
    metadata,
    key("pool_id", PoolId, ForeignKey("pool.id"), primary_key=True),
    Column("fingerprint", Text, nullable=False, comment="of all that is applied"),
    Column("began_at", Instant, nullable=False),
    Column("sku", Bytewise, comment="with location_id: the last shelf that was applied"),
    key("location_id", LocationId),
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
)
