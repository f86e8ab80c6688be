"""Takes promotions in: a shop's file says all there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.intake.report import Replaced, UnknownNames, differences
from domain.money import Money
from domain.promotion import ALWAYS, Discount, DiscountScope, Period
from domain.work import UnitOfWork

PROMOTIONS_MAX = 500  # each is tried on each line of a cart


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionDraft:
    """`channels` by their codes, `categories` by their handles; without any it is for all of them."""

    name: str
    code: str | None
    scope: DiscountScope
    discount: Discount
    period: Period = ALWAYS
    channels: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    minimum: Money | None = None
    uses_max: int | None = None


class PromotionWrites(Protocol):
    async def drafts(self) -> Mapping[str, PromotionDraft]:
        """The promotions there are, by name."""
        ...

    async def channel_codes(self) -> Collection[str]: ...

    async def category_handles(self) -> Collection[str]: ...

    async def save(self, promotions: Sequence[PromotionDraft]) -> None:
        """Adds or changes them; what was counted stays counted."""
        ...

    async def end(self, names: Collection[str], now: datetime) -> int:
        """Deletes those that no order used, and ends the others, if they have not ended; answers how many that were."""
        ...


class PromotionIntake(UnitOfWork, Protocol):
    @property
    def promotions(self) -> PromotionWrites: ...


async def every_promotion(work: PromotionIntake) -> list[PromotionDraft]:
    """By name, also those that have ended."""
    async with work:
        known = await work.promotions.drafts()
    return [known[name] for name in sorted(known)]


async def check_promotions(work: PromotionIntake, promotions: Sequence[PromotionDraft]) -> UnknownNames | None:
    async with work:
        return await unknown_in(work, promotions)


async def set_promotions(
    work: PromotionIntake, promotions: Sequence[PromotionDraft], *, now: datetime, end_others: bool = True
) -> Replaced | UnknownNames:
    """Promotions that are not among these end, unless the others are to be left alone."""
    wanted = {draft.name: draft for draft in promotions}
    async with work:
        if refusal := await unknown_in(work, promotions):
            return refusal
        known = await work.promotions.drafts()
        differing, imported = differences(wanted, known)
        await work.promotions.save(differing)
        ended = await work.promotions.end(known.keys() - wanted.keys(), now) if end_others else 0
        await work.commit()
    return Replaced(imported, ended)


async def unknown_in(work: PromotionIntake, promotions: Sequence[PromotionDraft]) -> UnknownNames | None:
    codes, handles = await work.promotions.channel_codes(), await work.promotions.category_handles()
    unknown = tuple(problem for draft in promotions for problem in problems_of(draft, codes, handles))
    return UnknownNames(unknown) if unknown else None


def problems_of(draft: PromotionDraft, codes: Collection[str], handles: Collection[str]) -> Iterator[str]:
    for code in sorted(draft.channels.difference(codes)):
        yield f"promotion {draft.name!r}: no channel has code {code!r}"
    for handle in sorted(draft.categories.difference(handles)):
        yield f"promotion {draft.name!r}: no category has handle {handle!r}"
