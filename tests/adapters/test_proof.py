"""The proof finds what is wrong, wherever it is, and names it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, update

from adapters.sql.tables import stock_allocation, stock_hold, stock_level, stock_movement, stock_transfer_line
from domain.ids import FulfillmentId
from tests.people import admin
from tests.shop import NOON, Shop
from tests.stockroom import Stockroom


@pytest.fixture
async def proven(shop: Shop) -> Shop:
    await shop.locations("LYON", "PARIS")
    await shop.product("coat", "COAT")
    await shop.stock("COAT", LYON=5, PARIS=3)
    await shop.stock("COAT", LYON=4)
    await shop.hold("COAT", "LYON", 2, until=NOON + timedelta(hours=1))
    return shop


async def change(shop: Shop, statement: object) -> None:
    async with shop.database.writing() as connection:
        await connection.execute(statement)  # type: ignore[call-overload]
        await connection.commit()


async def test_levels_that_agree_are_proven(proven: Shop) -> None:
    proof = await proven.prove()
    assert (proof.balanced, proof.units, proof.movements, proof.problem) == (True, 7, 3, None)


async def test_a_shop_without_stock_is_proven_too(shop: Shop) -> None:
    assert (await shop.prove()).balanced


async def test_an_allocation_with_its_owner_is_proven(proven: Shop) -> None:
    shelf = await proven.shelf("COAT", "PARIS")
    place = {"sku": "COAT", "location_id": shelf.location, "pool_id": shelf.pool}
    await change(proven, update(stock_level).where(stock_level.c.location_id == shelf.location).values(allocated=1))
    assert (await proven.prove()).problem == "SKU COAT at PARIS: allocated is 1, but its allocations make 0"
    await change(proven, insert(stock_allocation).values(fulfillment_id=FulfillmentId.new(), quantity=1, **place))
    assert (await proven.prove()).balanced


async def test_what_is_in_transit_is_proven_by_its_transfers(proven: Shop) -> None:
    ends = {"fromLocation": "LYON", "toLocation": "PARIS"}
    await Stockroom(proven, await admin(proven)).done("stockTransfer", lines=[("COAT", 2)], **ends)
    assert (await proven.prove()).balanced
    await change(proven, update(stock_transfer_line).values(received_quantity=1))
    assert (await proven.prove()).problem == "SKU COAT at PARIS: in transit is 1, but its movements make 2"


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (update(stock_level).values(on_hand=9), "SKU COAT at LYON: on hand is 9, but its movements make 4"),
        (update(stock_level).values(quarantined=1), "SKU COAT at LYON: quarantined is 1, but its movements make 0"),
        (update(stock_level).values(held=1), "SKU COAT at LYON: held is 1, but its holds make 2"),
        (update(stock_level).values(allocated=1), "SKU COAT at LYON: allocated is 1, but its allocations make 0"),
        (delete(stock_hold), "SKU COAT at LYON: held is 2, but its holds make 0"),
        (update(stock_hold).values(quantity=3), "SKU COAT at LYON: held is 2, but its holds make 3"),
        (
            delete(stock_movement).where(stock_movement.c.quantity == 1),
            "SKU COAT at LYON: on hand is 4, but its movements make 5",
        ),
        (
            update(stock_movement).where(stock_movement.c.quantity == 5).values(quantity=6),
            "SKU COAT at LYON: on hand is 4, but its movements make 5",
        ),
    ],
)
async def test_the_first_break_is_named(proven: Shop, damage: object, problem: str) -> None:
    await change(proven, damage)
    proof = await proven.prove()
    assert (proof.balanced, proof.problem) == (False, problem)


async def test_movements_without_any_level_are_a_break(proven: Shop) -> None:
    await change(proven, delete(stock_level).where(stock_level.c.held == 0))
    assert (await proven.prove()).problem == "SKU COAT at PARIS: on hand is 0, but its movements make 3"
