"""What staff see of stock, and the safety they set: each associate of their own stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from adapters.sql.tables import staff_action, stock_incoming, stock_level
from domain.actor import Actor
from domain.channel import ChannelStrategy
from domain.ids import ChannelId, LocationId
from domain.intake.listing import Listed, ListingDraft, import_listings
from domain.intake.stock import StockDraft
from domain.ledger import CUSTOMER, LOSS, SUPPLIER, Account, AccountKind, Shelf, balances, on_hand_at
from domain.stock import SAFETY_MAX
from tests.adapters.test_ledger import movement, post
from tests.people import admin, agent, associate, customer, kiosk, signed_in
from tests.shop import NOON, WEB, Shop, done, sheet

LEVEL = """
query Level($sku: String!, $location: ID!, $pool: ID) {
  stockLevel(sku: $sku, location: $location, pool: $pool) {
    id variant { sku title price { amount currencyCode } availableForSale availableQuantity product { title } }
    location { code } pool { code }
    onHand held allocated safety quarantined backordered available countedAt asOf
    incoming { quantity promised expectedAt }
  }
}
"""
LEDGER = """
query Ledger($sku: String!, $location: ID, $first: Int, $after: String) {
  stockLedger(sku: $sku, location: $location, first: $first, after: $after) {
    edges { cursor node { id } }
    nodes { at sku fromAccount toAccount quantity cause balance subject { id } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}
"""
PROOF = """
query Proof($sku: String, $location: ID) {
  stockProof(sku: $sku, location: $location) { balanced units movements problem }
}
"""
SAFETY = """
mutation Safety($input: StockSafetySetInput!) {
  stockSafetySet(input: $input) { levels { id safety available } errors { __typename code message path } }
}
"""
OUTLET = replace(WEB, code="outlet", name="Outlet", strategy=ChannelStrategy.MULTI)


@pytest.fixture
async def coats(shop: Shop) -> Shop:
    await Shop.opened(shop.database, OUTLET)
    await shop.locations("LYON", "PARIS")
    await shop.product("coat", "COAT", price="289.00", title="Warm coat")
    await shop.stock("COAT", LYON=7, PARIS=2)
    return shop


async def level(shop: Shop, by: Actor, code: str = "LYON", sku: str = "COAT", **more: Any) -> Any:
    data = await shop.ask(LEVEL, by=by, sku=sku, location=str(await shop.location_id(code)), **more)
    return data["stockLevel"]


async def ledger(shop: Shop, by: Actor, code: str | None = None, sku: str = "COAT", **more: Any) -> Any:
    location = str(await shop.location_id(code)) if code else None
    return (await shop.ask(LEDGER, by=by, sku=sku, location=location, **more))["stockLedger"]


async def set_safety(shop: Shop, by: Actor | None, code: str = "LYON", safety: int = 2, **more: Any) -> Any:
    asked = {"location": str(await shop.location_id(code)), "sku": "COAT", "safety": safety} | more
    return (await shop.ask(SAFETY, by=by, input=asked))["stockSafetySet"]


async def outlet(shop: Shop) -> Actor:
    return await shop.actor("outlet")


# -------------------------------------------------------------------------------------------------- levels


async def test_an_associate_sees_what_stands_on_a_shelf_of_their_store_and_what_it_is_kept_for(coats: Shop) -> None:
    await coats.count(StockDraft(sku="COAT", location="LYON", on_hand=7, safety=1, expected=(5, date(2026, 12, 8))))
    await coats.hold("COAT", "LYON", 2)
    async with coats.database.writing() as connection:
        await connection.execute(update(stock_incoming).values(promised=3))
        await connection.commit()
    seen = await level(coats, await associate(coats, "LYON"))
    units = {name: seen[name] for name in ("onHand", "held", "allocated", "safety", "quarantined", "backordered", "available")}
    assert units == dict(onHand=7, held=2, allocated=0, safety=1, quarantined=0, backordered=3, available=4)
    assert [(one["quantity"], one["promised"]) for one in seen["incoming"]] == [(5, 3)]
    assert (seen["location"], seen["pool"], seen["countedAt"]) == ({"code": "LYON"}, None, NOON.isoformat())
    assert seen["asOf"] == NOON.isoformat()


async def test_a_shelf_that_never_had_anything_has_no_level(coats: Shop) -> None:
    await coats.product("hat")
    assert await level(coats, await agent(coats), sku="HAT") is None
    assert await level(coats, await agent(coats), sku="NOBODY-KNOWS") is None


async def test_a_channel_that_stands_alone_has_levels_of_its_own(coats: Shop) -> None:
    channel = (await outlet(coats)).channel
    await coats.stock("COAT", pool=channel.pool, LYON=3)
    by = await agent(coats)
    own = await level(coats, by, pool=str(channel.id))
    shared = await level(coats, by)
    assert (own["onHand"], own["pool"], shared["onHand"]) == (3, {"code": "outlet"}, 7)
    assert own["id"] != shared["id"]


async def test_a_pool_that_is_none_is_refused(coats: Shop) -> None:
    by, lyon = await agent(coats), str(await coats.location_id("LYON"))
    for pool, code in ((str(by.channel.id), "INVALID_INPUT"), (str(ChannelId.new()), "NOT_FOUND")):
        error = await coats.refused(LEVEL, by=by, sku="COAT", location=lyon, pool=pool)
        assert (error["extensions"]["code"], error["extensions"]["path"]) == (code, ["pool"])


@pytest.mark.parametrize("query", [LEVEL, LEDGER, PROOF])
async def test_a_location_that_is_none_is_not_found(coats: Shop, query: str) -> None:
    error = await coats.refused(query, by=await agent(coats), sku="COAT", location=str(LocationId.new()))
    assert error["extensions"] == {"code": "NOT_FOUND", "path": ["location"]}


async def test_what_no_channel_sells_any_more_still_stands_on_its_shelf(coats: Shop) -> None:
    await coats.product("coat", "COAT-B", price="1.00", title="Warm coat")
    by = await agent(coats)
    seen = (await level(coats, by))["variant"]
    assert (seen["sku"], seen["price"]["amount"], seen["product"]["title"]) == ("COAT", "289.00", "Warm coat")
    assert (seen["availableForSale"], seen["availableQuantity"]) == (False, 0)
    assert await coats.ask('{ variant(by: {sku: "COAT"}) { sku } }', by=by) == {"variant": None}


async def test_nor_does_a_listing_take_it_away_or_the_lack_of_a_price(coats: Shop) -> None:
    await Shop.opened(coats.database, replace(WEB, code="swiss", currency_code="CHF"))
    unlisted = ListingDraft(of=Listed("web", "coat", None), listed=False, title="Parka")
    done(await import_listings(coats.work, sheet(unlisted), skip_bad_rows=False))
    by = await agent(coats)
    here = (await level(coats, by))["variant"]
    assert here["product"] == {"title": "Parka"}
    there = (await level(coats, replace(by, channel=(await coats.actor("swiss")).channel)))["variant"]
    assert there["price"] == {"amount": "289.00", "currencyCode": "EUR"}
    assert (there["availableForSale"], there["product"]) == (False, {"title": "Warm coat"})


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


# -------------------------------------------------------------------------------------------------- safety


async def test_an_associate_keeps_units_of_their_store_back_and_is_on_record_for_it(coats: Shop) -> None:
    by = await associate(coats, "LYON")
    answer = await set_safety(coats, by, safety=3)
    ((shown),) = answer["levels"]
    assert (answer["errors"], shown["safety"], shown["available"]) == ([], 3, 4)
    assert (await level(coats, by))["available"] == 4
    rows = (await coats.rows())[staff_action.name]
    assert [row[1:] for row in rows] == [(NOON, by.staff, "stockSafetySet", shown["id"], None)]


async def test_a_safety_that_was_set_stays_when_the_buffer_of_its_store_changes(coats: Shop) -> None:
    by = await agent(coats)
    await set_safety(coats, by, safety=0)
    await coats.locations("LYON", "PARIS", walk_in_buffer=1)
    assert ((await level(coats, by))["safety"], (await level(coats, by, "PARIS"))["safety"]) == (0, 1)


async def test_a_shelf_that_never_had_anything_is_opened_for_its_safety(coats: Shop) -> None:
    await coats.product("hat")
    assert (await set_safety(coats, await agent(coats), sku="HAT"))["errors"] == []
    assert (await level(coats, await agent(coats), sku="HAT"))["safety"] == 2
    assert (await coats.prove()).balanced


async def test_the_stock_of_a_channel_that_stands_alone_has_a_safety_of_its_own(coats: Shop) -> None:
    by, channel = await agent(coats), (await outlet(coats)).channel
    await coats.stock("COAT", pool=channel.pool, LYON=3)
    await set_safety(coats, by, channel=str(channel.id))
    assert ((await level(coats, by, pool=str(channel.id)))["safety"], (await level(coats, by))["safety"]) == (2, 0)


async def test_what_cannot_be_set_is_refused_and_nothing_changes(coats: Shop) -> None:
    by, before = await agent(coats), await coats.rows()
    for wrong, code in (
        ({"safety": -1}, "INVALID_INPUT"),
        ({"safety": SAFETY_MAX + 1}, "INVALID_INPUT"),
        ({"sku": "NOBODY-KNOWS"}, "NOT_FOUND"),
        ({"location": str(LocationId.new())}, "NOT_FOUND"),
        ({"channel": str(ChannelId.new())}, "NOT_FOUND"),
        ({"channel": str(by.channel.id)}, "INVALID_INPUT"),
    ):
        answer = await set_safety(coats, by, **wrong)
        assert [(one["code"], one["path"]) for one in answer["errors"]] == [(code, ["input", *wrong])]
        assert answer["levels"] == []
    assert {**before, "staff_member": None, "session": None} == {**await coats.rows(), "staff_member": None, "session": None}


# --------------------------------------------------------------------------------------------------- others


async def others(shop: Shop) -> list[Actor | None]:
    """All who do not work in Lyon."""
    paris = await associate(shop, "PARIS")
    return [None, await signed_in(shop), await customer(shop, "Ada"), await kiosk(shop, "LYON"), paris]


async def test_others_see_nothing_of_a_stores_stock_and_are_told_so(coats: Shop) -> None:
    lyon = str(await coats.location_id("LYON"))
    for by in await others(coats):
        for query in (LEVEL, LEDGER, PROOF):
            data, errors = await coats.answer(query, by=by, sku="COAT", location=lyon)
            assert data is not None
            assert list(data.values()) == [None]
            assert [error["extensions"]["code"] for error in errors] == ["FORBIDDEN"]


async def test_others_do_not_set_its_safety_and_nothing_changes(coats: Shop) -> None:
    for by in await others(coats):
        before = await coats.rows()
        answer = await set_safety(coats, by, channel=str(ChannelId.new()))
        assert [(one["code"], one["path"]) for one in answer["errors"]] == [("FORBIDDEN", ["input", "location"])]
        assert await coats.rows() == before


async def test_an_admin_sees_all_of_it(coats: Shop) -> None:
    by = await admin(coats)
    assert (await level(coats, by, "PARIS"))["onHand"] == 2
    assert len((await ledger(coats, by))["nodes"]) == 2
