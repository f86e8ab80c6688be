"""What shoppers learn of stores, and the failures other systems shipped (T1, T3, T4, T5, T19)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.channel import Assortment, ChannelKind, ChannelStrategy, FulfillmentMethod, Shows
from domain.hold import InsufficientStock
from domain.intake.stock import StockDraft
from domain.location import LocationKind, LocationService
from tests.shop import WEB, Shop, location

STORES = """
query Stores($sku: String!, $near: NearInput, $withinKm: Float, $at: [ID!], $inStockOnly: Boolean! = false, $first: Int) {
  variant(by: {sku: $sku}) {
    availableQuantity
    availableForSale
    availability(near: $near, withinKm: $withinKm, at: $at, inStockOnly: $inStockOnly, first: $first) {
      totalCount
      nodes { location { code } distanceKm status quantity journeys reasons { code message } confidence asOf }
    }
  }
}
"""
FROM_LYON = {"coordinates": {"latitude": 45.764, "longitude": 4.8357}}


async def stores(shop: Shop, sku: str = "COAT", **options: Any) -> dict[str, Any]:
    """What each store has, by code, in the order given."""
    data = await shop.ask(STORES, sku=sku, **options)
    return {node["location"]["code"]: node for node in data["variant"]["availability"]["nodes"]}


@pytest.fixture
async def coats(shop: Shop) -> Shop:
    await shop.locations("LYON", "PARIS", "LILLE")
    await shop.product("coat", "COAT")
    return shop


async def test_each_store_says_what_it_has_nearest_first(coats: Shop) -> None:
    await coats.stock("COAT", LYON=7, PARIS=2, LILLE=0)
    found = await stores(coats, near=FROM_LYON)
    assert list(found) == ["LYON", "PARIS", "LILLE"]
    assert [node["status"] for node in found.values()] == ["IN_STOCK", "LOW_STOCK", "OUT_OF_STOCK"]
    assert [node["quantity"] for node in found.values()] == [7, 2, 0]
    assert [node["distanceKm"] for node in found.values()] == [0.0, pytest.approx(391.5, abs=1), pytest.approx(558, abs=3)]


async def test_t1_a_store_whose_level_is_0_is_not_offered_for_pickup(coats: Shop) -> None:
    await coats.stock("COAT", LYON=0, PARIS=1)
    found = await stores(coats)
    assert found["LYON"]["journeys"] == []
    assert [reason["code"] for reason in found["LYON"]["reasons"]] == ["OUT_OF_STOCK"]
    assert "PICKUP" in found["PARIS"]["journeys"]


async def test_t1_neither_is_a_store_that_has_no_level(coats: Shop) -> None:
    await coats.stock("COAT", PARIS=1)
    assert (await stores(coats))["LYON"]["journeys"] == []


async def test_t3_units_held_by_other_carts_are_off_every_list(coats: Shop) -> None:
    await coats.stock("COAT", LYON=2, PARIS=1)
    await coats.hold("COAT", "LYON", 2)
    data = await coats.ask(STORES, sku="COAT")
    assert data["variant"]["availableQuantity"] == 1
    lyon = (await stores(coats))["LYON"]
    assert (lyon["quantity"], lyon["status"], lyon["journeys"]) == (0, "OUT_OF_STOCK", [])
    assert [reason["code"] for reason in lyon["reasons"]] == ["HELD_FOR_OTHERS"]
    assert list(await stores(coats, inStockOnly=True)) == ["PARIS"]
    at_lyon = await listed_at(coats, "LYON")
    assert at_lyon == []


async def test_a_hold_at_one_store_leaves_the_others_alone(coats: Shop) -> None:
    await coats.stock("COAT", LYON=2, PARIS=2)
    await coats.hold("COAT", "LYON", 1)
    found = await stores(coats)
    assert (found["LYON"]["quantity"], found["PARIS"]["quantity"]) == (1, 2)


async def listed_at(shop: Shop, code: str, channel: str = "web") -> list[str]:
    query = "query At($at: ID!) { products(filter: {availableAt: $at}) { totalCount nodes { handle } } }"
    data = await shop.ask(query, channel=channel, at=str(await shop.location_id(code)))
    handles = [node["handle"] for node in data["products"]["nodes"]]
    assert data["products"]["totalCount"] == len(handles)
    return handles


@pytest.mark.parametrize(
    ("on_hand", "held", "safety", "sellable"),
    [(3, 0, None, True), (3, 3, None, False), (3, 1, 2, False), (3, 1, 1, True), (0, 0, None, False)],
)
async def test_t4_the_listing_filter_counts_as_checkout_does(
    coats: Shop, on_hand: int, held: int, safety: int | None, sellable: bool
) -> None:
    await coats.count(StockDraft(sku="COAT", location="LYON", on_hand=on_hand))
    if held:
        await coats.hold("COAT", "LYON", held)
    await coats.count(StockDraft(sku="COAT", location="LYON", on_hand=on_hand, safety=safety))
    assert await listed_at(coats, "LYON") == (["coat"] if sellable else [])
    assert ((await stores(coats))["LYON"]["quantity"] > 0) is sellable
    assert isinstance(await coats.hold("COAT", "LYON", 1), InsufficientStock) is not sellable


async def test_t5_the_network_total_is_the_sum_over_locations_equal_quantities_included(coats: Shop) -> None:
    await coats.stock("COAT", LYON=2, PARIS=2, LILLE=5)
    data = await coats.ask(STORES, sku="COAT")
    quantities = [node["quantity"] for node in data["variant"]["availability"]["nodes"]]
    assert sorted(quantities) == [2, 2, 5]
    assert data["variant"]["availableQuantity"] == sum(quantities) == 9


async def test_t19_a_store_may_receive_a_sku_it_never_stocked(coats: Shop) -> None:
    await coats.stock("COAT", LYON=1)
    await coats.product("scarf", "SCARF")
    await coats.stock("SCARF", LYON=4)
    assert (await stores(coats, "SCARF"))["LYON"]["quantity"] == 4
    assert (await coats.prove()).balanced


async def test_the_buffer_for_walk_in_sales_is_not_sold_and_says_so(shop: Shop) -> None:
    await shop.locations("LYON", walk_in_buffer=1)
    await shop.product("coat", "COAT")
    await shop.stock("COAT", LYON=1)
    lyon = (await stores(shop))["LYON"]
    assert (lyon["quantity"], [reason["code"] for reason in lyon["reasons"]]) == (0, ["STORE_BUFFER"])


async def test_a_changed_buffer_changes_every_level_that_has_no_safety_of_its_own(shop: Shop) -> None:
    await shop.locations("LYON", walk_in_buffer=1)
    await shop.product("coat", "COAT", "OWN")
    await shop.count(
        StockDraft(sku="COAT", location="LYON", on_hand=9), StockDraft(sku="OWN", location="LYON", on_hand=9, safety=5)
    )
    await shop.locations("LYON", walk_in_buffer=3)
    assert (await stores(shop, "COAT"))["LYON"]["quantity"] == 6
    assert (await stores(shop, "OWN"))["LYON"]["quantity"] == 4


async def test_a_channel_may_leave_more_on_the_shelf_than_the_store_does(coats: Shop) -> None:
    shop = await Shop.opened(coats.database, replace(WEB, code="mobile", safety=2))
    await shop.stock("COAT", LYON=3, PARIS=2)
    data = await shop.ask(STORES, sku="COAT", channel="mobile")
    nodes = {node["location"]["code"]: node for node in data["variant"]["availability"]["nodes"]}
    assert (nodes["LYON"]["quantity"], nodes["PARIS"]["quantity"], data["variant"]["availableQuantity"]) == (1, 0, 1)
    assert [reason["code"] for reason in nodes["PARIS"]["reasons"]] == ["SAFETY_STOCK"]
    assert await listed_at(shop, "PARIS", channel="mobile") == []


async def test_where_policy_shows_a_band_no_count_is_told(coats: Shop) -> None:
    shop = await Shop.opened(coats.database, replace(WEB, code="mobile", shows=Shows.BAND))
    await shop.stock("COAT", LYON=9, PARIS=1)
    data = await shop.ask(STORES, sku="COAT", channel="mobile")
    assert data["variant"]["availableQuantity"] is None
    assert data["variant"]["availableForSale"] is True
    nodes = {node["location"]["code"]: node for node in data["variant"]["availability"]["nodes"]}
    assert {node["quantity"] for node in nodes.values()} == {None}
    assert [nodes[code]["status"] for code in ("LYON", "PARIS", "LILLE")] == ["IN_STOCK", "LOW_STOCK", "OUT_OF_STOCK"]


async def test_what_is_on_its_way_is_a_backorder_only_by_the_variants_policy(shop: Shop) -> None:
    await shop.locations("LYON")
    await shop.product("coat", "COAT", variant={"backorders": True})
    await shop.product("scarf", "SCARF")
    expected = (5, date(2026, 12, 8))
    await shop.count(*(StockDraft(sku=sku, location="LYON", on_hand=0, expected=expected) for sku in ("COAT", "SCARF")))
    coat, scarf = (await stores(shop, "COAT"))["LYON"], (await stores(shop, "SCARF"))["LYON"]
    assert (coat["status"], scarf["status"]) == ("BACKORDER", "OUT_OF_STOCK")
    assert "PICKUP" in coat["journeys"]
    assert scarf["journeys"] == []
    assert [reason["message"] for reason in coat["reasons"]] == ["Out of stock here.", "More are expected on 2026-12-08."]
    for sku, sellable in (("COAT", True), ("SCARF", False)):
        data = await shop.ask(STORES, sku=sku)
        assert (data["variant"]["availableQuantity"], data["variant"]["availableForSale"]) == (0, sellable)
    query = "{ products(filter: {availableForSale: true}) { nodes { handle } } }"
    assert (await shop.ask(query))["products"]["nodes"] == [{"handle": "coat"}]


async def test_a_warehouse_ships_and_is_not_for_collecting(coats: Shop) -> None:
    await coats.locations("DC", kind=LocationKind.WAREHOUSE, services=frozenset((LocationService.SHIP_FROM,)))
    await coats.stock("COAT", DC=40)
    warehouse = (await stores(coats))["DC"]
    assert warehouse["journeys"] == ["DELIVERY"]
    assert [reason["code"] for reason in warehouse["reasons"]] == ["NOT_COLLECTABLE"]


async def test_a_location_that_offers_a_channel_nothing_does_not_sell_to_it(coats: Shop) -> None:
    await coats.locations("OFFICE", services=frozenset((LocationService.ACCEPT_RETURNS,)))
    await coats.stock("COAT", OFFICE=5, LYON=1)
    assert "OFFICE" not in await stores(coats)
    assert (await coats.ask(STORES, sku="COAT"))["variant"]["availableQuantity"] == 1
    assert await listed_at(coats, "OFFICE") == []


async def test_a_pop_up_sells_from_its_first_day_to_its_last(coats: Shop) -> None:
    today = coats.now.date()
    await coats.import_locations(location("NICE", opens_on=today, closes_on=today + timedelta(days=1)))
    await coats.stock("COAT", NICE=5)
    for days, sells in ((-1, False), (0, True), (1, True), (2, False)):
        coats.now = datetime(2026, 11, 21, 12, tzinfo=UTC) + timedelta(days=days)
        assert ("NICE" in await stores(coats)) is sells
        assert (await coats.ask(STORES, sku="COAT"))["variant"]["availableQuantity"] == (5 if sells else 0)
        assert await listed_at(coats, "NICE") == (["coat"] if sells else [])


async def test_a_multi_channel_sells_from_its_own_pool_and_no_other(coats: Shop) -> None:
    market = replace(
        WEB,
        code="market",
        kind=ChannelKind.MARKETPLACE,
        strategy=ChannelStrategy.MULTI,
        fulfillment_methods=(FulfillmentMethod.DELIVERY,),
        assortment=Assortment.ALL,
    )
    shop = await Shop.opened(coats.database, market)
    pool = (await shop.actor("market")).channel.pool
    await shop.stock("COAT", LYON=3)
    await shop.stock("COAT", pool=pool, LYON=8)
    for channel, quantity in (("web", 3), ("market", 8)):
        data = await shop.ask(STORES, sku="COAT", channel=channel)
        assert data["variant"]["availableQuantity"] == quantity
    assert (await shop.prove()).balanced


async def test_at_asks_for_these_locations_and_within_km_for_near_ones(coats: Shop) -> None:
    await coats.stock("COAT", LYON=1, PARIS=1, LILLE=1)
    paris = str(await coats.location_id("PARIS"))
    assert list(await stores(coats, at=[paris])) == ["PARIS"]
    assert list(await stores(coats, near=FROM_LYON, withinKm=400)) == ["LYON", "PARIS"]
    assert list(await stores(coats, near={"location": paris}, first=2)) == ["PARIS", "LILLE"]


async def test_old_counts_are_trusted_less(coats: Shop) -> None:
    await coats.stock("COAT", LYON=1)
    counted = coats.now
    for days, trust in ((0, "HIGH"), (30, "HIGH"), (31, "MEDIUM"), (180, "MEDIUM"), (181, "LOW")):
        coats.now = counted + timedelta(days=days)
        assert (await stores(coats))["LYON"]["confidence"] == trust
    assert "LOW_CONFIDENCE" in [reason["code"] for reason in (await stores(coats))["LYON"]["reasons"]]
    await coats.stock("COAT", LYON=1)
    assert (await stores(coats))["LYON"]["confidence"] == "HIGH"


async def test_messages_come_in_french_too(coats: Shop) -> None:
    data = await coats.ask(STORES, sku="COAT", language="fr")
    assert data["variant"]["availability"]["nodes"][0]["reasons"] == [{"code": "OUT_OF_STOCK", "message": "Épuisé ici."}]


@pytest.mark.parametrize(
    ("options", "message", "path"),
    [
        ({"first": 101}, "`first` is 101; it must be from 0 to 100.", ["first"]),
        ({"withinKm": 5.0}, "`withinKm` needs `near`, to know from where.", ["withinKm"]),
        ({"at": ["UHJvZHVjdDp4"]}, "`at` is not the id of a Location; take it from an `id` field of one.", ["at"]),
        (
            {"near": {"coordinates": {"latitude": 91.0, "longitude": 0.0}}},
            "`latitude` is 91.0; it must be from -90 to 90.",
            ["near", "coordinates", "latitude"],
        ),
        (
            {"near": {"postalCode": {"countryCode": "FR", "postalCode": "69002"}}},
            "No postal code like '69002' is known in FR; give coordinates instead.",
            ["near", "postalCode"],
        ),
    ],
)
async def test_bad_input_names_the_argument_and_the_fix(
    coats: Shop, options: dict[str, Any], message: str, path: list[str]
) -> None:
    error = await coats.refused(STORES, sku="COAT", **options)
    assert error["message"] == message
    assert error["extensions"] == {"code": "INVALID_INPUT", "path": path}
