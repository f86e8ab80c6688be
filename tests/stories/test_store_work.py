"""The work of stores, from the order to the hand-over: each step in its place, and every unit accounted for."""

from __future__ import annotations

from typing import Any

from tests.backroom import Backroom, level, opened, ordered, seen
from tests.options import choose, collect, deliver
from tests.orders import begin, place, reached
from tests.shop import Shop


async def test_a_pickup_is_accepted_picked_put_ready_and_handed_over(shop: Shop) -> None:
    phone = await opened(shop)
    order = await ordered(phone, ("HAT", 2), ("COAT", 1))
    (pickup,) = order["fulfillments"]
    lyon, paris = await Backroom.of(shop, "LYON"), await Backroom.of(shop, "PARIS")
    (task,) = await lyon.tasks("LYON")
    assert (task["id"], task["status"]) == (pickup["id"], "OPEN")
    assert task["reasons"] == [{"code": "CHOSEN_BY_BUYER", "message": "The store you chose."}]

    assert (await paris.refused("accept", task))["code"] == "NOT_FOUND"
    assert (await Backroom(shop, await phone.actor()).refused("accept", task))["code"] == "FORBIDDEN"
    early = await lyon.refused("ready", task)
    assert (early["__typename"], early["status"], early["path"]) == ("WrongState", "OPEN", ["input", "fulfillment"])
    accepted = await lyon.do("accept", task, expectedVersion=1)
    assert (accepted["status"], accepted["version"], accepted["order"]["status"]) == ("ACCEPTED", 2, "IN_PROGRESS")
    stale = await lyon.refused("pick", task, expectedVersion=1)
    assert (stale["code"], stale["current"]["version"]) == ("VERSION_CONFLICT", 2)
    picked = await lyon.do("pick", task)
    assert {line["orderLine"]["sku"]: line["pickedQuantity"] for line in picked["lines"]} == {"HAT": 2, "COAT": 1}
    assert (await lyon.refused("pack", task))["status"] == "PICKED", "a pickup is not packed"

    ready = await lyon.do("ready", task)
    (shown,) = (await seen(phone, order))["fulfillments"]
    assert (ready["status"], shown["pickup"]["collectBefore"]) == ("READY_FOR_PICKUP", "2026-11-30T18:00:00+00:00")
    assert (await level(shop, "HAT", "LYON")) == (3, 2), "what is ready has not left"

    given = await lyon.do("collect", task, code=pickup["pickup"]["code"].lower())
    assert (given["status"], given["order"]["status"]) == ("COLLECTED", "FULFILLED")
    assert {line["sku"]: line["fulfilledQuantity"] for line in given["order"]["lines"]} == {"HAT": 2, "COAT": 1}
    twice = await lyon.refused("collect", task, code=pickup["pickup"]["code"])
    assert twice["status"] == "COLLECTED", "T23: nothing is handed over twice"
    assert (await lyon.tasks("LYON"), await level(shop, "HAT", "LYON")) == ([], (1, 0))
    (payment,) = (await seen(phone, order))["payments"]
    assert (payment["status"], payment["captured"]["minorUnits"]) == ("CAPTURED", 14_000)
    assert (await shop.prove()).balanced


async def test_an_order_of_two_locations_is_delivered_and_collected_part_by_part(shop: Shop) -> None:
    """T16."""
    phone = await opened(shop)
    cart = await reached(phone, await phone.create(("COAT", 1), ("HAT", 2)))
    hats = next(line for line in cart["lines"] if line["variant"]["sku"] == "HAT")
    cart = await choose(phone, cart, await collect(phone, "PARIS", {"line": hats["id"]}), deliver())
    order = await place(phone, await begin(phone, cart))
    lyon, paris = await Backroom.of(shop, "LYON"), await Backroom.of(shop, "PARIS")
    (parcel,), (pickup,) = await lyon.tasks("LYON"), await paris.tasks("PARIS")
    packed = await lyon.all(parcel, "accept", "pick", "pack")
    wrong = await lyon.refused("ship", packed, trackingUrl="javascript:alert(1)")
    assert (wrong["code"], wrong["path"]) == ("INVALID_INPUT", ["input", "trackingUrl"])
    once: dict[str, Any] = {"idempotencyKey": "the key of this parcel", "trackingUrl": "https://parcels.example/6A123"}
    shipped = await lyon.do("ship", packed, **once)
    assert (shipped["status"], shipped["tracking"]["number"]) == ("SHIPPED", "6A123")
    assert (await lyon.do("ship", packed, **once)) == shipped, "the same again"
    assert (shipped["order"]["status"], await level(shop, "COAT", "LYON")) == ("PARTIALLY_FULFILLED", (1, 0))
    assert (await seen(phone, order))["payments"][0]["captured"]["minorUnits"] >= 10_000, "what left is paid for"
    assert (await lyon.do("deliver", shipped))["status"] == "DELIVERED"
    await paris.all(pickup, "accept", "pick", "ready")
    code = next(one["pickup"]["code"] for one in order["fulfillments"] if one["pickup"])
    assert (await paris.do("collect", pickup, code=code))["order"]["status"] == "FULFILLED"
    after = await seen(phone, order)
    assert sum(one["captured"]["minorUnits"] for one in after["payments"]) == after["paid"]["minorUnits"]
    assert (await shop.prove()).balanced


async def test_what_a_store_lacks_is_sent_to_it_and_arrived_is_not_ready_and_ready_is_not_collected(shop: Shop) -> None:
    """T19, T20."""
    phone = await opened(shop, PARIS=5)
    order = await ordered(phone, ("HAT", 2), at="LILLE")
    (sent,) = order["fulfillments"]
    assert (sent["location"]["code"], sent["destination"]["code"]) == ("PARIS", "LILLE")
    paris, lille = await Backroom.of(shop, "PARIS"), await Backroom.of(shop, "LILLE")
    assert await lille.tasks("LILLE") == [], "nothing to do there yet"
    (task,) = await paris.tasks("PARIS")
    assert (await lille.refused("accept", task))["code"] == "FORBIDDEN", "it is the work of Paris"
    await paris.all(task, "accept", "pick", "pack", "ship")
    assert (await level(shop, "HAT", "PARIS"), await level(shop, "HAT", "LILLE")) == ((3, 0), (0, 0))
    assert (await shop.prove()).balanced
    (coming,) = await lille.tasks("LILLE")
    assert (coming["status"], await paris.tasks("PARIS")) == ("IN_TRANSIT", [])
    assert (await paris.refused("arrive", task))["code"] == "FORBIDDEN"
    assert (await lille.refused("ready", task))["status"] == "IN_TRANSIT"
    arrived = await lille.do("arrive", task)
    assert (arrived["status"], await level(shop, "HAT", "LILLE")) == ("ARRIVED", (2, 2)), "nobody else is sold it"
    assert (await shop.prove()).balanced
    code = sent["pickup"]["code"]
    assert (await lille.refused("collect", task, code=code))["status"] == "ARRIVED"
    assert (await seen(phone, order))["fulfillments"][0]["pickup"]["collectBefore"] is None
    ready = await lille.do("ready", task)
    assert ready["order"]["status"] == "IN_PROGRESS"
    assert (await lille.do("collect", task, code=code))["order"]["status"] == "FULFILLED"
    assert await level(shop, "HAT", "LILLE") == (0, 0)
    assert (await shop.prove()).balanced
