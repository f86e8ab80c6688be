"""Sales made elsewhere: tills, marketplaces and their own warehouses bring them into the same orders and stock, each once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.sql.tables import (
    order_contact,
    outbox,
    resourcing_task,
    sales_order,
    stock_discrepancy,
    stock_movement,
)
from domain.account import NewCustomer
from domain.actor import Actor
from domain.channel import ChannelKind, ChannelStrategy
from tests.options import HOME
from tests.people import admin, agent, associate, customer, kiosk, signed_in
from tests.sales import Seller, integration, line
from tests.shop import NOON, WEB, Shop
from tests.stories.test_stock_changes import rows_of

TILL = replace(WEB, code="till", name="Tills", kind=ChannelKind.STORE, public=False)
MARKET = replace(WEB, code="market", name="Market", kind=ChannelKind.MARKETPLACE, strategy=ChannelStrategy.MULTI, public=False)
BUYER = {"email": "Zoe@Mail.Example", "name": "Zoe Tangara"}


@pytest.fixture
async def coats(shop: Shop) -> Shop:
    """Coats and hats in two stores; of the market's own, three coats in Paris."""
    await Shop.opened(shop.database, TILL, MARKET)
    await shop.locations("LYON", "PARIS")
    await shop.carriers()
    await shop.product("coat", "COAT", price="120.00", title="Warm coat", variant={"grams": 1_000})
    await shop.product("hat", "HAT", price="20.00")
    await shop.stock("COAT", LYON=2, PARIS=4)
    await shop.stock("HAT", LYON=5)
    await shop.stock("COAT", pool=(await shop.actor("market")).channel.pool, PARIS=3)
    return shop


@pytest.fixture
async def till(coats: Shop) -> Seller:
    return Seller(coats, await integration(coats, "till"))


@pytest.fixture
async def market(coats: Shop) -> Seller:
    return Seller(coats, await integration(coats, "market"))


async def on_hand(shop: Shop, sku: str, code: str) -> tuple[int, int]:
    """And how many of them are allocated."""
    shelf = await shop.shelf(sku, code)
    level = (await shop.reads.ledger.levels(await admin(shop), [shelf]))[shelf]
    return level.on_hand, level.allocated


# --------------------------------------------------------------------------------------------- handed over


async def test_what_a_till_sold_is_an_order_that_is_done_paid_and_off_the_shelf(till: Seller) -> None:
    shop = till.shop
    before = len(await rows_of(shop, stock_movement, "id"))
    order = await till.sold(
        line("COAT", 1, "100.00", discount="10.00", tax="15.00"),
        line("HAT", 2, "19.99", tax="6.66"),
        location="LYON",
        externalId="T1-4711",
        paidBy="CASH",
        contact=BUYER,
        placedAt="2026-11-21T11:58:00+01:00",
    )
    assert (order["status"], order["externalId"], order["channel"]["code"]) == ("FULFILLED", "T1-4711", "till")
    assert order["placedAt"] == "2026-11-21T10:58:00+00:00"
    assert {name: order["totals"][name]["minorUnits"] for name in ("subtotal", "discount", "fulfillment", "tax", "total")} == {
        "subtotal": 13_998,
        "discount": 1_000,
        "fulfillment": 0,
        "tax": 2_166,
        "total": 12_998,
    }
    assert [(one["title"], one["total"]["minorUnits"], one["fulfilledQuantity"]) for one in order["lines"]] == [
        ("Warm coat (COAT)", 9_000, 1),
        ("Hat (HAT)", 3_998, 2),
    ]
    (payment,) = order["payments"]
    assert (payment["method"], payment["status"], payment["captured"]["minorUnits"]) == ("CASH", "CAPTURED", 12_998)
    (sold,) = order["fulfillments"]
    assert (sold["status"], sold["location"]["code"], sold["destination"]["code"]) == ("COLLECTED", "LYON", "LYON")
    assert (sold["pickup"], sold["promise"], order["contact"]) == (None, None, BUYER | {"email": "Zoe@Mail.Example"})
    moved = await rows_of(shop, stock_movement, "sku", "from_account", "to_account", "quantity", "cause")
    assert moved[before:] == [("COAT", "ON_HAND", "CUSTOMER", 1, "SALE"), ("HAT", "ON_HAND", "CUSTOMER", 2, "SALE")]
    assert await on_hand(shop, "COAT", "LYON") == (1, 0)
    told_of = await rows_of(shop, outbox, "type", "data")
    assert ("order.changed", {"version": 1, "change": "imported"}) in told_of
    assert ("stock.changed", {"skus": ["COAT", "HAT"]}) in told_of
    assert (await shop.prove()).balanced
    told = repr({name: rows for name, rows in (await shop.rows()).items() if name != order_contact.name})
    assert "tangara" not in told.lower(), "whom it was for stands in one place"
    assert "zoe" not in told.lower()


