"""The floor of a purchase: the rows of an order with the least SQL, each step in as few transactions as it can be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from bench.bare import Bare, Fetch, id_of
from bench.buyer import HOME
from bench.floor_carts import CURRENCY, Row, money
from domain.ids import (
    CartActivityId,
    CartId,
    CartLineId,
    CheckoutId,
    EventId,
    FulfillmentGroupId,
    FulfillmentId,
    FulfillmentLineId,
    HoldId,
    OrderEntryId,
    OrderId,
    OrderLineId,
    PaymentAttemptId,
    PaymentId,
    VariantId,
)
from domain.order import number

CHANNEL = "SELECT id, pool_id FROM channel WHERE code = 'web'"
VARIANT = "SELECT id, sku, title, price_minor FROM variant WHERE id = $1"
LINES = """
    SELECT v.id, v.sku, v.title, v.price_minor, n.quantity FROM cart_line n JOIN variant v ON v.id = n.variant_id
    WHERE n.cart_id = $1"""
STORE = """
    SELECT l.location_id FROM cart_line n JOIN variant v ON v.id = n.variant_id JOIN stock_level l ON l.sku = v.sku
    WHERE n.cart_id = $1 AND l.available >= n.quantity GROUP BY l.location_id
    HAVING count(*) = (SELECT count(*) FROM cart_line WHERE cart_id = $1) LIMIT 1"""
NEXT = """
    UPDATE cart SET version = version + 1, status = $2, groups = $3, updated_at = $4 WHERE id = $1
    RETURNING version, channel_id"""
CART = "SELECT groups, channel_id, pool_id FROM cart WHERE id = $1"
CHECKOUT = "SELECT cart_id, frozen, due_minor FROM checkout WHERE id = $1"
CONTACT = "SELECT email, name FROM cart_contact WHERE cart_id = $1"
HOLD = """
    UPDATE stock_level SET held = held + $4
    WHERE sku = $1 AND location_id = $2 AND pool_id = $3 AND on_hand - held - allocated - safety >= $4 RETURNING sku"""
ALLOCATE = """
    UPDATE stock_level SET held = held - $4, allocated = allocated + $4
    WHERE sku = $1 AND location_id = $2 AND pool_id = $3"""
DELIVERY_MINOR = 490


async def create(bare: Bare, asked: Any) -> Any:
    now, cart = datetime.now(UTC), CartId.new()
    ((channel, pool),) = [(row["id"], row["pool_id"]) for row in await bare.fetch(CHANNEL)]
    async with bare.transaction() as fetch:
        versions = dict.fromkeys(("version", "contact_version", "codes_version"), 1)
        whose = {"channel_id": channel, "pool_id": pool, "currency_code": CURRENCY, "status": "OPEN", "discount_codes": "[]"}
        await put(fetch, "cart", id=cart, lines_removed_version=0, created_at=now, updated_at=now, **whose, **versions)
        for line in asked["lines"]:
            id = VariantId.parse(line["variant"])
            assert id
            (variant,) = await fetch(VARIANT, id.value)
            seen = {"price_seen_minor": variant["price_minor"], "quantity": line["quantity"], "version": 1}
            await put(fetch, "cart_line", id=CartLineId.new(), cart_id=cart, variant_id=id, **seen)
        await put(fetch, "cart_contact", cart_id=cart, **asked["contact"])
        await told(fetch, cart, 1, channel, "CREATED", now)
    return {"done": {"cart": {"id": str(cart), "version": 1}}}


async def choose(bare: Bare, asked: Any) -> Any:
    """From a store that has all of it."""
    cart, now, group = CartId.parse(asked["cart"]), datetime.now(UTC), FulfillmentGroupId.new()
    assert cart
    async with bare.transaction() as fetch:
        (store,) = await fetch(STORE, cart.value)
        plan = orjson.dumps([{"id": group.value.hex, "location": id_of(store["location_id"]).hex}]).decode()
        (after,) = await fetch(NEXT, cart.value, "OPEN", plan, now)
        await put(fetch, "cart_address", group_id=group, cart_id=cart, **home())
        await told(fetch, cart, after["version"], after["channel_id"], "FULFILLMENT_CHOSEN", now)
    return {"done": {"cart": {"version": after["version"], "groups": [{"method": "DELIVERY", "price": money(DELIVERY_MINOR)}]}}}


async def begin(bare: Bare, asked: Any) -> Any:
    cart, now, checkout = CartId.parse(asked["cart"]), datetime.now(UTC), CheckoutId.new()
    assert cart
    async with bare.transaction() as fetch:
        (row,), lines = await fetch(CART, cart.value), await fetch(LINES, cart.value)
        ((group, place),) = [(one["id"], UUID(one["location"])) for one in orjson.loads(row["groups"])]
        pool, ends = id_of(row["pool_id"]), now + timedelta(minutes=15)
        for line in sorted(lines, key=lambda line: str(line["sku"])):
            assert await fetch(HOLD, line["sku"], place, pool, line["quantity"]), "it is short"
            shelf = {"sku": line["sku"], "location_id": place, "pool_id": pool, "quantity": line["quantity"]}
            await put(fetch, "stock_hold", id=HoldId.new(), checkout_id=checkout, expires_at=ends, **shelf)
        due = sum(line["price_minor"] * line["quantity"] for line in lines) + DELIVERY_MINOR
        frozen = [[id_of(one["id"]).hex, one["sku"], one["title"], one["quantity"], one["price_minor"]] for one in lines]
        values = {"frozen": orjson.dumps([group, place.hex, frozen]).decode(), "due_minor": due, "contact_digest": ""}
        whose = {
            "channel_id": row["channel_id"],
            "pool_id": pool,
            "currency_code": CURRENCY,
            "status": "OPEN",
            "cart_version": 1,
        }
        await put(fetch, "checkout", id=checkout, cart_id=cart, created_at=now, expires_at=ends, **values, **whose)
        (after,) = await fetch(NEXT, cart.value, "CHECKOUT", row["groups"], now)
        await told(fetch, cart, after["version"], row["channel_id"], "CHECKOUT_BEGUN", now)
    return {"done": {"checkout": {"id": str(checkout), "status": "OPEN", "due": money(due)}}}


async def place(bare: Bare, asked: Any) -> Any:
    """Written down, charged, ordered: three transactions, as whoever charges is somewhere else."""
    checkout, now = CheckoutId.parse(asked["checkout"]), datetime.now(UTC)
    attempt, payment, order = PaymentAttemptId.new(), PaymentId.new(), OrderId.new()
    assert checkout
    async with bare.transaction() as fetch:
        (row,) = await fetch(CHECKOUT, checkout.value)
        paid = {"status": "PENDING", "lease_until": now, "ends_at": now}
        await put(fetch, "payment_attempt", id=attempt, checkout_id=checkout, order_id=order, **paid)
        amount = {"method": "CARD", "status": "PENDING", "currency_code": CURRENCY, "amount_minor": row["due_minor"]}
        await put(fetch, "payment", id=payment, attempt_id=attempt, order_id=order, created_at=now, **amount)
        await fetch("UPDATE checkout SET status = 'PAYING', attempt_id = $2 WHERE id = $1", checkout.value, attempt.value)
    async with bare.transaction() as fetch:
        charged = {"status": "AUTHORIZED", "amount_minor": row["due_minor"], "currency_code": CURRENCY}
        await put(fetch, "test_charge", payment_id=payment, **charged)
    async with bare.transaction() as fetch:
        named = await ordered(fetch, row, order, now)
        await fetch("UPDATE payment_attempt SET status = 'DONE' WHERE id = $1", attempt.value)
        await fetch("UPDATE payment SET status = 'AUTHORIZED' WHERE id = $1", payment.value)
        done = "UPDATE checkout SET status = 'COMPLETED', order_id = $2, ended_at = $3 WHERE id = $1"
        await fetch(done, checkout.value, order.value, now)
        await fetch("DELETE FROM stock_hold WHERE checkout_id = $1", checkout.value)
    return {"done": {"order": {"number": named, "status": "PLACED", "paid": money(row["due_minor"])}}}


async def ordered(fetch: Fetch, row: Row, order: OrderId, now: datetime) -> str:
    cart, (group, place, lines) = id_of(row["cart_id"]), orjson.loads(row["frozen"])
    (begun,), (contact,), named, part = await fetch(CART, cart), await fetch(CONTACT, cart), number(), FulfillmentId.new()
    at, pool = UUID(place), id_of(begun["pool_id"])
    whose = {"channel_id": begun["channel_id"], "pool_id": pool, "currency_code": CURRENCY, "cart_id": cart}
    facts = {"number": named, "version": 1, "status": "PLACED", "groups": begun["groups"], "totals": "{}"}
    await put(fetch, "sales_order", id=order, placed_at=now, updated_at=now, **whose, **facts)
    way = {"version": 1, "method": "DELIVERY", "status": "OPEN", "location_id": at, "group_id": UUID(group)}
    await put(fetch, "fulfillment", id=part, order_id=order, created_at=now, updated_at=now, **way)
    for variant, sku, title, units, price in lines:
        line, goods = OrderLineId.new(), {"variant_id": UUID(variant), "sku": sku, "title": title, "quantity": units}
        worth = {"unit_price_minor": price, "total_minor": price * units, "discount_minor": 0, "tax_minor": 0}
        await put(fetch, "order_line", id=line, order_id=order, **goods, **worth)
        of = {"fulfillment_id": part, "order_line_id": line, "quantity": units}
        await put(fetch, "fulfillment_line", id=FulfillmentLineId.new(), **of)
        await fetch(ALLOCATE, sku, at, pool, units)
        shelf = {"sku": sku, "location_id": at, "pool_id": pool, "quantity": units}
        await put(fetch, "stock_allocation", fulfillment_id=part, **shelf)
    email = contact["email"]
    await put(fetch, "order_contact", order_id=order, email=email, email_key=email.casefold(), name=contact["name"])
    await put(fetch, "order_address", group_id=UUID(group), order_id=order, **home())
    entry = {"kind": "ORDER", "change": "placed", "data": "{}", "channel_id": begun["channel_id"]}
    await put(fetch, "order_entry", id=OrderEntryId.new(), order_id=order, at=now, **entry)
    (after,) = await fetch(NEXT, cart, "ORDERED", begun["groups"], now)
    await told(fetch, CartId(cart), after["version"], begun["channel_id"], "ORDERED", now)
    return named


async def told(fetch: Fetch, cart: CartId, version: int, channel: Any, change: str, now: datetime) -> None:
    entry = {"version": version, "at": now, "channel_id": channel, "change": change, "units": "[]"}
    await put(fetch, "cart_activity", id=CartActivityId.new(), cart_id=cart, **entry)
    data = orjson.dumps({"version": version}).decode()
    await put(fetch, "outbox", id=EventId.new(), at=now, type="cart.changed", subject=str(cart), data=data)


def home() -> dict[str, str]:
    names = {"name": "name", "line1": "line1", "postal_code": "postalCode", "city": "city", "country_code": "countryCode"}
    return {column: HOME[name] for column, name in names.items()}


async def put(fetch: Fetch, table: str, **values: Any) -> Sequence[Row]:
    """One row. Ids are as the domain has them, or as the database gave them."""
    places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    return await fetch(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", *map(bare_of, values.values()))


def bare_of(value: Any) -> Any:
    return getattr(value, "value", value)


STEPS = {
    "/purchase/create": create,
    "/purchase/choose": choose,
    "/purchase/begin": begin,
    "/purchase/place": place,
}
