"""Takes counted quantities in: every difference is a movement in the ledger, and what agrees is left alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from domain.ids import IncomingId, LocationId, PoolId
from domain.intake.checkpoint import Checkpoint, Checkpoints, Overtaken, goes_on
from domain.intake.report import BadRow, Imported, Rejected, Watch, unwatched
from domain.ledger import FirstCount, Incoming, LedgerWrites, Shelf, StockLevel, counted
from domain.work import UnitOfWork

CONFIRMED_FOR = timedelta(days=1)  # a level that a file confirms again within this time is not written again
SHELVES_AT_ONCE = 4_000  # in one unit of work: a few tenths of a second, in which SQLite lets nobody else write


class StockDraft(NamedTuple):
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


class StagedCounts(Protocol):
    """What files say, read whole and put aside, so that none of it is applied before all of it is known to be good.

    It may be millions of counts, so whoever asks says how many at a time.
    """

    def skus(self) -> Iterator[Sequence[str]]:
        """Each that is named, once, some at a time."""
        ...

    def recognize(self, skus: Collection[str]) -> None:
        """Some variant has these."""
        ...

    def settle(self, sites: Mapping[str, Site], pool: PoolId) -> None:
        """Puts each count on its shelf. One whose SKU or location nobody knows, or unlike an earlier one, is a bad row.

        The reasons are worded by `unknown_sku`, `unknown_location` and `counted_twice`.
        """
        ...

    def __len__(self) -> int:
        """How many shelves have a count."""
        ...

    def after(self, last: Shelf | None, limit: int) -> Sequence[tuple[Shelf, StockDraft]]:
        """The next ones in the order of shelves."""
        ...

    def fingerprint(self) -> str:
        """The same for the same counts on the same shelves, and for no others."""
        ...

    def rejected(self, *, skip_bad_rows: bool) -> Rejected | None: ...

    def left_out(self) -> tuple[tuple[BadRow, ...], int]:
        """The first of the bad rows, and how many more there are."""
        ...


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
    def checkpoints(self) -> Checkpoints: ...

    @property
    def ledger(self) -> LedgerWrites: ...

    @property
    def locations(self) -> Sites: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """What is counted: whose stock, and when; `at_once` shelves in one unit of work.

    `opening_only` leaves every shelf alone that has been counted before.
    """

    pool: PoolId
    at: datetime
    opening_only: bool = False
    at_once: int = SHELVES_AT_ONCE


async def import_stock(
    work: StockIntake, staged: StagedCounts, counting: Counting, *, skip_bad_rows: bool, watch: Watch = unwatched
) -> Imported | Rejected | Overtaken:
    """As many as are taken at once, all or nothing; more in chunks of so many, between which others sell and count."""
    sites = await settled(work, staged, counting.pool, watch)
    if refusal := staged.rejected(skip_bad_rows=skip_bad_rows):
        return refusal
    outcome = await applied(work, staged, sites, counting, watch)
    if isinstance(outcome, Overtaken):
        return outcome
    skipped, unnamed = staged.left_out()
    return replace(outcome, skipped=skipped, unnamed=unnamed)


async def settled(work: StockIntake, staged: StagedCounts, pool: PoolId, watch: Watch) -> Mapping[str, Site]:
    """Each SKU is asked of the catalog, in short units of work; answers the locations that the counts speak of."""
    asked = 0
    watch("Checking", 0, 0)
    for skus in staged.skus():
        async with work:
            staged.recognize(await work.catalog.known_skus(skus))
        asked += len(skus)
        watch("Checking", asked, asked)
    async with work:
        sites = await work.locations.sites()
    staged.settle(sites, pool)
    return sites


async def applied(
    work: StockIntake, staged: StagedCounts, sites: Mapping[str, Site], counting: Counting, watch: Watch
) -> Imported | Overtaken:
    total = len(staged)
    in_chunks = total > counting.at_once
    reached = await begun(work, staged, counting) if in_chunks else Checkpoint(fingerprint="", began_at=counting.at)
    while reached.imported.total < total:
        watch("Applying", reached.imported.total, total)
        counts = {
            shelf: count_at(sites[draft.location], draft) for shelf, draft in staged.after(reached.last, counting.at_once)
        }
        async with work:
            if in_chunks and await work.checkpoints.of(counting.pool) != reached:
                return Overtaken(reached.imported.total, total)
            reached = reached.after(next(reversed(counts)), await taken(work.ledger, counts, counting))
            if in_chunks and reached.imported.total < total:
                await work.checkpoints.save(counting.pool, reached)
            elif in_chunks:
                await work.checkpoints.clear(counting.pool)
            await work.commit()
        if reached.imported.total < total:
            await work.give_way()
    watch("Applying", total, total)
    return reached.imported


async def begun(work: StockIntake, staged: StagedCounts, counting: Counting) -> Checkpoint:
    """Where the same counts were cut short, if they were; otherwise at the beginning, in place of whatever was cut short."""
    mine = Checkpoint(fingerprint=f"{staged.fingerprint()} {counting.opening_only}", began_at=counting.at)
    async with work:
        known = await work.checkpoints.of(counting.pool)
        if known is not None and goes_on(known, mine.fingerprint, counting.at):
            return known
        await work.checkpoints.save(counting.pool, mine)
        await work.commit()
    return mine


async def taken(ledger: LedgerWrites, counts: Mapping[Shelf, Count], counting: Counting) -> Imported:
    """What becomes of these shelves. New ones, of which a first import has nothing else, need no comparison."""
    opened = await ledger.open({shelf: FirstCount(c.on_hand, c.safety) for shelf, c in counts.items()}, counting.at)
    levels = await ledger.lock([shelf for shelf in counts if shelf not in opened])
    compared = {shelf: counts[shelf] for shelf, level in levels.items() if not (counting.opening_only and level.counted_at)}
    differing = await changes(ledger, compared, levels)
    await post(ledger, differing, compared, levels, counting.at)
    await expect(ledger, {shelf: differing.get(shelf, ()) for shelf in counts if shelf in opened or shelf in differing}, counts)
    added = len(opened) + sum(levels[shelf].counted_at is None for shelf in differing)
    touched = len(opened) + len(differing)
    return Imported(added, touched - added, len(counts) - touched)


def unknown_sku(sku: str) -> str:
    return f"no variant has SKU {sku!r}; import the catalog first"


def unknown_location(name: str) -> str:
    return f"no location has the code or name {name!r}; import the locations first"


def counted_twice(sku: str, location: str) -> str:
    return f"SKU {sku!r} is counted twice at {location!r}, with different numbers"


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
    """The shelves on which something differs, with what is expected of suppliers there as the ledger knows it."""
    every = await ledger.incoming([shelf for shelf, count in counts.items() if count.expected is not None])
    incoming = {shelf: tuple(one for one in known if one.transfer is None) for shelf, known in every.items()}
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
    differing: Collection[Shelf],
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


async def expect(ledger: LedgerWrites, known: Mapping[Shelf, Iterable[Incoming]], counts: Mapping[Shelf, Count]) -> None:
    """`known`: what is expected already, on shelves that are new or where something differs."""
    told = {shelf: counts[shelf] for shelf in known if counts[shelf].expected is not None}
    await ledger.set_incoming(
        {shelf: [expecting(shelf, *part) for part in asked_for(count, known[shelf])] for shelf, count in told.items()}
    )


def expecting(shelf: Shelf, quantity: int, expected_at: datetime) -> Incoming:
    return Incoming(id=IncomingId.new(), shelf=shelf, quantity=quantity, promised=0, expected_at=expected_at)


def is_aged(level: StockLevel, now: datetime) -> bool:
    return level.counted_at is None or now - level.counted_at > CONFIRMED_FOR
