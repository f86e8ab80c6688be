"""Sales made elsewhere, from CSV: a row for each line of a sale."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from adapters.files.cell import YEAR_MAX, YEAR_MIN, whole
from adapters.files.table import BadCell, Cells, Columns, each_row, read_files
from domain.external_sale import ImportedLine
from domain.intake.report import Sheet, Watch, unwatched
from domain.intake.sale import SaleRow
from domain.money import AMOUNT

NEEDED = ("channel", "external_id", "sku", "quantity", "unit_price", "time")


def read_sales(files: Collection[Path], *, columns: Columns | None = None, watch: Watch = unwatched) -> Sheet[SaleRow]:
    return Sheet.of(read_files(files, lambda table: each_row(table.rows, sale_row), needs=NEEDED, columns=columns, watch=watch))


def sale_row(cells: Cells) -> SaleRow:
    """What cannot be read of a line is for its sale to say, of which nothing is taken then."""
    row = SaleRow(cells.needed("channel"), cells.needed("external_id"), cells.text("location"), email=cells.text("email"))
    try:
        line = ImportedLine(
            sku=cells.needed("sku"),
            quantity=cells.must_read("quantity", whole),
            unit_price=cells.must_read("unit_price", amount),
        )
        return row._replace(time=cells.must_read("time", moment), line=line)
    except BadCell as error:
        return row._replace(problem=str(error))


def amount(text: str) -> Decimal:
    if not AMOUNT.fullmatch(text):
        raise ValueError(f"{text!r} is not an amount such as 19.90")
    return Decimal(text)


def moment(text: str) -> datetime:
    """Without an offset it is by the location's own clock."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not YEAR_MIN <= found.year <= YEAR_MAX:
        raise ValueError(f"{text!r} is not a moment such as 2026-12-24T10:00:00+01:00")
    return found
