"""CSV files as rows of named cells, with the line each row begins on."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import TypeVar

from domain.intake.report import BadRow, Sheet, Source
from domain.money import Money

Value = TypeVar("Value")
Draft = TypeVar("Draft")

CELL_CHARACTERS_MAX = 1_000_000
YEAR_MIN, YEAR_MAX = 1900, 2999


class BadCell(Exception):
    """What is wrong in one row; caught where rows are read, and reported with its line."""


@dataclass(frozen=True, slots=True)
class Cells:
    """One row. A cell is known by its column's name without regard to case; an empty cell, or no such column, is None."""

    source: Source
    by_column: dict[str, str]

    def text(self, column: str) -> str | None:
        return self.by_column.get(column.casefold(), "").strip() or None

    def needed(self, column: str) -> str:
        text = self.text(column)
        if text is None:
            raise BadCell(f"{column} is missing")
        return text

    def read(self, column: str, reader: Callable[[str], Value]) -> Value | None:
        """What the reader makes of the cell; its ValueError says what is wrong with it."""
        text = self.text(column)
        try:
            return None if text is None else reader(text)
        except ValueError as error:
            raise BadCell(f"{column}: {error}") from None

    def must_read(self, column: str, reader: Callable[[str], Value]) -> Value:
        self.needed(column)
        value = self.read(column, reader)
        assert value is not None
        return value


@dataclass(frozen=True, slots=True)
class Table:
    """A file's column names as they stand in it and as they are known here, and its rows."""

    header: list[str]
    names: list[str]
    rows: list[Cells]
    bad: list[BadRow]


def read_files(
    files: Collection[Path],
    take: Callable[[Table], Sheet[Draft]],
    *,
    needs: Collection[str],
    aliases: Mapping[str, str] | None = None,
) -> Sheet[Draft]:
    """All files on one sheet; `take` gets each file that has the columns it needs. `aliases`: other names of columns."""
    sheet: Sheet[Draft] = Sheet()
    for file in files:
        try:
            table = table_of(file, {other.casefold(): name.casefold() for other, name in (aliases or {}).items()})
            if missing := [column for column in needs if column.casefold() not in table.names]:
                raise BadCell(f"the column {missing[0]!r} is missing")
            read = take(table)
        except BadCell as error:
            sheet.unusable.append(BadRow(Source(str(file), 1), str(error)))
        else:
            sheet.rows += read.rows
            sheet.bad += table.bad + read.bad
    return sheet


def table_of(file: Path, aliases: Mapping[str, str]) -> Table:
    """UTF-8, with or without a byte-order mark. Raises BadCell for a file that cannot be read at all."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadCell(f"is not UTF-8 (byte {error.start}); save it as CSV UTF-8") from None
    except OSError as error:
        raise BadCell(f"cannot be read: {error.strerror}") from None
    if "\0" in text:
        raise BadCell(f"holds a NUL byte in line {text[: text.index(chr(0))].count(chr(10)) + 1}; save it as CSV UTF-8")
    lines = lines_of(str(file), text)
    header = [name.strip() for name in next(lines, (None, []))[1]]
    if not any(header):
        raise BadCell("is empty; its first line must name the columns")
    if len(header) == 1 and ";" in header[0]:
        raise BadCell("is separated by semicolons; save it with commas")
    names = [aliases.get(name.casefold(), name.casefold()) for name in header]
    table = Table(header, names, [], [])
    for source, cells in lines:
        if any(cells[len(names) :]):
            table.bad.append(BadRow(source, f"has {len(cells)} cells under {len(names)} columns; a comma may want quotes"))
        elif any(cells):
            table.rows.append(Cells(source, dict(zip(names, cells, strict=False))))
    return table


def lines_of(file: str, text: str) -> Iterator[tuple[Source, list[str]]]:
    """Each record with the line it begins on; a quoted cell may go over several."""
    csv.field_size_limit(CELL_CHARACTERS_MAX)
    records = csv.reader(StringIO(text, newline=""), strict=True)
    start = 1
    while True:
        try:
            record = next(records, None)
        except csv.Error as error:
            raise BadCell(f"line {start}: {error}") from None
        if record is None:
            return
        yield Source(file, start), record
        start = records.line_num + 1


def each_row(rows: list[Cells], draft_of: Callable[[Cells], Draft | None]) -> Sheet[Draft]:
    """A draft from each row that gives one."""
    sheet: Sheet[Draft] = Sheet()
    for cells in rows:
        try:
            draft = draft_of(cells)
        except BadCell as error:
            sheet.refuse(cells.source, str(error))
        else:
            if draft is not None:
                sheet.add(cells.source, draft)
    return sheet


def once_each(sheet: Sheet[Draft], name_of: Callable[[Draft], object]) -> Sheet[Draft]:
    """The first of each name; what comes again is refused."""
    kept: Sheet[Draft] = Sheet(bad=sheet.bad, unusable=sheet.unusable)
    seen: set[object] = set()
    for row in sheet.rows:
        if (name := name_of(row.draft)) in seen:
            kept.refuse(row.source, f"{name!r} stands in the file twice")
        else:
            kept.rows.append(row)
        seen.add(name)
    return kept


# ------------------------------------------------------------------------------------------------ readers of one cell


def whole(text: str) -> int:
    """A quantity: digits alone, not negative, small enough for any database."""
    if not text.lstrip("-").isascii() or not text.lstrip("-").isdigit():
        raise ValueError(f"{text!r} is not a whole number")
    if text.startswith("-"):
        raise ValueError(f"{text!r} is negative")
    if len(text) > 9:
        raise ValueError(f"{text!r} is too large")
    return int(text)


def day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not YEAR_MIN <= found.year <= YEAR_MAX:
        raise ValueError(f"{text!r} is not a day such as 2026-12-24")
    return found


def yes_or_no(text: str) -> bool:
    if text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    raise ValueError(f"{text!r} is neither true nor false")


def price_of(text: str, currency: str) -> Money:
    price = Money.parse(text, currency)
    if price.minor_units < 0:
        raise ValueError(f"{text!r} is negative")
    return price
