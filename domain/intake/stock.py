"""Takes counted quantities in: every difference is a movement in the ledger, and what agrees is left alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.ids import IncomingId, LocationId, PoolId
from domain.intake.report import Imported, Rejected, Sheet, rejected
from domain.ledger import Incoming, LedgerWrites, Shelf, StockLevel, counted
from domain.work import UnitOfWork

CONFIRMED_FOR = timedelta(days=1)  # a level that a file confirms again within this time is not written again


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDraft:
    """One count. `location` is a code or a name; None for `safety` or `expected` says nothing about them."""

    sku: str
    location: str
    on_hand: int
    safety: int | None = None
    expected: tuple[int, datetime] | None = None


class StockIntake(UnitOfWork, Protocol):
    @property
    def ledger(self) -> LedgerWrites: ...

    async def known_skus(self, skus: Collection[str]) -> Collection[str]: ...

    async def location_names(self) -> Mapping[str, LocationId]:
        """Every location by its code and by its name; a name that two bear is not in it."""
        ...


async def import_stock(
    work: StockIntake,
    sheet: Sheet[StockDraft],
    *,
    pool: PoolId,
    opening_only: bool = False,
    skip_bad_rows: bool,
    now: datetime,
) -> Imported | Rejected:
    """`opening_only` leaves every shelf alone that has a level already."""
    async with work:
        wanted = await shelved(work, sheet, pool)
        if refusal := rejected(sheet.bad, skip_bad_rows=skip_bad_rows):
            return refusal
        known, total = await work.ledger.levels(wanted), len(wanted)
        if opening_only:
            wanted = {shelf: draft for shelf, draft in wanted.items() if shelf not in known}
        differing = await changes(work.ledger, wanted, known)
        short = await post(work.ledger, differing, wanted, known, now)
        assert not short, "a count takes no more from a shelf than stands on it"
        await work.commit()
    added = sum(shelf not in known for shelf in differing)
    return Imported(added, len(differing) - added, total - len(differing), tuple(sorted(sheet.bad)))


async def shelved(work: StockIntake, sheet: Sheet[StockDraft], pool: PoolId) -> dict[Shelf, StockDraft]:
    """Each count on the shelf it speaks of; what has no such shelf, or a second count for it, is refused."""
    known, names = await work.known_skus({draft.sku for draft in sheet.drafts()}), await work.location_names()
    wanted: dict[Shelf, StockDraft] = {}
    for row in sheet.rows:
        draft, location = row.draft, names.get(row.draft.location)
        if draft.sku not in known:
            sheet.refuse(row.source, f"no variant has SKU {draft.sku!r}; import the catalog first")
        elif location is None:
            sheet.refuse(row.source, f"no location has the code or name {draft.location!r}; import the locations first")
        elif (shelf := Shelf(draft.sku, location, pool)) in wanted and wanted[shelf] != draft:
            sheet.refuse(row.source, f"SKU {draft.sku!r} is counted twice at {draft.location!r}, with different numbers")
        else:
            wanted[shelf] = draft
    return wanted


async def changes(
    ledger: LedgerWrites, wanted: Mapping[Shelf, StockDraft], known: Mapping[Shelf, StockLevel]
) -> dict[Shelf, tuple[Incoming, ...]]:
    """The shelves on which something differs, with what is expected there as the ledger knows it."""
    incoming = await ledger.incoming(wanted)
    return {
        shelf: incoming.get(shelf, ())
        for shelf, draft in wanted.items()
        if shelf not in known
        or known[shelf].on_hand != draft.on_hand
        or draft.safety not in (None, known[shelf].safety)
        or (draft.expected is not None and open_part(incoming.get(shelf, ())) != asked_for(draft, incoming.get(shelf, ())))
    }


def open_part(incoming: Iterable[Incoming]) -> list[tuple[int, datetime]]:
    """Units that nobody was promised, by when they come."""
    return [(i.quantity - i.promised, i.expected_at) for i in incoming if i.quantity > i.promised]


def asked_for(draft: StockDraft, incoming: Iterable[Incoming]) -> list[tuple[int, datetime]]:
    """A file says how many come in all; those promised already are among them."""
    assert draft.expected is not None
    quantity, expected_at = draft.expected
    rest = quantity - sum(i.promised for i in incoming)
    return [(rest, expected_at)] if rest > 0 else []


async def post(
    ledger: LedgerWrites,
    differing: Mapping[Shelf, tuple[Incoming, ...]],
    wanted: Mapping[Shelf, StockDraft],
    known: Mapping[Shelf, StockLevel],
    now: datetime,
) -> tuple[Shelf, ...]:
    """Safety is set after the counts, which make the levels; what a file confirms has been counted."""
    counts = [
        counted(shelf, on_hand=known[shelf].on_hand if shelf in known else None, quantity=wanted[shelf].on_hand, now=now)
        for shelf in sorted(differing)
    ]
    short = await ledger.post([movement for movement in counts if movement])
    aged = (shelf for shelf, level in known.items() if shelf in wanted and is_aged(level, now))
    await ledger.confirm({*differing, *aged}, now)
    safety = {shelf: wanted[shelf].safety for shelf in differing}
    await ledger.set_safety({shelf: units for shelf, units in safety.items() if units is not None})
    await ledger.set_incoming(
        {
            shelf: [expecting(shelf, *part) for part in asked_for(wanted[shelf], incoming)]
            for shelf, incoming in differing.items()
            if wanted[shelf].expected is not None
        }
    )
    return short


def expecting(shelf: Shelf, quantity: int, expected_at: datetime) -> Incoming:
    return Incoming(id=IncomingId.new(), shelf=shelf, quantity=quantity, promised=0, expected_at=expected_at)


def is_aged(level: StockLevel, now: datetime) -> bool:
    return level.counted_at is None or now - level.counted_at > CONFIRMED_FOR
