"""Attempts: wrong guesses at what opens something are counted, for each who guesses and for all of them together.

A guess is paid for before it is looked at, in a unit of work of its own, so that many at once do not get past the count;
one that was right is paid back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol

from domain.refusal import RateLimited
from domain.work import UnitOfWork

WINDOW = timedelta(minutes=15)
EPOCH = datetime.fromisoformat("2020-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Guesses:
    """How many wrong ones of a kind there may be in 15 minutes: of one who guesses, about one thing, and of all."""

    kind: str
    per_subject: int
    in_total: int


class AttemptWrites(Protocol):
    async def add(self, kind: str, subjects: Mapping[str, int], since: datetime) -> Mapping[str, int]:
        """Adds failures (or takes them back) and answers how many there are now, by subject."""
        ...


class AttemptWork(UnitOfWork, Protocol):
    @property
    def attempts(self) -> AttemptWrites: ...


ALL = ""


def window_of(now: datetime) -> datetime:
    return now - (now - EPOCH) % WINDOW


async def pay(work: AttemptWork, guesses: Guesses, subjects: tuple[str, ...], now: datetime) -> RateLimited | None:
    """`subjects`: digests of whoever guesses, and of what is guessed at. What is refused is not counted, so that nobody uses
    up what all of them have."""
    since = window_of(now)
    most = dict.fromkeys(subjects, guesses.per_subject) | {ALL: guesses.in_total}
    async with work:
        failures = await work.attempts.add(guesses.kind, dict.fromkeys((*subjects, ALL), 1), since)
        if any(failures[subject] > most[subject] for subject in failures):
            return RateLimited(ceil((since + WINDOW - now).total_seconds()))
        await work.commit()
    return None


async def pay_back(work: AttemptWork, guesses: Guesses, subjects: tuple[str, ...], now: datetime) -> None:
    async with work:
        await work.attempts.add(guesses.kind, dict.fromkeys((*subjects, ALL), -1), window_of(now))
        await work.commit()
