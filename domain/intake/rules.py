"""Takes sourcing rules in: a shop's file says all there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Protocol

from domain.intake.version import Kept, Mistakes, Version, VersionWrites, kept, mistaken
from domain.rules import RuleBook, SourcingRules, mistakes_in_rules
from domain.work import UnitOfWork


class RulesWrites(VersionWrites[RuleBook], Protocol):
    async def channel_codes(self) -> Collection[str]: ...

    async def location_codes(self) -> Collection[str]: ...


class RulesIntake(UnitOfWork, Protocol):
    @property
    def rules(self) -> RulesWrites: ...


async def newest_rules(work: RulesIntake) -> Version[RuleBook] | None:
    async with work:
        return await work.rules.newest()


async def check_rules(work: RulesIntake, book: RuleBook) -> Mistakes | None:
    async with work:
        return await mistakes_of(work, book)


async def set_rules(work: RulesIntake, book: RuleBook, *, now: datetime) -> Kept | Mistakes:
    """What is sourced from now on goes by them; what was sourced keeps the name of its own."""
    async with work:
        if refusal := await mistakes_of(work, book):
            return refusal
        outcome = await kept(work.rules, book, now)
        await work.commit()
    return outcome


async def mistakes_of(work: RulesIntake, book: RuleBook) -> Mistakes | None:
    channels, locations = await work.rules.channel_codes(), await work.rules.location_codes()
    return mistaken(mistakes_in_book(book, channels, locations))


def mistakes_in_book(book: RuleBook, channels: Collection[str], locations: Collection[str]) -> Iterator[str]:
    yield from in_rules("shared", book.shared, locations)
    for code, rules in book.channels.items():
        if code not in channels:
            yield f"channels.{code}: no channel has code {code!r}"
        yield from in_rules(f"channels.{code}", rules, locations)


def in_rules(place: str, rules: SourcingRules, locations: Collection[str]) -> Iterator[str]:
    yield from (f"{place}.{mistake.field}: {mistake.text}" for mistake in mistakes_in_rules(rules))
    for code in rules.exclude:
        if code not in locations:
            yield f"{place}.exclude: no location has code {code!r}"
