"""Rows given to a statement as one table, a parameter for each column, so that one statement does for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import ARRAY, Column, FromClause, LargeBinary, Select, Table, bindparam, column, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.columns import Key

KEY_BYTES = 16


def given(connection: AsyncConnection, values: Mapping[Column[Any], Sequence[Any]]) -> FromClause:
    """A table of these columns; on SQLite ids are not null, and moments are not taken."""
    on_postgres = connection.dialect.name == "postgresql"
    return (from_arrays(values) if on_postgres else from_json(values)).subquery("given")


def from_arrays(values: Mapping[Column[Any], Sequence[Any]]) -> Select[Any]:
    arrays = [bindparam(None, items, type_=ARRAY(one.type), unique=True) for one, items in values.items()]
    rows = func.unnest(*arrays).table_valued(*(column(one.name, one.type) for one in values), name="row")
    return select(*rows.render_derived().c)


def from_json(values: Mapping[Column[Any], Sequence[Any]]) -> Select[Any]:
    """Ids, for which JSON has no form, come as their bytes end to end."""
    plain = [one for one in values if not isinstance(one.type, Key)]
    number = len(next(iter(values.values())))
    text = orjson.dumps([[values[one][n] for one in plain] for n in range(number)]).decode()
    row = func.json_each(bindparam(None, text, unique=True)).table_valued("key", "value").c
    cells: list[Any] = []
    for one, items in values.items():
        if isinstance(one.type, Key):
            ids = literal(b"".join(item.value.bytes for item in items), LargeBinary)
            cell = func.substr(ids, row.key * KEY_BYTES + 1, KEY_BYTES, type_=one.type)
        else:
            cell = func.json_extract(row.value, f"$[{plain.index(one)}]", type_=one.type)
        cells.append(cell.label(one.name))
    return select(*cells)


async def insert_all(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows of the same columns in one go: PostgreSQL takes them as arrays; SQLite is as quick one by one."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        columns = {table.c[name]: [row[name] for row in rows] for name in rows[0]}
        await connection.execute(insert(table).from_select(list(rows[0]), from_arrays(columns)))
    else:
        await connection.execute(insert(table), rows)
