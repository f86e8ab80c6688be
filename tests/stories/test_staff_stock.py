"""What staff see of stock, and the safety they set: each associate of their own stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from adapters.sql.tables import staff_action, stock_incoming
from domain.actor import Actor
from domain.channel import ChannelStrategy
from domain.ids import ChannelId, LocationId
from domain.intake.listing import Listed, ListingDraft, import_listings
from domain.intake.stock import StockDraft
from domain.stock import SAFETY_MAX
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


# -------------------------------------------------------------------------------------------------- safety


async def test_an_associate_keeps_units_of_their_store_back_and_is_on_record_for_it(coats: Shop) -> None:
    by = await associate(coats, "LYON")
    answer = await set_safety(coats, by, safety=3)
    ((shown),) = answer["levels"]
    assert (answer["errors"], shown["safety"], shown["available"]) == ([], 3, 4)
    assert (await level(coats, by))["available"] == 4
    rows = (await coats.rows())[staff_action.name]
    assert [row[1:] for row in rows] == [(NOON, by.staff, "SAFETY_SET", shown["id"], None)]


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
    data = await coats.ask(LEDGER, by=by, sku="COAT")
    assert len(data["stockLedger"]["nodes"]) == 2
