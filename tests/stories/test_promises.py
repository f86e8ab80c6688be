"""What shoppers are promised at stores, and the failure other systems shipped (T15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.actor import Actor
from domain.channel import FulfillmentMethod
from domain.ids import LocationId
from domain.intake.stock import StockDraft
from domain.load import IDLE, Load
from domain.location import Capacity, LocationService
from resolvers.live import availability, differ
from tests.shop import WEB, Shop

PICKUP = """query Pickup($sku: String!) { variant(by: {sku: $sku}) { availability { nodes {
  location { code } status journeys reasons { code message }
  pickup { earliest latest orderBy validUntil timeZone } } } } }"""
BUSY = Capacity(pickups_per_hour=2, pickups_per_day=5)


class Booked:
    """Places that have taken something on; all others are idle."""

    def __init__(self, loads: Mapping[LocationId, Load]) -> None:
        self.known = loads

    async def loads(self, actor: Actor, locations: Sequence[LocationId], now: datetime) -> Mapping[LocationId, Load]:
        return {id: self.known.get(id, IDLE) for id in locations}


async def stores(shop: Shop, sku: str = "COAT", **options: Any) -> dict[str, Any]:
    data = await shop.ask(PICKUP, sku=sku, **options)
    return {node["location"]["code"]: node for node in data["variant"]["availability"]["nodes"]}


async def lyon(shop: Shop, sku: str = "COAT", **options: Any) -> Any:
    return (await stores(shop, sku, **options))["LYON"]


def codes(store: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in store["reasons"]]


@pytest.fixture
async def coats(shop: Shop) -> Shop:
    """On a Saturday at 13:00 in Lyon, which closes at 19:00."""
    await shop.locations("LYON", "PARIS", capacity=BUSY)
    await shop.product("coat", "COAT")
    await shop.stock("COAT", LYON=3)
    return shop


async def booked(shop: Shop, load: Load) -> None:
    shop.reads.loads = Booked({await shop.location_id("LYON"): load})


async def test_a_store_that_has_it_says_when_it_can_be_collected_and_one_that_has_not_says_nothing(coats: Shop) -> None:
    found = await stores(coats)
    assert found["LYON"]["pickup"] == {
        "earliest": "2026-11-21T14:00:00+01:00",
        "latest": "2026-11-21T15:00:00+01:00",
        "orderBy": "2026-11-21T13:00:00+01:00",
        "validUntil": "2026-11-21T13:00:00+01:00",
        "timeZone": "Europe/Paris",
    }
    assert found["PARIS"]["pickup"] is None


async def test_ordering_a_second_after_order_by_gets_a_later_promise(coats: Shop) -> None:
    first = (await lyon(coats))["pickup"]
    coats.now += timedelta(seconds=1)
    second = (await lyon(coats))["pickup"]
    assert (second["earliest"], second["orderBy"]) == ("2026-11-21T14:15:00+01:00", "2026-11-21T13:15:00+01:00")
    coats.now = datetime.fromisoformat(second["orderBy"])
    assert (await lyon(coats))["pickup"]["earliest"] == second["earliest"] > first["earliest"]


async def test_t15_a_backorder_is_honored_by_pickup_with_a_later_promise(shop: Shop) -> None:
    await shop.locations("LYON")
    await shop.product("coat", "COAT", variant={"backorders": True})
    await shop.count(StockDraft(sku="COAT", location="LYON", on_hand=0, expected=(5, date(2026, 12, 8))))
    store = await lyon(shop)
    assert (store["status"], store["pickup"]["earliest"]) == ("BACKORDER", "2026-12-08T11:00:00+01:00")
    assert codes(store) == ["OUT_OF_STOCK", "INCOMING"]
    shop.now = datetime(2026, 12, 8, 12, tzinfo=UTC)  # overdue: nobody knows when they come
    store = await lyon(shop)
    assert (store["status"], store["pickup"]) == ("BACKORDER", None)


async def test_a_count_that_is_not_trusted_takes_a_look(coats: Shop) -> None:
    coats.now += timedelta(days=182)  # a Saturday again, in summer
    store = await lyon(coats)
    assert store["pickup"]["earliest"] == "2027-05-22T15:30:00+02:00"
    assert codes(store) == ["LOW_CONFIDENCE"]


async def test_a_full_hour_is_passed_over_and_says_so(coats: Shop) -> None:
    await booked(coats, Load(pickups={datetime(2026, 11, 21, 13): 2}))
    store = await lyon(coats)
    assert (store["pickup"]["earliest"], codes(store)) == ("2026-11-21T15:00:00+01:00", ["CAPACITY_FULL"])
    assert "CAPACITY_FULL" not in codes((await stores(coats))["PARIS"])


async def test_a_full_day_is_passed_over_and_a_full_hour_that_makes_no_difference_is_not_told(coats: Shop) -> None:
    await booked(coats, Load(pickups={datetime(2026, 11, 21, 10): 5}))
    store = await lyon(coats)
    assert (store["pickup"]["earliest"], codes(store)) == ("2026-11-23T11:00:00+01:00", ["CAPACITY_FULL"])
    await booked(coats, Load(pickups={datetime(2026, 11, 21, 18): 2}))
    assert codes(await lyon(coats)) == []


async def test_a_queue_makes_it_later_without_a_reason(coats: Shop) -> None:
    await booked(coats, Load(queue_minutes=30))
    store = await lyon(coats)
    assert (store["pickup"]["earliest"], codes(store)) == ("2026-11-21T14:30:00+01:00", [])


async def test_a_store_that_stays_shut_says_so(coats: Shop) -> None:
    await coats.locations("LYON", opening_hours="off")
    store = await lyon(coats)
    assert (store["pickup"], codes(store)) == (None, ["CLOSED"])
    french = await lyon(coats, language="fr")
    assert french["reasons"][0]["message"] == "Aucun retrait ici dans les 60 prochains jours : le magasin reste fermé."


async def test_where_hours_are_not_known_or_pickup_is_not_offered_nothing_is_promised(coats: Shop) -> None:
    await coats.locations("LYON", opening_hours=None)
    assert ((await lyon(coats))["pickup"], codes(await lyon(coats))) == (None, [])
    await coats.locations("LYON", services=frozenset((LocationService.RESERVE_IN_STORE, LocationService.SHIP_FROM)))
    assert (await lyon(coats))["pickup"] is None
    await coats.locations("LYON")
    shop = await Shop.opened(coats.database, replace(WEB, code="mobile", fulfillment_methods=(FulfillmentMethod.DELIVERY,)))
    assert (await lyon(shop, channel="mobile"))["pickup"] is None
    assert (await lyon(shop))["pickup"] is not None


async def test_that_time_goes_by_is_no_change_for_those_who_follow(coats: Shop) -> None:
    at = [await coats.location_id("LYON")]
    (before,) = await availability(await coats.context(), ["COAT"], at)
    coats.now += timedelta(minutes=30)
    (after,) = await availability(await coats.context(), ["COAT"], at)
    assert before.pickup != after.pickup
    assert not differ(before, after)


async def test_how_fast_a_store_works_is_imported_and_changed(coats: Shop) -> None:
    await coats.locations("LYON", capacity=replace(BUSY, handling_minutes=90))
    assert (await lyon(coats))["pickup"]["earliest"] == "2026-11-21T14:30:00+01:00"
    same = await coats.locations("LYON", capacity=replace(BUSY, handling_minutes=90))
    assert (same.added, same.changed) == (0, 0)
