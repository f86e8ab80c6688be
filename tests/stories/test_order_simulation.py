"""What other rules would have made of past orders, beside how they were sent."""

from __future__ import annotations

from typing import Any

import pytest

from domain.order_simulation import simulate_all
from domain.rules import RuleBook, SourcingRules
from tests.device import Device
from tests.options import HOME, choose, collect, deliver, two_stores
from tests.orders import begin, place, reached
from tests.people import agent, associate
from tests.sales import Seller
from tests.shop import Shop
from tests.stories.test_sourcing import SIMULATE


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    """Paris alone has both coats and scarves."""
    await two_stores(shop, units=1)
    await shop.locations("LILLE")
    await shop.stock("SCARF", LILLE=1)
    await shop.carriers()
    return shop


async def bought(phone: Device, how: dict[str, Any], *goods: tuple[str, int]) -> str:
    cart = await reached(phone, await phone.create(*goods))
    order: dict[str, Any] = await place(phone, await begin(phone, await choose(phone, cart, how)))
    return str(order["id"])


async def simulated(shop: Shop, orders: list[str], **rules: Any) -> Any:
    asked = {"orders": orders, "rules": rules}
    return (await shop.ask(SIMULATE, by=await agent(shop), input=asked))["sourcingSimulate"]


async def test_orders_are_sent_again_by_other_rules_from_the_shelves_they_emptied(shop: Shop, phone: Device) -> None:
    sent = await bought(phone, deliver(), ("COAT", 1), ("SCARF", 1))
    before = await shop.rows()
    same = await simulated(shop, [sent])
    assert (same["cost"]["minorUnits"], same["parcelsPerOrder"]) == (520 + 2 * 45, 1.0)
    assert {name: same[name] for name in same["baseline"]} == same["baseline"]
    other = await simulated(shop, [sent, sent], exclude=[str(await shop.location_id("PARIS"))])
    assert (other["cost"]["minorUnits"], other["parcelsPerOrder"]) == (2 * (520 + 45), 2.0)
    assert other["baseline"] == same["baseline"], "which is not a question of rules"
    (plan,) = other["plans"]
    assert {one["location"]["code"] for one in plan["parts"]} == {"LYON", "LILLE"}
    after = await shop.rows()
    kept = {name: rows for name, rows in after.items() if name not in ("session", "staff_member")}
    assert kept == {name: before[name] for name in kept}, "simulating changes nothing"


async def test_what_is_collected_stays_at_its_store_and_what_was_sold_elsewhere_is_left_out(shop: Shop, phone: Device) -> None:
    collected = await bought(phone, await collect(phone, "LYON"), ("COAT", 2))
    seller = Seller(shop, await agent(shop))
    gone = (await seller.sold(("SCARF", 1, "90.00"), fulfilledBy="ELSEWHERE"))["id"]
    ours = (await seller.sold(("SCARF", 1, "90.00"), fulfilledBy="BY_US", address=HOME))["id"]
    found = await simulated(shop, [collected, gone, ours], perParcel="9.00")
    first, second = sorted(found["plans"], key=lambda plan: len(plan["parts"]))
    assert [one["location"]["code"] for one in second["parts"]] == ["LYON", "PARIS"]
    assert [one["lines"][0]["quantity"] for one in first["parts"]] == [1]
    assert (found["parcelsPerOrder"], found["cost"]["minorUnits"]) == (1.0, 310 + 520 + 45)
    assert found["baseline"]["parcelsPerOrder"] == 1.0
    assert await simulated(shop, [gone]) is None
    assert await simulated(shop, [collected], exclude=[str(await shop.location_id("PARIS"))]) is None


async def test_orders_to_simulate_are_named_and_seen_and_200_at_most(shop: Shop, phone: Device) -> None:
    order = await bought(phone, await collect(phone, "LYON"), ("COAT", 1))
    by, elsewhere = await agent(shop), await associate(shop, "LILLE")
    to = {"address": HOME}
    for who, asked, code, path in (
        (by, {}, "INVALID_INPUT", ["cart"]),
        (by, {"orders": []}, "INVALID_INPUT", ["cart"]),
        (by, {"orders": [order], "to": to}, "INVALID_INPUT", ["to"]),
        (by, {"orders": [order] * 201}, "INVALID_INPUT", ["orders"]),
        (elsewhere, {"orders": [order]}, "NOT_FOUND", ["orders", "0"]),
    ):
        error = await shop.refused(SIMULATE, by=who, input={"rules": {}} | asked)
        assert (error["extensions"]["code"], error["extensions"]["path"]) == (code, ["input", *path])
    refused = await phone.answer(SIMULATE, input={"rules": {}, "orders": [order]})
    assert refused[1][0]["extensions"]["code"] == "FORBIDDEN"
    assert (await simulated(shop, [order] * 200))["parcelsPerOrder"] == 0.0


async def test_all_orders_there_are_can_be_tried_some_at_a_time(shop: Shop, phone: Device) -> None:
    for how, goods in ((deliver(), [("COAT", 1), ("SCARF", 1)]), (await collect(phone, "LYON"), [("COAT", 1)])):
        await bought(phone, how, *goods)
    await Seller(shop, await agent(shop)).sold(("SCARF", 1, "90.00"), fulfilledBy="ELSEWHERE")
    await shop.stock("COAT", LYON=2)
    seen: list[int] = []
    book = RuleBook(channels={"web": SourcingRules(exclude=("PARIS",))})
    tallies = await simulate_all(shop.reads, book, shop.now, seen.append, at_once=2)
    (tally,) = tallies.values()
    assert (seen, tally.orders, tally.left_out) == ([2, 3], 2, 1)
    assert (tally.cost, tally.parcels) == ((2 * (520 + 45), 520 + 2 * 45), (2, 1))
    assert tally.carbon_grams[0] > tally.carbon_grams[1]
