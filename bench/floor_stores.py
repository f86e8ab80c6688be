"""The floor of stores: where a variant is, and every way to get a cart, worked out by the domain's own functions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from bench.bare import Bare, id_of
from bench.floor_carts import CURRENCY, Row, money
from bench.floor_network import COUNTRY, WEB, Network, location_of, to_each, variant_of
from domain.carrier import Destination
from domain.cart import Cart, CartStatus
from domain.fulfillment_options import Asked, Ways, journeys
from domain.fulfillment_options import options as found_options
from domain.ids import CartId, CartLineId, LocationId
from domain.load import IDLE
from domain.location import Coordinates, Location, distance_km, places
from domain.money import Money
from domain.option import Option, Wish
from domain.promise import Promise, Workplace, pickup, promise
from domain.quote import QuotedLine
from domain.supply import planned
from domain.way import ToStore

JOURNEYS = [method.value for method in WEB.fulfillment_methods]  # every store of the measured shop does everything

STORE = """o.id AS location_id, o.code, o.name, o.latitude, o.longitude, o.time_zone, o.opening_hours, o.country_code,
           o.handling_minutes, l.available"""
GOODS = "v.id AS variant_id, v.product_id, v.sku, v.price_minor, v.grams"

AVAILABILITY = f"""
    SELECT {STORE}, {GOODS} FROM variant v JOIN stock_level l ON l.sku = v.sku JOIN location o ON o.id = l.location_id
    WHERE v.sku = $1 ORDER BY o.code"""

OPTIONS = f"""
    SELECT n.id AS line_id, n.quantity, {STORE}, {GOODS}, p.latitude AS to_latitude, p.longitude AS to_longitude
    FROM cart_line n JOIN variant v ON v.id = n.variant_id
    JOIN stock_level l ON l.sku = v.sku JOIN location o ON o.id = l.location_id
    JOIN postal_code p ON p.country_code = $2 AND p.postal_code = $3
    WHERE n.cart_id = $1 ORDER BY n.id, o.code"""

Answer = Callable[[Bare, Any], Awaitable[Any]]


def availability_in(network: Network) -> Answer:
    async def availability(bare: Bare, asked: Any) -> Any:
        here, now = Coordinates(asked["latitude"], asked["longitude"]), network.clock()
        rows = await bare.fetch(AVAILABILITY, asked["sku"])
        sent = await sent_to_each(network, bare, rows, now)
        stores = [(location_of(row), row["available"]) for row in rows]
        found = [(distance_km(here, store.coordinates), store, units) for store, units in stores]
        nodes = [node(store, distance, units, sent, now) for distance, store, units in sorted(found, key=itemgetter(0))]
        return {"variant": {"availability": {"nodes": nodes}}}

    return availability


async def sent_to_each(network: Network, bare: Bare, rows: Sequence[Row], now: datetime) -> Mapping[LocationId, Promise | None]:
    """When one is there where there is none, of what other stores can send."""
    if all(row["available"] for row in rows):
        return {}
    supply, variant = await network.supply(bare, rows, now), variant_of(rows[0])
    lacking = [store for store in supply.locations if not supply.on_shelf(variant, store)]
    lanes = to_each(await network.carriers.transfers(supply.locations, lacking, CURRENCY))
    found: dict[LocationId, Promise | None] = {}
    for store in lacking:
        way = ToStore(supply.workplace(store), lanes.get(store.id, {}))
        plan = planned(supply, [(variant, 1)], way, currency=CURRENCY)
        if plan.parts:
            found[store.id] = supply.promised(journeys(supply, plan, way))
    return found


def node(
    store: Location, distance: float, units: int, sent: Mapping[LocationId, Promise | None], now: datetime
) -> dict[str, Any]:
    journey = pickup(Workplace(store, IDLE)) if units else None
    return {
        "location": {"name": store.name},
        "distanceKm": distance,
        "status": "SHIP_TO_STORE" if store.id in sent else status(units),
        "quantity": units,
        "journeys": JOURNEYS if units else ["PICKUP"] if store.id in sent else [],
        "pickup": promised(promise([journey], now) if journey else sent.get(store.id)),
    }


def status(units: int) -> str:
    if units > WEB.low_stock:
        return "IN_STOCK"
    return "LOW_STOCK" if units else "OUT_OF_STOCK"


def promised(made: Promise | None) -> dict[str, str] | None:
    if made is None:
        return None
    return {
        "earliest": made.earliest.isoformat(),
        "latest": made.latest.isoformat(),
        "orderBy": made.order_by.isoformat(),
        "timeZone": made.time_zone,
    }


# ------------------------------------------------------------------------------------------------ of a cart


def options_in(network: Network) -> Answer:
    async def options(bare: Bare, asked: Any) -> Any:
        cart, now = CartId.parse(asked["id"]), network.clock()
        assert cart
        rows = await bare.fetch(OPTIONS, cart.value, COUNTRY, asked["postalCode"])
        supply = await network.supply(bare, rows, now)
        center = Coordinates(rows[0]["to_latitude"], rows[0]["to_longitude"])
        to = Destination(country_code=COUNTRY, postal_code=asked["postalCode"], coordinates=center)
        lanes = to_each(await network.carriers.transfers(supply.locations, supply.locations, CURRENCY))
        ways = Ways(
            destination=to,
            deliveries=await network.carriers.deliveries(supply.locations, to, CURRENCY),
            stores=tuple((place, lanes.get(place.location.id, {})) for place in places(supply.locations, center)),
        )
        found = found_options(supply, Asked(cart, tuple(wishes(cart, rows, now)), CURRENCY), ways)
        delivery = [{"service": option.service.value} | shown(option) for option in found.delivery]
        pickup = [
            {"location": {"name": option.location.name}, "shipToStore": option.ship_to_store} | shown(option)
            for option in found.pickup
        ]
        return {"cart": {"fulfillmentOptions": {"delivery": delivery, "pickup": pickup}}}

    return options


def wishes(id: CartId, rows: Sequence[Row], now: datetime) -> Iterator[Wish]:
    """One for each line, which has a row for each store."""
    cart = Cart(
        id=id,
        version=1,
        status=CartStatus.OPEN,
        channel=WEB.id,
        pool=WEB.pool,
        currency_code=CURRENCY,
        created_at=now,
        updated_at=now,
    )
    for row in {row["line_id"]: row for row in rows}.values():
        price = Money(CURRENCY, row["price_minor"])
        line = QuotedLine(
            id=CartLineId(id_of(row["line_id"])),
            variant=variant_of(row),
            quantity=row["quantity"],
            unit_price=price,
            discount=Money(CURRENCY, 0),
            total=price.times(row["quantity"]),
            tax=Money(CURRENCY, 0),
            price_seen=price,
            is_sold=True,
            cart=cart,
        )
        yield Wish(line, line.quantity)


def shown(option: Option) -> dict[str, Any]:
    return {
        "method": option.method.value,
        "complete": option.complete,
        "price": money(option.price.minor_units),
        "promise": promised(option.promise),
        "carbonGrams": option.carbon_grams,
        "parcels": option.parcels,
        "coverage": [{"quantity": one.quantity, "missing": one.missing} for one in option.coverage],
    }
