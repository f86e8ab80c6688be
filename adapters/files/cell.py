"""Readers of one cell: a value, or a ValueError that says what is wrong with the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale

from domain.money import Money

Member = TypeVar("Member", bound=StrEnum)

YEAR_MIN, YEAR_MAX = 1900, 2999


def whole(text: str) -> int:
    """A quantity: digits alone, not negative, small enough for any database."""
    if not text.lstrip("-").isascii() or not text.lstrip("-").isdigit():
        raise ValueError(f"{text!r} is not a whole number")
    if text.startswith("-"):
        raise ValueError(f"{text!r} is negative")
    if len(text) > 9:
        raise ValueError(f"{text!r} is too large")
    return int(text)


def limit(text: str) -> int:
    if (found := whole(text)) == 0:
        raise ValueError("'0' takes nothing on; leave it empty for no limit")
    return found


def grams(text: str) -> int:
    """Whole ones, rounded half up: pounds and ounces come with decimals."""
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,20})?", text):
        raise ValueError(f"{text!r} is not a weight in grams such as 450")
    return int(Decimal(text).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not YEAR_MIN <= found.year <= YEAR_MAX:
        raise ValueError(f"{text!r} is not a day such as 2026-12-24")
    return found


def yes_or_no(text: str) -> bool:
    if text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    raise ValueError(f"{text!r} is neither true nor false")


def price_of(text: str, currency: str) -> Money:
    price = Money.parse(text, currency)
    if price.minor_units < 0:
        raise ValueError(f"{text!r} is negative")
    return price


def one_of(kind: type[Member], text: str) -> Member:
    if text not in kind.__members__:
        raise ValueError(f"{text!r} is not one of {', '.join(kind.__members__)}")
    return kind[text]


def degrees(text: str, limit: int) -> float:
    if not re.fullmatch(r"[+-]?\d{1,3}(\.\d{1,20})?", text) or abs(float(text)) > limit:
        raise ValueError(f"{text!r} is not a number of degrees from -{limit} to {limit}")
    return float(text)


def country_code(text: str) -> str:
    """By ISO 3166-1, or by the country's English name."""
    code = text if re.fullmatch("[A-Z]{2}", text) else countries().get(text.casefold())
    if code is None:
        raise ValueError(f"{text!r} is neither an ISO 3166-1 alpha-2 code such as FR nor a country's English name")
    return code


@cache
def countries() -> Mapping[str, str]:
    """Codes by name, from the Unicode CLDR."""
    territories = Locale("en").territories
    return {name.casefold(): code for code, name in territories.items() if re.fullmatch("[A-Z]{2}", code)}


def time_zone(text: str) -> str:
    """An IANA name, or one at the end of other words: `GMT+1:00 Europe/Brussels`."""
    try:
        return ZoneInfo(text.split()[-1]).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{text!r} is not an IANA time zone such as Europe/Paris") from None
