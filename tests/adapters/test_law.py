"""The law of availability, three times: the function, the column, and what a channel with a safety of its own reads."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, select

from adapters.sql.availability import sellable
from adapters.sql.tables import metadata, stock_level
from domain.availability import available
from domain.ids import SHARED_POOL, LocationId
from domain.ledger import Shelf, StockLevel
from tests.shop import Shop

UNITS = st.integers(0, 20)
SHELF = Shelf("COAT", LocationId.new(), SHARED_POOL)
LEVELS = st.builds(StockLevel, shelf=st.just(SHELF), on_hand=UNITS, held=UNITS, allocated=UNITS, safety=UNITS)
GRID = [
    StockLevel(shelf=SHELF, on_hand=on_hand, held=held, allocated=allocated, safety=safety)
    for on_hand in (0, 1, 5)
    for held in (0, 1, 5)
    for allocated in (0, 2)
    for safety in (0, 1, 6)
]


def values(level: StockLevel) -> dict[str, object]:
    place = {"sku": SHELF.sku, "location_id": SHELF.location, "pool_id": SHELF.pool}
    return place | {name: getattr(level, name) for name in ("on_hand", "held", "allocated", "safety")}


@given(LEVELS, UNITS)
def test_what_is_available_is_never_negative_and_never_promised_twice(level: StockLevel, safety: int) -> None:
    units = available(level, safety)
    assert 0 <= units <= level.on_hand
    assert units == 0 or units + level.held + level.allocated + max(level.safety, safety) == level.on_hand
    assert available(level) >= units


@settings(max_examples=200)
@given(LEVELS, UNITS)
def test_the_column_and_the_channels_expression_agree_with_the_law(level: StockLevel, safety: int) -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine, tables=[stock_level])
    with engine.begin() as connection:
        connection.execute(insert(stock_level).values(**values(level)))
        row = connection.execute(select(stock_level.c.available, sellable(safety))).one()
    engine.dispose()
    assert tuple(row) == (available(level), available(level, safety))


@pytest.mark.parametrize("safety", [0, 1, 4, 9])
async def test_so_they_do_on_every_database(shop: Shop, safety: int) -> None:
    await shop.locations("LYON")
    await shop.product("coat", *(f"COAT-{n}" for n in range(len(GRID))))
    lyon = await shop.location_id("LYON")
    rows = [values(level) | {"sku": f"COAT-{n}", "location_id": lyon} for n, level in enumerate(GRID)]
    async with shop.database.writing() as connection:
        await connection.execute(insert(stock_level), rows)
        found = await connection.execute(select(stock_level.c.sku, stock_level.c.available, sellable(safety)))
        by_sku = {row[0]: tuple(row[1:]) for row in found}
    assert by_sku == {f"COAT-{n}": (available(level), available(level, safety)) for n, level in enumerate(GRID)}


def test_sqlite_is_new_enough_for_generated_columns_and_returning() -> None:
    assert sqlite3.sqlite_version_info >= (3, 35)
