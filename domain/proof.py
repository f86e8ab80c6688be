"""The stock proof: do levels, transfers, holds and allocations agree with movements and with their owners?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from domain.ids import LocationId
from domain.ledger import Shelf


@dataclass(frozen=True, slots=True)
class Break:
    """A shelf whose level, or transfers, say one thing (`counted`) and the rows behind it another (`rebuilt`), in units."""

    shelf: Shelf
    account: str
    counted: int
    rebuilt: int

    def __str__(self) -> str:
        return f"{self.account} is {self.counted}, but its {SOURCES[self.account]} make {self.rebuilt}"


SOURCES = {
    "on hand": "movements",
    "quarantined": "movements",
    "in transit": "movements",  # to this shelf; what its transfers say has not come in
    "held": "holds",
    "allocated": "allocations",
    "promised": "backorders",  # of what is expected there
}


@dataclass(frozen=True, slots=True)
class Part:
    """What is proven: the shelves of one SKU or of all, at these locations or at all."""

    sku: str | None = None
    locations: frozenset[LocationId] | None = None


WHOLE = Part()


@dataclass(frozen=True, slots=True)
class StockProof:
    """`units` on hand over the shelves proven, and the movements they were rebuilt from; `problem` words the first break."""

    units: int
    movements: int
    problem: str | None

    @property
    def balanced(self) -> bool:
        return self.problem is None


class ProofReads(Protocol):
    async def totals(self, part: Part) -> tuple[int, int]:
        """Units on hand, and movements."""
        ...

    async def first_break(self, part: Part) -> Break | None:
        """In the order of shelves."""
        ...

    async def name_of(self, shelf: Shelf) -> str:
        """In words: the SKU, the location's code, and the pool where it is not the shared one."""
        ...


async def prove(reads: ProofReads, part: Part = WHOLE) -> StockProof:
    units, movements = await reads.totals(part)
    found = await reads.first_break(part)
    return StockProof(units, movements, None if found is None else f"{await reads.name_of(found.shelf)}: {found}")
