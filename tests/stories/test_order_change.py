"""What a buyer still changes of an order: the way, the store or the address, until somebody works on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain.fulfillment import FulfillmentStatus
from domain.ids import OrderId
from domain.order import status_of
from domain.resourcing import Sourcer, lose, resource
from tests.device import Device
from tests.options import HOME, SOMEWHERE, choose, collect, deliver, take
from tests.orders import begin, card, key, reached
from tests.people import agent
from tests.shop import Shop
from tests.stories.test_purchase import opened

PARTS = """id version status actions due { minorUnits } paid { minorUnits } timeline { nodes { summary } }
  lines { id sku unsourcedQuantity }
  fulfillments { id method status location { code } destination { code } address { line1 } pickup { code }
    lines { quantity orderLine { id sku } } }"""
ORDER = f"order {{ {PARTS} }}"
OPTION = """id method complete price { minorUnits } coverage { quantity missing orderLine { sku } cartLine { id } }"""
OPTIONS = f"""query Options($id: ID!, $to: DestinationInput) {{ order(by: {{id: $id}}) {{ version
  changeOptions(to: $to) {{ delivery {{ {OPTION} }} pickup {{ {OPTION} location {{ code }} }} }}
  fulfillments {{ id changeOptions(to: $to) {{ delivery {{ {OPTION} }} pickup {{ {OPTION} location {{ code }} }} }} }} }} }}"""


async def bought(phone: Device, *goods: tuple[str, int], at: str = "LYON", how: str = "pickup") -> dict[str, Any]:
    return await bought_so(phone, await collect(phone, at, how=how), *goods)


async def bought_so(phone: Device, choice: dict[str, Any], *goods: tuple[str, int]) -> dict[str, Any]:
    cart = await choose(phone, await reached(phone, await phone.create(*goods)), choice)
    payments = [] if "reserveInStore" in choice["how"] else [card()]
    input = {"checkout": (await begin(phone, cart))["id"], "payments": payments, "idempotencyKey": key()}
    order: dict[str, Any] = (await phone.done("orderPlace", input, ORDER))["order"]
    return order


def asked(order: dict[str, Any], how: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A change of its first fulfillment."""
    fulfillment = order["fulfillments"][0]["id"]
    return {"order": order["id"], "fulfillment": fulfillment, "how": how, "idempotencyKey": key(), **more}


async def changed(device: Device, input: dict[str, Any]) -> dict[str, Any]:
    done: dict[str, Any] = (await device.done("orderFulfillmentChange", input, ORDER))["order"]
    return done


async def refused(device: Device, input: dict[str, Any]) -> tuple[str, str]:
    """The code, and the last step of the path."""
    error = await device.refused("orderFulfillmentChange", input, ORDER)
    return error["code"], error["path"][-1]


def ways(order: dict[str, Any]) -> list[tuple[str, str, str | None, dict[str, int]]]:
    """Of each fulfillment that is under way: how, from where, to which store, and how many units by SKU."""
    return sorted(
        (
            one["method"],
            one["location"]["code"],
            one["destination"] and one["destination"]["code"],
            {line["orderLine"]["sku"]: line["quantity"] for line in one["lines"]},
        )
        for one in order["fulfillments"]
        if one["status"] == "OPEN"
    )


async def test_a_pickup_is_delivered_after_all_or_collected_elsewhere(shop: Shop) -> None:
    phone = await opened(shop)
    order = await bought(phone, ("COAT-38", 1), ("HAT", 2))
    assert {"CANCEL", "CHANGE_FULFILLMENT"} <= set(order["actions"])
    found = (await phone.ask(OPTIONS, id=order["id"], to=SOMEWHERE))["order"]
    assert found["changeOptions"] is None, "nothing is unsourced"
    offered = found["fulfillments"][0]["changeOptions"]
    lyon = next(one for one in offered["pickup"] if one["location"]["code"] == "LYON")
    assert lyon["complete"], "what it gives back is there again"
    assert [(one["orderLine"]["sku"], one["cartLine"]) for one in lyon["coverage"]] == [("COAT-38", None), ("HAT", None)]
    home = next(one for one in offered["delivery"] if one["complete"])
    option = {"option": {"id": home["id"], "address": HOME}}
    order = await changed(phone, input := asked(order, option, expectedVersion=order["version"]))
    assert [way[0] for way in ways(order)] == ["DELIVERY"] * len(ways(order))
    assert {one["address"]["line1"] for one in order["fulfillments"] if one["status"] == "OPEN"} == {HOME["line1"]}
    assert [one["status"] for one in order["fulfillments"]].count("CANCELED") == 1
    assert (order["version"], order["status"], order["due"]) == (2, "PLACED", home["price"]), "what is dearer is due"
    assert order["timeline"]["nodes"][0]["summary"] == "Delivery or pickup changed: 3 items"
    assert (await changed(phone, input))["version"] == 2, "the same key changes it once"
    assert (await shop.prove()).balanced
    hats = next(line["id"] for line in order["lines"] if line["sku"] == "HAT")
    part = next(one for one in order["fulfillments"] if one["status"] == "OPEN" and hats in str(one["lines"]))
    paris = (await collect(phone, "PARIS"))["how"]
    one_hat = {"fulfillment": part["id"], "lines": [{"orderLine": hats, "quantity": 1}]}
    order = await changed(phone, asked(order, paris) | one_hat)
    assert ("PICKUP", "PARIS", "PARIS", {"HAT": 1}) in ways(order)
    assert sum(way[3].get("HAT", 0) for way in ways(order)) == 2, "the other is still brought"
    (ticket,) = {one["pickup"]["code"] for one in order["fulfillments"] if one["destination"] and one["status"] == "OPEN"}
    assert len(ticket) == 6
    assert (await shop.prove()).balanced


