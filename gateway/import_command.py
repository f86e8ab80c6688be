"""`comptoir import`: a shop's own files."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from adapters.clock import system
from adapters.files.products import read_products
from adapters.files.sales import read_sales
from adapters.files.shop import read_listings, read_locations, read_postal_codes
from adapters.files.shopify_inventory import read_inventory
from adapters.files.staging import staged
from adapters.files.table import Columns
from adapters.sql.channel import SqlChannels
from adapters.sql.database import Database
from adapters.sql.migrate import migrate
from adapters.sql.reads import SqlReads
from adapters.sql.work import SqlWork
from adapters.tokens import SignedKeys
from domain.channel import Channel
from domain.ids import SHARED_POOL, PoolId
from domain.intake.catalog import PRODUCTS_AT_ONCE, import_catalog
from domain.intake.checkpoint import Overtaken
from domain.intake.listing import import_listings
from domain.intake.location import import_locations, import_postal_codes
from domain.intake.report import Imported, Note, Rejected, Sheet, Watch
from domain.intake.sale import SALES_AT_ONCE, Intake, import_sales
from domain.intake.stock import SHELVES_AT_ONCE, Counting, import_stock
from domain.money import minor_digits
from gateway.run import fail, progress, report, run, the_settings, told

Draft = TypeVar("Draft")

COUNTS_BETWEEN_COLLECTIONS = 200_000  # millions of small things are made, none in a circle; looking for those took a quarter

Files = Annotated[
    list[Path],
    typer.Argument(exists=True, dir_okay=False, metavar="FILE", help="CSV, also as .gz; docs/files.md has the columns."),
]
SkipBadRows = Annotated[bool, typer.Option("--skip-bad-rows", help="Take the good rows and leave the bad ones out.")]
Mapped = Annotated[
    list[str] | None, typer.Option("--map", metavar="THEIRS=OURS", help="A column of the file that is ours by another name.")
]
Told = Annotated[
    list[str] | None, typer.Option("--set", metavar="COLUMN=VALUE", help="What a column says where a row says nothing.")
]

imports = typer.Typer(
    help="Takes a shop's files in: validated whole, then applied. Importing twice changes nothing.", no_args_is_help=True
)


@imports.command(
    help="Products: Shopify product CSV, with the headers of 2018, 2023 or 2024, or Magento product CSV. "
    f"Up to {PRODUCTS_AT_ONCE} products are applied all or nothing, more in chunks of {PRODUCTS_AT_ONCE}: cut short, "
    "the same command ends it."
)
def catalog(
    files: Files,
    currency: Annotated[str, typer.Option(help="The currency of the prices.")] = "EUR",
    image_base: Annotated[
        str | None, typer.Option(metavar="URL", help="What stands before Magento's images; else they are left out.")
    ] = None,
    mapped: Mapped = None,
    told_of_all: Told = None,
    skip_bad_rows: SkipBadRows = False,
) -> None:
    try:
        minor_digits(currency)
    except ValueError as error:
        fail(f"--currency: {error}")
    columns = columns_of(mapped, told_of_all)
    take(
        "Products",
        lambda channels, watch: read_products(files, currency=currency, image_base=image_base, columns=columns, watch=watch),
        lambda work, sheet, watch: import_catalog(work, sheet, skip_bad_rows=skip_bad_rows, watch=watch),
    )
    if currency not in {channel.currency_code for channel in run(lambda database: SqlChannels(database).every())}:
        told.print(f"Note: no channel sells in {currency} yet; `comptoir channels set` makes one.")


@imports.command()
def locations(files: Files, mapped: Mapped = None, told_of_all: Told = None, skip_bad_rows: SkipBadRows = False) -> None:
    """Locations: CSV with name, kind, address, country_code, latitude, longitude, time_zone, services and more; or GeoJSON."""
    columns = columns_of(mapped, told_of_all)
    take(
        "Locations",
        lambda channels, watch: read_locations(files, columns=columns, watch=watch),
        lambda work, sheet, watch: import_locations(work, sheet, skip_bad_rows=skip_bad_rows),
    )


@imports.command()
def postal_codes(files: Files, mapped: Mapped = None, told_of_all: Told = None, skip_bad_rows: SkipBadRows = False) -> None:
    """Postal codes: CSV with country_code, postal_code, latitude, longitude; what `near: { postalCode }` measures from."""
    columns = columns_of(mapped, told_of_all)
    take(
        "Postal codes",
        lambda channels, watch: read_postal_codes(files, columns=columns, watch=watch),
        lambda work, sheet, watch: import_postal_codes(work, sheet, skip_bad_rows=skip_bad_rows),
    )


@imports.command(
    help="Counted quantities: Shopify inventory CSV, in any of its three dialects. "
    f"Up to {SHELVES_AT_ONCE} counts are applied all or nothing, more in chunks of {SHELVES_AT_ONCE}, between which the shop "
    "sells on: cut short, the same command goes on where it ended, if that is less than a day ago."
)
def stock(
    files: Files,
    pool: Annotated[str | None, typer.Option(help="A MULTI channel's code, for its own stock; else the shared one.")] = None,
    mapped: Mapped = None,
    told_of_all: Told = None,
    skip_bad_rows: SkipBadRows = False,
) -> None:
    columns = columns_of(mapped, told_of_all)
    gc.set_threshold(COUNTS_BETWEEN_COLLECTIONS)
    run(migrate)
    counting = Counting(pool=SHARED_POOL if pool is None else own_pool(pool), at=system())

    async def task(database: Database) -> Imported | Rejected | Overtaken:
        with progress() as watch, staged(read_inventory(files, columns=columns, watch=watch)) as counts:
            tell(counts.notes)
            return await import_stock(SqlWork(database), counts, counting, skip_bad_rows=skip_bad_rows, watch=watch)

    outcome = run(task)
    if isinstance(outcome, Overtaken):
        fail(
            f"another import of this stock began meanwhile, and this one stopped after {outcome.done} of {outcome.total} "
            "counts; once the other has ended, run this one again"
        )
    report("Stock levels", outcome)


def own_pool(code: str) -> PoolId:
    channels = run(lambda database: SqlChannels(database).every())
    owners = {channel.code: channel.pool for channel in channels if channel.pool != SHARED_POOL}
    if code not in owners:
        fail(f"--pool: {code!r} is not a channel with stock of its own; those are {', '.join(sorted(owners)) or 'none'}")
    return owners[code]


@imports.command()
def listings(files: Files, mapped: Mapped = None, told_of_all: Told = None, skip_bad_rows: SkipBadRows = False) -> None:
    """Where a channel differs: CSV with channel, handle, sku, listed, title, price, compare_at_price."""
    columns = columns_of(mapped, told_of_all)
    take(
        "Listings",
        lambda channels, watch: read_listings(
            files, currencies={channel.code: channel.currency_code for channel in channels}, columns=columns, watch=watch
        ),
        lambda work, sheet, watch: import_listings(work, sheet, skip_bad_rows=skip_bad_rows),
    )


@imports.command(
    help="Sales made elsewhere: CSV with channel, external_id, location, sku, quantity, unit_price, time, email; a row for "
    f"each line. With a location the goods left its shelves. Up to {SALES_AT_ONCE} sales are applied all or nothing, more in "
    f"chunks of {SALES_AT_ONCE}: cut short, the same command ends it."
)
def orders(files: Files, mapped: Mapped = None, told_of_all: Told = None, skip_bad_rows: SkipBadRows = False) -> None:
    columns, keys = columns_of(mapped, told_of_all), SignedKeys(the_settings().secret)
    take(
        "Orders",
        lambda channels, watch: read_sales(files, columns=columns, watch=watch),
        lambda work, sheet, watch: import_sales(
            Intake(work=work, reads=SqlReads(work.database), keys=keys, now=system()),
            sheet,
            skip_bad_rows=skip_bad_rows,
            watch=watch,
        ),
    )


def take(
    what: str,
    read: Callable[[tuple[Channel, ...], Watch], Sheet[Draft]],
    write: Callable[[SqlWork, Sheet[Draft], Watch], Awaitable[Imported | Rejected]],
) -> None:
    """Migrates, reads the files, and applies what was read; one line says what became of it."""

    async def task(database: Database) -> Imported | Rejected:
        await migrate(database)
        with progress() as watch:
            sheet = read(await SqlChannels(database).every(), watch)
            tell(sheet.notes)
            return await write(SqlWork(database), sheet, watch)

    report(what, run(task))


def tell(notes: list[Note]) -> None:
    for note in notes:
        told.print(f"Note: {note.text}")


def columns_of(mapped: list[str] | None, told_of_all: list[str] | None) -> Columns:
    return Columns(pairs("--map", mapped), pairs("--set", told_of_all))


def pairs(option: str, given: list[str] | None) -> dict[str, str]:
    """By what stands before the last `=` of --map, whose right side is a name of ours, and before the first of --set."""
    found: dict[str, str] = {}
    for text in given or ():
        name, sign, value = text.rpartition("=") if option == "--map" else text.partition("=")
        if not sign or not name:
            fail(f"{option}: {text!r} is not of the form NAME=VALUE")
        found[name.strip()] = value.strip()
    return found
