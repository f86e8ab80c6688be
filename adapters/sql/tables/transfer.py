"""Transfers between locations, and what of each SKU has come in."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from adapters.sql.columns import Bytewise, Instant
from adapters.sql.tables.metadata import key, metadata, one_of
from adapters.sql.tables.stock import units
from domain.ids import LocationId, PoolId, StockTransferId
from domain.transfer import StockTransferStatus

stock_transfer = Table(
    "stock_transfer",
    metadata,
    key("id", StockTransferId, primary_key=True),
    Column("status", Text, one_of("status", StockTransferStatus), nullable=False),
    key("from_location_id", LocationId, ForeignKey("location.id"), nullable=False),
    key("to_location_id", LocationId, ForeignKey("location.id"), nullable=False),
    key("pool_id", PoolId, ForeignKey("pool.id"), nullable=False),
    Column("expected_at", Instant),
    Column("created_at", Instant, nullable=False),
)
Index("ix_stock_transfer_from", stock_transfer.c.from_location_id, stock_transfer.c.id)
Index("ix_stock_transfer_to", stock_transfer.c.to_location_id, stock_transfer.c.id)

stock_transfer_line = Table(
    "stock_transfer_line",
    metadata,
    key("transfer_id", StockTransferId, ForeignKey("stock_transfer.id"), primary_key=True),
    Column("sku", Bytewise, ForeignKey("variant.sku"), primary_key=True),
    Column("quantity", Integer, CheckConstraint("quantity > 0", name="quantity"), nullable=False),
    units("received_quantity"),
    CheckConstraint("received_quantity <= quantity", name="received_within"),
)