async def test_what_is_cheaper_is_given_back(shop: Shop) -> None:
    phone = await opened(shop)
    order = await bought_so(phone, deliver(), ("HAT", 1))
    assert order["paid"]["minorUnits"] > 2_000
    order = await changed(phone, asked(order, (await collect(phone, "PARIS"))["how"]))
    assert (order["paid"], order["due"]) == ({"minorUnits": 2_000}, {"minorUnits": 0})


async def test_what_cannot_be_changed_stays_as_it_is(shop: Shop) -> None:
    phone = await opened(shop)
    order = await bought(phone, ("COAT-38", 1))
    paris = (await collect(phone, "PARIS"))["how"]
    offered = (await phone.ask(OPTIONS, id=order["id"], to=SOMEWHERE))["order"]["fulfillments"][0]["changeOptions"]
    home = {"option": {"id": offered["delivery"][0]["id"], "address": HOME}}
    stranger = await opened_again(shop)
    assert await refused(stranger, asked(order, paris)) == ("NOT_FOUND", "order")
    assert await refused(phone, asked(order, paris, expectedVersion=7)) == ("VERSION_CONFLICT", "expectedVersion")
    assert await refused(phone, asked(order, paris, fulfillment=None)) == ("INVALID_INPUT", "fulfillment")
    line = order["lines"][0]["id"]
    for lines in ([], [{"orderLine": line, "quantity": 2}], [{"orderLine": line, "quantity": 1}] * 2):
        assert await refused(phone, asked(order, paris, lines=lines)) == ("INVALID_INPUT", "lines")
    assert await refused(phone, asked(order, {"option": {"id": "made up"}})) == ("INVALID_INPUT", "id")
    await shop.stock("COAT-38", PARIS=0)
    assert await refused(phone, asked(order, {"reserveInStore": paris["pickup"]})) == ("FULFILLMENT_UNAVAILABLE", "how")
    await shop.stock("COAT-38", PARIS=1)
    await moved_on(shop, order)
    assert await refused(phone, asked(order, home)) == ("OPTION_EXPIRED", "how")
    order = await changed(phone, asked(order, paris))
    assert ways(order)[0][1] == "PARIS"
    assert await refused(phone, asked(order, paris)) == ("WRONG_STATE", "fulfillment"), "that part is given up"
    part = next(one["id"] for one in order["fulfillments"] if one["status"] == "OPEN")
    assert await refused(phone, asked(order, home, fulfillment=part)) == ("INVALID_INPUT", "id"), "it was for another part"
    assert (await shop.prove()).balanced


async def moved_on(shop: Shop, order: dict[str, Any]) -> None:
    """Something else was changed of it."""
    id = OrderId.parse(order["id"])
    assert id
    async with shop.work as work:
        before = await work.orders.lock(id)
        assert before
        await work.orders.save(before, replace(before, version=before.version + 1))
        await work.commit()


async def opened_again(shop: Shop) -> Device:
    other = Device(shop)
    await other.create(("HAT", 1))
    return other


async def test_what_is_to_be_paid_in_its_store_is_paid_before_it_goes_elsewhere(shop: Shop) -> None:
    phone = await opened(shop)
    order = await bought(phone, ("HAT", 1), how="reserveInStore")
    paris = (await collect(phone, "PARIS"))["how"]
    assert await refused(phone, asked(order, paris)) == ("WRONG_STATE", "how")
    order = await changed(phone, asked(order, {"reserveInStore": paris["pickup"]}))
    assert ways(order) == [("RESERVE_IN_STORE", "PARIS", "PARIS", {"HAT": 1})]


async def test_what_nobody_could_give_is_had_another_way_by_the_buyer_or_an_agent(shop: Shop) -> None:
    phone = await opened(shop)
    await shop.stock("COAT-38", PARIS=0)
    order = await bought(phone, ("COAT-38", 1))
    await rejected(shop, order)
    found = (await phone.ask(OPTIONS, id=order["id"], to=SOMEWHERE))["order"]
    assert (found["changeOptions"]["delivery"], found["fulfillments"][0]["changeOptions"]) == ([], None), "not from LYON again"
    await shop.stock("COAT-38", PARIS=1)
    desk = await agent(shop)
    data, errors = await shop.answer(OPTIONS, by=desk, id=order["id"])
    assert not errors
    assert data
    collected = [one for one in data["order"]["changeOptions"]["pickup"] if one["method"] == "PICKUP" and one["complete"]]
    assert [one["location"]["code"] for one in collected] == ["PARIS", "LYON"], "where it is sent from PARIS"
    offered = collected[0]
    input = {"order": order["id"], **take(offered), "idempotencyKey": key()}
    order = await changed(phone, input)
    assert (order["status"], ways(order)) == ("PLACED", [("PICKUP", "PARIS", "PARIS", {"COAT-38": 1})])
    assert (await shop.prove()).balanced


async def rejected(shop: Shop, order: dict[str, Any]) -> None:
    """By its store, when no other place has it."""
    id = OrderId.parse(order["id"])
    assert id
    async with shop.work as work:
        before = await work.orders.lock(id)
        assert before
        (one,) = before.fulfillments
        units = {line.order_line: line.quantity for line in one.lines}
        after = await lose(work, before, one, units, "rejected", shop.now)
        gone = replace(one, status=FulfillmentStatus.REJECTED, version=2)
        after = replace(after, version=2, fulfillments=(gone,), status=status_of(after.lines, (gone,)))
        await work.orders.save(before, after)
        await work.commit()
    await resource(Sourcer(shop.work, shop.reads, lambda: shop.now, lambda: False), id)
