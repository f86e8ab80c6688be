"""What became of a file's rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Draft = TypeVar("Draft")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, order=True)
class Source:
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


@dataclass(frozen=True, slots=True)
class Row(Generic[Draft]):
    """What one row, or one product's rows, ask for.

    `parts` are the sources of its parts, in their order; `incomplete`: some of its rows could not be read.
    """

    source: Source
    draft: Draft
    parts: tuple[Source, ...] = ()
    incomplete: bool = False


@dataclass(slots=True)
class Sheet(Generic[Draft]):
    """What could be read of some files, and what could not."""

    rows: list[Row[Draft]] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    unusable: list[BadRow] = field(default_factory=list)  # whole files; these are never skipped

    def add(self, source: Source, draft: Draft) -> None:
        self.rows.append(Row(source, draft))

    def refuse(self, source: Source, reason: str) -> None:
        self.bad.append(BadRow(source, reason))

    def drafts(self) -> list[Draft]:
        return [row.draft for row in self.rows]


@dataclass(frozen=True, slots=True)
class Rejected:
    """Nothing was changed, because of these rows, or because of files of which nothing could be read."""

    bad: tuple[BadRow, ...]
    unusable: tuple[BadRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """Things (products, locations, levels) by what became of them; `skipped` rows were left out as asked."""

    added: int
    changed: int
    unchanged: int
    skipped: tuple[BadRow, ...] = ()

    @property
    def touched(self) -> int:
        return self.added + self.changed


def rejected(sheet: Sheet[Draft], *, skip_bad_rows: bool) -> Rejected | None:
    if sheet.unusable or (sheet.bad and not skip_bad_rows):
        return Rejected(tuple(sorted(sheet.bad)), tuple(sorted(sheet.unusable)))
    return None


def differences(wanted: Mapping[Key, Draft], known: Mapping[Key, Draft]) -> tuple[list[Draft], Imported]:
    """What is new or not as it is known, with the count of what becomes of all; equal drafts need no change."""
    differing = [draft for key, draft in wanted.items() if known.get(key) != draft]
    changed = sum(key in known and known[key] != draft for key, draft in wanted.items())
    return differing, Imported(len(differing) - changed, changed, len(wanted) - len(differing))
