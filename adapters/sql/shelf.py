"""A shelf in SQL: the three columns that every table of stock has, and the statements' way to name one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Integer, Row, and_, bindparam
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.given import given
from adapters.sql.tables import stock_level
from domain.ledger import Shelf

SHELVES_MAX = 5_000  # in one statement
UNITS: Column[int] = Column("units", Integer)


def columns_of(table: Any) -> tuple[Any, Any, Any]:
    """In the order in which shelves are sorted."""
    return table.c.sku, table.c.location_id, table.c.pool_id


def shelf_of(row: Row[*tuple[Any, ...]]) -> Shelf:
    return Shelf(row.sku, row.location_id, row.pool_id)


def keys_of(shelf: Shelf) -> dict[str, Any]:
    return {"sku": shelf.sku, "location_id": shelf.location, "pool_id": shelf.pool}


def at_shelf() -> ColumnElement[bool]:
    """The level of the one that `at` names when the statement is executed."""
    return and_(*(column == bindparam(f"of_{column.name}") for column in columns_of(stock_level)))


def at(shelf: Shelf) -> dict[str, Any]:
    return {f"of_{name}": value for name, value in keys_of(shelf).items()}


def on_shelf(table: Any) -> ColumnElement[bool]:
    """Joins a table to the levels."""
    return and_(*(mine == level for mine, level in zip(columns_of(table), columns_of(stock_level), strict=True)))


def given_shelves(
    connection: AsyncConnection, shelves: Sequence[Shelf], more: Mapping[Column[Any], Sequence[Any]] | None = None
) -> FromClause:
    """Shelves as a table to join by `on_shelf`; `more` are further columns of it."""
    sku, location, pool = columns_of(stock_level)
    keys: dict[Column[Any], Sequence[Any]] = {
        sku: [shelf.sku for shelf in shelves],
        location: [shelf.location for shelf in shelves],
        pool: [shelf.pool for shelf in shelves],
    }
    return given(connection, {**keys, **(more or {})})