async def test_the_same_sale_sent_again_is_the_same_order_and_another_by_its_id_is_refused(till: Seller) -> None:
    sale = {"location": "LYON", "externalId": "T1-1", "contact": BUYER}
    first = await till.sold(("COAT", 1, "100.00"), **sale)
    before = await till.shop.rows()
    till.shop.now += timedelta(days=40)
    assert await till.sold(("COAT", 1, "100.00"), **sale) == first
    assert await till.shop.rows() == before
    for lines, changed in (
        ([("COAT", 2, "100.00")], {}),
        ([("COAT", 1, "99.00")], {}),
        ([("COAT", 1, "100.00")], {"paidBy": "CARD"}),
        ([("COAT", 1, "100.00")], {"location": "PARIS"}),
    ):
        error = await till.refused(*lines, **sale | changed)
        assert (error["code"], error["path"]) == ("IDEMPOTENCY_KEY_REUSED", ["input", "externalId"])
    other = Seller(till.shop, await integration(till.shop, "market"))
    assert (await other.sold(("COAT", 1, "100.00"), fulfilledBy="ELSEWHERE", externalId="T1-1"))["id"] != first["id"]


async def test_of_two_who_send_the_same_sale_at_once_both_are_told_of_one_order(till: Seller) -> None:
    sale = {"location": "LYON", "externalId": "T1-2"}
    orders = await asyncio.gather(*(till.sold(("COAT", 1, "100.00"), **sale) for _ in range(4)))
    assert len({order["number"] for order in orders}) == 1
    assert await on_hand(till.shop, "COAT", "LYON") == (1, 0)


async def test_a_till_sells_what_the_ledger_did_not_know_of_and_what_was_promised(till: Seller) -> None:
    shop = till.shop
    await shop.hold("HAT", "LYON", 3)
    await till.sold(("COAT", 2, "100.00"), ("COAT", 3, "90.00"), ("HAT", 4, "20.00"), location="LYON")
    assert await on_hand(shop, "COAT", "LYON") == (0, 0)
    assert await on_hand(shop, "HAT", "LYON") == (1, 0)
    assert await rows_of(shop, stock_discrepancy, "sku", "quantity", "cause", "staff_id") == [("COAT", 3, "TILL_SALE", None)]
    moved = await rows_of(shop, stock_movement, "sku", "from_account", "to_account", "quantity", "cause")
    assert moved[-3:] == [
        ("COAT", "LOSS", "ON_HAND", 3, "COUNT"),
        ("COAT", "ON_HAND", "CUSTOMER", 5, "SALE"),
        ("HAT", "ON_HAND", "CUSTOMER", 4, "SALE"),
    ]
    assert (await shop.prove()).balanced
    await till.sold(("HAT", 1, "20.00"), location="PARIS")
    assert await on_hand(shop, "HAT", "PARIS") == (0, 0), "which never had any"


# ------------------------------------------------------------------------------------------------- by us


