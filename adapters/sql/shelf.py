"""A shelf in SQL: the three columns that every table of stock has, and the statements' way to name one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam

from adapters.sql.tables import stock_level
from domain.ledger import Shelf

SHELVES_MAX = 5_000  # in one statement; three parameters each


def columns_of(table: Any) -> tuple[Any, Any, Any]:
    """In the order in which shelves are sorted."""
    return table.c.sku, table.c.location_id, table.c.pool_id


def shelf_of(row: Row[*tuple[Any, ...]]) -> Shelf:
    return Shelf(row.sku, row.location_id, row.pool_id)


def keys_of(shelf: Shelf) -> dict[str, Any]:
    return {"sku": shelf.sku, "location_id": shelf.location, "pool_id": shelf.pool}


def at_shelf(table: Any = stock_level) -> ColumnElement[bool]:
    """The one that `at` names when the statement is executed."""
    return and_(*(column == bindparam(f"of_{column.name}") for column in columns_of(table)))


def at(shelf: Shelf) -> dict[str, Any]:
    return {f"of_{name}": value for name, value in keys_of(shelf).items()}


def on_shelf(table: Any) -> ColumnElement[bool]:
    """Joins a table to the levels."""
    return and_(*(mine == level for mine, level in zip(columns_of(table), columns_of(stock_level), strict=True)))
