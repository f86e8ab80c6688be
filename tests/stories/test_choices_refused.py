"""Choices that are refused: what cannot be had in that way, or cannot be meant, changes nothing and is told by its field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.channel import FulfillmentMethod
from domain.location import LocationKind, LocationService
from tests.device import Device
from tests.options import (
    HOME,
    SOMEWHERE,
    at_home,
    choose,
    codes,
    collect,
    deliver,
    deliveries,
    line,
    refused,
    take,
    two_stores,
)
from tests.shop import WEB, Shop

COLLECTED = replace(WEB, code="collected", name="Collected", fulfillment_methods=(FulfillmentMethod.PICKUP,))
SHIPS = frozenset((LocationService.SHIP_FROM,))


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    """On a Saturday at 13:00; stores close at 19:00."""
    shop = await Shop.opened(shop.database, COLLECTED)
    await two_stores(shop)
    await shop.locations("DEPOT", kind=LocationKind.WAREHOUSE, services=SHIPS)
    return shop


@pytest.fixture
async def cart(phone: Device) -> dict[str, Any]:
    return await phone.create(("COAT", 2))


async def test_a_store_that_does_not_hand_over_is_refused(phone: Device, cart: dict[str, Any]) -> None:
    error = await refused(phone, cart, await collect(phone, "DEPOT"))
    assert (error["code"], codes(error["reasons"])) == ("FULFILLMENT_UNAVAILABLE", ["SERVICE_NOT_OFFERED"])


async def test_a_location_that_does_not_exist_is_refused(phone: Device, cart: dict[str, Any]) -> None:
    unknown = "TG9jYXRpb246MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA"
    error = await refused(phone, cart, {"how": {"pickup": {"location": unknown}}})
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "choices", "0", "how"])


async def test_a_channel_that_does_not_deliver_books_no_delivery(shop: Shop, phone: Device, cart: dict[str, Any]) -> None:
    option = await at_home(phone, cart)
    other = Device(shop, "collected")
    await other.take_over(await phone.hand_over(cart, scope="CHECKOUT"))
    assert (await refused(other, cart, deliver()))["code"] == "FULFILLMENT_UNAVAILABLE"
    assert (await refused(other, cart, take(option, address=HOME)))["code"] == "OPTION_EXPIRED"


async def test_units_are_named_once_and_no_more_of_them_than_there_are(phone: Device, cart: dict[str, Any]) -> None:
    one, all_, choice = line(cart, "COAT", 1), line(cart, "COAT"), await collect(phone, "LYON")
    for choices, path in (
        ([choice, choice], []),
        ([choice | {"lines": [all_]}, choice | {"lines": [one]}], []),
        ([choice | {"lines": [one, one]}], ["0", "lines", "1"]),
        ([choice | {"lines": [one | {"quantity": 3}]}], ["0", "lines", "0"]),
        ([choice | {"lines": [one | {"quantity": 0}]}], ["0", "lines", "0"]),
        ([], []),
        ([choice] * 21, []),
    ):
        error = await refused(phone, cart, *choices)
        assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "choices", *path])


async def test_a_choice_of_nothing_is_refused(phone: Device, cart: dict[str, Any]) -> None:
    lyon = await collect(phone, "LYON")
    error = await refused(phone, cart, lyon | {"lines": [line(cart, "COAT")]}, await collect(phone, "PARIS"))
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "choices", "1", "lines"])
    error = await refused(phone, cart, lyon | {"lines": []})
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "choices", "0", "lines"])


async def test_somebody_who_looked_at_another_version_is_told(phone: Device, cart: dict[str, Any]) -> None:
    seen = cart["version"]
    await choose(phone, cart, await collect(phone, "LYON"), expectedVersion=seen)
    error = await refused(phone, cart, await collect(phone, "PARIS"), expectedVersion=seen)
    assert (error["code"], error["currentVersion"]) == ("VERSION_CONFLICT", seen + 1)
    await phone.done("cartContactSet", {"cart": cart["id"], "contact": {"email": "ada@example.org"}})
    await choose(phone, cart, await collect(phone, "PARIS"), expectedVersion=seen + 1)


async def test_delivery_options_are_found_by_address_too(phone: Device, cart: dict[str, Any]) -> None:
    by_code, by_address = await at_home(phone, cart), await deliveries(phone, cart, to={"address": HOME})
    assert {**by_code, "id": ""} == {**by_address["STANDARD"], "id": ""}
    _, (error,) = await phone.answer(
        "query Q($id: ID!, $to: DestinationInput) { cart(id: $id) { fulfillmentOptions(to: $to) { delivery { id } } } }",
        id=cart["id"],
        to={"postalCode": SOMEWHERE["postalCode"] | {"postalCode": "x" * 13}},
    )
    assert error["extensions"]["code"] == "INVALID_INPUT"
