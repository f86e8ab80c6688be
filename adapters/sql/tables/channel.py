"""Channels, and the pools of stock they sell from."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Integer, Table, Text, text

from adapters.sql.columns import Json
from adapters.sql.tables.metadata import key, metadata, one_of
from domain.channel import Assortment, ChannelKind, ChannelStrategy, Shows
from domain.ids import ChannelId, PoolId

pool = Table("pool", metadata, key("id", PoolId, primary_key=True))

channel = Table(
    "channel",
    metadata,
    key("id", ChannelId, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, one_of("kind", ChannelKind), nullable=False),
    Column("strategy", Text, one_of("strategy", ChannelStrategy), nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("fulfillment_methods", Json, nullable=False),
    Column("shows", Text, one_of("shows", Shows), nullable=False),
    Column("low_stock", Integer, CheckConstraint("low_stock >= 0", name="low_stock"), nullable=False),
    Column("safety", Integer, CheckConstraint("safety >= 0", name="safety"), nullable=False),
    Column("assortment", Text, one_of("assortment", Assortment), nullable=False),
    key("pool_id", PoolId, ForeignKey("pool.id"), nullable=False),
    Column("registered_only", Boolean, nullable=False, server_default=text("false")),
    Column("country_code", Text, comment="whose taxes its prices include"),
    Column("line_quantity_max", Integer, nullable=False, server_default=text("50")),
    Column("packing", Json, nullable=False, server_default=text("'[]'"), comment="wrapping and inserts, in words"),
)
