"""What became of a file's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, NamedTuple, Protocol, TypeAlias, TypeVar

Draft = TypeVar("Draft")
Key = TypeVar("Key")

BAD_ROWS_MAX = 1_000  # that are named; the others are counted


class Source(NamedTuple):
    """Where a row stands: its file, and the line it begins on (the first is 1)."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class BadRow:
    source: Source
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


@dataclass(frozen=True, slots=True, order=True)
class Unusable:
    """A file of which nothing is taken, and where in it reading ended."""

    source: Source
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


class Note(NamedTuple):
    """What whoever brought the file should know of how it was read."""

    text: str


class Row(NamedTuple, Generic[Draft]):
    """What one row, or one product's rows, ask for.

    `parts` are the sources of its parts, in their order; `incomplete`: some of its rows could not be read.
    """

    source: Source
    draft: Draft
    parts: tuple[Source, ...] = ()
    incomplete: bool = False


Read: TypeAlias = Row[Draft] | BadRow | Unusable | Note


@dataclass(slots=True)
class Sheet(Generic[Draft]):
    """What could be read of some files, and what could not."""

    rows: list[Row[Draft]] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)  # these are never skipped
    notes: list[Note] = field(default_factory=list)

    @classmethod
    def of(cls, found: Iterable[Read[Draft]]) -> Sheet[Draft]:
        sheet = cls()
        for one in found:
            match one:
                case BadRow():
                    sheet.bad.append(one)
                case Unusable():
                    sheet.unusable.append(one)
                case Note():
                    sheet.notes.append(one)
                case row:
                    sheet.rows.append(row)
        return sheet

    def add(self, source: Source, draft: Draft) -> None:
        self.rows.append(Row(source, draft))

    def refuse(self, source: Source, reason: str) -> None:
        self.bad.append(BadRow(source, reason))

    def drafts(self) -> list[Draft]:
        return [row.draft for row in self.rows]


@dataclass(frozen=True, slots=True)
class Rejected:
    """Nothing was changed, because of these rows, or because of files of which nothing could be read.

    `unnamed`: so many bad rows more.
    """

    bad: tuple[BadRow, ...]
    unusable: tuple[Unusable, ...] = ()
    unnamed: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    """Products, locations or levels by what became of them. `skipped` rows, and `unnamed` more, were left out as asked."""

    added: int
    changed: int
    unchanged: int
    skipped: tuple[BadRow, ...] = ()
    unnamed: int = 0

    @property
    def touched(self) -> int:
        return self.added + self.changed

    @property
    def total(self) -> int:
        return self.added + self.changed + self.unchanged

    def __add__(self, more: Imported) -> Imported:
        counts = (self.added + more.added, self.changed + more.changed, self.unchanged + more.unchanged)
        return Imported(*counts, self.skipped + more.skipped, self.unnamed + more.unnamed)


NOTHING = Imported(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Replaced:
    """What became of a file that says all there is; so many that it no longer names are `gone`."""

    imported: Imported
    gone: int


@dataclass(frozen=True, slots=True)
class UnknownNames:
    """Nothing was changed, because the file speaks of what the shop does not have: a sentence for each."""

    problems: tuple[str, ...]


class Watch(Protocol):
    """Is told how far a stage of an import has come; one that does not begin at 0 goes on with what was cut short."""

    def __call__(self, stage: str, done: int, total: int, /) -> None: ...


def unwatched(stage: str, done: int, total: int) -> None:
    """Nobody looks."""


def rejected(sheet: Sheet[Draft], *, skip_bad_rows: bool) -> Rejected | None:
    if sheet.unusable or (sheet.bad and not skip_bad_rows):
        bad, unnamed = named(sheet.bad)
        return Rejected(bad, tuple(sorted(sheet.unusable)), unnamed)
    return None


def left_out(imported: Imported, sheet: Sheet[Draft]) -> Imported:
    """The same, with the rows that were left out."""
    skipped, unnamed = named(sheet.bad)
    return replace(imported, skipped=skipped, unnamed=unnamed)


def named(bad: Sequence[BadRow]) -> tuple[tuple[BadRow, ...], int]:
    """The first of them, and how many more there are."""
    first = tuple(sorted(bad)[:BAD_ROWS_MAX])
    return first, len(bad) - len(first)


def differences(wanted: Mapping[Key, Draft], known: Mapping[Key, Draft]) -> tuple[list[Draft], Imported]:
    """What is new or not as it is known, with the count of what becomes of all; equal drafts need no change."""
    differing = [draft for key, draft in wanted.items() if known.get(key) != draft]
    changed = sum(key in known and known[key] != draft for key, draft in wanted.items())
    return differing, Imported(len(differing) - changed, changed, len(wanted) - len(differing))
