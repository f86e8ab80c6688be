"""A shopper looks for a store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.intake.location import PostalCodeDraft, import_postal_codes
from domain.location import Coordinates, LocationKind, LocationService, PostalCode
from tests.shop import Shop, done, sheet

NEAR = """query Near($near: NearInput, $filter: LocationFilter, $first: Int, $after: String) {
  locations(near: $near, filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { distanceKm node { code } } nodes { code } } }"""
LYON = {"coordinates": {"latitude": 45.764, "longitude": 4.8357}}


@pytest.fixture
async def stores(shop: Shop) -> Shop:
    await shop.locations("LYON", "PARIS", "LILLE", "NICE")
    return shop


async def codes(shop: Shop, **variables: Any) -> list[str]:
    found = (await shop.ask(NEAR, **variables))["locations"]
    assert [edge["node"] for edge in found["edges"]] == found["nodes"]
    return [node["code"] for node in found["nodes"]]


async def test_the_nearest_comes_first_with_its_distance(stores: Shop) -> None:
    found = (await stores.ask(NEAR, near=LYON))["locations"]
    assert [(e["node"]["code"], round(e["distanceKm"])) for e in found["edges"]] == [
        ("LYON", 0),
        ("NICE", 298),
        ("PARIS", 391),
        ("LILLE", 557),
    ]
    assert found["totalCount"] == 4


async def test_without_a_place_they_come_by_code_and_without_distances(stores: Shop) -> None:
    found = (await stores.ask(NEAR))["locations"]
    assert [(e["node"]["code"], e["distanceKm"]) for e in found["edges"]] == [
        (code, None) for code in ("LILLE", "LYON", "NICE", "PARIS")
    ]


async def test_from_another_location_and_page_by_page(stores: Shop) -> None:
    near = {"location": str(await stores.location_id("PARIS"))}
    first = (await stores.ask(NEAR, near=near, first=2))["locations"]
    assert [node["code"] for node in first["nodes"]] == ["PARIS", "LILLE"]
    assert first["pageInfo"]["hasNextPage"]
    rest = (await stores.ask(NEAR, near=near, first=2, after=first["pageInfo"]["endCursor"]))["locations"]
    assert ([node["code"] for node in rest["nodes"]], rest["pageInfo"]["hasNextPage"]) == (["LYON", "NICE"], False)


@pytest.mark.parametrize(
    ("code", "nearest"),
    [("69001", "LYON"), ("69999", "LYON"), ("06000", "NICE"), ("06", "NICE"), ("06400", "NICE"), ("75011", "PARIS")],
)
async def test_from_a_postal_code_or_the_known_ones_like_it(stores: Shop, code: str, nearest: str) -> None:
    known = [
        PostalCodeDraft(PostalCode("FR", "69001"), "Lyon", Coordinates(45.77, 4.83)),
        PostalCodeDraft(PostalCode("FR", "69009"), "Lyon", Coordinates(45.78, 4.80)),
        PostalCodeDraft(PostalCode("FR", "06000"), "Nice", Coordinates(43.70, 7.27)),
        PostalCodeDraft(PostalCode("FR", "75011"), "Paris", Coordinates(48.86, 2.38)),
        PostalCodeDraft(PostalCode("DE", "06400"), "Bernburg", Coordinates(51.80, 11.74)),
    ]
    done(await import_postal_codes(stores.work, sheet(*known), skip_bad_rows=False))
    assert (await codes(stores, near={"postalCode": {"countryCode": "FR", "postalCode": code}}))[0] == nearest


async def test_a_postal_code_is_the_same_however_it_is_written(stores: Shop) -> None:
    known = PostalCodeDraft(PostalCode("CA", "H2X 1Y4"), "Montréal", Coordinates(45.51, -73.57))
    done(await import_postal_codes(stores.work, sheet(known), skip_bad_rows=False))
    for written in ("H2X 1Y4", "h2x1y4", " H2X1Y4 ", "H2X 9Z9"):
        found = await stores.ask(NEAR, near={"postalCode": {"countryCode": "CA", "postalCode": written}})
        assert found["locations"]["edges"][0]["distanceKm"] > 5000


@pytest.mark.parametrize("code", ["", "9", "99999", "%", "6%", "__", "é" * 12, "6" * 13])
async def test_a_postal_code_like_no_other_is_refused(stores: Shop, code: str) -> None:
    known = PostalCodeDraft(PostalCode("FR", "69001"), "Lyon", Coordinates(45.77, 4.83))
    done(await import_postal_codes(stores.work, sheet(known), skip_bad_rows=False))
    error = await stores.refused(NEAR, near={"postalCode": {"countryCode": "FR", "postalCode": code}})
    assert error["extensions"] == {"code": "INVALID_INPUT", "path": ["near", "postalCode"]}


async def test_filters(stores: Shop) -> None:
    await stores.locations(
        "DC", kind=LocationKind.WAREHOUSE, services=frozenset((LocationService.SHIP_FROM,)), opening_hours=None
    )
    assert await codes(stores, filter={"kinds": ["WAREHOUSE"]}) == ["DC"]
    assert await codes(stores, filter={"services": ["PICKUP", "SHIP_FROM"]}) == ["LILLE", "LYON", "NICE", "PARIS"]
    assert await codes(stores, filter={"openAt": "2026-11-21T12:00:00+01:00", "kinds": ["STORE", "WAREHOUSE"]}) == [
        "LILLE",
        "LYON",
        "NICE",
        "PARIS",
    ]
    assert await codes(stores, filter={"openAt": "2026-11-22T12:00:00+01:00"}) == []


async def test_hours_are_told_in_the_stores_own_time(stores: Shop) -> None:
    query = '{ location(by: {code: "LYON"}) { openNow opensAt closesAt openingHours timeZone } }'
    assert (await stores.ask(query))["location"] == {
        "openNow": True,
        "opensAt": None,
        "closesAt": "2026-11-21T19:00:00+01:00",
        "openingHours": "Mo-Sa 10:00-19:00",
        "timeZone": "Europe/Paris",
    }
    stores.now = datetime(2026, 11, 21, 18, tzinfo=UTC)
    found = (await stores.ask(query))["location"]
    assert (found["openNow"], found["opensAt"], found["closesAt"]) == (False, "2026-11-23T10:00:00+01:00", None)


async def test_a_location_tells_all_it_is(stores: Shop) -> None:
    query = """query One($one: LocationBy!) { location(by: $one) { id code name kind latitude longitude services
      address { id line1 line2 postalCode city region countryCode phone name } } }"""
    found = (await stores.ask(query, one={"code": "LYON"}))["location"]
    assert (found["name"], found["kind"], found["latitude"]) == ("Maison Lyon", "STORE", 45.764)
    assert found["services"] == ["PICKUP", "RESERVE_IN_STORE", "SHIP_FROM", "ACCEPT_RETURNS"]
    assert (found["address"]["city"], found["address"]["countryCode"], found["address"]["id"]) == ("Lyon", "FR", None)
    assert (await stores.ask(query, one={"id": found["id"]}))["location"] == found
    assert (await stores.ask(query, one={"code": "MARS"}))["location"] is None


@pytest.mark.parametrize("instant", ["2026-11-21", "2026-11-21T12:00:00", "noon", "9999-12-31T23:59:59-23:00"])
async def test_what_is_no_instant_is_refused(stores: Shop, instant: str) -> None:
    error = await stores.refused(NEAR, filter={"openAt": instant})
    assert "is not an instant in ISO 8601 with an offset" in error["message"]


async def test_a_cursor_of_the_products_is_none_of_the_locations(stores: Shop) -> None:
    await stores.product("coat", "COAT")
    cursor = (await stores.ask("{ products { pageInfo { endCursor } } }"))["products"]["pageInfo"]["endCursor"]
    assert (await stores.refused(NEAR, after=cursor))["extensions"] == {"code": "INVALID_INPUT", "path": ["after"]}
