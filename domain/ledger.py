"""The stock ledger: units move from one account to another, written once and never edited.

Every movement takes a positive quantity out of one account and puts it into another, so all accounts together
always sum to zero, and every level can be rebuilt from its movements.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from domain.ids import IncomingId, LocationId, MovementId, PoolId, StockTransferId
from domain.quantities import Quantities


class AccountKind(StrEnum):
    """ON_HAND and QUARANTINED stand at a location in a pool, IN_TRANSIT is on its way to one; the others are outside, and may
    go below zero."""

    ON_HAND = "ON_HAND"
    QUARANTINED = "QUARANTINED"
    IN_TRANSIT = "IN_TRANSIT"
    SUPPLIER = "SUPPLIER"
    CUSTOMER = "CUSTOMER"
    LOSS = "LOSS"


class StockCause(StrEnum):
    """Why units moved."""

    RECEIPT = "RECEIPT"
    SALE = "SALE"
    RETURN = "RETURN"
    TRANSFER = "TRANSFER"
    COUNT = "COUNT"
    DAMAGE = "DAMAGE"
    DISPOSITION = "DISPOSITION"
    REALLOCATION = "REALLOCATION"


class Shelf(NamedTuple):
    """Where a level is kept: one SKU at one location in one pool. Sorts in the order in which rows are locked."""

    sku: str
    location: LocationId
    pool: PoolId


class Account(NamedTuple):
    kind: AccountKind
    shelf: Shelf | None = None


SUPPLIER, CUSTOMER, LOSS = (Account(kind) for kind in (AccountKind.SUPPLIER, AccountKind.CUSTOMER, AccountKind.LOSS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    id: MovementId
    at: datetime
    sku: str
    taken_from: Account
    put_to: Account
    quantity: int
    cause: StockCause

    def __post_init__(self) -> None:
        assert self.quantity > 0, "a movement has a direction; turn it round instead of making it negative"
        assert self.taken_from != self.put_to, "a movement goes somewhere"
        assert all(account.shelf is None or account.shelf.sku == self.sku for account in (self.taken_from, self.put_to))


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLevel:
    """Units on one shelf. `safety_is_default`: the location's buffer for walk-in sales, not a number set for this SKU.

    `short_picked_at`: when somebody looked for units that were not there, and nobody has counted since.
    """

    shelf: Shelf
    on_hand: int
    held: int = 0
    allocated: int = 0
    safety: int = 0
    safety_is_default: bool = True
    quarantined: int = 0
    counted_at: datetime | None = None
    short_picked_at: datetime | None = None

    @property
    def id(self) -> str:
        """Of its shelf, opaque as ids are."""
        sku, location, pool = self.shelf
        text = f"StockLevel:{location.value.hex}:{pool.value.hex}:{sku}"
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """Units on their way to a shelf; `promised` of them are already sold. `transfer`: what brings them, if no supplier does."""

    id: IncomingId
    shelf: Shelf
    quantity: int
    promised: int
    expected_at: datetime
    transfer: StockTransferId | None = None


def on_hand_at(shelf: Shelf) -> Account:
    return Account(AccountKind.ON_HAND, shelf)


def in_transit_to(shelf: Shelf) -> Account:
    return Account(AccountKind.IN_TRANSIT, shelf)


def moved(taken_from: Account, put_to: Account, quantity: int, cause: StockCause, now: datetime) -> Movement:
    """Into or out of a shelf, at least."""
    shelf = taken_from.shelf or put_to.shelf
    assert shelf, "what moves between accounts outside is none of our business"
    return Movement(
        id=MovementId.new(), at=now, sku=shelf.sku, taken_from=taken_from, put_to=put_to, quantity=quantity, cause=cause
    )


def receipt(shelf: Shelf, quantity: int, now: datetime) -> Movement:
    return moved(SUPPLIER, on_hand_at(shelf), quantity, StockCause.RECEIPT, now)


def counted(level: StockLevel, quantity: int, now: datetime) -> Movement | None:
    """What makes a shelf agree with the count of a file, which stocks an empty shelf that was never counted by a receipt."""
    if level.counted_at is None and level.on_hand == 0 and quantity > 0:
        return receipt(level.shelf, quantity, now)
    return corrected(level, quantity, now)


def corrected(level: StockLevel, quantity: int, now: datetime) -> Movement | None:
    """What makes a shelf agree with what somebody found on it."""
    difference, shelf = quantity - level.on_hand, on_hand_at(level.shelf)
    if difference == 0:
        return None
    taken_from, put_to = (LOSS, shelf) if difference > 0 else (shelf, LOSS)
    return moved(taken_from, put_to, abs(difference), StockCause.COUNT, now)


def balances(movements: Iterable[Movement]) -> Quantities[Account]:
    """Units in each account after these movements; they sum to zero."""
    sides = ((side, sign * m.quantity) for m in movements for side, sign in ((m.put_to, 1), (m.taken_from, -1)))
    return Quantities(sides)


class FirstCount(NamedTuple):
    """What is found on a shelf that is new; without a `safety` of its own it keeps its location's buffer."""

    on_hand: int
    safety: int | None


class LedgerWrites(Protocol):
    async def open(self, counts: Mapping[Shelf, FirstCount], now: datetime) -> Collection[Shelf]:
        """Stocks the shelves that have no level yet by a receipt of what was counted there now, and answers them."""
        ...

    async def lock(self, shelves: Collection[Shelf]) -> Mapping[Shelf, StockLevel]:
        """All of their levels, which nobody else changes until this unit of work ends; a shelf without one gets one, of 0."""
        ...

    async def post(self, movements: Sequence[Movement]) -> tuple[Shelf, ...]:
        """Locks the shelves, writes the movements and changes the levels; answers the shelves that have too little.

        After an answer that is not empty the unit of work must not be committed.
        """
        ...

    async def confirm(self, shelves: Collection[Shelf], now: datetime) -> None:
        """What stands on these locked shelves was counted now; what was not found there before no longer counts."""
        ...

    async def set_safety(self, safety: Mapping[Shelf, int]) -> None: ...

    async def incoming(self, shelves: Collection[Shelf]) -> Mapping[Shelf, tuple[Incoming, ...]]:
        """By the time they are expected; nobody else changes them until this unit of work ends."""
        ...

    async def set_incoming(self, incoming: Mapping[Shelf, Sequence[Incoming]]) -> None:
        """Replaces what was expected of suppliers on each of these shelves, but for what is promised already."""
        ...

    async def expect(self, incoming: Incoming) -> None:
        """This one from now on, in place of how it was, but for what is promised of it; one of no units is gone."""
        ...
