"""Takes channel listings in: what one channel sells, under which title, at which price, where it differs from the catalog."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from domain.intake.report import Imported, Rejected, Sheet, differences, left_out, rejected
from domain.money import Money
from domain.work import UnitOfWork


class Listed(NamedTuple):
    """What a listing speaks of: a product in a channel, or with a SKU one of its variants."""

    channel: str
    handle: str
    sku: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingDraft:
    """None says nothing: the channel then shows what the catalog has. A variant has no title of its own per channel."""

    of: Listed
    listed: bool | None = None
    title: str | None = None
    price: Money | None = None
    compare_at_price: Money | None = None


class ListingWrites(Protocol):
    async def drafts(self, of: Collection[Listed]) -> Mapping[Listed, ListingDraft]:
        """The listings there are."""
        ...

    async def unknown(self, of: Collection[Listed]) -> Mapping[Listed, str]:
        """Those that speak of a product or variant that is not in the catalog, each with what is missing."""
        ...

    async def save(self, listings: Sequence[ListingDraft]) -> None: ...


class ListingIntake(UnitOfWork, Protocol):
    @property
    def listings(self) -> ListingWrites: ...


async def import_listings(work: ListingIntake, sheet: Sheet[ListingDraft], *, skip_bad_rows: bool) -> Imported | Rejected:
    async with work:
        unknown = await work.listings.unknown({draft.of for draft in sheet.drafts()})
        for row in sheet.rows:
            if row.draft.of in unknown:
                sheet.refuse(row.source, unknown[row.draft.of])
        if refusal := rejected(sheet, skip_bad_rows=skip_bad_rows):
            return refusal
        wanted = {draft.of: draft for draft in sheet.drafts() if draft.of not in unknown}
        differing, imported = differences(wanted, await work.listings.drafts(wanted))
        await work.listings.save(differing)
        await work.commit()
    return left_out(imported, sheet)
