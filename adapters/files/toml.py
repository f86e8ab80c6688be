"""TOML that a shop writes: numbers exact, and what is wrong named with its file and key."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import msgspec

Shape = TypeVar("Shape")
Answer = TypeVar("Answer")


def read_toml(file: Path, shape: type[Shape], take: Callable[[Shape], Answer]) -> Answer:
    """What `take` makes of it; raises ValueError for what has not this shape, or what `take` raises one for."""
    return named(file, lambda found: take(msgspec.convert(found, shape)))


def read_whole(file: Path, shape: type[Shape]) -> Shape:
    """A dataclass of dataclasses; raises ValueError for what has not this shape, and for keys that are none of its fields."""

    def take(found: dict[str, Any]) -> Shape:
        made = msgspec.convert(found, shape)
        if strays := list(unknown_keys(found, made)):
            raise ValueError(f"there is nothing called {', '.join(strays)}")
        return made

    return named(file, take)


def named(file: Path, take: Callable[[dict[str, Any]], Answer]) -> Answer:
    try:
        return take(tomllib.loads(file.read_text("utf-8"), parse_float=Decimal))
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, msgspec.ValidationError) as error:
        raise ValueError(f"{file}: {error}") from None


def unknown_keys(found: Any, made: Any, place: str = "") -> Iterator[str]:
    """Where what was found has a key that what was made of it has no field for."""
    if is_dataclass(made):
        known = {field.name: getattr(made, field.name) for field in fields(made)}
        yield from (f"{place}{key}" for key in found if key not in known)
        found, made = {key: found[key] for key in found if key in known}, known
    if isinstance(made, Mapping):
        for key, value in found.items():
            yield from unknown_keys(value, made[key], f"{place}{key}.")
    elif isinstance(made, tuple):
        for n, (one, of_one) in enumerate(zip(found, made, strict=True)):
            yield from unknown_keys(one, of_one, f"{place.removesuffix('.')}[{n}].")


def require_each_once(what: str, names: Iterable[str]) -> None:
    if twice := next((name for name, times in Counter(names).items() if times > 1), None):
        raise ValueError(f"{what} {twice!r} stands in the file twice")


def percent_of(number: int | Decimal, least: Decimal) -> Decimal:
    """Up to 100, with two decimals at most."""
    percent = Decimal(number)
    if not (percent.is_finite() and least <= percent <= 100 and percent == round(percent, 2)):
        raise ValueError(f"percent is a number from {least} to 100 with at most two decimals, and not {number}")
    return percent
