"""Choices: what is booked is what was shown, for the units that were meant, or nothing is and it is said why (T16, T24)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.intake.stock import StockDraft
from tests.carriers import price
from tests.device import Device
from tests.options import (
    FROM_LYON,
    HOME,
    at_home,
    booked,
    choose,
    chosen,
    codes,
    collect,
    deliver,
    kinds,
    line,
    options,
    refused,
    take,
    two_stores,
)
from tests.shop import Shop


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    """On a Saturday at 13:00; stores close at 19:00."""
    await two_stores(shop)
    return shop


@pytest.fixture
async def cart(phone: Device) -> dict[str, Any]:
    return await phone.create(("COAT", 2))


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


async def test_the_same_option_chosen_again_for_another_address_goes_there(phone: Device, cart: dict[str, Any]) -> None:
    option = await at_home(phone, cart)
    await choose(phone, cart, take(option, address=HOME))
    after = await choose(phone, cart, take(option, address=HOME | {"line1": "2 rue d’à côté"}))
    assert [group["address"]["line1"] for group in after["groups"]] == ["2 rue d’à côté"]
    read_anew = "query Q($id: ID!) { cart(id: $id) { groups { address { line1 } } } }"
    found = (await phone.ask(read_anew, id=cart["id"]))["cart"]
    assert found == {"groups": [{"address": {"line1": "2 rue d’à côté"}}]}


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
    assert "InsufficientStock" in kinds(after), "it is said instead"


async def test_units_of_one_shelf_that_are_chosen_twice_are_told(shop: Shop, phone: Device) -> None:
    """One after the other, which a single choice would refuse."""
    await shop.stock("COAT", LYON=1)
    cart = await phone.create(("COAT", 2))
    await choose(phone, cart, await collect(phone, "LYON", line(cart, "COAT", 1)))
    after = await choose(phone, cart, await collect(phone, "LYON", line(cart, "COAT", 1), how="reserveInStore"))
    assert "InsufficientStock" in kinds(after)


async def test_a_promise_that_cannot_be_kept_any_more_is_told_and_can_be_chosen_again(
    shop: Shop, phone: Device, cart: dict[str, Any]
) -> None:
    assert kinds(await choose(phone, cart, await collect(phone, "LYON"))) == ["ContactMissing"]
    shop.now += timedelta(hours=2)
    assert kinds(await chosen(phone, cart)) == ["PromiseChanged", "ContactMissing"]
    after = await choose(phone, cart, await collect(phone, "LYON"))
    assert kinds(after) == ["ContactMissing"]
    assert after["groups"][0]["promise"]["earliest"] == "2026-11-21T16:00:00+01:00"
