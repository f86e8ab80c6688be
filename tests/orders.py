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


# ------------------------------------------------------------------------------------------------ afterwards


MONEY = """order { id version status paid { minorUnits } due { minorUnits } refunded { minorUnits }
  lines { id sku quantity canceledQuantity } refunds { method status reason amount { minorUnits } }
  payments { id method status amount { minorUnits } captured { minorUnits } refunded { minorUnits } }
  fulfillments { id method status due { minorUnits } lines { id quantity orderLine { sku } } } }"""


async def cancel(device: Device, order: dict[str, Any], *lines: tuple[str, int], **more: Any) -> dict[str, Any]:
    """Units by SKU; the whole order, without any."""
    done: dict[str, Any] = (await device.done("orderCancel", cancelation(order, *lines, **more), f"{MONEY} {REFUSED}"))["order"]
    return done


async def not_canceled(device: Device, order: dict[str, Any], *lines: tuple[str, int], **more: Any) -> dict[str, Any]:
    """Why not."""
    return await device.refused("orderCancel", cancelation(order, *lines, **more), f"{MONEY} {REFUSED}")


def cancelation(order: dict[str, Any], *lines: tuple[str, int], **more: Any) -> dict[str, Any]:
    ids = {line["sku"]: line["id"] for line in order["lines"]}
    named = {"lines": [{"orderLine": ids[sku], "quantity": units} for sku, units in lines]} if lines else {}
    return {"order": order["id"], "idempotencyKey": key()} | named | more


async def pay(device: Device, order: dict[str, Any], *payments: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The payload, whatever it holds."""
    input = {"order": order["id"], "payments": list(payments) or [card()], "idempotencyKey": key(), **more}
    return await device.payload("orderPay", input, f"{MONEY} {REFUSED}")


async def money(device: Device, order: dict[str, Any]) -> dict[str, Any]:
    """The order as it is now."""
    query = f"query Money($id: ID!) {{ found: order(by: {{id: $id}}) {{ ...Money }} }} fragment Money on Order {MONEY[6:]}"
    found: dict[str, Any] = (await device.ask(query, id=order["id"]))["found"]
    return found


def sums(order: dict[str, Any]) -> tuple[int, int, int]:
    """What is paid, due and refunded."""
    return order["paid"]["minorUnits"], order["due"]["minorUnits"], order["refunded"]["minorUnits"]
