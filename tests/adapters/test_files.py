"""Files as they come: encodings, separators, packed or cut off, GeoJSON, columns by other names."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from adapters.files.products import read_products
from adapters.files.shop import read_locations, read_postal_codes
from adapters.files.table import Columns
from domain.intake.catalog import ProductDraft
from domain.intake.report import Sheet
from domain.location import Coordinates

PRODUCT = "Handle,Title,Variant SKU,Variant Price\nete,Été,E,9\n"


def read(tmp_path: Path, content: bytes) -> Sheet[ProductDraft]:
    file = tmp_path / "file.csv"
    file.write_bytes(content)
    return read_products([file], currency="EUR")


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (PRODUCT.encode(), 0),
        (PRODUCT.encode("utf-8-sig"), 0),
        (PRODUCT.encode("utf-16"), 0),
        (b"\xfe\xff" + PRODUCT.encode("utf-16-be"), 0),
        (PRODUCT.encode("cp1252"), 1),
        (PRODUCT.replace(",", ";").encode(), 0),
        (PRODUCT.replace(",", "\t").encode(), 0),
        (PRODUCT.replace("\n", "\r\n").encode(), 0),
        (gzip.compress(PRODUCT.encode(), mtime=0), 0),
        (gzip.compress(PRODUCT.encode("cp1252"), mtime=0), 1),
    ],
)
def test_one_product_in_any_encoding(tmp_path: Path, content: bytes, notes: int) -> None:
    sheet = read(tmp_path, content)
    assert (sheet.bad, sheet.unusable, len(sheet.notes)) == ([], [], notes)
    assert [(draft.title, draft.variants[0].sku) for draft in sheet.drafts()] == [("Été", "E")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gzip.compress(PRODUCT.encode(), mtime=0)[:-9], "cannot be unpacked: its gzip is damaged, or was cut off"),
        (PRODUCT.encode()[:-7], "line 2: ends in the middle of a row; the file was cut off"),
        (b'Handle,Title\nx,"cut', "line 2: a quoted cell never ends; the file was cut off, or a quote is missing"),
        (b"\n\n", "is empty; its first line must name the columns"),
        (b"[1, 2]", "is JSON, but no GeoJSON FeatureCollection: Expected `object`, got `array`"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    assert [row.reason for row in read(tmp_path, content).unusable] == [reason]


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    assert read(tmp_path, b"Handle,Title\n") == Sheet()


def test_points_of_geojson_are_locations(tmp_path: Path) -> None:
    properties = {"code": "LYON", "name": "Lyon", "kind": "STORE", "address": "1", "country_code": "France", "floors": 2}
    point = {"type": "Point", "coordinates": [4.8357, 45.764]}
    lyon = {"type": "Feature", "properties": properties | {"services": ["PICKUP", "KIOSK"]}, "geometry": point}
    line = {"type": "Feature", "properties": properties | {"code": "X"}, "geometry": {"type": "LineString", "coordinates": []}}
    file = tmp_path / "stores.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [lyon, line]}))
    sheet = read_locations([file], columns=Columns(told={"time_zone": "Europe/Paris"}))
    (draft,) = sheet.drafts()
    assert (draft.code, draft.coordinates, len(draft.services)) == ("LYON", Coordinates(45.764, 4.8357), 2)
    assert [(row.source.line, row.reason) for row in sheet.bad] == [(2, "latitude is missing")]


def test_what_is_told_of_a_column_fills_what_rows_leave_empty(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("Code,country_code,latitude,longitude\n1000,BE,50,4\n2000,,48,2\n")
    columns = Columns(renamed={"code": "postal_code"}, told={"country_code": "FR", "name": "Somewhere"})
    drafts = read_postal_codes([file], columns=columns).drafts()
    assert [(draft.code.country_code, draft.code.postal_code, draft.name) for draft in drafts] == [
        ("BE", "1000", "Somewhere"),
        ("FR", "2000", "Somewhere"),
    ]


def test_places_that_share_a_postal_code_make_one_in_their_middle(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("country_code,postal_code,name,latitude,longitude\nFR,01,A,46,5\nFR,02,B,1,1\nFR,01,C,47,6\n")
    first, _ = read_postal_codes([file]).drafts()
    assert (first.name, first.center) == ("A", Coordinates(46.5, 5.5))


def test_locations_without_a_code_get_one_of_their_name(tmp_path: Path) -> None:
    file = tmp_path / "stores.csv"
    row = "Gare du Midi,STORE,1,Belgium,50,4,GMT+1:00 Europe/Brussels,PICKUP\n"
    file.write_text(f"name,kind,address,country_code,latitude,longitude,time_zone,services\n{row}{row}")
    drafts = read_locations([file]).drafts()
    assert [draft.code for draft in drafts] == ["gare-du-midi", "gare-du-midi-2"]
    assert (drafts[0].address.country_code, drafts[0].time_zone) == ("BE", "Europe/Brussels")
