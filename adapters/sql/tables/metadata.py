"""What all tables share: names of constraints, keys of one kind, texts out of a few."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, MetaData, Text

from adapters.sql.columns import Key
from domain.ids import Id

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def key(name: str, kind: type[Id], *constraints: ForeignKey, **options: object) -> Column[Id]:
    return Column(name, Key(kind), *constraints, **options)  # type: ignore[arg-type]


def one_of(column: str, kind: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(member.value) for member in kind)})", name=column)


def address_columns() -> tuple[Column[str], ...]:
    """Of `AddressFacts`, under the same names."""
    return (
        Column("name", Text),
        Column("line1", Text, nullable=False),
        Column("line2", Text),
        Column("postal_code", Text, nullable=False),
        Column("city", Text, nullable=False),
        Column("region", Text),
        Column("country_code", Text, nullable=False),
        Column("phone", Text),
    )
