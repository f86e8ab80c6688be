"""Takes counted quantities in: every difference is a movement in the ledger, and what agrees is left alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from domain.ids import IncomingId, LocationId, PoolId
from domain.intake.report import Imported, Rejected, Sheet, rejected
from domain.ledger import Incoming, LedgerWrites, Shelf, StockLevel, counted
from domain.work import UnitOfWork

CONFIRMED_FOR = timedelta(days=1)  # a level that a file confirms again within this time is not written again


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDraft:
    """One count. `location` is a code or a name; None for `safety` or `expected` (units, day) says nothing about them."""

    sku: str
    location: str
    on_hand: int
    safety: int | None = None
    expected: tuple[int, date] | None = None


class Site(NamedTuple):
    """Where a location is, in the two ways a count needs."""

    id: LocationId
    time_zone: str


class Count(NamedTuple):
    """What a file says of one shelf; `expected` from the beginning of the day, there."""

    on_hand: int
    safety: int | None
    expected: tuple[int, datetime] | None


class KnownSkus(Protocol):
    async def known_skus(self, skus: Collection[str]) -> Collection[str]:
        """Those that some variant has, also one that is not sold any more."""
        ...


class Sites(Protocol):
    async def sites(self) -> Mapping[str, Site]:
        """Every location by its code and by its name; a name that two bear is not in it."""
        ...


class StockIntake(UnitOfWork, Protocol):
    @property
    def catalog(self) -> KnownSkus: ...

    @property
    def ledger(self) -> LedgerWrites: ...

    @property
    def locations(self) -> Sites: ...


async def import_stock(
    work: StockIntake,
    sheet: Sheet[StockDraft],
    *,
    pool: PoolId,
    opening_only: bool = False,
    skip_bad_rows: bool,
    now: datetime,
) -> Imported | Rejected:
    """`opening_only` leaves every shelf alone that has been counted before."""
    async with work:
        counts = await shelved(work, sheet, pool)
        if refusal := rejected(sheet, skip_bad_rows=skip_bad_rows):
            return refusal
        levels = await work.ledger.lock(counts)
        taken = {shelf: count for shelf, count in counts.items() if not (opening_only and levels[shelf].counted_at)}
        differing = await changes(work.ledger, taken, levels)
        await post(work.ledger, differing, taken, levels, now)
        await work.commit()
    added = sum(levels[shelf].counted_at is None for shelf in differing)
    return Imported(added, len(differing) - added, len(counts) - len(differing), tuple(sorted(sheet.bad)))


async def shelved(work: StockIntake, sheet: Sheet[StockDraft], pool: PoolId) -> dict[Shelf, Count]:
    """Each count on the shelf it speaks of; what has no such shelf, or another count for it, is refused."""
    known = await work.catalog.known_skus({draft.sku for draft in sheet.drafts()})
    sites = await work.locations.sites()
    counts: dict[Shelf, Count] = {}
    for row in sheet.rows:
        draft, site = row.draft, sites.get(row.draft.location)
        if draft.sku not in known:
            sheet.refuse(row.source, f"no variant has SKU {draft.sku!r}; import the catalog first")
        elif site is None:
            sheet.refuse(row.source, f"no location has the code or name {draft.location!r}; import the locations first")
        elif counts.setdefault(Shelf(draft.sku, site.id, pool), count_at(site, draft)) != count_at(site, draft):
            sheet.refuse(row.source, f"SKU {draft.sku!r} is counted twice at {draft.location!r}, with different numbers")
    return counts


def count_at(site: Site, draft: StockDraft) -> Count:
    if draft.expected is None:
        return Count(draft.on_hand, draft.safety, None)
    quantity, day = draft.expected
    return Count(
        draft.on_hand, draft.safety, (quantity, datetime.combine(day, time(), ZoneInfo(site.time_zone)).astimezone(UTC))
    )


async def changes(
    ledger: LedgerWrites, counts: Mapping[Shelf, Count], levels: Mapping[Shelf, StockLevel]
) -> dict[Shelf, tuple[Incoming, ...]]:
    """The shelves on which something differs, with what is expected there as the ledger knows it."""
    incoming = await ledger.incoming(counts)
    return {
        shelf: incoming.get(shelf, ())
        for shelf, count in counts.items()
        if differs(count, levels[shelf]) or expects_otherwise(count, incoming.get(shelf, ()))
    }


def differs(count: Count, level: StockLevel) -> bool:
    """A safety that is given is the shelf's own, also where it equals the location's default."""
    other_safety = count.safety is not None and (level.safety_is_default or level.safety != count.safety)
    return level.counted_at is None or level.on_hand != count.on_hand or other_safety


def expects_otherwise(count: Count, incoming: Iterable[Incoming]) -> bool:
    open_part = [(i.quantity - i.promised, i.expected_at) for i in incoming if i.quantity > i.promised]
    return count.expected is not None and open_part != asked_for(count, incoming)


def asked_for(count: Count, incoming: Iterable[Incoming]) -> list[tuple[int, datetime]]:
    """A file says how many come in all; those promised already are among them."""
    assert count.expected is not None
    quantity, expected_at = count.expected
    rest = quantity - sum(i.promised for i in incoming)
    return [(rest, expected_at)] if rest > 0 else []


async def post(
    ledger: LedgerWrites,
    differing: Mapping[Shelf, tuple[Incoming, ...]],
    counts: Mapping[Shelf, Count],
    levels: Mapping[Shelf, StockLevel],
    now: datetime,
) -> None:
    """What a file confirms has been counted, too."""
    moved = [counted(levels[shelf], counts[shelf].on_hand, now) for shelf in sorted(differing)]
    short = await ledger.post([movement for movement in moved if movement])
    assert not short, "a count takes no more from a locked shelf than stands on it"
    await ledger.confirm({*differing, *(shelf for shelf in counts if is_aged(levels[shelf], now))}, now)
    safety = {shelf: counts[shelf].safety for shelf in differing}
    await ledger.set_safety({shelf: units for shelf, units in safety.items() if units is not None})
    await ledger.set_incoming(
        {
            shelf: [expecting(shelf, *part) for part in asked_for(counts[shelf], incoming)]
            for shelf, incoming in differing.items()
            if counts[shelf].expected is not None
        }
    )


def expecting(shelf: Shelf, quantity: int, expected_at: datetime) -> Incoming:
    return Incoming(id=IncomingId.new(), shelf=shelf, quantity=quantity, promised=0, expected_at=expected_at)


def is_aged(level: StockLevel, now: datetime) -> bool:
    return level.counted_at is None or now - level.counted_at > CONFIRMED_FOR
