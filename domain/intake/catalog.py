"""Takes products in: new ones are added, and of known ones only those that differ are changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from domain.catalog import Image, ProductOption, SelectedOption
from domain.intake.report import (
    NOTHING,
    Imported,
    Rejected,
    Row,
    Sheet,
    Source,
    Watch,
    differences,
    left_out,
    rejected,
    unwatched,
)
from domain.money import Money
from domain.work import UnitOfWork

CategoryPath: TypeAlias = tuple[str, ...]  # titles from the root down

PRODUCTS_AT_ONCE = 500  # in one unit of work, in which SQLite lets nobody else write
MOST = {"variants": 200, "images": 100, "categories": 50}  # of one product


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantDraft:
    sku: str
    barcode: str | None
    title: str
    selected_options: tuple[SelectedOption, ...]
    image: Image | None
    price: Money
    compare_at_price: Money | None
    backorders: bool
    grams: int = 0


def options_of(variants: Iterable[VariantDraft]) -> tuple[ProductOption, ...]:
    """In the order of first use."""
    values: dict[str, dict[str, None]] = {}
    for variant in variants:
        for option in variant.selected_options:
            values.setdefault(option.name, {})[option.value] = None
    return tuple(ProductOption(name, tuple(found)) for name, found in values.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDraft:
    """A product with all its variants, as a file tells it and as the catalog keeps it: equal drafts need no change.

    One that is not published is sold only in channels whose listing says so.
    """

    handle: str
    title: str
    description: str
    vendor: str | None
    categories: tuple[CategoryPath, ...]
    images: tuple[Image, ...]
    options: tuple[ProductOption, ...]
    published: bool
    variants: tuple[VariantDraft, ...]


class CatalogWrites(Protocol):
    async def drafts(self, handles: Collection[str]) -> Mapping[str, ProductDraft]:
        """The products there are, by handle."""
        ...

    async def handles_of(self, skus: Collection[str]) -> Mapping[str, str]:
        """The handle of the product that each known SKU belongs to."""
        ...

    async def save(self, products: Sequence[ProductDraft]) -> None:
        """Adds or changes them; a variant that its product no longer names is not sold any more, and keeps its stock."""
        ...


class CatalogIntake(UnitOfWork, Protocol):
    @property
    def catalog(self) -> CatalogWrites: ...


async def import_catalog(
    work: CatalogIntake,
    sheet: Sheet[ProductDraft],
    *,
    skip_bad_rows: bool,
    at_once: int = PRODUCTS_AT_ONCE,
    watch: Watch = unwatched,
) -> Imported | Rejected:
    """Up to `at_once` all or nothing; more in chunks of so many. Cut short, the same files end right when run again."""
    async with work:
        rows = within_bounds(await with_skus_of_their_own(work, sheet), sheet)
    if refusal := rejected(sheet, skip_bad_rows=skip_bad_rows):
        return refusal
    named = {variant.sku for row in rows.values() for variant in row.draft.variants}
    handles, imported = list(rows), NOTHING
    for start in range(0, len(handles), at_once):
        watch("Applying", start, len(handles))
        some = {handle: rows[handle] for handle in handles[start : start + at_once]}
        imported += await taken(work, some, named)
        if start + at_once < len(handles):
            await work.give_way()
    watch("Applying", len(handles), len(handles))
    return left_out(imported, sheet)


async def taken(work: CatalogIntake, rows: Mapping[str, Row[ProductDraft]], named: Collection[str]) -> Imported:
    async with work:
        known = await work.catalog.drafts(rows)
        differing, imported = differences(
            {handle: completed(row, known.get(handle), named) for handle, row in rows.items()}, known
        )
        await work.catalog.save(differing)
        await work.commit()
    return imported


def completed(row: Row[ProductDraft], known: ProductDraft | None, named: Collection[str]) -> ProductDraft:
    """A product some of whose rows were bad keeps the variants it had: they may be what those rows spoke of.

    `named`: SKUs that the files name, of this product or of another that they have moved to.
    """
    if known is None or not row.incomplete:
        return row.draft
    return replace(row.draft, variants=row.draft.variants + tuple(v for v in known.variants if v.sku not in named))


def within_bounds(rows: Mapping[str, Row[ProductDraft]], sheet: Sheet[ProductDraft]) -> dict[str, Row[ProductDraft]]:
    """What is left out of these is reported: how much a query may cost counts on these bounds."""
    excess = {handle: too_much(row.draft) for handle, row in rows.items()}
    for handle, reason in excess.items():
        if reason:
            sheet.refuse(rows[handle].source, f"product {handle!r} has {reason}")
    return {handle: row for handle, row in rows.items() if not excess[handle]}


def too_much(draft: ProductDraft) -> str | None:
    for name, most in MOST.items():
        if (found := len(getattr(draft, name))) > most:
            return f"{found:,} {name}; {most} are the most there may be"
    return None


async def with_skus_of_their_own(work: CatalogIntake, sheet: Sheet[ProductDraft]) -> dict[str, Row[ProductDraft]]:
    """By handle; a SKU names one variant, so one that another has already is reported, and left out.

    A SKU may move from one product to another where the files name both, and only the new one has it.
    """
    owners = await work.catalog.handles_of({variant.sku for draft in sheet.drafts() for variant in draft.variants})
    retold = {row.draft.handle for row in sheet.rows if not row.incomplete}
    seen: dict[str, tuple[Source, str, int]] = {}
    wanted: dict[str, Row[ProductDraft]] = {}
    for row in sheet.rows:
        handle, variants = row.draft.handle, []
        for place, (variant, source) in enumerate(zip(row.draft.variants, row.parts, strict=True)):
            owner, here = owners.get(variant.sku, handle), (source, handle, place)
            if (first := seen.setdefault(variant.sku, here)) != here:
                sheet.refuse(source, f"SKU {variant.sku!r} stands in {first[0]} already")
            elif owner != handle and owner not in retold:
                sheet.refuse(source, f"SKU {variant.sku!r} of {handle!r} is already that of a variant of {owner!r}")
            else:
                variants.append(variant)
        if handle in wanted:
            sheet.refuse(row.source, f"product {handle!r} is in an earlier file already")
        elif variants:
            incomplete = row.incomplete or len(variants) < len(row.draft.variants)
            wanted[handle] = row._replace(draft=replace(row.draft, variants=tuple(variants)), incomplete=incomplete)
    return wanted
