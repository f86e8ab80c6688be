"""Comptoir's own files: locations, postal codes, listings and channels."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from adapters.files.shop import read_channels, read_listings, read_locations, read_postal_codes
from domain.channel import Assortment, Shows
from domain.intake.listing import Listed
from domain.location import Capacity, Coordinates, LocationKind, LocationService, PostalCode
from domain.money import Money

LOCATION = {
    "code": "LYON",
    "name": "Maison Lyon",
    "kind": "STORE",
    "address": "1 rue de la Paix",
    "country_code": "FR",
    "latitude": "45.764",
    "longitude": "4.8357",
    "time_zone": "Europe/Paris",
    "services": "PICKUP|SHIP_FROM",
}


def written(tmp_path: Path, *rows: dict[str, str]) -> list[Path]:
    file = tmp_path / "file.csv"
    lines = [",".join(rows[0]), *(",".join(f'"{cell}"' for cell in row.values()) for row in rows)]
    file.write_text("\n".join(lines), "utf-8")
    return [file]


def test_a_location_needs_only_what_matters(tmp_path: Path) -> None:
    (draft,) = read_locations(written(tmp_path, LOCATION)).drafts()
    assert (draft.code, draft.kind, draft.coordinates) == ("LYON", LocationKind.STORE, Coordinates(45.764, 4.8357))
    assert draft.services == {LocationService.PICKUP, LocationService.SHIP_FROM}
    assert (draft.opening_hours, draft.walk_in_buffer, draft.opens_on, draft.address.city) == (None, 0, None, "")


def test_and_takes_all_that_is_told(tmp_path: Path) -> None:
    more = {"opening_hours": "Mo-Sa 10:00-19:00; PH off", "walk_in_buffer": "2", "opens_on": "2026-12-01", "city": "Lyon"}
    (draft,) = read_locations(written(tmp_path, LOCATION | more)).drafts()
    assert (draft.opening_hours, draft.walk_in_buffer) == ("Mo-Sa 10:00-19:00; PH off", 2)
    assert (draft.opens_on, draft.address.city) == (date(2026, 12, 1), "Lyon")


def test_how_fast_a_location_works_and_how_much_it_takes_on(tmp_path: Path) -> None:
    (draft,) = read_locations(written(tmp_path, LOCATION)).drafts()
    assert draft.capacity == Capacity(handling_minutes=60)
    (draft,) = read_locations(written(tmp_path, LOCATION | {"handling_minutes": "0", "pickups_per_day": ""})).drafts()
    assert draft.capacity == Capacity(handling_minutes=0)
    limits = {"pickups_per_hour": "20", "pickups_per_day": "150", "parcels_per_day": "80"}
    (draft,) = read_locations(written(tmp_path, LOCATION | {"handling_minutes": "45"} | limits)).drafts()
    assert draft.capacity == Capacity(handling_minutes=45, pickups_per_hour=20, pickups_per_day=150, parcels_per_day=80)


def test_every_store_of_the_demo_takes_on_a_hundred_pickups_a_day() -> None:
    drafts = read_locations([Path(__file__).parents[2] / "demo" / "locations.csv"]).drafts()
    stores = [draft for draft in drafts if draft.kind is LocationKind.STORE]
    assert len(stores) == 12
    assert all(LocationService.PICKUP in draft.services for draft in stores)
    assert min(draft.capacity.pickups_per_day or 10**9 for draft in stores) >= 100


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"code": ""}, "code is missing"),
        ({"name": ""}, "name is missing"),
        ({"kind": "SHOP"}, "kind: 'SHOP' is not one of STORE, WAREHOUSE, THIRD_PARTY, POP_UP, CONCESSION"),
        (
            {"country_code": "Frankia"},
            "country_code: 'Frankia' is neither an ISO 3166-1 alpha-2 code such as FR nor a country's English name",
        ),
        ({"latitude": "91"}, "latitude: '91' is not a number of degrees from -90 to 90"),
        ({"longitude": "4,83"}, "longitude: '4,83' is not a number of degrees from -180 to 180"),
        ({"longitude": "nan"}, "longitude: 'nan' is not a number of degrees from -180 to 180"),
        ({"time_zone": "Europe/Lyon"}, "time_zone: 'Europe/Lyon' is not an IANA time zone such as Europe/Paris"),
        ({"time_zone": "../../etc/passwd"}, "time_zone: '../../etc/passwd' is not an IANA time zone such as Europe/Paris"),
        (
            {"services": "PICKUP|COFFEE"},
            "services: 'COFFEE' is not one of PICKUP, RESERVE_IN_STORE, SHIP_FROM, ACCEPT_RETURNS, KIOSK",
        ),
        (
            {"opening_hours": "10h-18h"},
            "opening_hours '10h-18h' is not in the OpenStreetMap syntax, such as 'Mo-Sa 10:00-19:00; PH off'",
        ),
        ({"walk_in_buffer": "-1"}, "walk_in_buffer: '-1' is negative"),
        ({"handling_minutes": "1 h"}, "handling_minutes: '1 h' is not a whole number"),
        ({"pickups_per_day": "0"}, "pickups_per_day: '0' takes nothing on; leave it empty for no limit"),
        ({"parcels_per_day": "-1"}, "parcels_per_day: '-1' is negative"),
        ({"closes_on": "9999-12-31"}, "closes_on: '9999-12-31' is not a day such as 2026-12-24"),
        ({"opens_on": "2026-12-02", "closes_on": "2026-12-01"}, "closes_on: 2026-12-01 is before opens_on, 2026-12-02"),
        ({"opens_on": "tomorrow"}, "opens_on: 'tomorrow' is not a day such as 2026-12-24"),
    ],
)
def test_a_bad_location_is_named_with_the_column(tmp_path: Path, change: dict[str, str], reason: str) -> None:
    sheet = read_locations(written(tmp_path, LOCATION | change, LOCATION))
    assert [(row.source.line, row.reason) for row in sheet.bad] == [(2, reason)]
    assert len(sheet.rows) == 1


def test_a_code_twice_is_named(tmp_path: Path) -> None:
    sheet = read_locations(written(tmp_path, LOCATION, LOCATION | {"name": "Other"}))
    assert [(row.source.line, row.reason) for row in sheet.bad] == [(3, "'LYON' stands in the file twice")]


def test_postal_codes(tmp_path: Path) -> None:
    row = {"country_code": "FR", "postal_code": "01000", "name": "Bourg", "latitude": "46.2", "longitude": "5.2"}
    (draft,) = read_postal_codes(written(tmp_path, row)).drafts()
    assert (draft.code, draft.name) == (PostalCode("FR", "01000"), "Bourg")


LISTING = {"channel": "web", "handle": "coat", "sku": "", "listed": "", "title": "", "price": "", "compare_at_price": ""}


def test_listings_speak_of_products_and_of_variants(tmp_path: Path) -> None:
    rows = [LISTING | {"listed": "false", "title": "Mantel"}, LISTING | {"sku": "COAT", "price": "9.50"}]
    of_product, of_variant = read_listings(written(tmp_path, *rows), currencies={"web": "EUR"}).drafts()
    assert (of_product.of, of_product.listed, of_product.title) == (Listed("web", "coat", None), False, "Mantel")
    assert (of_variant.of.sku, of_variant.price, of_variant.listed) == ("COAT", Money("EUR", 950), None)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"channel": "moon"}, "no channel has code 'moon'"),
        ({"price": "9.50"}, "price is of a variant, and this row has no SKU"),
        ({"sku": "COAT", "title": "Mantel"}, "title is of a product, and this row has a SKU"),
        ({"sku": "COAT", "price": "-1"}, "price: '-1' is negative"),
        ({"listed": "perhaps"}, "listed: 'perhaps' is neither true nor false"),
    ],
)
def test_a_bad_listing_is_named(tmp_path: Path, change: dict[str, str], reason: str) -> None:
    sheet = read_listings(written(tmp_path, LISTING | change), currencies={"web": "EUR"})
    assert [row.reason for row in sheet.bad] == [reason]


CHANNEL: dict[str, Any] = {
    "code": '"web"',
    "name": '"Web"',
    "kind": '"WEB"',
    "strategy": '"OMNI"',
    "currency": '"EUR"',
    "public": "true",
    "methods": '["PICKUP"]',
}


def channels(tmp_path: Path, **changes: str) -> Path:
    file = tmp_path / "channels.toml"
    file.write_text("[[channels]]\n" + "\n".join(f"{key} = {value}" for key, value in (CHANNEL | changes).items()), "utf-8")
    return file


def test_a_channel_has_defaults(tmp_path: Path) -> None:
    (draft,) = read_channels(channels(tmp_path))
    assert (draft.shows, draft.low_stock, draft.safety, draft.assortment) == (Shows.QUANTITY, 3, 0, Assortment.ALL)
    assert (draft.country_code, draft.line_quantity_max) == (None, 50)


def test_a_channel_has_a_country_and_a_largest_line(tmp_path: Path) -> None:
    (draft,) = read_channels(channels(tmp_path, country='"France"', line_quantity_max="5"))
    assert (draft.country_code, draft.line_quantity_max) == ("FR", 5)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": '"SHOP"'}, "Invalid enum value 'SHOP' - at `$.channels[0].kind`"),
        ({"currency": '"EURO"'}, "'EURO' is not an ISO 4217 currency code such as EUR"),
        ({"safety": "-1"}, "channel 'web': low_stock and safety are units, 0 or more"),
        (
            {"country": '"Frankia"'},
            "channel 'web': 'Frankia' is neither an ISO 3166-1 alpha-2 code such as FR nor a country's English name",
        ),
        ({"line_quantity_max": "0"}, "channel 'web': line_quantity_max is a number of units from 1 to 10,000"),
        ({"colour": '"red"'}, "Object contains unknown field `colour` - at `$.channels[0]`"),
        ({"public": '"yes"'}, "Expected `bool`, got `str` - at `$.channels[0].public`"),
        ({"name": "="}, "Invalid value (at line 3, column 8)"),
    ],
)
def test_a_bad_channel_is_named_with_its_file(tmp_path: Path, changes: dict[str, str], reason: str) -> None:
    file = channels(tmp_path, **changes)
    with pytest.raises(ValueError, match=re.escape(f"{file}: {reason}")):
        read_channels(file)


def test_a_channel_twice_is_named(tmp_path: Path) -> None:
    file = channels(tmp_path)
    file.write_text(file.read_text("utf-8") + "\n" + file.read_text("utf-8"), "utf-8")
    with pytest.raises(ValueError, match="channel 'web' stands in the file twice"):
        read_channels(file)
