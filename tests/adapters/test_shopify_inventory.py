"""Shopify inventory CSV in its three dialects."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from adapters.files.shopify_inventory import read_inventory
from domain.intake.report import Sheet
from domain.intake.stock import StockDraft

VARIANT = "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,SKU,HS Code,COO"


def read(tmp_path: Path, *lines: str) -> Sheet[StockDraft]:
    file = tmp_path / "inventory.csv"
    file.write_text("\n".join(lines), "utf-8")
    return Sheet.of(read_inventory([file]))


def counts(sheet: Sheet[StockDraft]) -> list[tuple[str, str, int]]:
    return [(draft.sku, draft.location, draft.on_hand) for draft in sheet.drafts()]


def test_a_column_for_each_location(tmp_path: Path) -> None:
    sheet = read(tmp_path, f"{VARIANT},Lyon,Paris Marais", "coat,Coat,,,,,,,COAT,,,3,not stocked", "coat,Coat,,,,,,,SCARF,,,,0")
    assert counts(sheet) == [("COAT", "Lyon", 3), ("SCARF", "Paris Marais", 0)]
    assert sheet.bad == []


def test_what_is_kept_back_is_no_location(tmp_path: Path) -> None:
    sheet = read(tmp_path, "SKU,Lyon,Safety stock", "COAT,3,2")
    assert [(draft.location, draft.safety) for draft in sheet.drafts()] == [("Lyon", 2)]


def test_a_row_for_each_variant_and_location(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        f"{VARIANT},Location,Incoming,Unavailable,Committed,Available,On hand",
        "coat,Coat,,,,,,,COAT,,,Lyon,0,0,1,2,3",
        "coat,Coat,,,,,,,COAT,,,Paris,not stocked,not stocked,not stocked,not stocked,not stocked",
    )
    assert counts(sheet) == [("COAT", "Lyon", 3)]


def test_the_dialect_of_2024_takes_the_new_count_where_there_is_one(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        f"{VARIANT},Location,Bin name,Incoming (not editable),Unavailable (not editable),Committed (not editable),"
        "Available (not editable),On hand (current),On hand (new)",
        "coat,Coat,,,,,,,COAT,,,Lyon,,0,0,0,3,3,5",
        "coat,Coat,,,,,,,COAT,,,Paris,,0,0,0,3,3,",
    )
    assert counts(sheet) == [("COAT", "Lyon", 5), ("COAT", "Paris", 3)]


def test_what_is_expected_and_kept_back_may_be_said_as_well(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        "SKU,Location,Incoming,On hand,Incoming expected at,Safety stock",
        "COAT,Lyon,7,0,2026-12-08,2",
        "SCARF,Lyon,7,0,,",
    )
    coat, scarf = sheet.drafts()
    assert (coat.expected, coat.safety) == ((7, date(2026, 12, 8)), 2)
    assert (scarf.expected, scarf.safety) == (None, None)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("COAT,Lyon,-1,,", "On hand: '-1' is negative"),
        ("COAT,Lyon,1.5,,", "On hand: '1.5' is not a whole number"),
        ("COAT,Lyon,²,,", "On hand: '²' is not a whole number"),
        ("COAT,Lyon,9999999999,,", "On hand: '9999999999' is too large"),
        ("COAT,,1,,", "Location is missing"),
        (",Lyon,1,,", "SKU is missing"),
        ("COAT,Lyon,1,soon,", "Incoming expected at: 'soon' is not a day such as 2026-12-24"),
        ("COAT,Lyon,1,,-2", "Safety stock: '-2' is negative"),
    ],
)
def test_each_bad_row_is_named(tmp_path: Path, cells: str, reason: str) -> None:
    sheet = read(tmp_path, "SKU,Location,On hand,Incoming expected at,Safety stock", cells, "COAT,Paris,1,,")
    assert [(row.source.line, row.reason) for row in sheet.bad] == [(2, reason)]
    assert counts(sheet) == [("COAT", "Paris", 1)]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Handle,Title", "the column 'SKU' is missing"),
        ("SKU,Location", "no column holds a count"),
        (VARIANT, "no column is a location"),
    ],
)
def test_a_file_without_counts_says_so(tmp_path: Path, header: str, reason: str) -> None:
    (bad,) = read(tmp_path, header, "x,y").unusable
    assert reason in bad.reason


def test_a_variant_without_a_sku_has_the_one_its_import_made(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        f"{VARIANT},Location,On hand",
        "bague,Bague,Taille,Été 52,,,,,,,,Lyon,3",
        "sac,Sac,Title,Default Title,,,,,,,,Lyon,1",
    )
    assert counts(sheet) == [("bague-ete-52", "Lyon", 3), ("sac", "Lyon", 1)]
