"""A purchase, from the cart to the order: what is held, what is paid, and what becomes of it when something goes wrong."""

from __future__ import annotations

from typing import Any

from tests.device import Device
from tests.options import choose, collect, deliver
from tests.orders import begin, card, place, reached, tried
from tests.shop import Shop


async def opened(shop: Shop) -> Device:
    """Two stores with coats and hats, carriers, and a phone."""
    await shop.locations("LYON", "PARIS")
    await shop.carriers()
    await shop.product("coat", "COAT-38", price="100.00")
    await shop.product("hat", "HAT", price="20.00")
    await shop.stock("COAT-38", LYON=1, PARIS=2)
    await shop.stock("HAT", LYON=5, PARIS=5)
    return Device(shop)


async def test_bought_online_and_collected(shop: Shop) -> None:
    phone = await opened(shop)
    cart = await reached(phone, await phone.create(("COAT-38", 1), ("HAT", 2)))
    cart = await choose(phone, cart, await collect(phone, "LYON"))
    checkout = await begin(phone, cart)
    assert (checkout["status"], checkout["due"]["minorUnits"]) == ("OPEN", 14_000)
    order = await place(phone, checkout)
    (pickup,) = order["fulfillments"]
    assert (pickup["status"], pickup["location"]["code"], pickup["destination"]["code"]) == ("OPEN", "LYON", "LYON")
    assert len(pickup["pickup"]["code"]) == 6
    assert (order["status"], order["paid"]["minorUnits"]) == ("PLACED", 14_000)
    assert (await shop.prove()).balanced


async def test_delivered_and_collected_in_one_cart(shop: Shop) -> None:
    phone = await opened(shop)
    cart = await reached(phone, await phone.create(("COAT-38", 1), ("HAT", 2)))
    hats = next(line for line in cart["lines"] if line["variant"]["sku"] == "HAT")
    cart = await choose(phone, cart, deliver({"line": hats["id"]}), await collect(phone, "PARIS"))
    order = await place(phone, await begin(phone, cart))
    ways: dict[str, Any] = {one["method"]: one for one in order["fulfillments"]}
    assert ways["PICKUP"]["destination"]["code"] == "PARIS"
    assert ways["DELIVERY"]["address"]["line1"] == "3 quai du Canari"
    assert (await shop.prove()).balanced


async def test_a_card_that_is_declined_charges_nothing_and_leaves_the_checkout_open(shop: Shop) -> None:
    phone = await opened(shop)
    cart = await reached(phone, await phone.create(("COAT-38", 1)))
    checkout = await begin(phone, await choose(phone, cart, await collect(phone, "LYON")))
    (declined,) = (await tried(phone, checkout, card("tok_declined")))["errors"]
    assert (declined["code"], declined["declineCode"]) == ("PAYMENT_DECLINED", "card_declined")
    assert (await place(phone, checkout))["status"] == "PLACED"
