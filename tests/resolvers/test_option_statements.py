"""How many SQL statements options need, and choosing: pinned, and the same however many lines, stores and addresses."""

from __future__ import annotations

from typing import Any

import pytest

from domain.carrier import DeliveryService
from domain.intake.stock import StockDraft
from tests.carriers import price, route
from tests.device import Device
from tests.options import OPTION, SOMEWHERE, collect, deliver, line
from tests.shop import Shop, location, product

LINES, STORES = 5, 20
SERVICES = (DeliveryService.STANDARD, DeliveryService.EXPRESS, DeliveryService.GREEN)
TOTALS = "query Totals($cart: ID!) { cart(id: $cart) { totals { total { amount } } } }"
ASKED = """query Options($cart: ID!, $to: DestinationInput, $stores: Int) { cart(id: $cart) {
  fulfillmentOptions(to: $to, stores: $stores) { delivery { ...Option } pickup { ...Option } } } }"""
QUOTES = """query Quotes($to: DestinationInput!) { products(first: 10) { nodes { variants {
  delivery(to: $to) { service price { minorUnits } promise { latest } } } } } }"""


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.import_locations(*(location(f"S{n:02}") for n in range(STORES)))
    await shop.import_products(*(product(f"pin-{n}", f"PIN-{n}") for n in range(LINES)))
    shelves = [(n, store) for n in range(LINES) for store in range(STORES)]
    await shop.count(*(StockDraft(sku=f"PIN-{n}", location=f"S{at:02}", on_hand=1 + (n + at) % 3) for n, at in shelves))
    await shop.carriers(prices=tuple(map(price, SERVICES)), deliveries=tuple(map(route, SERVICES)))
    return shop


async def asked_twice(device: Device, query: str, **asked: Any) -> tuple[dict[str, Any], list[str]]:
    """What is answered the second time, and by which statements."""
    await device.ask(query, **asked)
    with device.shop.statements() as seen:
        found = await device.ask(query, **asked)
    return found, seen


@pytest.mark.parametrize("lines", [1, LINES])
@pytest.mark.parametrize("stores", [1, STORES])
async def test_options_are_found_in_four_statements_beside_those_of_the_cart(shop: Shop, lines: int, stores: int) -> None:
    """The center of a postal code, locations, shelves, and loads; rules and carriers are kept for a moment."""
    phone = Device(shop)
    cart = await phone.create(*((f"PIN-{n}", 2) for n in range(lines)))
    found, seen = await asked_twice(phone, ASKED + OPTION, cart=cart["id"], to=SOMEWHERE, stores=stores)
    options = found["cart"]["fulfillmentOptions"]
    assert len(options["delivery"]) == len(SERVICES)
    assert len({one["location"]["code"] for one in options["pickup"]}) == stores
    _, of_cart = await asked_twice(phone, TOTALS, cart=cart["id"])
    assert len(seen) - len(of_cart) == 4, "\n".join(seen)


@pytest.mark.parametrize("lines", [1, LINES])
async def test_a_choice_is_booked(shop: Shop, lines: int) -> None:
    phone = Device(shop)
    cart = await phone.create(*((f"PIN-{n}", 1) for n in range(lines)))
    await booked(phone, cart, [await collect(phone, "S01")])
    assert await booked(phone, cart, [await collect(phone, "S02")]) == (9, 3)
    assert await booked(phone, cart, [deliver()]) == (10, 4)


async def test_the_more_addresses_are_chosen_the_more_postal_codes_are_looked_up(shop: Shop) -> None:
    phone = Device(shop)
    cart = await phone.create(("PIN-0", 2), ("PIN-1", 1))
    one = line(cart, "PIN-0", 1)
    await booked(phone, cart, [deliver()])
    single = await booked(phone, cart, [deliver(one)])
    double = await booked(phone, cart, [deliver(one), deliver(postalCode="75001", city="Paris")])
    assert double[0] - single[0] == 1


async def booked(device: Device, cart: dict[str, Any], choices: list[dict[str, Any]]) -> tuple[int, int]:
    """Statements to read, but for those that say who asks, and to write, but for those that only wait."""
    shop = device.shop
    with shop.statements() as seen:
        await device.actor()
    with shop.statements() as read, shop.statements(writing=True) as written:
        await device.done("cartFulfillmentChoose", {"cart": cart["id"], "choices": choices}, "cart { id }")
    return len(read) - len(seen), len([one for one in written if one.startswith(("INSERT", "UPDATE", "DELETE"))])


async def test_variants_say_their_delivery_together(shop: Shop) -> None:
    found, seen = await asked_twice(Device(shop), QUOTES, to=SOMEWHERE)
    assert sum(len(one["variants"]) for one in found["products"]["nodes"]) == LINES
    assert len(seen) == 7, "\n".join(seen)  # who asks, products, variants; four for all deliveries
