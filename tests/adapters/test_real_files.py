"""Every real file there is imports, or each row that cannot is named; what comes of each is pinned."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from adapters.files.products import read_products
from adapters.files.shop import read_locations, read_postal_codes
from adapters.files.shopify_inventory import read_inventory
from adapters.files.table import Columns
from domain.intake.catalog import import_catalog
from domain.intake.location import import_locations, import_postal_codes
from domain.intake.report import Imported, Rejected, Sheet
from domain.intake.stock import StockDraft
from tests.shop import Shop

CATALOGS = {
    "magento-configurable-products.csv.gz": (147, 1847, 0),
    "shopify-apparel.csv": (25, 96, 0),
    "shopify-bicycles.csv": (284, 1121, 41),  # of 30 SKUs that stand there more than once
    "shopify-jewelry.csv": (19, 24, 0),
    "shopify2023-apparel.csv": (20, 22, 0),
    "shopify2023-home-and-garden.csv": (20, 21, 0),
    "shopify2023-jewelery.csv": (20, 23, 0),
}
STORES = {"kind": "STORE", "services": "PICKUP"}
STARBUCKS = {
    "Store Number": "code",
    "Store Name": "name",
    "Street Address": "address",
    "City": "city",
    "State/Province": "region",
    "Country": "country_code",
    "Postcode": "postal_code",
    "Phone Number": "phone",
    "Timezone": "time_zone",
}
COMMUNES = {"Code_postal": "postal_code", "Nom_commune": "name", "lat": "latitude", "lng": "longitude"}


def reasons(outcome: Imported | Rejected) -> Counter[str]:
    rows = outcome.skipped if isinstance(outcome, Imported) else outcome.bad
    return Counter(row.reason for row in rows)


def test_there_is_no_catalog_that_is_not_pinned(shared: Path) -> None:
    assert {file.name for file in (shared / "data" / "catalog").iterdir()} == set(CATALOGS)


@pytest.mark.parametrize("name", CATALOGS)
async def test_a_catalog(shop: Shop, shared: Path, name: str) -> None:
    products, variants, bad = CATALOGS[name]
    sheet = read_products([shared / "data" / "catalog" / name], currency="USD")
    assert (len(sheet.rows), sum(len(draft.variants) for draft in sheet.drafts())) == (products, variants)
    assert (sheet.bad, sheet.unusable, sheet.notes) == ([], [], [])
    outcome = await import_catalog(shop.work, sheet, skip_bad_rows=True)
    assert isinstance(outcome, Imported)
    assert (len(outcome.skipped), outcome.unnamed) == (bad, 0)
    duplicated = {row.reason.partition(" stands in ")[0] for row in outcome.skipped if row.reason.endswith(" already")}
    assert len(duplicated) == (30 if bad else 0)
    rows = await shop.rows()
    assert (len(rows["product"]), len(rows["variant"])) == (outcome.added, variants - bad)


def test_the_bicycles_of_which_there_are_fewer_than_none_are_named(shared: Path) -> None:
    columns = Columns({"Variant SKU": "SKU", "Variant Inventory Qty": "On hand"}, {"Location": "LYON"})
    sheet: Sheet[StockDraft] = Sheet.of(read_inventory([shared / "data" / "catalog" / "shopify-bicycles.csv"], columns=columns))
    assert (len(sheet.rows), len(sheet.bad)) == (1098, 23)
    assert all(row.reason.endswith("is negative") for row in sheet.bad)


async def test_furniture_stores_of_seventeen_countries(shop: Shop, shared: Path) -> None:
    columns = Columns({"country": "country_code"}, STORES | {"time_zone": "Europe/Paris"})
    sheet = read_locations([shared / "data" / "stores" / "ikea-stores.csv"], columns=columns)
    assert len({draft.address.country_code for draft in sheet.drafts()}) == 17
    assert await import_locations(shop.work, sheet, skip_bad_rows=False) == Imported(207, 0, 0)


async def test_coffee_shops_with_time_zones_in_words(shop: Shop, shared: Path) -> None:
    sheet = read_locations([shared / "data" / "stores" / "starbucks-fr-ca-be-ch.csv"], columns=Columns(STARBUCKS, STORES))
    outcome = await import_locations(shop.work, sheet, skip_bad_rows=True)
    assert (outcome.added if isinstance(outcome, Imported) else 0) == 1674
    assert reasons(outcome) == {"time_zone: 'GMT+000000 America/Dawson_Cree' is not an IANA time zone such as Europe/Paris": 6}


async def test_french_communes_of_which_some_share_a_code_and_some_have_no_place(shop: Shop, shared: Path) -> None:
    columns = Columns(COMMUNES, {"country_code": "FR"})
    sheet = read_postal_codes([shared / "data" / "stores" / "fr-postcodes.csv.gz"], columns=columns)
    outcome = await import_postal_codes(shop.work, sheet, skip_bad_rows=True)
    assert (outcome.added if isinstance(outcome, Imported) else 0) == 6195
    assert reasons(outcome) == {"latitude is missing": 257}


def test_json_that_is_no_geojson_says_so(shared: Path) -> None:
    sheet = read_locations([shared / "data" / "stores" / "walmart-ca-stores.json.gz"])
    assert [row.reason for row in sheet.unusable] == [
        "is JSON, but no GeoJSON FeatureCollection: Object missing required field `features`"
    ]
