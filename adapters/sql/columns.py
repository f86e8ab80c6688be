"""Columns that speak the domain's language."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PostgresUUID
from sqlalchemy.types import TypeDecorator, TypeEngine

from domain.ids import Id
from domain.money import Money

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Bytewise = Text().with_variant(Text(collation="C"), "postgresql")  # sorts alike on every database


class Key(TypeDecorator[Id]):
    """One kind of id: 16 bytes on SQLite, uuid on PostgreSQL."""

    impl = LargeBinary(16)
    cache_ok = True

    def __init__(self, kind: type[Id]) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(PostgresUUID(as_uuid=True) if dialect.name == "postgresql" else LargeBinary(16))

    def process_bind_param(self, value: Id | None, dialect: Dialect) -> UUID | bytes | None:
        if value is None:
            return None
        return value.value if dialect.name == "postgresql" else value.value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> Id | None:
        if value is None:
            return None
        return self.kind(value if dialect.name == "postgresql" else UUID(bytes=value))


class Instant(TypeDecorator[datetime]):
    """A moment, always aware and in UTC; SQLite keeps it without its offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def money(currency: str, minor_units: int | None) -> Money | None:
    """Kept as minor units; null for no amount."""
    return None if minor_units is None else Money(currency, minor_units)


def minor(amount: Money | None) -> int | None:
    return None if amount is None else amount.minor_units


def percent(basis_points: int) -> Decimal:
    """Kept as hundredths of a percent, which every database has exactly."""
    return Decimal(basis_points).scaleb(-2)


def basis_points(percent: Decimal) -> int:
    return int(percent.scaleb(2))
