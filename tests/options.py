"""Options and choices in a few words, for tests.

found = await options(phone, cart, to=SOMEWHERE)
cart = await choose(phone, cart, {"how": collect(lyon)})
"""

from __future__ import annotations

from typing import Any

from tests.device import Device
from tests.shop import Shop

HOME = {"line1": "3 quai du Canari", "postalCode": "69002", "city": "Lyon", "countryCode": "FR", "name": "Ada Canari"}
SOMEWHERE = {"postalCode": {"countryCode": "FR", "postalCode": "69002"}}
FROM_LYON = {"coordinates": {"latitude": 45.764, "longitude": 4.8357}}

OPTION = """fragment Option on FulfillmentOption { __typename id method complete price { minorUnits } carbonGrams parcels
  promise { earliest latest orderBy validUntil timeZone } reasons { code }
  coverage { cartLine { id } variant { sku } quantity missing reasons { code } }
  ... on DeliveryOption { service } ... on PickupOption { location { code } distanceKm shipToStore } }"""
OPTIONS = (
    """query Options($cart: ID!, $to: DestinationInput, $near: NearInput, $stores: Int) { cart(id: $cart) {
  fulfillmentOptions(to: $to, near: $near, stores: $stores) { delivery { ...Option } pickup { ...Option } } } } """
    + OPTION
)
CHOSEN = """id version totals { subtotal { minorUnits } fulfillment { minorUnits } total { minorUnits } }
  problems { __typename ... on FulfillmentNotChosen { lines { variant { sku } } } }
  lines { id quantity variant { sku } } activity(first: 1) { summary }
  groups { id method location { code } address { line1 postalCode name } price { minorUnits } promise { earliest latest }
    lines { quantity line { variant { sku } } } option { id method complete parcels } }"""
REFUSED = """errors { ... on FulfillmentUnavailable { coverage { variant { sku } quantity missing reasons { code } }
    reasons { code } }
  ... on OptionExpired { current { id method complete price { minorUnits } promise { latest }
    coverage { variant { sku } quantity missing } } } }"""
SHOWS = f"cart {{ {CHOSEN} }} {REFUSED}"


async def two_stores(shop: Shop, units: int = 3) -> None:
    """Both have coats, Paris has scarves too; either weighs a kilogram and costs 100 euros."""
    await shop.locations("LYON", "PARIS")
    await shop.product("goods", "COAT", "SCARF", price="100.00", variant={"grams": 1_000})
    await shop.stock("COAT", LYON=units, PARIS=units)
    await shop.stock("SCARF", PARIS=units)
    await shop.carriers()


async def options(device: Device, cart: dict[str, Any], **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await device.ask(OPTIONS, cart=cart["id"], **asked))["cart"]["fulfillmentOptions"]
    return found


async def pickups(device: Device, cart: dict[str, Any], **asked: Any) -> dict[tuple[str, str, bool], dict[str, Any]]:
    """By store, method, and whether goods are sent there first, in the order given."""
    found = (await options(device, cart, **asked))["pickup"]
    return {(one["location"]["code"], one["method"], one["shipToStore"]): one for one in found}


async def deliveries(device: Device, cart: dict[str, Any], **asked: Any) -> dict[str, dict[str, Any]]:
    """By service."""
    found = (await options(device, cart, **({"to": SOMEWHERE} | asked)))["delivery"]
    return {one["service"]: one for one in found}


async def at_home(phone: Device, cart: dict[str, Any]) -> dict[str, Any]:
    """A delivery that was asked for by postal code."""
    return (await deliveries(phone, cart))["STANDARD"]


async def choose(device: Device, cart: dict[str, Any], *choices: dict[str, Any], **more: Any) -> dict[str, Any]:
    done = await device.done("cartFulfillmentChoose", {"cart": cart["id"], "choices": list(choices), **more}, SHOWS)
    chosen: dict[str, Any] = done["cart"]
    return chosen


async def refused(device: Device, cart: dict[str, Any], *choices: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Why nothing was chosen."""
    input = {"cart": cart["id"], "choices": list(choices), **more}
    return await device.refused("cartFulfillmentChoose", input, SHOWS)


async def collect(device: Device, code: str, *lines: dict[str, Any], how: str = "pickup") -> dict[str, Any]:
    """A choice of a store by its code; all that is left, without `lines`."""
    store = await device.shop.location_id(code)
    return {"how": {how: {"location": str(store)}}} | ({"lines": list(lines)} if lines else {})


def deliver(*lines: dict[str, Any], service: str = "STANDARD", **changes: Any) -> dict[str, Any]:
    """A choice of a delivery home; `changes` are of the address."""
    how = {"delivery": {"address": HOME | changes, "service": service}}
    return {"how": how} | ({"lines": list(lines)} if lines else {})


def take(option: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A choice of an option that was shown."""
    return {"how": {"option": {"id": option["id"], **more}}}


def line(cart: dict[str, Any], sku: str, quantity: int | None = None) -> dict[str, Any]:
    id = next(one["id"] for one in cart["lines"] if one["variant"]["sku"] == sku)
    return {"line": id} | ({"quantity": quantity} if quantity else {})


async def chosen(device: Device, cart: dict[str, Any]) -> dict[str, Any]:
    """The cart as it is now."""
    query = f"query Chosen($id: ID!) {{ cart(id: $id) {{ {CHOSEN} }} }}"
    found: dict[str, Any] = (await device.ask(query, id=cart["id"]))["cart"]
    return found


def booked(cart: dict[str, Any]) -> list[tuple[str, str | None, dict[str, int]]]:
    """Each group: how, at which store, and how many units by SKU."""
    return [
        (
            group["method"],
            group["location"] and group["location"]["code"],
            {one["line"]["variant"]["sku"]: one["quantity"] for one in group["lines"]},
        )
        for group in cart["groups"]
    ]


def codes(reasons: list[dict[str, Any]]) -> list[str]:
    return [reason["code"] for reason in reasons]


def kinds(cart: dict[str, Any]) -> list[str]:
    """Of its problems."""
    return [problem["__typename"] for problem in cart["problems"]]
