"""Files as rows of named cells, one after the other, with the line each row begins on."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import TypeAlias, TypeVar

from adapters.files.encoding import Text, Unreadable, opened
from adapters.files.geojson import features
from domain.intake.report import BadRow, Note, Read, Row, Sheet, Source, Unusable, Watch, unwatched

Value = TypeVar("Value")
Draft = TypeVar("Draft")

CELL_CHARACTERS_MAX = 1_000_000
LINE_CHARACTERS_MAX = 10_000_000
HEAD_CHARACTERS = 1_000
SEPARATORS = (",", ";", "\t")
WORDS = {"unexpected end of data": "a quoted cell never ends; the file was cut off, or a quote is missing"}
WATCHED_ROWS = 5_000  # between two looks at how far reading has come


class BadCell(Exception):
    """What is wrong in one row, or with a whole file; caught where rows are read, and reported with its line."""


class Header(dict[str, int]):
    """The place of each column by its name without regard to case."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__((name.casefold(), place) for place, name in enumerate(names))

    def __missing__(self, name: str) -> int:
        """As it is written where it is asked for, so that it is folded once; -1 for no such column."""
        place = self[name] = self.get(name.casefold(), -1)
        return place

    def name_anew(self, others: Mapping[str, str]) -> None:
        """Columns go by the names on the left also where the file has those on the right."""
        for name, other in others.items():
            if not self.has(name):
                self[name] = self[name.casefold()] = self[other]

    def has(self, name: str) -> bool:
        return self[name] >= 0


@dataclass(slots=True)
class Cells:
    """One row, under a header that all share. An empty cell, or no such column, is None."""

    source: Source
    header: Header
    row: Sequence[str]

    def text(self, column: str) -> str | None:
        place = self.header[column]
        return self.row[place].strip() or None if 0 <= place < len(self.row) else None

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
class Columns:
    """What whoever brings a file says of its columns: which is ours under another name, and what they all say.

    `told` fills what a row leaves empty, and columns that the file lacks.
    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A file's column names as they are known here, and its rows, to be gone through once."""

    names: list[str]
    header: Header
    rows: Iterator[Cells | BadRow]


Taken: TypeAlias = Iterator[Read[Draft]]


def read_files(
    files: Collection[Path],
    take: Callable[[Table], Taken[Draft]],
    *,
    needs: Collection[str] = (),
    columns: Columns | None = None,
    watch: Watch = unwatched,
) -> Taken[Draft]:
    """All files one after the other; `take` gets each that has the columns it needs."""
    for file in files:
        try:
            with opened(file) as text:
                if text.is_assumed:
                    yield Note(f"{file} is not UTF-8; it was read as Windows-1252.")
                table = table_of(text, Source(str(file), 1), columns or Columns(), watch)
                if missing := [column for column in needs if not table.header.has(column)]:
                    raise BadCell(f"the column {missing[0]!r} is missing")
                yield from take(table)
        except (BadCell, Unreadable) as error:
            yield Unusable(Source(str(file), 1), str(error))


def table_of(text: Text, source: Source, columns: Columns, watch: Watch) -> Table:
    """Of CSV or GeoJSON. Raises BadCell for what is neither."""
    records = features(text.stream) if is_json(text.stream) else lines(text.stream)
    theirs = [name.strip() for name in next(records, (1, []))[1]]
    if not any(theirs):
        raise BadCell("is empty; its first line must name the columns")
    known = Header(theirs)
    if absent := [name for name in columns.renamed if not known.has(name)]:
        raise BadCell(f"there is no column {absent[0]!r}, of which --map speaks")
    renamed = {known[name]: ours for name, ours in columns.renamed.items()}
    names = [renamed.get(place, name) for place, name in enumerate(theirs)]
    header = Header(names)
    names += [name for name in columns.told if not header.has(name)]
    header = Header(names)
    told = {header[name]: value for name, value in columns.told.items()}
    rows = cells_of(watched(records, text, watch), source.file, header, len(theirs), told)
    return Table(names, header, rows)


def cells_of(
    records: Iterator[tuple[int, list[str]]], file: str, header: Header, width: int, told: Mapping[int, str]
) -> Iterator[Cells | BadRow]:
    """`width`: how many columns the file has; `told`: what a row says where it says nothing, by place."""
    for line, row in records:
        source = Source(file, line)
        if len(row) > width and any(row[width:]):
            yield BadRow(source, f"has {len(row)} cells under {width} columns; a comma may want quotes")
        elif any(row):
            yield Cells(source, header, filled(row, told) if told else row)


def filled(row: list[str], told: Mapping[int, str]) -> list[str]:
    row += [""] * (max(told) + 1 - len(row))
    for place, value in told.items():
        row[place] = row[place].strip() or value
    return row


def is_json(stream: TextIOWrapper) -> bool:
    head = stream.read(HEAD_CHARACTERS).lstrip()
    stream.seek(0)
    return head.startswith(("{", "["))


def lines(stream: TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on; a quoted cell may go over several. The header tells what separates cells."""
    csv.field_size_limit(CELL_CHARACTERS_MAX)
    head = stream.readline(LINE_CHARACTERS_MAX)
    separator = max(SEPARATORS, key=lambda one: len(next(csv.reader([head], delimiter=one), [])))
    stream.seek(0)
    last = ""

    def bounded() -> Iterator[str]:
        nonlocal last
        while last := stream.readline(LINE_CHARACTERS_MAX) or "":
            if len(last) == LINE_CHARACTERS_MAX:
                raise BadCell(f"holds a line of {LINE_CHARACTERS_MAX} characters or more")
            yield last

    records = csv.reader(bounded(), delimiter=separator, strict=True)
    start, width = 1, 0
    try:
        for record in records:
            yield start, record
            start, width = records.line_num + 1, width or len(record)
            is_cut = len(record) < width and not last.endswith(("\n", "\r"))
            if is_cut:
                raise BadCell(f"line {records.line_num}: ends in the middle of a row; the file was cut off")
    except csv.Error as error:
        raise BadCell(f"line {start}: {WORDS.get(str(error), str(error))}") from None


def watched(records: Iterator[tuple[int, list[str]]], text: Text, watch: Watch) -> Iterator[tuple[int, list[str]]]:
    """The number of rows is guessed from the part of the file that they have taken so far."""
    watch("Reading", 0, 0)
    for number, record in enumerate(records, start=1):
        yield record
        if number % WATCHED_ROWS == 0:
            watch("Reading", number, round(number / max(text.part_read, 0.001)))


def each_row(rows: Iterable[Cells | BadRow], draft_of: Callable[[Cells], Draft | None]) -> Taken[Draft]:
    """A draft from each row that gives one."""
    for cells in rows:
        if isinstance(cells, BadRow):
            yield cells
            continue
        try:
            draft = draft_of(cells)
        except BadCell as error:
            yield BadRow(cells.source, str(error))
        else:
            if draft is not None:
                yield Row(cells.source, draft)


def once_each(sheet: Sheet[Draft], name_of: Callable[[Draft], object]) -> Sheet[Draft]:
    """The first of each name; what comes again is refused."""
    kept: Sheet[Draft] = Sheet(bad=sheet.bad, unusable=sheet.unusable, notes=sheet.notes)
    seen: set[object] = set()
    for row in sheet.rows:
        if (name := name_of(row.draft)) in seen:
            kept.refuse(row.source, f"{name!r} stands in the file twice")
        else:
            kept.rows.append(row)
        seen.add(name)
    return kept
