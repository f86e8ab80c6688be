"""Shopify inventory CSV, in its three dialects, with two columns of our own.

    a column per location                 the header's unknown columns are locations; "not stocked" says nothing
    a row per variant and location        On hand, or Available where that is all there is
    the same, of 2024                     On hand (new) where it is filled in, or else On hand (current)

Ours are optional: `Incoming expected at` (a date) makes the incoming units known; `Safety stock` keeps units back.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

from adapters.files.shopify_options import made_sku, option_names, selected_options
from adapters.files.table import BadCell, Cells, Table, day, each_row, read_files, whole
from domain.intake.report import Sheet
from domain.intake.stock import StockDraft

ABOUT_THE_VARIANT = frozenset(
    name.casefold()
    for name in (
        *("Handle", "Title", "SKU", "HS Code", "COO", "Bin name"),
        *(f"Option{n} {part}" for n in (1, 2, 3) for part in ("Name", "Value")),
    )
)
COUNTS = ("On hand (new)", "On hand (current)", "On hand", "Available")
INCOMING = ("Incoming (not editable)", "Incoming")
NOT_STOCKED = "not stocked"


def read_inventory(files: Collection[Path]) -> Sheet[StockDraft]:
    return read_files(files, counts_of, needs=["SKU"])


def counts_of(table: Table) -> Sheet[StockDraft]:
    if "location" in table.names:
        if not any(count.casefold() in table.names for count in COUNTS):
            raise BadCell(f"no column holds a count; one of {', '.join(COUNTS)} is needed")
        return each_row(table.rows, count_of)
    locations = [name for name in table.header if name and name.casefold() not in ABOUT_THE_VARIANT]
    if not locations:
        raise BadCell("no column is a location, and there is no column 'Location'")
    sheet: Sheet[StockDraft] = Sheet()
    for location in locations:
        found = each_row(table.rows, lambda cells, location=location: count_at(cells, location))  # type: ignore[misc]
        sheet.rows += found.rows
        sheet.bad += found.bad
    return sheet


def count_of(cells: Cells) -> StockDraft | None:
    column = next((name for name in COUNTS if cells.text(name)), None)
    if column is None or cells.text(column) == NOT_STOCKED:
        return None
    return StockDraft(
        sku=sku_of(cells),
        location=cells.needed("Location"),
        on_hand=cells.must_read(column, whole),
        safety=cells.read("Safety stock", whole),
        expected=expected_of(cells),
    )


def sku_of(cells: Cells) -> str:
    """A variant without a SKU has the one that its product's import made."""
    handle = cells.text("Handle")
    if cells.text("SKU") is None and handle:
        return made_sku(handle, selected_options(cells, option_names(cells)))
    return cells.needed("SKU")


def expected_of(cells: Cells) -> tuple[int, date] | None:
    """Without a day the units cannot be promised, and are not known."""
    expected_on = cells.read("Incoming expected at", day)
    if expected_on is None:
        return None
    column = next((name for name in INCOMING if cells.text(name)), INCOMING[0])
    return cells.must_read(column, whole), expected_on


def count_at(cells: Cells, location: str) -> StockDraft | None:
    if cells.text(location) in (None, NOT_STOCKED):
        return None
    return StockDraft(sku=sku_of(cells), location=location, on_hand=cells.must_read(location, whole))
