"""How many SQL statements each step of a purchase needs: pinned, and the same however many lines it has."""

from __future__ import annotations

from typing import Any

import pytest

from tests.device import Device
from tests.options import choose, collect
from tests.orders import card, reached
from tests.resolvers.test_cart_statements import Needs, goods, requires
from tests.shop import Shop, product

SIZES = [2, 10]


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    """Each line of a cart is of another product."""
    await shop.locations("LYON")
    await shop.carriers()
    await shop.import_products(*(product(f"pin-{n}", f"PIN-{n}", price="1.00") for n in range(max(SIZES))))
    for n in range(max(SIZES)):
        await shop.stock(f"PIN-{n}", LYON=5)
    return shop


@pytest.mark.parametrize("lines", SIZES)
async def test_a_cart_is_checked_out_and_paid(shop: Shop, lines: int) -> None:
    phone = Device(shop)
    cart = await reached(phone, await phone.create(*goods(lines)))
    await choose(phone, cart, await collect(phone, "LYON"))
    begin: dict[str, Any] = {"cart": cart["id"], "idempotencyKey": "begin"}
    await requires(Needs(reads=13, writes=14, locks=2), phone, "checkoutBegin", begin, "checkout { id }")
    checkout = (await phone.done("checkoutBegin", begin, "checkout { id }"))["checkout"]["id"]
    place = {"checkout": checkout, "payments": [card()], "idempotencyKey": "place"}
    await requires(Needs(reads=9, writes=37, locks=3), phone, "orderPlace", place, "order { id }")


@pytest.mark.parametrize("lines", SIZES)
async def test_a_checkout_is_canceled(shop: Shop, lines: int) -> None:
    phone = Device(shop)
    cart = await reached(phone, await phone.create(*goods(lines)))
    await choose(phone, cart, await collect(phone, "LYON"))
    shows = "checkout { id }"
    begun = await phone.done("checkoutBegin", {"cart": cart["id"], "idempotencyKey": "begin"}, shows)
    await requires(Needs(reads=1, writes=15, locks=5), phone, "checkoutCancel", {"checkout": begun["checkout"]["id"]})
