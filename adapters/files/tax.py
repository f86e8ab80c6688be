"""A shop's tax rates, from TOML."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec

from adapters.files.cell import country_code
from adapters.files.toml import percent_of, read_toml, require_each_once
from domain.intake.tax import TaxDraft, Taxed


class TaxTable(msgspec.Struct, forbid_unknown_fields=True):
    country: str
    percent: int | Decimal
    categories: tuple[str, ...] = ()


class TaxesFile(msgspec.Struct, forbid_unknown_fields=True):
    taxes: list[TaxTable]


def read_taxes(file: Path) -> list[TaxDraft]:
    """Raises ValueError, naming the file, the country and the key, for what no rate can be made of."""
    return read_toml(file, TaxesFile, taxes_of)


def taxes_of(file: TaxesFile) -> list[TaxDraft]:
    drafts = [draft for table in file.taxes for draft in rates_of(table)]
    require_each_once("the rate of", (str(draft.of) for draft in drafts))
    standard = {draft.of.country_code for draft in drafts if draft.of.category is None}
    if alone := next((draft.of.country_code for draft in drafts if draft.of.country_code not in standard), None):
        raise ValueError(f"taxes of {alone}: there are rates of categories and no standard rate; add one without categories")
    return drafts


def rates_of(table: TaxTable) -> list[TaxDraft]:
    """One for each category, or the standard rate where none is named."""
    try:
        country, percent = country_code(table.country), percent_of(table.percent, Decimal(0))
    except ValueError as error:
        raise ValueError(f"taxes of {table.country!r}: {error}") from None
    return [TaxDraft(Taxed(country, category), percent) for category in table.categories or (None,)]
