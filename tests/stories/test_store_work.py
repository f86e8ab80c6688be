"""The work of stores, from the order to the hand-over: each step in its place, and every unit accounted for."""

from __future__ import annotations

from typing import Any

from tests.backroom import Backroom
from tests.device import Device
from tests.options import choose, collect, deliver
from tests.orders import begin, place, reached
from tests.shop import Shop


async def opened(shop: Shop, **stock: int) -> Device:
    """Three stores with hats, of which Lyon has one and Paris five, carriers, and a phone."""
    await shop.locations("LYON", "PARIS", "LILLE")
    await shop.carriers()
    await shop.product("hat", "HAT", price="20.00")
    await shop.product("coat", "COAT-38", price="100.00")
    await shop.stock("HAT", **(stock or {"LYON": 3, "PARIS": 5}))
    await shop.stock("COAT-38", LYON=2)
    return Device(shop)


async def ordered(phone: Device, *goods: tuple[str, int], how: Any = "pickup", at: str = "LYON") -> dict[str, Any]:
    cart = await reached(phone, await phone.create(*goods))
    choice = deliver() if how == "delivery" else await collect(phone, at, how=how)
    return await place(phone, await begin(phone, await choose(phone, cart, choice)))


async def seen(phone: Device, order: dict[str, Any]) -> dict[str, Any]:
    """As its buyer sees it."""
    text = """query Order($id: ID!) { order(by: {id: $id}) { status version
      lines { sku quantity unsourcedQuantity fulfilledQuantity canceledQuantity }
      fulfillments { id status version location { code } destination { code } extendableUntil
        pickup { code collectBefore } lines { quantity } } } }"""
    shown: dict[str, Any] = (await phone.ask(text, id=order["id"]))["order"]
    return shown


async def test_a_pickup_is_accepted_picked_put_ready_and_handed_over(shop: Shop) -> None:
    phone = await opened(shop)
    order = await ordered(phone, ("HAT", 2), ("COAT-38", 1))
    (pickup,) = order["fulfillments"]
    lyon, paris = await Backroom.of(shop, "LYON"), await Backroom.of(shop, "PARIS")
    (task,) = await lyon.tasks("LYON")
    assert (task["id"], task["status"], task["reasons"]) == (
        pickup["id"],
        "OPEN",
        [{"code": "CHOSEN_BY_BUYER", "message": "The store you chose."}],
    )

    assert (await paris.refused("accept", task))["code"] == "NOT_FOUND"
    assert (await Backroom(phone).refused("accept", task))["code"] == "FORBIDDEN"
    early = await lyon.refused("ready", task)
    assert (early["__typename"], early["status"], early["path"]) == ("WrongState", "OPEN", ["input", "fulfillment"])
    accepted = await lyon.do("accept", task, expectedVersion=1)
    assert (accepted["status"], accepted["version"], accepted["order"]["status"]) == ("ACCEPTED", 2, "IN_PROGRESS")
    stale = await lyon.refused("pick", task, expectedVersion=1)
    assert (stale["code"], stale["current"]["version"]) == ("VERSION_CONFLICT", 2)
    picked = await lyon.do("pick", task)
    assert [(line["orderLine"]["sku"], line["pickedQuantity"]) for line in picked["lines"]] == [("HAT", 2), ("COAT-38", 1)]
    assert (await lyon.refused("pack", task))["status"] == "PICKED", "a pickup is not packed"

    ready = await lyon.do("ready", task)
    assert ready["status"] == "READY_FOR_PICKUP"
    (shown,) = (await seen(phone, order))["fulfillments"]
    assert shown["pickup"]["collectBefore"] == "2026-03-17T18:00:00+00:00", "seven open days later, when the store closes"
    assert (await shop.prove()).balanced

    code = pickup["pickup"]["code"]
    wrong = await lyon.refused("collect", task, code="AAAAAA")
    assert wrong["code"] == "CODE_INVALID"
    given = await lyon.do("collect", task, code=code.lower())
    assert (given["status"], given["order"]["status"]) == ("COLLECTED", "FULFILLED")
    assert [(line["sku"], line["fulfilledQuantity"]) for line in given["order"]["lines"]] == [("HAT", 2), ("COAT-38", 1)]
    assert (await lyon.refused("collect", task, code=code))["status"] == "COLLECTED", "T23: nothing is handed over twice"
    assert await lyon.tasks("LYON") == []
    level = await shop.reads.stock.shelves(await shop.actor(), ["HAT"], at=[await shop.location_id("LYON")])
    assert [(one.level.on_hand, one.level.allocated) for one in level.values()] == [(1, 0)]
    assert (await shop.prove()).balanced
