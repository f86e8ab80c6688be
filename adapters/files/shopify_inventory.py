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

from adapters.files.cell import day, whole
from adapters.files.shopify_options import made_sku, option_names, selected_options
from adapters.files.table import BadCell, Cells, Columns, Table, Taken, each_row, read_files
from domain.intake.report import BadRow, Row, Watch, unwatched
from domain.intake.stock import StockDraft

ABOUT_THE_VARIANT = frozenset(
    name.casefold()
    for name in (
        *("Handle", "Title", "SKU", "HS Code", "COO", "Bin name", "Safety stock"),
        *(f"Option{n} {part}" for n in (1, 2, 3) for part in ("Name", "Value")),
    )
)
COUNTS = ("On hand (new)", "On hand (current)", "On hand", "Available")
INCOMING = ("Incoming (not editable)", "Incoming")
NOT_STOCKED = "not stocked"


def read_inventory(files: Collection[Path], *, columns: Columns | None = None, watch: Watch = unwatched) -> Taken[StockDraft]:
    """One after the other, so that a file may be of any length."""
    return read_files(files, counts_of, needs=["SKU"], columns=columns, watch=watch)


def counts_of(table: Table) -> Taken[StockDraft]:
    if table.header.has("Location"):
        if not any(table.header.has(count) for count in COUNTS):
            raise BadCell(f"no column holds a count; one of {', '.join(COUNTS)} is needed")
        return each_row(table.rows, count_of)
    locations = [(place, name) for place, name in enumerate(table.names) if name and name.casefold() not in ABOUT_THE_VARIANT]
    if not locations:
        raise BadCell("no column is a location, and there is no column 'Location'")
    return counts_across(table, locations)


def counts_across(table: Table, locations: list[tuple[int, str]]) -> Taken[StockDraft]:
    """`locations`: the places of their columns, and their names."""
    for cells in table.rows:
        if isinstance(cells, BadRow):
            yield cells
            continue
        counts = [(name, cells.row[place].strip()) for place, name in locations if place < len(cells.row)]
        said = [(name, text) for name, text in counts if text not in ("", NOT_STOCKED)]
        try:
            sku, safety = sku_of(cells) if said else "", cells.read("Safety stock", whole)
        except BadCell as error:
            yield BadRow(cells.source, str(error))
            continue
        for name, text in said:
            try:
                yield Row(cells.source, StockDraft(sku, name, whole(text), safety))
            except ValueError as error:
                yield BadRow(cells.source, f"{name}: {error}")


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
    if sku := cells.text("SKU"):
        return sku
    if handle := cells.text("Handle"):
        return made_sku(handle, selected_options(cells, option_names(cells)))
    return cells.needed("SKU")


def expected_of(cells: Cells) -> tuple[int, date] | None:
    """Without a day the units cannot be promised, and are not known."""
    expected_on = cells.read("Incoming expected at", day)
    if expected_on is None:
        return None
    column = next((name for name in INCOMING if cells.text(name)), INCOMING[0])
    return cells.must_read(column, whole), expected_on
