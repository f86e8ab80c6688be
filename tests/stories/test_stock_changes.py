"""What staff do with the stock of their store: receive, expect, count, reallocate; each once, on record, and proven."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from adapters.sql.tables import (
    outbox,
    staff_action,
    stock_allocation,
    stock_discrepancy,
    stock_incoming,
    stock_level,
    stock_movement,
)
from domain.actor import Actor, Role
from domain.discrepancy import Discrepancy, DiscrepancyCause
from domain.ids import ChannelId, FulfillmentId, IncomingId, StockDiscrepancyId
from domain.intake.stock import StockDraft
from tests.people import associate, put, signed_in
from tests.shop import NOON, Shop
from tests.stockroom import Stockroom
from tests.stories.test_staff_stock import OUTLET, others, outlet

SOON = (NOON + timedelta(days=3)).isoformat()
LATER = (NOON + timedelta(days=9)).isoformat()


@pytest.fixture
async def coats(shop: Shop) -> Shop:
    """Seven coats in Lyon, two in Paris; hats nowhere yet."""
    await Shop.opened(shop.database, OUTLET)
    await shop.locations("LYON", "PARIS")
    await shop.product("coat", "COAT", price="289.00")
    await shop.product("hat", "HAT")
    await shop.stock("COAT", LYON=7, PARIS=2)
    return shop


@pytest.fixture
async def lyon(coats: Shop) -> Stockroom:
    return Stockroom(coats, await associate(coats, "LYON"))


async def promise(shop: Shop, units: int) -> None:
    """Of all that is incoming."""
    async with shop.database.writing() as connection:
        await connection.execute(update(stock_incoming).values(promised=units))
        await connection.commit()


async def rows_of(shop: Shop, table: Any, *columns: str) -> list[tuple[Any, ...]]:
    """In the order in which they were written."""
    names = [column.name for column in table.columns]
    rows: list[tuple[Any, ...]] = [*(await shop.rows())[table.name]]
    rows.sort(key=lambda row: row[names.index("id")])
    return [tuple(row[names.index(column)] for column in columns) for row in rows]


# ----------------------------------------------------------------------------------------------- receiving


async def test_goods_are_received_line_by_line_also_what_the_store_never_had(lyon: Stockroom) -> None:
    answer = await lyon.done("stockReceive", location="LYON", lines=[("HAT", 2), ("COAT", 1), ("HAT", 3)])
    assert [(one["variant"]["sku"], one["onHand"], one["countedAt"]) for one in answer["levels"]] == [
        ("COAT", 8, NOON.isoformat()),
        ("HAT", 5, None),
    ]
    moved = await rows_of(lyon.shop, stock_movement, "sku", "from_account", "to_account", "quantity", "cause")
    assert moved[-2:] == [("COAT", "SUPPLIER", "ON_HAND", 1, "RECEIPT"), ("HAT", "SUPPLIER", "ON_HAND", 5, "RECEIPT")]
    place = str(await lyon.shop.location_id("LYON"))
    assert lyon.by
    assert await rows_of(lyon.shop, staff_action, "at", "staff_id", "action", "subject") == [
        (NOON, lyon.by.staff, "STOCK_RECEIVED", place)
    ]
    assert (await rows_of(lyon.shop, outbox, "type", "data"))[-1] == ("stock.changed", {"skus": ["COAT", "HAT"]})
    assert (await lyon.shop.prove()).balanced


async def test_expected_goods_are_used_up_as_they_come_and_what_is_promised_stays_expected(lyon: Stockroom) -> None:
    expecting = {"location": "LYON", "sku": "HAT", "quantity": 5, "expectedAt": SOON}
    (hat,) = (await lyon.done("stockIncomingSet", **expecting))["levels"]
    incoming = hat["incoming"][0]["id"]
    await lyon.done("stockReceive", location="LYON", lines=[("HAT", 1)])
    assert await lyon.expected("HAT", "LYON") == [(5, 0)], "which nobody said these were"
    await lyon.done("stockReceive", location="LYON", lines=[("HAT", 1), ("COAT", 9)], incoming=incoming)
    assert await lyon.expected("HAT", "LYON") == [(4, 0)]
    await promise(lyon.shop, 3)
    await lyon.done("stockReceive", location="LYON", lines=[("HAT", 2)], incoming=incoming)
    assert await lyon.expected("HAT", "LYON") == [(3, 3)]
    await promise(lyon.shop, 0)
    await lyon.done("stockReceive", location="LYON", lines=[("HAT", 4)], incoming=incoming)
    assert (await lyon.level("HAT", "LYON"))["onHand"] == 8
    assert await lyon.expected("HAT", "LYON") == []
    error = await lyon.refused("stockReceive", location="LYON", lines=[("HAT", 1)], incoming=incoming)
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "incoming"])


async def test_the_same_key_does_nothing_twice_and_answers_with_how_it_is_by_then(lyon: Stockroom) -> None:
    receipt = {"location": "LYON", "lines": [("COAT", 2)], "idempotencyKey": "the delivery note"}
    await lyon.done("stockReceive", **receipt)
    await lyon.done("stockCount", location="LYON", sku="COAT", counted=8, expectedOnHand=9)
    again = await lyon.done("stockReceive", **receipt)
    assert [one["onHand"] for one in again["levels"]] == [8]
    error = await lyon.refused("stockReceive", **receipt | {"lines": [("COAT", 3)]})
    assert error["code"] == "IDEMPOTENCY_KEY_REUSED"
    error = await lyon.refused("stockReceive", **receipt | {"lines": [("NONE", 1)], "idempotencyKey": "a mistake"})
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "lines", "0", "sku"])
    await lyon.done("stockReceive", **receipt | {"idempotencyKey": "a mistake"})
    assert (await lyon.level("COAT", "LYON"))["onHand"] == 10


# ------------------------------------------------------------------------------------------------ incoming


async def test_what_is_expected_is_set_changed_and_removed_but_not_below_what_is_promised(lyon: Stockroom) -> None:
    expecting = {"location": "LYON", "sku": "COAT", "quantity": 5, "expectedAt": SOON}
    await lyon.done("stockIncomingSet", **expecting)
    error = await lyon.refused("stockIncomingSet", **expecting)
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "expectedAt"])
    (coat,) = (await lyon.done("stockIncomingSet", **expecting | {"expectedAt": LATER}))["levels"]
    assert [(one["quantity"], one["expectedAt"]) for one in coat["incoming"]] == [(5, SOON), (5, LATER)]
    named = expecting | {"incoming": coat["incoming"][0]["id"]}
    await promise(lyon.shop, 3)
    error = await lyon.refused("stockIncomingSet", **named | {"quantity": 2})
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "quantity"])
    assert error["message"] == "`quantity` is 2, and 3 of them are promised to buyers; it must be 3 or more."
    await lyon.done("stockIncomingSet", **named | {"quantity": 3})
    assert await lyon.expected("COAT", "LYON") == [(3, 3), (5, 3)]
    await promise(lyon.shop, 0)
    await lyon.done("stockIncomingSet", **named | {"quantity": 0})
    assert await lyon.expected("COAT", "LYON") == [(5, 0)]


# ------------------------------------------------------------------------------------------------ counting


async def test_a_count_corrects_the_shelf_if_nothing_moved_meanwhile_and_is_on_record(lyon: Stockroom) -> None:
    lyon.shop.now = NOON + timedelta(days=40)
    counting = {"location": "LYON", "sku": "COAT", "counted": 5, "expectedOnHand": 6, "reason": " two are missing "}
    error = await lyon.refused("stockCount", **counting)
    assert (error["__typename"], error["path"], error["status"]) == ("WrongState", ["input", "expectedOnHand"], "7")
    (coat,) = (await lyon.done("stockCount", **counting | {"expectedOnHand": 7}))["levels"]
    assert (coat["onHand"], coat["available"], coat["countedAt"]) == (5, 5, lyon.shop.now.isoformat())
    moved = await rows_of(lyon.shop, stock_movement, "from_account", "to_account", "quantity", "cause")
    assert moved[-1] == ("ON_HAND", "LOSS", 2, "COUNT")
    await lyon.done("stockCount", location="LYON", sku="HAT", counted=0, expectedOnHand=0)
    await lyon.done("stockCount", location="LYON", sku="HAT", counted=2, expectedOnHand=0)
    assert lyon.by
    assert await rows_of(lyon.shop, stock_discrepancy, "sku", "quantity", "cause", "staff_id") == [
        ("COAT", -2, "COUNT", lyon.by.staff),
        ("HAT", 2, "COUNT", lyon.by.staff),
    ]
    actions = await rows_of(lyon.shop, staff_action, "action", "subject", "reason")
    assert actions[0] == ("STOCK_COUNTED", coat["id"], "two are missing")
    assert [reason for _, _, reason in actions[1:]] == [None, None]
    assert (await lyon.shop.prove()).balanced


async def test_fewer_may_be_counted_than_are_promised_and_then_none_is_for_sale(lyon: Stockroom) -> None:
    shop, shelf = lyon.shop, await lyon.shop.shelf("COAT", "LYON")
    await shop.hold("COAT", "LYON", 2)
    place = {"sku": "COAT", "location_id": shelf.location, "pool_id": shelf.pool}
    await put(shop, stock_allocation, fulfillment_id=FulfillmentId.new(), quantity=3, **place)
    async with shop.database.writing() as connection:
        here = stock_level.c.location_id == shelf.location
        await connection.execute(update(stock_level).where(here).values(allocated=3))
        await connection.commit()
    (coat,) = (await lyon.done("stockCount", location="LYON", sku="COAT", counted=1, expectedOnHand=7))["levels"]
    assert [coat[name] for name in ("onHand", "held", "allocated", "available")] == [1, 2, 3, 0]
    assert (await shop.prove()).balanced
    sent = await lyon.refused("stockTransfer", fromLocation="LYON", toLocation="PARIS", lines=[("COAT", 1)])
    assert (sent["requested"], sent["available"]) == (1, 0)
    assert (await shop.ask('{ variant(by: {sku: "COAT"}) { availableQuantity } }')) == {"variant": {"availableQuantity": 2}}


async def test_what_was_looked_for_in_vain_is_doubtful_until_somebody_counts(lyon: Stockroom) -> None:
    asked = '{ variant(by: {sku: "COAT"}) { availability { nodes { confidence location { code } } } } }'

    async def confidence() -> dict[str, str]:
        nodes = (await lyon.shop.ask(asked))["variant"]["availability"]["nodes"]
        return {one["location"]["code"]: one["confidence"] for one in nodes}

    assert await confidence() == {"LYON": "HIGH", "PARIS": "HIGH"}
    missing = Discrepancy(
        id=StockDiscrepancyId.new(),
        at=lyon.shop.now,
        shelf=await lyon.shop.shelf("COAT", "LYON"),
        quantity=-1,
        cause=DiscrepancyCause.SHORT_PICK,
        subject=str(FulfillmentId.new()),
    )
    async with lyon.shop.work as work:
        await work.discrepancies.record([missing])
        await work.commit()
    assert await confidence() == {"LYON": "LOW", "PARIS": "HIGH"}
    await lyon.done("stockCount", location="LYON", sku="COAT", counted=7, expectedOnHand=7)
    assert await confidence() == {"LYON": "HIGH", "PARIS": "HIGH"}


# -------------------------------------------------------------------------------------------- reallocating


async def test_units_change_pools_where_they_stand_but_not_those_that_somebody_holds(lyon: Stockroom) -> None:
    shop, own = lyon.shop, (await outlet(lyon.shop)).channel
    await shop.count(StockDraft(sku="COAT", location="LYON", on_hand=7, safety=6))
    await shop.hold("COAT", "LYON", 1, until=NOON + timedelta(minutes=15))
    moving = {"location": "LYON", "toPool": str(own.id)}
    for language, said in (("en", "There is not as much in stock as you want."), ("fr", "Il n’y en a pas autant en stock.")):
        error = await lyon.refused("stockReallocate", lines=[("COAT", 4), ("COAT", 3)], language=language, **moving)
        assert (error["__typename"], error["message"], error["path"]) == (
            "InsufficientStock",
            said,
            ["input", "lines", "0", "quantity"],
        )
        assert (error["requested"], error["available"], error["variant"]) == (7, 6, {"sku": "COAT"})
        assert {one["location"]["code"] for one in error["alternatives"]} == {"PARIS"}
    answer = await lyon.done("stockReallocate", lines=[("COAT", 2)], **moving)
    assert [(one["pool"], one["onHand"]) for one in answer["levels"]] == [(None, 5), ({"code": "outlet"}, 2)]
    shop.now += timedelta(minutes=15)
    answer = await lyon.done("stockReallocate", lines=[("COAT", 5)], **moving)
    assert [(one["held"], one["onHand"]) for one in answer["levels"]] == [(0, 0), (0, 7)]
    await lyon.done("stockReallocate", location="LYON", lines=[("COAT", 1)], fromPool=str(own.id))
    assert (await lyon.level("COAT", "LYON"))["onHand"] == 1
    causes = await rows_of(shop, stock_movement, "cause", "quantity")
    assert causes[-3:] == [("REALLOCATION", 2), ("REALLOCATION", 5), ("REALLOCATION", 1)]
    assert (await shop.prove()).balanced


# ------------------------------------------------------------------------------------------------ refusals

COUNT = {"location": "LYON", "sku": "COAT", "counted": 7, "expectedOnHand": 7}
EXPECT = {"location": "LYON", "sku": "COAT", "quantity": 1, "expectedAt": SOON}
RECEIVE = {"location": "LYON", "lines": [("COAT", 1)]}
WRONG: list[tuple[str, dict[str, Any], dict[str, Any], str, list[str]]] = [
    ("stockReceive", RECEIVE, {"lines": []}, "INVALID_INPUT", ["lines"]),
    ("stockReceive", RECEIVE, {"lines": [("COAT", 1)] * 101}, "INVALID_INPUT", ["lines"]),
    ("stockReceive", RECEIVE, {"lines": [("COAT", 1), ("COAT", 0)]}, "INVALID_INPUT", ["lines", "1", "quantity"]),
    ("stockReceive", RECEIVE, {"lines": [("COAT", 1_000_000), ("COAT", 1)]}, "INVALID_INPUT", ["lines", "0", "quantity"]),
    ("stockReceive", RECEIVE, {"pool": str(ChannelId.new())}, "NOT_FOUND", ["pool"]),
    ("stockReceive", RECEIVE, {"incoming": str(IncomingId.new())}, "NOT_FOUND", ["incoming"]),
    ("stockReceive", RECEIVE, {"idempotencyKey": ""}, "INVALID_INPUT", ["idempotencyKey"]),
    ("stockCount", COUNT, {"counted": -1}, "INVALID_INPUT", ["counted"]),
    ("stockCount", COUNT, {"counted": 1_000_001}, "INVALID_INPUT", ["counted"]),
    ("stockCount", COUNT, {"sku": "NONE"}, "NOT_FOUND", ["sku"]),
    ("stockCount", COUNT, {"reason": "x" * 501}, "INVALID_INPUT", ["reason"]),
    ("stockIncomingSet", EXPECT, {"quantity": 0}, "INVALID_INPUT", ["quantity"]),
    ("stockIncomingSet", EXPECT, {"expectedAt": NOON.isoformat()}, "INVALID_INPUT", ["expectedAt"]),
    ("stockIncomingSet", EXPECT, {"expectedAt": "2999-01-01T00:00:00Z"}, "INVALID_INPUT", ["expectedAt"]),
    ("stockIncomingSet", EXPECT, {"sku": "NONE"}, "NOT_FOUND", ["sku"]),
    ("stockIncomingSet", EXPECT, {"incoming": str(IncomingId.new())}, "NOT_FOUND", ["incoming"]),
    ("stockReallocate", RECEIVE, {}, "INVALID_INPUT", ["toPool"]),
    ("stockReallocate", RECEIVE, {"toPool": str(ChannelId.new())}, "NOT_FOUND", ["toPool"]),
    ("stockReallocate", RECEIVE, {"fromPool": str(ChannelId.new())}, "NOT_FOUND", ["fromPool"]),
]


async def test_what_cannot_be_done_names_its_field_and_changes_nothing(lyon: Stockroom) -> None:
    for mutation, right, wrong, code, path in WRONG:
        error = await lyon.refused(mutation, **right | wrong)
        assert (error["code"], error["path"]) == (code, ["input", *path]), (mutation, wrong)


async def test_others_do_nothing_with_a_stores_stock_and_learn_nothing_of_it(coats: Shop) -> None:
    unknown = {"lines": [("NONE", 0)]}
    doing: dict[str, dict[str, Any]] = {
        "stockReceive": RECEIVE | unknown,
        "stockCount": COUNT | {"sku": "NONE"},
        "stockIncomingSet": EXPECT | {"sku": "NONE"},
        "stockReallocate": RECEIVE | unknown,
    }
    for by in await others(coats):
        for mutation, given in doing.items():
            error = await Stockroom(coats, by).refused(mutation, **given)
            assert (error["code"], error["path"]) == ("FORBIDDEN", ["input", "location"])


async def test_an_integration_handles_the_stock_of_its_channel_and_no_other(coats: Shop) -> None:
    """Everywhere; it is nobody of the staff."""
    channel, session = (await outlet(coats)).channel, (await signed_in(coats)).session
    integration = Stockroom(coats, Actor(channel, session=session, roles=(Role.INTEGRATION,)))
    await coats.count(StockDraft(sku="HAT", location="LYON", on_hand=0, expected=(4, date(2026, 12, 8))), pool=channel.pool)
    mine = {"location": "LYON", "pool": str(channel.id)}
    answer = await integration.done("stockReceive", lines=[("HAT", 2)], **mine)
    assert [(one["onHand"], one["pool"], len(one["incoming"])) for one in answer["levels"]] == [(2, {"code": "outlet"}, 1)]
    await integration.done("stockCount", sku="HAT", counted=1, expectedOnHand=2, **mine)
    assert await rows_of(coats, staff_action, "action") == []
    for mutation, given in (
        ("stockReceive", RECEIVE),
        ("stockIncomingSet", EXPECT),
        ("stockReallocate", RECEIVE | {"toPool": str(channel.id)}),
    ):
        assert (await integration.refused(mutation, **given))["code"] == "FORBIDDEN"
