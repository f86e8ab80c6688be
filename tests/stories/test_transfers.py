"""Transfers: goods leave one store for another, are expected there, and come in by parts; every unit is always somewhere."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.ids import LocationId, StockTransferId
from domain.intake.stock import StockDraft
from tests.people import admin, associate, customer
from tests.shop import NOON, Shop
from tests.stockroom import Stockroom
from tests.stories.test_staff_stock import LEDGER, PROOF

SOON = (NOON + timedelta(days=3)).isoformat()
TO_PARIS = {"fromLocation": "LYON", "toLocation": "PARIS"}


@pytest.fixture
async def coats(shop: Shop) -> Shop:
    """Seven coats and three hats in Lyon, and nothing in Paris."""
    await shop.locations("LYON", "PARIS", "LILLE", walk_in_buffer=1)
    await shop.product("coat", "COAT")
    await shop.product("hat", "HAT")
    await shop.stock("COAT", LYON=7)
    await shop.stock("HAT", LYON=3)
    return shop


@pytest.fixture
async def lyon(coats: Shop) -> Stockroom:
    return Stockroom(coats, await associate(coats, "LYON"))


@pytest.fixture
async def paris(coats: Shop) -> Stockroom:
    return Stockroom(coats, await associate(coats, "PARIS"))


async def proven(shop: Shop) -> bool:
    """As a whole, and as the staff of either end see it."""
    parts = [await shop.ask(PROOF, by=await associate(shop, code)) for code in ("LYON", "PARIS")]
    return (await shop.prove()).balanced and all(part["stockProof"]["balanced"] for part in parts)


async def test_goods_are_sent_expected_and_taken_in_by_parts(lyon: Stockroom, paris: Stockroom) -> None:
    shop = lyon.shop
    lines = [("HAT", 3), ("COAT", 1), ("COAT", 3)]
    sent = (await lyon.done("stockTransfer", lines=lines, expectedAt=SOON, **TO_PARIS))["transfer"]
    assert (sent["status"], sent["fromLocation"], sent["toLocation"]) == ("IN_TRANSIT", {"code": "LYON"}, {"code": "PARIS"})
    assert (sent["expectedAt"], sent["createdAt"]) == (SOON, NOON.isoformat())
    assert [(one["variant"]["sku"], one["quantity"], one["receivedQuantity"]) for one in sent["lines"]] == [
        ("COAT", 4, 0),
        ("HAT", 3, 0),
    ]
    assert (await lyon.level("HAT", "LYON"))["onHand"] == 0, "the buffer for walk-in sales can be sent, too"
    hat = await paris.level("HAT", "PARIS")
    assert (hat["onHand"], [(one["quantity"], one["expectedAt"]) for one in hat["incoming"]]) == (0, [(3, SOON)])
    assert await proven(shop)
    for room, code in ((lyon, "LYON"), (paris, "PARIS")):
        assert (await room.transfers(code))["nodes"] == [sent]

    some = await paris.done("stockTransferReceive", transfer=sent["id"], lines=[("COAT", 3)])
    assert some["transfer"]["status"] == "IN_TRANSIT"
    assert [line["receivedQuantity"] for line in some["transfer"]["lines"]] == [3, 0]
    assert ((await paris.level("COAT", "PARIS"))["onHand"], await paris.expected("COAT", "PARIS")) == (3, [(1, 0)])
    assert await proven(shop)
    error = await paris.refused("stockTransferReceive", transfer=sent["id"], lines=[("HAT", 3), ("COAT", 1), ("COAT", 1)])
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "lines", "1", "quantity"])
    assert error["message"].startswith("4 were sent and 3 have come in, so that it must be 1 at most;")

    rest = await paris.done("stockTransferReceive", transfer=sent["id"], lines=[("HAT", 3), ("COAT", 1)])
    assert rest["transfer"]["status"] == "RECEIVED"
    assert (await paris.expected("COAT", "PARIS"), await paris.expected("HAT", "PARIS")) == ([], [])
    assert await proven(shop)
    assert (await paris.transfers("PARIS"))["nodes"] == []
    assert [one["status"] for one in (await paris.transfers("PARIS", open=False))["nodes"]] == ["RECEIVED"]
    error = await paris.refused("stockTransferReceive", transfer=sent["id"], lines=[("HAT", 1)])
    assert (error["__typename"], error["path"], error["status"]) == ("WrongState", ["input", "transfer"], "RECEIVED")

    told = (await shop.ask(LEDGER, by=await admin(shop), sku="COAT"))["stockLedger"]["nodes"]
    assert [(one["fromAccount"], one["toAccount"], one["quantity"], one["cause"], one["balance"]) for one in told] == [
        ("in transit PARIS", "on hand PARIS", 1, "TRANSFER", 7),
        ("in transit PARIS", "on hand PARIS", 3, "TRANSFER", 6),
        ("on hand LYON", "in transit PARIS", 4, "TRANSFER", 3),
        ("supplier", "on hand LYON", 7, "RECEIPT", 7),
    ]


async def test_sent_and_taken_in_once_for_each_key(lyon: Stockroom, paris: Stockroom) -> None:
    sending = {"lines": [("COAT", 2)], "idempotencyKey": "the consignment"} | TO_PARIS
    sent = (await lyon.done("stockTransfer", **sending))["transfer"]
    receipt = {"transfer": sent["id"], "lines": [("COAT", 2)], "idempotencyKey": "its receipt"}
    await paris.done("stockTransferReceive", **receipt)
    again = (await lyon.done("stockTransfer", **sending))["transfer"]
    assert (again["id"], again["status"]) == (sent["id"], "RECEIVED")
    assert (await paris.done("stockTransferReceive", **receipt))["transfer"] == again
    assert ((await lyon.level("COAT", "LYON"))["onHand"], (await paris.level("COAT", "PARIS"))["onHand"]) == (5, 2)
    assert (await lyon.refused("stockTransfer", **sending | {"lines": [("COAT", 1)]}))["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_several_transfers_come_at_one_moment_beside_what_suppliers_bring_and_files_say(
    lyon: Stockroom, paris: Stockroom
) -> None:
    shop = lyon.shop
    await paris.done("stockIncomingSet", location="PARIS", sku="COAT", quantity=9, expectedAt=SOON)
    for units in (1, 2):
        await lyon.done("stockTransfer", lines=[("COAT", units)], expectedAt=SOON, **TO_PARIS)
    await lyon.done("stockTransfer", lines=[("COAT", 1)], **TO_PARIS)
    assert sorted(await paris.expected("COAT", "PARIS")) == [(1, 0), (2, 0), (9, 0)], "nobody knows when the last one comes"
    by_transfer = next(one for one in (await paris.level("COAT", "PARIS"))["incoming"] if one["quantity"] == 2)["id"]
    for mutation, given in (
        ("stockIncomingSet", {"sku": "COAT", "quantity": 1, "expectedAt": SOON}),
        ("stockReceive", {"lines": [("COAT", 1)]}),
    ):
        error = await paris.refused(mutation, location="PARIS", incoming=by_transfer, **given)
        assert error["code"] == "INVALID_INPUT"
        assert "stockTransferReceive" in error["message"]
    for expected in (4, 0):
        await shop.count(StockDraft(sku="COAT", location="PARIS", on_hand=0, expected=(expected, date(2026, 12, 8))))
        left = [(1, 0), (2, 0), (4, 0)] if expected else [(1, 0), (2, 0)]
        assert sorted(await paris.expected("COAT", "PARIS")) == left
    again = await shop.count(StockDraft(sku="COAT", location="PARIS", on_hand=0, expected=(0, date(2026, 12, 8))))
    assert again.touched == 0


async def test_pages_of_transfers_newest_first(lyon: Stockroom) -> None:
    for units in (1, 2, 3):
        await lyon.done("stockTransfer", lines=[("COAT", units)], **TO_PARIS)
    first = await lyon.transfers("LYON", first=2)
    second = await lyon.transfers("LYON", first=2, after=first["pageInfo"]["endCursor"])
    assert [one["lines"][0]["quantity"] for one in (*first["nodes"], *second["nodes"])] == [3, 2, 1]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


async def test_what_cannot_be_sent_or_taken_in_names_its_field_and_changes_nothing(lyon: Stockroom, paris: Stockroom) -> None:
    sending = {"lines": [("COAT", 1)]} | TO_PARIS
    for wrong, code, path in (
        ({"lines": [("COAT", 1), ("HAT", 4)]}, "INSUFFICIENT_STOCK", ["lines", "1", "quantity"]),
        ({"lines": [("NONE", 1)]}, "NOT_FOUND", ["lines", "0", "sku"]),
        ({"lines": []}, "INVALID_INPUT", ["lines"]),
        ({"toLocation": "LYON"}, "INVALID_INPUT", ["toLocation"]),
        ({"expectedAt": NOON.isoformat()}, "INVALID_INPUT", ["expectedAt"]),
    ):
        error = await lyon.refused("stockTransfer", **sending | wrong)
        assert (error["code"], error["path"]) == (code, ["input", *path]), wrong
    sent = (await lyon.done("stockTransfer", **sending))["transfer"]["id"]
    for wrong, code, path in (
        ({"lines": [("HAT", 1)]}, "INVALID_INPUT", ["lines", "0", "sku"]),
        ({"transfer": str(StockTransferId.new())}, "NOT_FOUND", ["transfer"]),
        ({"transfer": str(LocationId.new())}, "INVALID_INPUT", ["transfer"]),
    ):
        error = await paris.refused("stockTransferReceive", **{"transfer": sent, "lines": [("COAT", 1)]} | wrong)
        assert (error["code"], error["path"]) == (code, ["input", *path]), wrong


async def test_each_end_does_its_part_and_others_do_not_even_see_it(lyon: Stockroom, paris: Stockroom) -> None:
    shop = lyon.shop
    sending = {"lines": [("COAT", 1)]} | TO_PARIS
    assert (await paris.refused("stockTransfer", **sending))["path"] == ["input", "fromLocation"]
    sent = (await lyon.done("stockTransfer", **sending))["transfer"]["id"]
    receipt = {"transfer": sent, "lines": [("COAT", 1)]}
    assert (await lyon.refused("stockTransferReceive", **receipt))["code"] == "FORBIDDEN"
    lille = Stockroom(shop, await associate(shop, "LILLE"))
    assert (await lille.refused("stockTransferReceive", **receipt))["code"] == "NOT_FOUND"
    shopper = Stockroom(shop, await customer(shop, "Ada"))
    assert (await shopper.refused("stockTransferReceive", **receipt))["code"] == "FORBIDDEN"
    asked = "query Node($id: ID!) { node(id: $id) { ... on StockTransfer { status } } }"
    for room, seen in ((lyon, {"status": "IN_TRANSIT"}), (paris, {"status": "IN_TRANSIT"}), (lille, None), (shopper, None)):
        assert await shop.ask(asked, by=room.by, id=sent) == {"node": seen}
    everywhere = Stockroom(shop, await admin(shop))
    assert (await everywhere.done("stockTransferReceive", **receipt))["transfer"]["status"] == "RECEIVED"
