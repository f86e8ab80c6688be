"""Options: every way to get a cart, what each leaves out and why, and the failures other systems shipped (T1, T3, T15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.actor import Role
from domain.carrier import DeliveryService
from domain.channel import FulfillmentMethod, Shows
from domain.intake.stock import StockDraft
from domain.location import LocationKind, LocationService
from resolvers.option import STORES_MAX
from tests.carriers import price, route
from tests.device import Device
from tests.options import FROM_LYON, SOMEWHERE, booked, choose, codes, deliveries, options, pickups, take
from tests.shop import WEB, Shop

SHIPS = frozenset((LocationService.SHIP_FROM,))
BANDS = replace(WEB, code="bands", name="Bands", shows=Shows.BAND, low_stock=3)
COLLECTED = replace(WEB, code="collected", name="Collected", fulfillment_methods=(FulfillmentMethod.PICKUP,))
EXPRESS = DeliveryService.EXPRESS


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    """On a Saturday at 13:00; stores close at 19:00."""
    shop = await Shop.opened(shop.database, BANDS, COLLECTED)
    await shop.locations("LYON", "PARIS", "LILLE")
    await shop.product("goods", "COAT", "SCARF", price="100.00", variant={"grams": 1_000})
    await shop.carriers()
    return shop


async def test_a_store_that_has_everything_hands_it_over_or_reserves_it(shop: Shop) -> None:
    await shop.stock("COAT", LYON=2)
    phone = Device(shop)
    found = await pickups(phone, await phone.create(("COAT", 2)), near=FROM_LYON, stores=1)
    assert list(found) == [("LYON", "PICKUP", False), ("LYON", "RESERVE_IN_STORE", False)]
    for option in found.values():
        assert (option["complete"], option["price"]["minorUnits"], option["parcels"], option["distanceKm"]) == (True, 0, 0, 0.0)
        assert [(one["variant"]["sku"], one["quantity"], one["missing"]) for one in option["coverage"]] == [("COAT", 2, 0)]
        assert option["promise"]["earliest"] == "2026-11-21T14:00:00+01:00"


async def test_t1_a_store_whose_shelf_is_empty_does_not_offer_it(shop: Shop) -> None:
    await shop.stock("COAT", LYON=0, PARIS=1)
    phone = Device(shop)
    found = await pickups(phone, await phone.create(("COAT", 1)))
    assert ("PARIS", "PICKUP", False) in found
    assert [key for key in found if key[0] == "LYON"] == [("LYON", "PICKUP", True)], "only what is sent there"


async def test_t3_units_that_others_hold_are_off_every_option(shop: Shop) -> None:
    await shop.stock("COAT", LYON=1)
    phone = Device(shop)
    cart = await phone.create(("COAT", 1))
    assert [one for kind in (await options(phone, cart, to=SOMEWHERE)).values() for one in kind]
    await shop.hold("COAT", "LYON", 1)
    assert await options(phone, cart, to=SOMEWHERE) == {"delivery": [], "pickup": []}


async def test_a_store_that_lacks_a_line_offers_the_rest_at_once_or_all_of_it_later(shop: Shop) -> None:
    await shop.stock("COAT", LYON=1)
    await shop.stock("SCARF", PARIS=3)
    phone = Device(shop)
    found = await pickups(phone, await phone.create(("COAT", 1), ("SCARF", 2)), near=FROM_LYON, stores=1)
    part, whole = found["LYON", "PICKUP", False], found["LYON", "PICKUP", True]
    assert (part["complete"], whole["complete"], whole["parcels"]) == (False, True, 1)
    assert [(one["variant"]["sku"], one["quantity"], one["missing"], codes(one["reasons"])) for one in part["coverage"]] == [
        ("COAT", 1, 0, []),
        ("SCARF", 0, 2, ["OUT_OF_STOCK"]),
    ]
    assert [one["missing"] for one in whole["coverage"]] == [0, 0]
    assert part["promise"]["latest"] < whole["promise"]["latest"]
    assert not found["LYON", "RESERVE_IN_STORE", False]["complete"], "nothing is sent to a store to be paid there"
    assert ("LYON", "RESERVE_IN_STORE", True) not in found


async def test_a_sender_is_late_only_beside_those_that_have_what_the_store_lacks(shop: Shop) -> None:
    """Paris could send its coat sooner than Nice the scarf, but the store has a coat."""
    await shop.locations("NICE", opening_hours="We 10:00-19:00")
    await shop.rules(shipping_cost=0, per_day_late=Decimal(10))
    await shop.stock("COAT", LYON=1, PARIS=1)
    await shop.stock("SCARF", NICE=1)
    cart = await Device(shop).create(("COAT", 1), ("SCARF", 1))
    query = """query Sourcing($cart: ID!, $near: NearInput) { cart(id: $cart) { fulfillmentOptions(near: $near, stores: 1) {
      pickup { shipToStore sourcing { cost { minorUnits } } } } } }"""
    found = await shop.ask(query, token=await shop.as_staff(Role.AGENT), cart=cart["id"], near=FROM_LYON)
    options = found["cart"]["fulfillmentOptions"]["pickup"]
    assert [one["sourcing"]["cost"]["minorUnits"] for one in options if one["shipToStore"]] == [0]


async def test_complete_options_come_first_and_then_the_soonest(shop: Shop) -> None:
    await shop.locations("NICE", opening_hours="Mo-Sa 14:00-19:00")
    await shop.stock("COAT", LYON=1, PARIS=2, NICE=2)
    phone = Device(shop)
    cart = await phone.create(("COAT", 2))
    found = (await options(phone, cart))["pickup"]
    order = [(not one["complete"], one["promise"]["latest"]) for one in found]
    assert order == sorted(order)
    assert found[0]["location"]["code"] == "PARIS"
    assert not found[-1]["complete"]


async def test_t15_a_backorder_is_collected_when_it_has_come_in(shop: Shop) -> None:
    await shop.product("boots", "BOOTS", variant={"backorders": True})
    await shop.count(StockDraft(sku="BOOTS", location="LYON", on_hand=1, expected=(5, date(2026, 12, 8))))
    phone = Device(shop)
    found = await options(phone, await phone.create(("BOOTS", 3)), near=FROM_LYON, stores=1)
    whole = [one for one in found["pickup"] if one["complete"]]
    assert [(one["method"], one["promise"]["earliest"]) for one in whole] == [("PICKUP", "2026-12-08T11:00:00+01:00")]
    assert (codes(whole[0]["reasons"]), whole[0]["parcels"]) == (["INCOMING"], 0)


async def test_goods_expected_elsewhere_are_sent_to_the_store_when_they_have_come_in(shop: Shop) -> None:
    await shop.product("boots", "BOOTS", variant={"backorders": True})
    await shop.count(StockDraft(sku="BOOTS", location="PARIS", on_hand=1, expected=(5, date(2026, 12, 8))))
    phone = Device(shop)
    cart = await phone.create(("BOOTS", 3))
    found = await pickups(phone, cart, near=FROM_LYON)
    brought, home = found["LYON", "PICKUP", True], (await deliveries(phone, cart))["STANDARD"]
    assert (brought["complete"], home["complete"]) == (True, True)
    assert codes(brought["reasons"]).count("INCOMING") == codes(home["reasons"]).count("INCOMING") == 1
    assert brought["promise"]["earliest"] == "2026-12-09T10:30:00+01:00", "in on Tuesday, and with the shuttle of that day"
    assert found["PARIS", "PICKUP", False]["promise"]["latest"] < brought["promise"]["earliest"]
    after = await choose(phone, cart, take(brought))
    assert booked(after) == [("PICKUP", "LYON", {"BOOTS": 3})]
    await shop.rules(exclude=("PARIS",))
    assert ("LYON", "PICKUP", True) not in await pickups(phone, cart, near=FROM_LYON)
    assert ("PARIS", "PICKUP", False) in await pickups(phone, cart, near=FROM_LYON), "what is there need not be sent"


async def test_what_the_store_expects_itself_comes_in_no_parcel_and_gives_way_where_being_late_weighs_more(shop: Shop) -> None:
    await shop.product("boots", "BOOTS", variant={"backorders": True})
    expected = {"LYON": (5, date(2026, 12, 22)), "PARIS": (5, date(2026, 12, 8))}
    await shop.count(*(StockDraft(sku="BOOTS", location=at, on_hand=0, expected=units) for at, units in expected.items()))
    await shop.stock("COAT", PARIS=1)
    phone = Device(shop)
    cart = await phone.create(("BOOTS", 2))

    async def whole(of: dict[str, Any]) -> list[tuple[int, str]]:
        found = (await options(phone, of, near=FROM_LYON, stores=1))["pickup"]
        return [(one["parcels"], one["promise"]["earliest"][:10]) for one in found if one["complete"]]

    await shop.rules(per_parcel=Decimal(1), max_parcels=1)
    assert await whole(cart) == [(0, "2026-12-22")]
    await shop.rules(per_day_late=Decimal(2), max_parcels=1)
    assert await whole(cart) == [(1, "2026-12-09")]
    await shop.count(StockDraft(sku="BOOTS", location="PARIS", on_hand=0))
    both = await phone.add(cart, ("COAT", 1))
    assert await whole(both) == [(1, "2026-12-22")], "a coat in the one parcel there may be, and boots in none"


async def test_what_nobody_backorders_is_not_sold_before_it_is_there(shop: Shop) -> None:
    await shop.count(StockDraft(sku="COAT", location="LYON", on_hand=0, expected=(5, date(2026, 12, 8))))
    phone = Device(shop)
    assert await options(phone, await phone.create(("COAT", 1)), to=SOMEWHERE) == {"delivery": [], "pickup": []}


async def test_each_service_says_its_price_and_when_it_is_there(shop: Shop) -> None:
    quick = route(EXPRESS, days_max=1)
    await shop.carriers(prices=(price(), price(EXPRESS, amount="9.90")), deliveries=(route(), quick))
    await shop.stock("COAT", LYON=5)
    phone = Device(shop)
    found = await deliveries(phone, await phone.create(("COAT", 1)))
    assert list(found) == ["EXPRESS", "STANDARD"], "the soonest first"
    assert {service: one["price"]["minorUnits"] for service, one in found.items()} == {"EXPRESS": 990, "STANDARD": 490}
    assert found["EXPRESS"]["promise"]["latest"] < found["STANDARD"]["promise"]["latest"]
    assert all(one["complete"] and one["parcels"] == 1 and one["carbonGrams"] > 0 for one in found.values())


async def test_a_delivery_of_some_says_what_is_missing_and_why(shop: Shop) -> None:
    await shop.stock("COAT", LYON=1, PARIS=1)
    await shop.stock("SCARF", LYON=0)
    phone = Device(shop)
    option = (await deliveries(phone, await phone.create(("COAT", 3), ("SCARF", 1))))["STANDARD"]
    assert (option["complete"], option["parcels"]) == (False, 2)
    assert [(one["quantity"], one["missing"]) for one in option["coverage"]] == [(2, 1), (0, 1)]
    assert codes(option["coverage"][1]["reasons"]) == ["OUT_OF_STOCK"]


async def test_from_an_amount_on_nothing_is_charged(shop: Shop) -> None:
    await shop.carriers(prices=(price(free_from=150),))
    await shop.stock("COAT", LYON=5)
    phone, laptop = Device(shop), Device(shop)
    assert (await deliveries(phone, await phone.create(("COAT", 1))))["STANDARD"]["price"]["minorUnits"] == 490
    assert (await deliveries(laptop, await laptop.create(("COAT", 2))))["STANDARD"]["price"]["minorUnits"] == 0


async def test_what_cannot_be_brought_does_not_count_to_that_amount(shop: Shop) -> None:
    await shop.carriers(prices=(price(free_from=150),))
    await shop.stock("COAT", LYON=1)
    phone = Device(shop)
    option = (await deliveries(phone, await phone.create(("COAT", 2))))["STANDARD"]
    assert (option["complete"], option["price"]["minorUnits"]) == (False, 490)


async def test_an_option_says_what_it_is_best_at_among_the_complete_ones(shop: Shop) -> None:
    await shop.stock("COAT", LYON=2, PARIS=2)
    phone = Device(shop)
    found = (await options(phone, await phone.create(("COAT", 2)), near=FROM_LYON))["pickup"]
    nearest = {one["location"]["code"] for one in found if "CHOSEN_NEAREST" in codes(one["reasons"])}
    assert nearest == {"LYON"}


async def test_the_stores_are_the_nearest_that_hand_over_goods(shop: Shop) -> None:
    await shop.locations("DEPOT", kind=LocationKind.WAREHOUSE, services=SHIPS)
    await shop.stock("COAT", LYON=1, PARIS=1, LILLE=1, DEPOT=9)
    phone = Device(shop)
    cart = await phone.create(("COAT", 1))
    near_lyon = {"near": FROM_LYON}
    assert {code for code, *_ in await pickups(phone, cart, **near_lyon, stores=2)} == {"LYON", "PARIS"}
    assert "DEPOT" not in {code for code, *_ in await pickups(phone, cart, **near_lyon)}
    assert (await options(phone, cart, **near_lyon, stores=0))["pickup"] == []


@pytest.mark.parametrize("stores", [-1, STORES_MAX + 1])
async def test_there_is_an_end_to_how_many_stores_can_be_asked_for(shop: Shop, stores: int) -> None:
    phone = Device(shop)
    cart = await phone.create(("COAT", 1))
    query = "query Q($id: ID!, $stores: Int) { cart(id: $id) { fulfillmentOptions(stores: $stores) { pickup { id } } } }"
    _, (error,) = await phone.answer(query, id=cart["id"], stores=stores)
    assert error["extensions"]["code"] == "INVALID_INPUT"
    assert f"from 0 to {STORES_MAX}" in error["message"]


async def test_a_channel_that_shows_bands_tells_no_more_than_that_much_is_missing(shop: Shop) -> None:
    await shop.stock("COAT", LYON=1)
    for channel, missing in (("web", 19), ("bands", 3)):
        phone = Device(shop, channel)
        found = await pickups(phone, await phone.create(("COAT", 20)), near=FROM_LYON, stores=1)
        assert found["LYON", "PICKUP", False]["coverage"][0]["missing"] == missing


async def test_a_channel_without_delivery_offers_none(shop: Shop) -> None:
    await shop.stock("COAT", LYON=1)
    phone = Device(shop, "collected")
    found = await options(phone, await phone.create(("COAT", 1)), to=SOMEWHERE)
    assert found["delivery"] == []
    assert {one["method"] for one in found["pickup"]} == {"PICKUP"}


async def test_an_empty_cart_has_no_options(shop: Shop) -> None:
    await shop.stock("COAT", LYON=1)
    phone = Device(shop)
    assert await options(phone, await phone.create(), to=SOMEWHERE) == {"delivery": [], "pickup": []}


async def test_a_count_that_is_not_trusted_is_told_and_takes_a_look(shop: Shop) -> None:
    await shop.stock("COAT", LYON=3)
    phone = Device(shop)
    cart = await phone.create(("COAT", 1))
    shop.now = shop.now.replace(year=2027, month=6, day=19)
    phone = Device(shop)
    cart = await phone.create(("COAT", 1))
    option = (await pickups(phone, cart, near=FROM_LYON, stores=1))["LYON", "PICKUP", False]
    assert "LOW_CONFIDENCE" in codes(option["reasons"])
    assert option["promise"]["earliest"] == "2027-06-19T15:30:00+02:00"


async def test_a_stranger_sees_no_options(shop: Shop) -> None:
    cart = await Device(shop).create(("COAT", 1))
    query = "query Q($id: ID!) { cart(id: $id) { fulfillmentOptions { pickup { id } } } }"
    assert (await Device(shop).ask(query, id=cart["id"])) == {"cart": None}


QUOTE = """query Q($to: DestinationInput!) { variant(by: {sku: "COAT"}) { delivery(to: $to) {
  service price { minorUnits } promise { latest } carbonGrams parcels reasons { code } } } }"""


async def test_a_variant_says_the_soonest_delivery_and_of_those_the_cheapest(shop: Shop) -> None:
    quick = route(EXPRESS, days_max=1)
    await shop.carriers(prices=(price(), price(EXPRESS, amount="9.90")), deliveries=(route(), quick))

    async def quoted() -> Any:
        return (await shop.ask(QUOTE, to=SOMEWHERE))["variant"]["delivery"]

    assert await quoted() is None
    await shop.stock("COAT", PARIS=1)
    assert ((await quoted())["service"], (await quoted())["price"]["minorUnits"]) == ("EXPRESS", 990)
    await shop.carriers(prices=(price(), price(EXPRESS, amount="9.90")), deliveries=(route(), route(EXPRESS)))
    assert ((await quoted())["service"], (await quoted())["parcels"]) == ("STANDARD", 1)
    assert (await shop.ask(QUOTE, to={"postalCode": {"countryCode": "US", "postalCode": "10001"}}))["variant"] == {
        "delivery": None
    }
