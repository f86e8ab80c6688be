"""Takes in what a file says as a whole: each time it differs it is one version more, and none is ever changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

Draft = TypeVar("Draft")


@dataclass(frozen=True, slots=True)
class Version(Generic[Draft]):
    """They count from 1."""

    number: int
    draft: Draft


@dataclass(frozen=True, slots=True)
class Kept:
    """The version that counts; not a new one if the last said the same."""

    version: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Mistakes:
    """Nothing was changed, because of what the file says: a sentence for each, which begins with its place there."""

    problems: tuple[str, ...]


def mistaken(problems: Iterable[str]) -> Mistakes | None:
    found = tuple(problems)
    return Mistakes(found) if found else None


class VersionWrites(Protocol[Draft]):
    async def newest(self) -> Version[Draft] | None: ...

    async def add(self, version: Version[Draft], made_at: datetime) -> None: ...


async def kept(writes: VersionWrites[Draft], draft: Draft, now: datetime) -> Kept:
    known = await writes.newest()
    if known is not None and known.draft == draft:
        return Kept(known.number, is_new=False)
    number = 1 if known is None else known.number + 1
    await writes.add(Version(number, draft), now)
    return Kept(number, is_new=True)
