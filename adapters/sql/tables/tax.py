"""Tax rates, by country and category."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from adapters.sql.tables.metadata import key, metadata
from domain.ids import CategoryId

tax_rate = Table(
    "tax_rate",
    metadata,
    Column("country_code", Text, nullable=False),
    key("category_id", CategoryId, ForeignKey("category.id"), comment="null: the standard rate"),
    Column("basis_points", Integer, CheckConstraint("basis_points BETWEEN 0 AND 10000", name="basis_points"), nullable=False),
    UniqueConstraint("country_code", "category_id"),
)
STANDARD = text("category_id IS NULL")
Index(
    "ix_tax_rate_standard", tax_rate.c.country_code, unique=True, sqlite_where=STANDARD, postgresql_where=STANDARD
)  # to a unique constraint all nulls differ
