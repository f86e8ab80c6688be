"""Locations, their card terminals, and postal codes to measure from."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from adapters.sql.columns import Instant
from adapters.sql.tables.metadata import key, metadata, one_of
from domain.ids import LocationId, TerminalId
from domain.location import LocationKind


def limit(name: str) -> Column[int | None]:
    """Null for none."""
    return Column(name, Integer, CheckConstraint(f"{name} > 0", name=name))


location = Table(
    "location",
    metadata,
    key("id", LocationId, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, one_of("kind", LocationKind), nullable=False),
    Column("line1", Text, nullable=False),
    Column("line2", Text),
    Column("postal_code", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("region", Text),
    Column("country_code", Text, nullable=False),
    Column("phone", Text),
    Column("latitude", Float, CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"), nullable=False),
    Column("longitude", Float, CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"), nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("opening_hours", Text),
    Column("pickup", Boolean, nullable=False),
    Column("reserve_in_store", Boolean, nullable=False),
    Column("ship_from", Boolean, nullable=False),
    Column("accept_returns", Boolean, nullable=False),
    Column("kiosk", Boolean, nullable=False),
    Column("walk_in_buffer", Integer, CheckConstraint("walk_in_buffer >= 0", name="walk_in_buffer"), nullable=False),
    Column(
        "handling_minutes",
        Integer,
        CheckConstraint("handling_minutes >= 0", name="handling_minutes"),
        nullable=False,
        server_default=text("60"),
    ),
    limit("pickups_per_hour"),
    limit("pickups_per_day"),
    limit("parcels_per_day"),
    Column("opens_on", Date),
    Column("closes_on", Date),
    Column("trades_from", Instant, comment="opens_on, there, as a moment"),
    Column("trades_until", Instant, comment="the end of closes_on, there, as a moment"),
)

terminal = Table(
    "terminal",
    metadata,
    key("id", TerminalId, primary_key=True),
    key("location_id", LocationId, ForeignKey("location.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("reference", Text, comment="the payment provider's own name for it"),
    Column("ready", Boolean, nullable=False, comment="false: not in use any more, and kept for what was paid at it"),
    UniqueConstraint("location_id", "name"),
)

postal_code = Table(
    "postal_code",
    metadata,
    Column("country_code", Text, primary_key=True),
    Column("postal_code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
)
