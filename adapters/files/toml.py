"""TOML that a shop writes: numbers exact, and what is wrong named with its file and key."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import msgspec

Shape = TypeVar("Shape")
Answer = TypeVar("Answer")


def read_toml(file: Path, shape: type[Shape], take: Callable[[Shape], Answer]) -> Answer:
    """What `take` makes of it; raises ValueError for what has not this shape, or what `take` raises one for."""
    try:
        return take(msgspec.convert(tomllib.loads(file.read_text("utf-8"), parse_float=Decimal), shape))
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, msgspec.ValidationError) as error:
        raise ValueError(f"{file}: {error}") from None


def require_each_once(what: str, names: Iterable[str]) -> None:
    if twice := next((name for name, times in Counter(names).items() if times > 1), None):
        raise ValueError(f"{what} {twice!r} stands in the file twice")


def percent_of(number: int | Decimal, least: Decimal) -> Decimal:
    """Up to 100, with two decimals at most."""
    percent = Decimal(number)
    if not (percent.is_finite() and least <= percent <= 100 and percent == round(percent, 2)):
        raise ValueError(f"percent is a number from {least} to 100 with at most two decimals, and not {number}")
    return percent
