"""Takes sales in that were made elsewhere: each is an order, once; with a location its goods were handed over there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, Protocol, TypeVar
from zoneinfo import ZoneInfo

from domain import order as orders
from domain.actor import Actor
from domain.catalog import CatalogReads
from domain.channel import Channel, ChannelReads
from domain.contact import Contact
from domain.external_sale import ImportedFulfillment, ImportedLine, OrderImport, Sale, sale_of
from domain.intake.report import NOTHING, BadRow, Imported, Rejected, Row, Sheet, Source, Watch, left_out, rejected, unwatched
from domain.intake.stock import Site, Sites, unknown_location, unknown_sku
from domain.order_import import Goods, ImportWork, Taking, digest_of, goods_of, take_in
from domain.refusal import InvalidInput
from domain.session import Keys

One = TypeVar("One")

SALES_AT_ONCE = 200  # in one unit of work


class SaleRow(NamedTuple):
    """A line of a sale. `time`: by the location's own clock where it has no offset; `problem`: why there is no `line`."""

    channel: str
    external_id: str
    location: str | None = None
    time: datetime | None = None
    email: str | None = None
    line: ImportedLine | None = None
    problem: str | None = None


Lines = Sequence[Row[SaleRow]]  # of one sale


class SaleReads(Protocol):
    @property
    def catalog(self) -> CatalogReads: ...

    @property
    def channels(self) -> ChannelReads: ...


class SaleWork(ImportWork, Protocol):
    @property
    def locations(self) -> Sites: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What sales are taken in with. `at_once`: so many in one unit of work."""

    work: SaleWork
    reads: SaleReads
    keys: Keys
    now: datetime
    at_once: int = SALES_AT_ONCE


class Found(NamedTuple):
    """A sale of a channel, and where its lines stand."""

    sale: Sale
    channel: Channel
    sources: tuple[Source, ...]


async def import_sales(
    intake: Intake, sheet: Sheet[SaleRow], *, skip_bad_rows: bool, watch: Watch = unwatched
) -> Imported | Rejected:
    """As many as are taken at once, all or nothing; more in chunks of so many. Cut short, the same again ends it."""
    channels = {one.code: one for one in await intake.reads.channels.every()}
    async with intake.work as work:
        sites = await work.locations.sites()
    found = good([found_in(rows, channels, sites, intake.now) for rows in by_sale(sheet)], sheet)
    takings: list[Taking] = []
    for some in chunks(found, intake.at_once):
        takings += good(await takings_of(intake, some), sheet)
    if refusal := rejected(sheet, skip_bad_rows=skip_bad_rows):
        return refusal
    outcome, done = NOTHING, 0
    for few in chunks(takings, intake.at_once):
        watch("Applying", done, len(takings))
        outcome, done = outcome + await applied(intake, few), done + len(few)
        await intake.work.give_way()
    watch("Applying", done, len(takings))
    return left_out(outcome, sheet)


def by_sale(sheet: Sheet[SaleRow]) -> Iterable[Lines]:
    """Its lines may stand anywhere."""
    sales: dict[tuple[str, str], list[Row[SaleRow]]] = defaultdict(list)
    for row in sheet.rows:
        sales[row.draft.channel, row.draft.external_id].append(row)
    return sales.values()


def good(found: Iterable[One | BadRow], sheet: Sheet[SaleRow]) -> list[One]:
    """The others are written down as bad rows; with one bad line a sale is left out whole."""
    kept = []
    for one in found:
        if isinstance(one, BadRow):
            sheet.bad.append(one)
        else:
            kept.append(one)
    return kept


def found_in(rows: Lines, channels: Mapping[str, Channel], sites: Mapping[str, Site], now: datetime) -> Found | BadRow:
    first = rows[0].draft
    for row in rows:
        if reason := problem_of(row.draft, first, channels, sites):
            return BadRow(row.source, reason)
    assert first.time is not None, "it could be read"
    site, channel = sites[first.location] if first.location else None, channels[first.channel]
    asked = OrderImport(
        channel=channel.id,
        external_id=first.external_id,
        currency_code=channel.currency_code,
        fulfilled_by=ImportedFulfillment.HANDED_OVER if site else ImportedFulfillment.ELSEWHERE,
        location=site.id if site else None,
        contact=Contact(email=first.email) if first.email else None,
        lines=tuple(row.draft.line for row in rows if row.draft.line),
        placed_at=moment(first.time, site),
    )
    sale = sale_of(asked, channel, now)
    return bad_row(sale, rows) if isinstance(sale, InvalidInput) else Found(sale, channel, tuple(row.source for row in rows))


def problem_of(row: SaleRow, first: SaleRow, channels: Mapping[str, Channel], sites: Mapping[str, Site]) -> str | None:
    if row.problem:
        return row.problem
    if row.channel not in channels:
        return f"no channel has code {row.channel!r}"
    if row.location and row.location not in sites:
        return unknown_location(row.location)
    if (row.location, row.time, row.email) != (first.location, first.time, first.email):
        return f"location, time and email of {row.external_id!r} are not those of its first line"
    return None


def moment(time: datetime, site: Site | None) -> datetime:
    return (time if time.tzinfo else time.replace(tzinfo=ZoneInfo(site.time_zone) if site else UTC)).astimezone(UTC)


def bad_row(refusal: InvalidInput, rows: Lines) -> BadRow:
    """At the line that it is about."""
    match refusal.path:
        case ("input", "lines", n, *_):
            return BadRow(rows[int(n)].source, refusal.message)
        case _:
            return BadRow(rows[0].source, refusal.message)


async def takings_of(intake: Intake, found: Sequence[Found]) -> list[Taking | BadRow]:
    """With the goods they name; nothing but what is known, and no other sale by a known id."""
    goods, known = {}, {}
    for channel in {one.channel.id: one.channel for one in found}.values():
        mine = [one.sale for one in found if one.channel == channel]
        skus = {line.sku for sale in mine for line in sale.lines}
        goods[channel.id] = await goods_of(intake.reads.catalog, Actor(channel), skus)
        async with intake.work as work:
            known[channel.id] = await work.orders.imported(channel.id, [sale.asked.external_id for sale in mine])
    return [taking_of(one, goods[one.channel.id], known[one.channel.id]) for one in found]


def taking_of(found: Found, goods: Mapping[str, Goods], known: Mapping[str, orders.Imported]) -> Taking | BadRow:
    for line, source in zip(found.sale.lines, found.sources, strict=True):
        if line.sku not in goods:
            return BadRow(source, unknown_sku(line.sku))
    digest, before = digest_of(found.sale), known.get(found.sale.asked.external_id)
    if before and before.digest != digest:
        return BadRow(found.sources[0], f"another sale was taken in as {found.sale.asked.external_id!r} before")
    return Taking(sale=found.sale, channel=found.channel, goods=goods, destination=None, digest=digest)


async def applied(intake: Intake, takings: Sequence[Taking]) -> Imported:
    before = 0
    async with intake.work as work:
        for channel in {taking.channel.id for taking in takings}:
            mine = [taking.sale.asked.external_id for taking in takings if taking.channel.id == channel]
            before += len(await work.orders.imported(channel, mine))
        for taking in takings:
            await take_in(work, intake.keys, taking, intake.now)
        await work.commit()
    return Imported(len(takings) - before, 0, before)


def chunks(some: Sequence[One], size: int) -> Iterator[Sequence[One]]:
    for start in range(0, len(some), size):
        yield some[start : start + size]