async def test_what_a_marketplace_leaves_to_us_is_sourced_from_its_own_pool_to_the_address(market: Seller) -> None:
    shop = market.shop
    order = await market.sold(
        ("COAT", 2, "110.00"), fulfilledBy="BY_US", address=HOME, contact=BUYER, fulfillmentPrice="4.90", externalId="M-1"
    )
    assert (order["status"], order["totals"]["total"]["minorUnits"], order["paid"]["minorUnits"]) == ("PLACED", 22_490, 22_490)
    (sent,) = order["fulfillments"]
    assert (sent["method"], sent["status"], sent["location"]["code"]) == ("DELIVERY", "OPEN", "PARIS")
    assert sent["address"] == {"line1": HOME["line1"]}
    assert sent["promise"]
    assert await on_hand(shop, "COAT", "PARIS") == (4, 0), "of the shared stock nothing"
    ((id,),) = await rows_of(shop, sales_order, "id")
    (group,) = (await shop.reads.orders.orders(await admin(shop), [id]))[id].groups
    assert (group.cost.minor_units, group.rules, group.parcels) == (520 + 2 * 45, "default", 1)
    assert await rows_of(shop, resourcing_task, "id") == []
    more = await market.sold(("COAT", 2, "110.00"), fulfilledBy="BY_US", address=HOME, externalId="M-2")
    assert (more["status"], [one["unsourcedQuantity"] for one in more["lines"]]) == ("ACTION_NEEDED", [1])
    assert [one["lines"][0]["quantity"] for one in more["fulfillments"]] == [1]
    assert await market.sold(("COAT", 2, "110.00"), fulfilledBy="BY_US", address=HOME, externalId="M-2") == more
    assert (await shop.prove()).balanced


async def test_what_is_collected_comes_to_the_store_and_has_a_ticket(till: Seller) -> None:
    order = await till.sold(("COAT", 3, "100.00"), fulfilledBy="BY_US", location="LYON")
    ways = sorted((one["location"]["code"], one["destination"]["code"], one["status"]) for one in order["fulfillments"])
    assert (order["status"], ways) == ("PLACED", [("LYON", "LYON", "OPEN"), ("PARIS", "LYON", "OPEN")])
    assert {one["pickup"] and len(one["pickup"]["code"]) for one in order["fulfillments"]} == {6}
    assert await on_hand(till.shop, "COAT", "LYON") == (2, 2)


async def test_what_is_fulfilled_elsewhere_moves_nothing_of_ours(market: Seller) -> None:
    before = await market.shop.rows()
    order = await market.sold(("COAT", 9, "110.00"), fulfilledBy="ELSEWHERE", contact=BUYER)
    (done,) = order["fulfillments"]
    assert (order["status"], done["method"], done["status"], done["location"]) == ("FULFILLED", "DELIVERY", "DELIVERED", None)
    assert order["payments"][0]["method"] == "EXTERNAL"
    after = await market.shop.rows()
    assert {name for name in after if name.startswith("stock_") and after[name] != before[name]} == set()


# ------------------------------------------------------------------------------------------------- whose


async def test_a_customer_who_has_verified_the_address_finds_the_order_among_theirs(till: Seller) -> None:
    shop = till.shop
    zoe = await customer(shop, "Zoe")
    order = await till.sold(("HAT", 1, "20.00"), location="LYON", contact={"email": " ZOE@mail.example"})
    assert order["customer"] is None, "which is not for a till to see"
    mine = await shop.ask("query ($id: ID!) { order(by: {id: $id}) { number } }", by=zoe, id=order["id"])
    assert mine["order"] == {"number": order["number"]}
    async with shop.work as work:
        await work.accounts.add(NewCustomer(email="new@mail.example", name=None, password_hash="none"), shop.now)
        await work.commit()
    await till.sold(("HAT", 1, "20.00"), location="LYON", contact={"email": "new@mail.example"})
    owners = {whose for (whose,) in await rows_of(shop, sales_order, "customer_id")}
    assert owners == {zoe.customer, None}, "who has not shown that the address is theirs gets nothing"


