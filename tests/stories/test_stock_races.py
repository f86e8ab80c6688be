"""Stock handled by many at once, on both databases: nothing is done twice, no unit is sent twice, nobody waits for ever."""

from __future__ import annotations

import asyncio

import pytest

from tests.people import admin
from tests.shop import Shop
from tests.stockroom import Stockroom

HANDS = 10
TO_PARIS = {"fromLocation": "LYON", "toLocation": "PARIS"}
TO_LYON = {"fromLocation": "PARIS", "toLocation": "LYON"}


@pytest.fixture
async def room(shop: Shop) -> Stockroom:
    await shop.locations("LYON", "PARIS")
    await shop.product("goods", "A", "B")
    return Stockroom(shop, await admin(shop))


async def test_of_many_receipts_with_one_key_one_counts(room: Stockroom) -> None:
    receipt = {"location": "LYON", "lines": [("A", 2), ("B", 1)], "idempotencyKey": "the delivery note"}
    answers = await asyncio.gather(*(room.done("stockReceive", **receipt) for _ in range(HANDS)))
    assert {tuple(one["onHand"] for one in answer["levels"]) for answer in answers} == {(2, 1)}
    assert (await room.shop.prove()).units == 3


async def test_the_last_unit_is_sent_once_or_held_once(room: Stockroom) -> None:
    await room.done("stockReceive", location="LYON", lines=[("A", 1)])
    *sent, held = await asyncio.gather(
        *(room.answer("stockTransfer", lines=[("A", 1)], **TO_PARIS) for _ in range(HANDS)), room.shop.hold("A", "LYON", 1)
    )
    refused = [error["code"] for answer in sent for error in answer["errors"]]
    assert len(refused) == HANDS - 1 + isinstance(held, tuple)
    assert set(refused) == {"INSUFFICIENT_STOCK"}
    assert (await room.shop.prove()).balanced


async def test_a_transfer_that_many_take_in_at_once_comes_in_once(room: Stockroom) -> None:
    await room.done("stockReceive", location="LYON", lines=[("A", 6)])
    sent = (await room.done("stockTransfer", lines=[("A", 6)], expectedAt="2026-12-01T00:00:00Z", **TO_PARIS))["transfer"]["id"]
    answers = await asyncio.gather(
        *(room.answer("stockTransferReceive", transfer=sent, lines=[("A", 2)]) for _ in range(HANDS))
    )
    assert sum(not answer["errors"] for answer in answers) == 3
    assert ((await room.level("A", "PARIS"))["onHand"], await room.expected("A", "PARIS")) == (6, [])
    assert (await room.shop.prove()).balanced


async def test_of_those_who_counted_the_same_shelf_one_is_believed(room: Stockroom) -> None:
    counts = (room.answer("stockCount", location="LYON", sku="A", counted=1 + n, expectedOnHand=0) for n in range(HANDS))
    answers = await asyncio.gather(*counts)
    (count,) = [answer["levels"][0]["onHand"] for answer in answers if not answer["errors"]]
    assert {error["status"] for answer in answers for error in answer["errors"]} == {str(count)}


async def test_stores_that_send_to_each_other_at_once_do_not_wait_for_ever(room: Stockroom) -> None:
    """Of one SKU that both have, and of one that each has not had yet."""
    for code, lines in (("LYON", [("A", 50), ("B", 50)]), ("PARIS", [("A", 50)])):
        await room.done("stockReceive", location=code, lines=lines)
    sending = [("B", 1), ("A", 1)]
    there = (room.done("stockTransfer", lines=sending, **TO_PARIS) for _ in range(HANDS))
    back = (room.done("stockTransfer", lines=sending[1:], **TO_LYON) for _ in range(HANDS))
    await asyncio.gather(*there, *back)
    assert [(await room.level("A", code))["onHand"] for code in ("LYON", "PARIS")] == [40, 40]
    assert (await room.shop.prove()).balanced
