"""What a shop's file says, whole and as JSON: a row for each version, of which none is ever changed."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from adapters.sql.columns import Instant, Json
from adapters.sql.tables.metadata import metadata


def versions(name: str) -> Table:
    """The highest counts."""
    return Table(
        name,
        metadata,
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("body", Json, nullable=False),
        Column("made_at", Instant, nullable=False),
    )


carrier_table = versions("carrier_table")
sourcing_rules = versions("sourcing_rules")
