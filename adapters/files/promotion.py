"""A shop's promotions, from TOML."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import msgspec

from adapters.files.cell import YEAR_MAX, YEAR_MIN
from adapters.files.toml import percent_of, read_toml, require_each_once
from domain.intake.promotion import PROMOTIONS_MAX, PromotionDraft
from domain.money import Money
from domain.promotion import CODE_CHARACTERS_MAX, Amount, Discount, DiscountScope, Percentage, Period, code_key, is_code
from domain.quantities import WHOLE_MAX
from domain.text import is_clean

LEAST_PERCENT = Decimal("0.01")

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Number = int | Decimal


class PromotionTable(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    scope: DiscountScope
    code: str | None = None
    percent: Number | None = None
    amount: Number | None = None
    currency: str | None = None
    channels: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    minimum: Number | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    uses_max: int | None = None


class PromotionsFile(msgspec.Struct, forbid_unknown_fields=True):
    promotions: list[PromotionTable]


def read_promotions(file: Path) -> list[PromotionDraft]:
    """Raises ValueError, naming the file, the promotion and the key, for what no promotion can be made of."""
    return read_toml(file, PromotionsFile, promotions_of)


def promotions_of(file: PromotionsFile) -> list[PromotionDraft]:
    if len(file.promotions) > PROMOTIONS_MAX:
        raise ValueError(f"a shop has at most {PROMOTIONS_MAX} promotions, and not {len(file.promotions)}; leave some out")
    require_each_once("promotion", (table.name for table in file.promotions))
    require_each_once("code", (code_key(table.code) for table in file.promotions if table.code is not None))
    return [named_promotion_of(table) for table in file.promotions]


def named_promotion_of(table: PromotionTable) -> PromotionDraft:
    try:
        return promotion_of(table)
    except ValueError as error:
        raise ValueError(f"promotion {table.name!r}: {error}") from None


def promotion_of(table: PromotionTable) -> PromotionDraft:
    if not table.name.strip() or not is_clean(table.name):
        raise ValueError("name is what the shop calls it, and not empty")
    if table.code is not None and not is_code(table.code):
        raise ValueError(f"code has 1 to {CODE_CHARACTERS_MAX} characters; without one everybody has the promotion")
    if table.uses_max is not None and not 1 <= table.uses_max <= WHOLE_MAX:
        raise ValueError("uses_max is a number of orders, 1 or more; leave it out for any number")
    return PromotionDraft(
        name=table.name,
        code=None if table.code is None else table.code.strip(),
        scope=table.scope,
        discount=discount_of(table),
        period=period_of(table),
        channels=table.channels,
        categories=table.categories,
        minimum=None if table.minimum is None else amount_of(table, "minimum", table.minimum),
        uses_max=table.uses_max,
    )


def discount_of(table: PromotionTable) -> Discount:
    if table.percent is not None and table.amount is None:
        return Percentage(percent_of(table.percent, LEAST_PERCENT))
    if table.amount is not None and table.percent is None:
        return Amount(amount_of(table, "amount", table.amount))
    raise ValueError("it takes off either a percent or an amount: name one of the two")


def amount_of(table: PromotionTable, key: str, number: Number) -> Money:
    if table.currency is None:
        raise ValueError(f'{key} needs a currency, such as currency = "EUR"')
    try:
        amount = Money.parse(str(number), table.currency)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None
    if amount.minor_units <= 0:
        raise ValueError(f"{key} is more than 0, and not {number}")
    return amount


def period_of(table: PromotionTable) -> Period:
    moments = [moment for moment in (table.starts_at, table.ends_at) if moment is not None]
    if not all(YEAR_MIN <= moment.year <= YEAR_MAX for moment in moments):
        raise ValueError(f"starts_at and ends_at are from {YEAR_MIN} to {YEAR_MAX}")
    if moments != sorted(set(moments)):
        raise ValueError(f"ends_at: {table.ends_at} is not after starts_at, {table.starts_at}")
    return Period(table.starts_at, table.ends_at)
