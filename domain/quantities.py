"""Units by key, as a value with an algebra: `wanted - there`, `wanted & there`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")

WHOLE_MAX = 2**31 - 1  # what an Int of GraphQL and an integer column hold


class Quantities(Mapping[Key, int], Generic[Key]):
    """An immutable map from a key (a SKU at a location, say) to units; a key without units is not in it, and reads as 0."""

    __slots__ = ("units",)

    def __init__(self, pairs: Iterable[tuple[Key, int]] = ()) -> None:
        """Pairs of one key add up, so that two lines of one SKU are one demand."""
        units: dict[Key, int] = {}
        for key, quantity in pairs:
            units[key] = units.get(key, 0) + quantity
        self.units = {key: quantity for key, quantity in units.items() if quantity}

    def __getitem__(self, key: Key) -> int:
        return self.units.get(key, 0)

    def __contains__(self, key: object) -> bool:
        return key in self.units

    def __iter__(self) -> Iterator[Key]:
        return iter(self.units)

    def __len__(self) -> int:
        return len(self.units)

    def __add__(self, other: Quantities[Key]) -> Quantities[Key]:
        return Quantities([*self.items(), *other.items()])

    def __neg__(self) -> Quantities[Key]:
        return Quantities((key, -quantity) for key, quantity in self.items())

    def __sub__(self, other: Quantities[Key]) -> Quantities[Key]:
        return self + -other

    def __and__(self, other: Quantities[Key]) -> Quantities[Key]:
        """What stands in both."""
        return Quantities((key, min(self[key], other[key])) for key in self if key in other)

    def total(self) -> int:
        return sum(self.units.values())

    def __repr__(self) -> str:
        return f"Quantities({self.units!r})"
