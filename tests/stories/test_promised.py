"""What was promised of goods that had yet to come in, and of goods that turn out not to be there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from adapters.sql.work import SqlWork
from domain.intake.stock import StockDraft
from domain.promised import resource_excess, tell_supplied
from domain.resourcing import Sourcer
from tests.device import Device
from tests.options import choose, collect
from tests.orders import begin, place, reached
from tests.people import associate
from tests.shop import Shop
from tests.stockroom import Stockroom

COMING = date(2026, 12, 8)
LOOK = """query Look($id: ID!) { order(by: {id: $id}) { status lines { unsourcedQuantity } fulfillments { status version
  location { code } lines { quantity } } } }"""


@dataclass
class Boots:
    """A shop that sells boots before they are there."""

    shop: Shop
    room: Stockroom

    async def buyer(self, units: int, n: int) -> tuple[Device, dict[str, Any]]:
        """With a checkout, to collect them in Lyon."""
        phone = Device(self.shop)
        cart = await reached(phone, await phone.create(("BOOTS", units)), email=f"{n}@shop.test", phone=f"+3347200000{n}")
        return phone, await begin(phone, await choose(phone, cart, await collect(phone, "LYON")))

    async def buys(self, units: int, n: int) -> tuple[Device, dict[str, Any]]:
        """And an order."""
        phone, checkout = await self.buyer(units, n)
        return phone, await place(phone, checkout)

    async def owned(self) -> tuple[list[int], list[int], list[int]]:
        """Units held, allocated, and backordered."""
        rows = await self.shop.rows()
        found = ("stock_hold", "stock_allocation", "stock_backorder")
        held, allocated, backordered = ([row for row in rows[name]] for name in found)
        return sorted(map(units_in, held)), sorted(map(units_in, allocated)), sorted(map(units_in, backordered))


def units_in(row: tuple[object, ...]) -> int:
    return next(value for value in row if isinstance(value, int))


@pytest.fixture
async def boots(shop: Shop) -> Boots:
    await shop.locations("LYON", "PARIS")
    await shop.carriers()
    await shop.product("boots", "BOOTS", price="100.00", variant={"backorders": True})
    await shop.count(StockDraft(sku="BOOTS", location="LYON", on_hand=0, safety=2, expected=(10, COMING)))
    return Boots(shop, Stockroom(shop, await associate(shop, "LYON")))


async def looked(phone: Device, order: dict[str, Any]) -> Any:
    return (await phone.ask(LOOK, id=order["id"]))["order"]


async def test_what_comes_in_is_given_out_in_the_order_of_promise_to_orders_and_checkouts(boots: Boots) -> None:
    shop, room = boots.shop, boots.room
    first, order = await boots.buys(3, 1)
    paying, checkout = await boots.buyer(2, 2)
    await boots.buyer(1, 3)
    assert await boots.owned() == ([], [], [1, 2, 3])
    assert (await shop.prove()).balanced
    shop.now += timedelta(minutes=1)
    incoming = (await room.level("BOOTS", "LYON"))["incoming"][0]["id"]
    await room.done("stockReceive", location="LYON", lines=[("BOOTS", 4)], incoming=incoming)
    assert await boots.owned() == ([1], [3], [1, 1])  # the safety of 2 is not for those who were promised before
    assert await room.expected("BOOTS", "LYON") == [(6, 2)]
    assert (await shop.prove()).balanced
    placed = await place(paying, checkout)
    assert await boots.owned() == ([], [1, 3], [1, 1])
    assert await tell_supplied(SqlWork(shop.database), shop.now) == 1
    assert await tell_supplied(SqlWork(shop.database), shop.now) == 0
    assert (await looked(first, order))["fulfillments"][0]["version"] == 2
    shop.now += timedelta(minutes=20)  # the last checkout is over
    await room.done("stockReceive", location="LYON", lines=[("BOOTS", 6)], incoming=incoming)
    assert await boots.owned() == ([], [2, 3], [])
    assert (await room.level("BOOTS", "LYON"))["incoming"] == []
    assert await tell_supplied(SqlWork(shop.database), shop.now) == 1
    assert (await looked(paying, placed))["fulfillments"][0]["version"] == 2
    assert (await shop.prove()).balanced


async def test_a_count_below_what_is_promised_takes_the_newest_order_elsewhere_and_leaves_the_others(boots: Boots) -> None:
    shop, room = boots.shop, boots.room
    await shop.stock("BOOTS", LYON=7, PARIS=2)
    older, first = await boots.buys(2, 1)
    shop.now += timedelta(minutes=1)
    newer, last = await boots.buys(2, 2)
    level = await room.level("BOOTS", "LYON")
    assert (level["onHand"], level["allocated"]) == (7, 4)
    await room.done("stockCount", location="LYON", sku="BOOTS", counted=3, expectedOnHand=7)
    work = SqlWork(shop.database)
    sourcer = Sourcer(SqlWork(shop.database), shop.reads, lambda: shop.now, lambda: False)
    assert await resource_excess(work, sourcer) == 1
    assert await resource_excess(work, sourcer) == 0
    assert (await looked(older, first))["fulfillments"][0]["version"] == 1
    found = await looked(newer, last)
    parts = [(one["status"], one["location"]["code"], one["lines"][0]["quantity"]) for one in found["fulfillments"]]
    assert parts == [("OPEN", "LYON", 1), ("OPEN", "PARIS", 1)]
    assert (found["status"], found["lines"][0]["unsourcedQuantity"]) == ("PLACED", 0)
    assert (await shop.prove()).balanced
    await room.done("stockCount", location="LYON", sku="BOOTS", counted=2, expectedOnHand=3)
    assert await resource_excess(work, sourcer) == 1
    found = await looked(newer, last)
    assert [one["status"] for one in found["fulfillments"]][:2] == ["REJECTED", "OPEN"]
    assert (await shop.prove()).balanced
