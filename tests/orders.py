"""Purchases in a few words, for tests.

checkout = await begin(phone, cart)
order = await place(phone, checkout)
"""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.device import Device
from tests.options import choose, collect

CONTACT = {"email": "ada@shop.test", "name": "Ada Canari", "phone": "+33472000000"}
CHECKOUT = """checkout { id status due { minorUnits } totals { total { minorUnits } } paymentMethods attempt expiresAt
  cart { id status } order { id } groups { id method price { minorUnits } lines { quantity line { variant { sku } } } } }"""
ORDER = """order { id number version status placedAt paid { minorUnits } totals { total { minorUnits } }
  lines { id sku title quantity total { minorUnits } unsourcedQuantity fulfilledQuantity canceledQuantity }
  payments { method status amount { minorUnits } captured { minorUnits } change { minorUnits } }
  fulfillments { id version method status location { code } destination { code } address { line1 } promise { latest }
    pickup { code collectBefore } lines { id quantity pickedQuantity orderLine { sku } } } }"""
REFUSED = """errors { ... on CartNotReady { problems { __typename } } ... on PaymentRequired { due { minorUnits } }
  ... on PaymentDeclined { declineCode } ... on PaymentActionRequired { attempt clientSecret redirectUrl }
  ... on WrongState { status } }"""
numbers = count(1)


def key() -> str:
    """A new one each time."""
    return f"key {next(numbers)}"


def card(token: str = "tok_ok") -> dict[str, Any]:
    return {"by": {"card": {"token": token}}}


async def reached(device: Device, cart: dict[str, Any], **contact: Any) -> dict[str, Any]:
    """The cart, with whom to tell of it."""
    input = {"cart": cart["id"], "contact": CONTACT | contact}
    told: dict[str, Any] = (await device.done("cartContactSet", input))["cart"]
    return told


async def ready(device: Device, store: str, *goods: tuple[str, int]) -> dict[str, Any]:
    """A new cart of somebody else each time, to be collected."""
    cart = await reached(device, await device.create(*goods), email=f"{next(numbers)}@shop.test")
    return await choose(device, cart, await collect(device, store))


async def begin(device: Device, cart: dict[str, Any], **more: Any) -> dict[str, Any]:
    input = {"cart": cart["id"], "idempotencyKey": key(), **more}
    begun: dict[str, Any] = (await device.done("checkoutBegin", input, f"{CHECKOUT} {REFUSED}"))["checkout"]
    return begun


async def not_begun(device: Device, cart: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Why not."""
    input = {"cart": cart["id"], "idempotencyKey": key(), **more}
    return await device.refused("checkoutBegin", input, f"{CHECKOUT} {REFUSED}")


async def place(device: Device, checkout: dict[str, Any], *payments: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Paid by card, if nothing else is said."""
    done = await tried(device, checkout, *payments, **more)
    assert done["errors"] == []
    placed: dict[str, Any] = done["order"]
    return placed


async def tried(device: Device, checkout: dict[str, Any], *payments: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The payload, whatever it holds."""
    input = {"checkout": checkout["id"], "payments": list(payments) or [card()], "idempotencyKey": key(), **more}
    return await device.payload("orderPlace", input, f"{ORDER} {REFUSED}")
