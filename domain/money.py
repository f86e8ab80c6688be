"""Money: integer minor units of one currency; rounding is half up, once, on the result."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from itertools import accumulate, pairwise
from math import floor, prod

from babel.core import get_global

MINOR_UNITS_MAX = 2**31 - 1  # what an Int of GraphQL holds
AMOUNT = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?")


@cache
def minor_digits(currency: str) -> int:
    """Decimal digits of a currency by ISO 4217 (EUR 2, JPY 0, KWD 3), from the Unicode CLDR.

    Raises ValueError for a code that is no currency's.
    """
    if currency not in get_global("all_currencies"):
        raise ValueError(f"{currency!r} is not an ISO 4217 currency code such as EUR")
    digits = get_global("currency_fractions")
    return int(digits.get(currency, digits["DEFAULT"])[0])


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (cents for EUR); only amounts of one currency add or compare."""

    currency_code: str
    minor_units: int

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """`"19.90"` of EUR is 1990 cents. Raises ValueError for what is no exact amount of that currency."""
        if not AMOUNT.fullmatch(text):
            raise ValueError(f"{text!r} is not an amount such as 19.90")
        minor = Decimal(text).scaleb(minor_digits(currency))
        if minor != minor.to_integral_value():
            raise ValueError(f"{text!r} is not an exact amount of {currency} ({minor_digits(currency)} decimals)")
        if abs(minor) > MINOR_UNITS_MAX:
            raise ValueError(f"{text!r} is more than an amount can be")
        return cls(currency, int(minor))

    @property
    def amount(self) -> Decimal:
        """In major units, with the currency's own number of decimals: 1990 cents are `19.90`."""
        return Decimal(self.minor_units).scaleb(-minor_digits(self.currency_code))

    def times(self, *factors: int | Decimal) -> Money:
        """The product with all factors at once, rounded half up once: 0.31 × 1.2 × 10 = 3.72, never 3.70."""
        exact = prod((Decimal(factor) for factor in factors), start=Decimal(self.minor_units))
        return Money(self.currency_code, int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)))

    def shared(self, weights: Sequence[int | Decimal]) -> tuple[Money, ...]:
        """A part for each weight, which add up to the whole: each is the difference of two cumulative shares, rounded half up.

        Neither the whole nor a weight is negative, and not all weights are 0.
        """
        upto = [Fraction(weight) for weight in accumulate(weights, initial=0)]
        cuts = [floor(self.minor_units * so_far / upto[-1] + Fraction(1, 2)) for so_far in upto]
        return tuple(Money(self.currency_code, end - start) for start, end in pairwise(cuts))

    def __add__(self, other: Money) -> Money:
        return Money(self.same_currency(other), self.minor_units + other.minor_units)

    def __sub__(self, other: Money) -> Money:
        return Money(self.same_currency(other), self.minor_units - other.minor_units)

    def same_currency(self, other: Money) -> str:
        if self.currency_code != other.currency_code:
            raise ValueError(f"{self.currency_code} and {other.currency_code} do not add up")
        return self.currency_code
