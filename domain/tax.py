"""Taxes: prices include them, at the rate of a country and of the goods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from domain.ids import CategoryId
from domain.money import Money


@dataclass(frozen=True, slots=True)
class TaxRates:
    """Of one country, in percent of the price without tax; a country that is not known has none."""

    standard: Decimal = Decimal(0)
    by_category: Mapping[CategoryId, Decimal] = field(default_factory=dict)

    def of(self, categories: Sequence[CategoryId]) -> Decimal:
        """Of goods in these categories, the most specific first: the first of them that has a rate decides."""
        return next((self.by_category[one] for one in categories if one in self.by_category), self.standard)


NO_TAXES = TaxRates()


def included(total: Money, percent: Decimal) -> Money:
    """The tax within a total: total − total ÷ (1 + rate), rounded half up."""
    tax, _ = total.shared((percent, 100))
    return tax
