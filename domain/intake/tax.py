"""Takes tax rates in: a shop's file says all there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, Protocol

from domain.intake.report import Replaced, UnknownNames, differences
from domain.work import UnitOfWork


class Taxed(NamedTuple):
    """What a rate is of: goods of one category, by its handle, or all others of a country."""

    country_code: str
    category: str | None

    def __str__(self) -> str:
        return self.country_code if self.category is None else f"{self.country_code}, category {self.category}"


@dataclass(frozen=True, slots=True)
class TaxDraft:
    of: Taxed
    percent: Decimal


class TaxWrites(Protocol):
    async def drafts(self) -> Mapping[Taxed, TaxDraft]:
        """The rates there are."""
        ...

    async def category_handles(self) -> Collection[str]: ...

    async def save(self, rates: Sequence[TaxDraft]) -> None:
        """Adds or changes them."""
        ...

    async def remove(self, of: Collection[Taxed]) -> None: ...


class TaxIntake(UnitOfWork, Protocol):
    @property
    def taxes(self) -> TaxWrites: ...


async def every_tax(work: TaxIntake) -> list[TaxDraft]:
    """By country, the standard rate first."""
    async with work:
        known = await work.taxes.drafts()
    return [known[of] for of in sorted(known, key=lambda of: (of.country_code, of.category or ""))]


async def check_taxes(work: TaxIntake, rates: Sequence[TaxDraft]) -> UnknownNames | None:
    async with work:
        return await unknown_in(work, rates)


async def set_taxes(work: TaxIntake, rates: Sequence[TaxDraft], *, remove_others: bool = True) -> Replaced | UnknownNames:
    """Rates that are not among these are removed, unless the others are to be left alone; orders keep the tax they bore."""
    wanted = {draft.of: draft for draft in rates}
    async with work:
        if refusal := await unknown_in(work, rates):
            return refusal
        known = await work.taxes.drafts()
        differing, imported = differences(wanted, known)
        await work.taxes.save(differing)
        gone = known.keys() - wanted.keys() if remove_others else set()
        await work.taxes.remove(gone)
        await work.commit()
    return Replaced(imported, len(gone))


async def unknown_in(work: TaxIntake, rates: Sequence[TaxDraft]) -> UnknownNames | None:
    handles = await work.taxes.category_handles()
    named = [(draft.of.country_code, draft.of.category) for draft in rates if draft.of.category is not None]
    unknown = [f"taxes of {country}: no category has handle {handle!r}" for country, handle in named if handle not in handles]
    return UnknownNames(tuple(unknown)) if unknown else None
