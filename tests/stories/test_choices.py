"""Choices: what is booked is what was shown, for the units that were meant, or nothing is and it is said why (T16, T24)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.channel import FulfillmentMethod
from domain.intake.stock import StockDraft
from domain.location import LocationKind, LocationService
from tests.carriers import price
from tests.device import Device
from tests.options import (
    FROM_LYON,
    HOME,
    SOMEWHERE,
    booked,
    choose,
    chosen,
    codes,
    collect,
    deliver,
    deliveries,
    kinds,
    line,
    options,
    refused,
    take,
)
from tests.shop import WEB, Shop

COLLECTED = replace(WEB, code="collected", name="Collected", fulfillment_methods=(FulfillmentMethod.PICKUP,))
SHIPS = frozenset((LocationService.SHIP_FROM,))


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    """On a Saturday at 13:00; stores close at 19:00."""
    shop = await Shop.opened(shop.database, COLLECTED)
    await shop.locations("LYON", "PARIS")
    await shop.locations("DEPOT", kind=LocationKind.WAREHOUSE, services=SHIPS)
    await shop.product("goods", "COAT", "SCARF", price="100.00", variant={"grams": 1_000})
    await shop.stock("COAT", LYON=3, PARIS=3)
    await shop.stock("SCARF", PARIS=3)
    await shop.carriers()
    return shop


@pytest.fixture
def phone(shop: Shop) -> Device:
    return Device(shop)


@pytest.fixture
async def cart(phone: Device) -> dict[str, Any]:
    return await phone.create(("COAT", 2))


async def at_home(phone: Device, cart: dict[str, Any]) -> dict[str, Any]:
    """A delivery that was asked for by postal code."""
    return (await deliveries(phone, cart))["STANDARD"]


def unsealed(cart: dict[str, Any]) -> dict[str, Any]:
    """Without the ids of options, which are sealed anew each time."""
    return cart | {"groups": [group | {"option": group["option"] | {"id": ""}} for group in cart["groups"]]}


# ------------------------------------------------------------------------------------------------ by option


async def test_an_option_books_exactly_what_it_showed(phone: Device, cart: dict[str, Any]) -> None:
    found = await options(phone, cart, to={"address": HOME}, near=FROM_LYON)
    for option in found["delivery"] + found["pickup"]:
        after = await choose(phone, cart, take(option))
        (group,) = after["groups"]
        assert group["price"] == option["price"] == after["totals"]["fulfillment"]
        assert group["promise"] == {name: option["promise"][name] for name in ("earliest", "latest")}
        assert {name: group["option"][name] for name in ("method", "complete", "parcels")} == {
            name: option[name] for name in ("method", "complete", "parcels")
        }
        assert (group["location"] or {}).get("code") == option.get("location", {}).get("code")
        total = after["totals"]
        assert total["total"]["minorUnits"] == total["subtotal"]["minorUnits"] + option["price"]["minorUnits"]
        assert kinds(after) == ["ContactMissing"]
        assert unsealed(await chosen(phone, cart)) == unsealed(after), "and it is kept as it was told"


async def test_a_better_price_that_was_shown_is_kept_when_it_rises(shop: Shop, phone: Device, cart: dict[str, Any]) -> None:
    option = await at_home(phone, cart)
    await shop.carriers(prices=(price(amount="9.90"),))
    after = await choose(phone, cart, take(option, address=HOME))
    assert after["groups"][0]["price"]["minorUnits"] == 490


async def test_an_option_that_is_too_old_is_told_as_it_is_now(shop: Shop, phone: Device, cart: dict[str, Any]) -> None:
    option = await at_home(phone, cart)
    await shop.carriers(prices=(price(amount="9.90"),))
    shop.now += timedelta(minutes=30)
    await choose(phone, cart, take(option, address=HOME))
    await phone.done("cartFulfillmentChoose", {"cart": cart["id"], "choices": [deliver()]}, "cart { id }")
    shop.now += timedelta(seconds=1)
    error = await refused(phone, cart, take(option, address=HOME))
    assert error["code"] == "OPTION_EXPIRED"
    assert (error["current"]["price"]["minorUnits"], error["current"]["complete"]) == (990, True)
    again = await choose(phone, cart, take(error["current"], address=HOME))
    assert again["groups"][0]["price"]["minorUnits"] == 990


async def test_an_option_whose_goods_are_gone_is_told_as_it_is_now(shop: Shop, phone: Device, cart: dict[str, Any]) -> None:
    (option, *_) = (await options(phone, cart, near=FROM_LYON))["pickup"]
    assert option["location"]["code"] == "LYON"
    await shop.stock("COAT", LYON=1)
    error = await refused(phone, cart, take(option))
    assert error["code"] == "OPTION_EXPIRED"
    assert [(one["quantity"], one["missing"]) for one in error["current"]["coverage"]] == [(2, 0)], "Paris sends one"
    await shop.stock("COAT", LYON=0, PARIS=0)
    assert (await refused(phone, cart, take(option)))["current"] is None


async def test_an_option_for_more_than_there_is_in_the_cart_has_expired(phone: Device, cart: dict[str, Any]) -> None:
    option = await at_home(phone, cart)
    await phone.update(cart, {"COAT": 1})
    error = await refused(phone, cart, take(option, address=HOME))
    assert error["code"] == "OPTION_EXPIRED"
    assert [one["quantity"] for one in error["current"]["coverage"]] == [1]


async def test_an_option_whose_line_is_gone_has_expired(phone: Device, cart: dict[str, Any]) -> None:
    option = await at_home(phone, cart)
    await phone.update(cart, {"COAT": 0})
    error = await refused(phone, cart, take(option, address=HOME))
    assert (error["code"], error["current"]) == ("OPTION_EXPIRED", None)


async def test_an_option_of_another_cart_or_a_torn_id_is_refused(shop: Shop, phone: Device, cart: dict[str, Any]) -> None:
    other = Device(shop)
    theirs = await at_home(other, await other.create(("COAT", 2)))
    torn = theirs["id"][:-4] + "AAAA"
    for id in (theirs["id"], torn, "é", "", "AAAA", "=" * 100):
        error = await refused(phone, cart, {"how": {"option": {"id": id, "address": HOME}}})
        assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "choices", "0", "how", "option", "id"]), id


async def test_an_option_by_postal_code_needs_an_address_and_of_that_code(phone: Device, cart: dict[str, Any]) -> None:
    option = await at_home(phone, cart)
    where = ["input", "choices", "0", "how", "option", "address"]
    error = await refused(phone, cart, take(option))
    assert (error["code"], error["path"]) == ("INVALID_INPUT", where)
    error = await refused(phone, cart, take(option, address=HOME | {"postalCode": "75001"}))
    assert (error["code"], error["path"]) == ("INVALID_INPUT", [*where, "postalCode"])
    error = await refused(phone, cart, take(option, address=HOME | {"city": " "}))
    assert (error["code"], error["path"]) == ("INVALID_INPUT", [*where, "city"])
    after = await choose(phone, cart, take(option, address=HOME | {"postalCode": "69 002"}))
    assert after["groups"][0]["address"]["line1"] == HOME["line1"]


async def test_an_option_is_for_the_units_it_was_shown_for(phone: Device, cart: dict[str, Any]) -> None:
    option = await at_home(phone, cart)
    error = await refused(phone, cart, take(option, address=HOME) | {"lines": [line(cart, "COAT", 1)]})
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "choices", "0", "lines"])
    await choose(phone, cart, take(option, address=HOME) | {"lines": [line(cart, "COAT")]})


# ------------------------------------------------------------------------------------------------ by store and address


async def test_a_store_is_chosen_to_collect_or_to_reserve(phone: Device, cart: dict[str, Any]) -> None:
    after = await choose(phone, cart, await collect(phone, "LYON"))
    assert booked(after) == [("PICKUP", "LYON", {"COAT": 2})]
    assert after["groups"][0]["promise"]["earliest"] == "2026-11-21T14:00:00+01:00"
    assert after["activity"][0]["summary"]
    after = await choose(phone, cart, await collect(phone, "PARIS", how="reserveInStore"))
    assert booked(after) == [("RESERVE_IN_STORE", "PARIS", {"COAT": 2})], "the last choice counts"


async def test_a_delivery_is_chosen_by_address_and_service(phone: Device, cart: dict[str, Any]) -> None:
    after = await choose(phone, cart, deliver())
    assert booked(after) == [("DELIVERY", None, {"COAT": 2})]
    assert after["groups"][0]["address"] == {"line1": "3 quai du Canari", "postalCode": "69002", "name": "Ada Canari"}
    error = await refused(phone, cart, deliver(service="GREEN"))
    assert (error["code"], codes(error["reasons"])) == ("FULFILLMENT_UNAVAILABLE", ["SERVICE_NOT_OFFERED"])
    error = await refused(phone, cart, deliver(line1=" "))
    assert (error["code"], error["path"][-2:]) == ("INVALID_INPUT", ["address", "line1"])


async def test_goods_are_sent_to_a_store_that_has_too_few(phone: Device, shop: Shop) -> None:
    cart = await phone.create(("COAT", 4), ("SCARF", 1))
    after = await choose(phone, cart, await collect(phone, "LYON"))
    assert booked(after) == [("PICKUP", "LYON", {"COAT": 4, "SCARF": 1})]
    assert after["groups"][0]["option"]["parcels"] == 1
    error = await refused(phone, cart, await collect(phone, "LYON", how="reserveInStore"))
    assert error["code"] == "FULFILLMENT_UNAVAILABLE"
    told = [(one["variant"]["sku"], one["quantity"], one["missing"], codes(one["reasons"])) for one in error["coverage"]]
    assert told == [("COAT", 3, 1, ["TOO_FEW"]), ("SCARF", 0, 1, ["OUT_OF_STOCK"])]


async def test_t15_a_backorder_is_chosen_to_be_collected_later(phone: Device, shop: Shop) -> None:
    await shop.product("boots", "BOOTS", variant={"backorders": True})
    await shop.count(StockDraft(sku="BOOTS", location="LYON", on_hand=0, expected=(5, date(2026, 12, 8))))
    cart = await phone.create(("BOOTS", 2))
    after = await choose(phone, cart, await collect(phone, "LYON"))
    assert after["groups"][0]["promise"]["earliest"] == "2026-12-08T11:00:00+01:00"
    assert "FulfillmentNotChosen" not in kinds(after)


async def test_t16_items_of_several_places_go_several_ways_in_one_cart(phone: Device) -> None:
    cart = await phone.create(("COAT", 4), ("SCARF", 2))
    after = await choose(
        phone,
        cart,
        await collect(phone, "LYON", line(cart, "COAT", 1)),
        await collect(phone, "PARIS", line(cart, "COAT", 1), line(cart, "SCARF", 1), how="reserveInStore"),
        deliver(line(cart, "COAT", 1)),
        deliver(city="Villeurbanne", postalCode="69100"),
    )
    assert booked(after) == [
        ("PICKUP", "LYON", {"COAT": 1}),
        ("RESERVE_IN_STORE", "PARIS", {"COAT": 1, "SCARF": 1}),
        ("DELIVERY", None, {"COAT": 1}),
        ("DELIVERY", None, {"COAT": 1, "SCARF": 1}),
    ]
    assert after["totals"]["fulfillment"]["minorUnits"] == 980
    assert {group["address"]["postalCode"] for group in after["groups"] if group["address"]} == {"69002", "69100"}


async def test_choices_never_share_a_unit_of_a_shelf(shop: Shop, phone: Device) -> None:
    await shop.stock("COAT", LYON=1, PARIS=0)
    cart = await phone.create(("COAT", 2))
    one = line(cart, "COAT", 1)
    error = await refused(
        phone, cart, await collect(phone, "LYON", one), await collect(phone, "LYON", one, how="reserveInStore")
    )
    assert (error["code"], error["path"]) == ("FULFILLMENT_UNAVAILABLE", ["input", "choices", "1", "how"])


async def test_choosing_again_is_for_the_same_units_and_leaves_the_others(phone: Device) -> None:
    cart = await phone.create(("COAT", 2), ("SCARF", 1))
    await choose(phone, cart, await collect(phone, "PARIS"))
    after = await choose(phone, cart, await collect(phone, "LYON", line(cart, "COAT", 1)))
    assert booked(after) == [("PICKUP", "LYON", {"COAT": 1}), ("PICKUP", "PARIS", {"COAT": 1, "SCARF": 1})]
    again = await choose(phone, cart, await collect(phone, "LYON", line(cart, "COAT", 1)))
    assert sorted(booked(again), key=repr) == sorted(booked(after), key=repr), "a choice made twice is made once"


async def test_what_is_chosen_follows_the_units_of_its_line(phone: Device, cart: dict[str, Any]) -> None:
    await choose(phone, cart, await collect(phone, "LYON"))
    await phone.update(cart, {"COAT": 1})
    assert booked(await chosen(phone, cart)) == [("PICKUP", "LYON", {"COAT": 1})]
    await phone.update(cart, {"COAT": 3})
    after = await chosen(phone, cart)
    assert booked(after) == [("PICKUP", "LYON", {"COAT": 1})]
    assert "FulfillmentNotChosen" in kinds(after)
    await phone.update(cart, {"COAT": 0})
    assert booked(await chosen(phone, cart)) == []


async def test_t24_a_chosen_store_is_never_changed_in_silence(shop: Shop, phone: Device, cart: dict[str, Any]) -> None:
    before = await choose(phone, cart, await collect(phone, "LYON"))
    await shop.stock("COAT", LYON=0)
    await phone.add(cart, ("SCARF", 1))
    after = await chosen(phone, cart)
    assert booked(after) == [("PICKUP", "LYON", {"COAT": 2})]
    assert after["groups"][0]["promise"] == before["groups"][0]["promise"]


# ------------------------------------------------------------------------------------------------ what cannot be chosen


async def test_a_store_that_does_not_hand_over_is_refused(phone: Device, cart: dict[str, Any]) -> None:
    error = await refused(phone, cart, await collect(phone, "DEPOT"))
    assert (error["code"], codes(error["reasons"])) == ("FULFILLMENT_UNAVAILABLE", ["SERVICE_NOT_OFFERED"])


async def test_a_location_that_does_not_exist_is_refused(phone: Device, cart: dict[str, Any]) -> None:
    unknown = "TG9jYXRpb246MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA"
    error = await refused(phone, cart, {"how": {"pickup": {"location": unknown}}})
    assert error["code"] in ("NOT_FOUND", "INVALID_INPUT")


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
