"""The floor of carts: one is read with what it comes to, and added to; whoever knows its id opens it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from bench.bare import Bare, Fetch
from domain.ids import CartActivityId, CartId, CartLineId, EventId, VariantId

Row = Mapping[str, Any]

CURRENCY = "EUR"

CART = """
    SELECT c.version, k.email, k.phone, n.quantity, n.price_seen_minor, v.sku, v.price_minor,
           (SELECT sum(l.available) FROM stock_level l WHERE l.sku = v.sku) AS available
    FROM cart c LEFT JOIN cart_contact k ON k.cart_id = c.id
    JOIN cart_line n ON n.cart_id = c.id JOIN variant v ON v.id = n.variant_id
    WHERE c.id = $1 ORDER BY n.id"""

WANTED = """
    SELECT v.price_minor, v.title, p.title AS product FROM variant v JOIN product p ON p.id = v.product_id WHERE v.id = $1"""

NEXT_VERSION = "UPDATE cart SET version = version + 1, updated_at = $2 WHERE id = $1 RETURNING version, channel_id"

LINE = """
    INSERT INTO cart_line (id, cart_id, variant_id, quantity, price_seen_minor, version) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = cart_line.quantity + excluded.quantity,
      price_seen_minor = excluded.price_seen_minor, version = excluded.version"""

ACTIVITY = """
    INSERT INTO cart_activity (id, cart_id, version, at, channel_id, change, units)
    VALUES ($1, $2, $3, $4, $5, 'LINES_ADDED', $6)"""

EVENT = "INSERT INTO outbox (id, at, type, subject, data) VALUES ($1, $2, 'cart.changed', $3, $4)"


async def cart(bare: Bare, asked: Any) -> Any:
    id = CartId.parse(asked["id"])
    assert id
    return {"cart": shown(await bare.fetch(CART, id.value))}


async def lines_added(bare: Bare, asked: Any) -> Any:
    """Of one variant."""
    id, (line,) = CartId.parse(asked["cart"]), asked["lines"]
    variant = VariantId.parse(line["variant"])
    assert id
    assert variant
    async with bare.transaction() as fetch:
        await add(fetch, id, variant, line["quantity"])
        found = await fetch(CART, id.value)
    return {"cartLinesAdd": {"cart": shown(found), "errors": []}}


async def add(fetch: Fetch, cart: CartId, variant: VariantId, quantity: int) -> None:
    now = datetime.now(UTC)
    (wanted,) = await fetch(WANTED, variant.value)
    (after,) = await fetch(NEXT_VERSION, cart.value, now)
    version, price = after["version"], wanted["price_minor"]
    await fetch(LINE, CartLineId.new().value, cart.value, variant.value, quantity, price, version)
    units = orjson.dumps([[f"{wanted['product']} ({wanted['title']})", quantity]]).decode()
    await fetch(ACTIVITY, CartActivityId.new().value, cart.value, version, now, after["channel_id"], units)
    await fetch(EVENT, EventId.new().value, now, str(cart), orjson.dumps({"version": version}).decode())


def shown(lines: Sequence[Row]) -> Any:
    subtotal = sum(line["price_minor"] * line["quantity"] for line in lines)
    return {
        "version": lines[0]["version"],
        "lines": [
            {
                "quantity": line["quantity"],
                "variant": {"sku": line["sku"]},
                "unitPrice": money(line["price_minor"]),
                "total": money(line["price_minor"] * line["quantity"]),
            }
            for line in lines
        ],
        "totals": {"subtotal": money(subtotal), "discount": money(0), "tax": money(0), "total": money(subtotal)},
        "problems": list(problems(lines)),
    }


def problems(lines: Sequence[Row]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line["price_minor"] != line["price_seen_minor"]:
            yield {"__typename": "PriceChanged"}
        if line["quantity"] > line["available"]:
            yield {"__typename": "InsufficientStock", "requested": line["quantity"], "available": line["available"]}
    yield {"__typename": "FulfillmentNotChosen"}
    if not (lines[0]["email"] or lines[0]["phone"]):
        yield {"__typename": "ContactMissing"}


def money(minor: int) -> dict[str, str]:
    return {"amount": f"{minor // 100}.{minor % 100:02}", "currencyCode": CURRENCY}
