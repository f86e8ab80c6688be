"""Promotions, the channels they are meant for, and the categories whose goods they are for."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, Table, Text, text

from adapters.sql.columns import Bytewise, Instant
from adapters.sql.tables.metadata import key, metadata, one_of
from domain.ids import CategoryId, ChannelId, PromotionId
from domain.promotion import DiscountScope

promotion = Table(
    "promotion",
    metadata,
    key("id", PromotionId, primary_key=True),
    Column("name", Bytewise, nullable=False, unique=True),
    Column("code", Text, comment="as the shop writes it; null: everybody has it"),
    Column("code_key", Bytewise, index=True, comment="code, folded, to find it by; what has ended may have borne it too"),
    Column("scope", Text, one_of("scope", DiscountScope), nullable=False),
    Column("basis_points", Integer, CheckConstraint("basis_points BETWEEN 1 AND 10000", name="basis_points")),
    Column("amount_minor", BigInteger, CheckConstraint("amount_minor > 0", name="amount")),
    Column("minimum_minor", BigInteger, CheckConstraint("minimum_minor > 0", name="minimum")),
    Column("currency_code", Text, comment="of its amounts"),
    Column("starts_at", Instant),
    Column("ends_at", Instant),
    Column("uses_max", Integer, CheckConstraint("uses_max > 0", name="uses_max")),
    Column("uses", Integer, nullable=False, server_default=text("0"), comment="orders placed with it"),
    CheckConstraint("(basis_points IS NULL) <> (amount_minor IS NULL)", name="discount"),
)

promotion_channel = Table(
    "promotion_channel",
    metadata,
    key("promotion_id", PromotionId, ForeignKey("promotion.id"), primary_key=True),
    key("channel_id", ChannelId, ForeignKey("channel.id"), primary_key=True),
    comment="none: every channel",
)

promotion_category = Table(
    "promotion_category",
    metadata,
    key("promotion_id", PromotionId, ForeignKey("promotion.id"), primary_key=True),
    key("category_id", CategoryId, ForeignKey("category.id"), primary_key=True),
    comment="none: all goods",
)