async def test_agents_admins_and_the_channels_own_integration_bring_sales_and_nobody_else(till: Seller) -> None:
    shop = till.shop
    channel = str((await shop.actor("till")).channel.id)
    sale: dict[str, Any] = {"location": "LYON", "channel": channel}
    others: list[Actor | None] = [
        None,
        await signed_in(shop),
        await customer(shop, "Ada"),
        await kiosk(shop, "LYON"),
        await associate(shop, "LYON"),
        await integration(shop, "market"),
    ]
    for by in others:
        for nothing in ({}, {"externalId": " "}):
            error = await Seller(shop, by).refused(("HAT", 1, "20.00"), **sale | nothing)
            assert (error["code"], error["path"]) == ("FORBIDDEN", ["input", "channel"])
    for staff in (await agent(shop), await admin(shop)):
        order = await Seller(shop, staff).sold(("HAT", 1, "20.00"), **sale)
        assert order["channel"] == {"code": "till"}
        seen = "query ($id: ID!) { order(by: {id: $id}) { number } }"
        assert (await shop.ask(seen, by=till.by, id=order["id"]))["order"] == {"number": order["number"]}
        assert (await shop.ask(seen, by=others[-1], id=order["id"]))["order"] is None
        assert (await shop.ask(seen, by=others[2], id=order["id"]))["order"] is None


# ------------------------------------------------------------------------------------------------- refused


async def test_what_does_not_add_up_is_refused_and_the_field_named(till: Seller) -> None:
    here = {"location": "LYON"}
    hat = line("HAT", 2, "20.00")
    wrong: list[tuple[list[str], dict[str, Any], dict[str, Any]]] = [
        (["lines", "0", "quantity"], hat | {"quantity": 0}, here),
        (["lines", "0", "unitPrice"], hat | {"unitPrice": "19.999"}, here),
        (["lines", "0", "unitPrice"], hat | {"unitPrice": "-1.00"}, here),
        (["lines", "0", "unitPrice"], hat | {"unitPrice": "99999999999"}, here),
        (["lines", "0", "discount"], hat | {"discount": "40.01"}, here),
        (["lines", "0", "tax"], hat | {"discount": "30.00", "tax": "10.01"}, here),
        (["lines"], hat | {"quantity": 1_000_000, "unitPrice": "20000.00"}, here),
        (["lines", "0", "sku"], hat | {"sku": "NONE"}, here),
        (["externalId"], hat, here | {"externalId": " "}),
        (["currencyCode"], hat, here | {"currencyCode": "USD"}),
        (["paidBy"], hat, here | {"paidBy": "AT_PICKUP"}),
        (["paidBy"], hat, here | {"paidBy": "STORE_CREDIT"}),
        (["fulfillmentPrice"], hat, here | {"fulfillmentPrice": "0.001"}),
        (["placedAt"], hat, here | {"placedAt": (NOON + timedelta(minutes=6)).isoformat()}),
        (["contact"], hat, here | {"contact": {"name": "Zoe"}}),
        (["contact", "email"], hat, here | {"contact": {"email": "zoe"}}),
        (["location"], hat, {}),
        (["address"], hat, here | {"address": HOME}),
        (["location"], hat, here | {"fulfilledBy": "ELSEWHERE"}),
        (["address"], hat, here | {"fulfilledBy": "BY_US", "address": HOME}),
        (["address"], hat, {"fulfilledBy": "BY_US"}),
        (["address", "line1"], hat, {"fulfilledBy": "BY_US", "address": HOME | {"line1": " "}}),
    ]
    for path, one, given in wrong:
        error = await till.refused(one, **given)
        code = "NOT_FOUND" if path[-1] == "sku" else "INVALID_INPUT"
        assert (error["path"], error["code"]) == (["input", *path], code), error
    assert (await till.payload(**here))["errors"][0]["path"] == ["input", "lines"]
