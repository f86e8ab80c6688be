"""The ledger and the proof as staff read them: every movement behind a level, and what was left after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from adapters.sql.tables import stock_level
from domain.actor import Actor
from domain.ledger import CUSTOMER, LOSS, SUPPLIER, Account, AccountKind, Shelf, balances, on_hand_at
from tests.adapters.test_ledger import movement, post
from tests.people import agent, associate
from tests.shop import Shop
from tests.stories.test_staff_stock import LEDGER, OUTLET, PROOF, outlet


@pytest.fixture
async def coats(shop: Shop) -> Shop:
    await Shop.opened(shop.database, OUTLET)
    await shop.locations("LYON", "PARIS")
    await shop.product("coat", "COAT")
    await shop.stock("COAT", LYON=7, PARIS=2)
    return shop


async def ledger(shop: Shop, by: Actor, code: str | None = None, sku: str = "COAT", **more: Any) -> Any:
    location = str(await shop.location_id(code)) if code else None
    return (await shop.ask(LEDGER, by=by, sku=sku, location=location, **more))["stockLedger"]


# -------------------------------------------------------------------------------------------------- ledger


async def test_the_ledger_of_a_store_tells_where_units_came_from_and_what_was_left(coats: Shop) -> None:
    lyon, paris = [await coats.shelf("COAT", code) for code in ("LYON", "PARIS")]
    await post(coats, movement(on_hand_at(lyon), on_hand_at(paris), 4), movement(on_hand_at(paris), CUSTOMER, 1))
    await post(coats, movement(on_hand_at(lyon), Account(AccountKind.QUARANTINED, lyon), 1))
    seen = await ledger(coats, await associate(coats, "LYON"), "LYON")
    told = [(one["fromAccount"], one["toAccount"], one["quantity"], one["balance"]) for one in seen["nodes"]]
    assert told == [
        ("on hand LYON", "quarantined LYON", 1, 2),
        ("on hand LYON", "on hand PARIS", 4, 3),
        ("supplier", "on hand LYON", 7, 7),
    ]
    assert {one["subject"] for one in seen["nodes"]} == {None}
    assert seen["nodes"][2]["cause"] == "RECEIPT"


async def test_over_all_locations_a_transfer_leaves_the_balance_as_it_was(coats: Shop) -> None:
    lyon, paris = [await coats.shelf("COAT", code) for code in ("LYON", "PARIS")]
    await post(coats, movement(on_hand_at(lyon), on_hand_at(paris), 4))
    transfer, receipt, *_ = (await ledger(coats, await agent(coats)))["nodes"]
    assert (transfer["cause"], transfer["balance"], receipt["balance"]) == ("TRANSFER", 9, 9)


async def test_units_that_change_pools_at_one_location_stay_on_hand_there(coats: Shop) -> None:
    lyon, own = await coats.shelf("COAT", "LYON"), await coats.shelf("COAT", "LYON", (await outlet(coats)).channel.pool)
    await post(coats, movement(on_hand_at(lyon), on_hand_at(own), 4))
    newest = (await ledger(coats, await agent(coats), "LYON"))["nodes"][0]
    assert (newest["fromAccount"], newest["toAccount"], newest["balance"]) == ("on hand LYON", "on hand LYON (outlet)", 7)


async def test_pages_go_on_where_the_last_one_ended_while_units_move(coats: Shop) -> None:
    by, lyon = await agent(coats), await coats.shelf("COAT", "LYON")
    await post(coats, *(movement(on_hand_at(lyon), LOSS, 1) for _ in range(3)))
    first = await ledger(coats, by, "LYON", first=2)
    assert [one["balance"] for one in first["nodes"]] == [4, 5]
    assert first["pageInfo"]["hasNextPage"] is True
    await post(coats, movement(SUPPLIER, on_hand_at(lyon), 10))
    second = await ledger(coats, by, "LYON", first=2, after=first["pageInfo"]["endCursor"])
    assert [one["balance"] for one in second["nodes"]] == [6, 7]
    assert (second["pageInfo"]["hasNextPage"], second["pageInfo"]["hasPreviousPage"]) == (False, True)
    last = await ledger(coats, by, "LYON", after=second["pageInfo"]["endCursor"])
    assert last["edges"] == []


@pytest.mark.parametrize("cursor", ["WyJ4Il0", "WzEsMl0", "?"])
async def test_a_cursor_of_another_list_is_refused(coats: Shop, cursor: str) -> None:
    error = await coats.refused(LEDGER, by=await agent(coats), sku="COAT", after=cursor)
    assert error["extensions"] == {"code": "INVALID_INPUT", "path": ["after"]}


async def test_without_a_location_an_associate_gets_the_movements_and_balance_of_their_stores_together(coats: Shop) -> None:
    await coats.locations("LILLE")
    await coats.stock("COAT", LILLE=5)
    seen = await ledger(coats, await associate(coats, "LYON", "LILLE"))
    assert {one["toAccount"] for one in seen["nodes"]} == {"on hand LYON", "on hand LILLE"}
    assert seen["nodes"][0]["balance"] == 12
    everything = await ledger(coats, await agent(coats))
    assert (len(everything["nodes"]), everything["nodes"][0]["balance"]) == (3, 14)


NUMBERS = count()  # a SKU of its own for each example, since they share a database
PLACES = st.sampled_from(["LYON", "PARIS", "LYON (outlet)", "set aside", "supplier"])
MOVES = st.lists(st.tuples(PLACES, PLACES, st.integers(1, 5)).filter(lambda m: m[0] != m[1]), max_size=12)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOVES, st.integers(1, 5))
async def test_a_running_balance_is_what_its_movements_make_one_after_another(
    shop: Shop, moves: list[tuple[str, str, int]], size: int
) -> None:
    await Shop.opened(shop.database, OUTLET)
    await shop.locations("LYON", "PARIS")
    sku = f"COAT-{next(NUMBERS)}"
    await shop.product(sku.lower(), sku)
    lyon, paris = [await shop.shelf(sku, code) for code in ("LYON", "PARIS")]
    own = Shelf(sku, lyon.location, (await outlet(shop)).channel.pool)
    shelves = {"LYON": lyon, "PARIS": paris, "LYON (outlet)": own}
    accounts = {name: on_hand_at(shelf) for name, shelf in shelves.items()}
    accounts |= {"set aside": Account(AccountKind.QUARANTINED, lyon), "supplier": SUPPLIER}
    by, posted = await agent(shop), []
    for taken_from, put_to, quantity in moves:
        shop.now += timedelta(seconds=quantity % 2)  # some at the same moment
        made = replace(movement(accounts[taken_from], accounts[put_to], quantity), at=shop.now)
        posted += [] if await post(shop, made) else [made]
    for code, here in (("LYON", {lyon, own}), ("PARIS", {paris}), (None, {lyon, paris, own})):
        touching = [m for m in posted if not here.isdisjoint((m.taken_from.shelf, m.put_to.shelf)) or code is None]
        after = [balances(touching[: n + 1]) for n in range(len(touching))]
        expected = [sum(after_it[on_hand_at(shelf)] for shelf in here) for after_it in after]
        assert await every_balance(shop, by, sku, code, size) == expected[::-1]


async def every_balance(shop: Shop, by: Actor, sku: str, code: str | None, size: int) -> list[int]:
    """Page by page."""
    found, after = [], None
    while True:
        page = await ledger(shop, by, code, sku=sku, first=size, after=after)
        found += [one["balance"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


# --------------------------------------------------------------------------------------------------- proof


async def test_the_proof_of_a_part_looks_at_that_part_alone(coats: Shop) -> None:
    await coats.product("hat")
    await coats.stock("HAT", LYON=1)
    async with coats.database.writing() as connection:
        paris = await coats.location_id("PARIS")
        await connection.execute(update(stock_level).where(stock_level.c.location_id == paris).values(on_hand=9))
        await connection.commit()
    by, lyon = await agent(coats), str(await coats.location_id("LYON"))
    broken = "SKU COAT at PARIS: on hand is 9, but its movements make 2"
    for part, units, movements, problem in (
        ({}, 17, 3, broken),
        ({"sku": "COAT"}, 16, 2, broken),
        ({"sku": "HAT"}, 1, 1, None),
        ({"location": lyon}, 8, 2, None),
        ({"sku": "COAT", "location": lyon}, 7, 1, None),
    ):
        data = await coats.ask(PROOF, by=by, **part)
        proof = {"balanced": problem is None, "units": units, "movements": movements, "problem": problem}
        assert data == {"stockProof": proof}
    mine = await coats.ask(PROOF, by=await associate(coats, "LYON"))
    assert mine["stockProof"]["units"] == 8


async def test_a_transfer_to_another_store_leaves_each_of_them_proven(coats: Shop) -> None:
    lyon, paris = [await coats.shelf("COAT", code) for code in ("LYON", "PARIS")]
    await post(coats, movement(on_hand_at(lyon), on_hand_at(paris), 4))
    data = await coats.ask(PROOF, by=await associate(coats, "PARIS"))
    assert data["stockProof"] == {"balanced": True, "units": 6, "movements": 2, "problem": None}
