"""`comptoir import`: a shop's own files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from adapters.clock import system
from adapters.files.shop import read_listings, read_locations, read_postal_codes
from adapters.files.shopify_inventory import read_inventory
from adapters.files.shopify_products import read_products
from adapters.sql.channel import SqlChannels
from adapters.sql.database import Database
from adapters.sql.migrate import migrate
from adapters.sql.work import SqlWork
from domain.channel import Channel
from domain.ids import SHARED_POOL, PoolId
from domain.intake.catalog import import_catalog
from domain.intake.listing import import_listings
from domain.intake.location import import_locations, import_postal_codes
from domain.intake.report import Imported, Rejected, Sheet
from domain.intake.stock import import_stock
from domain.money import minor_digits
from gateway.run import fail, progress, report, run, told

Draft = TypeVar("Draft")

Files = Annotated[
    list[Path],
    typer.Argument(exists=True, dir_okay=False, metavar="FILE", help="CSV, UTF-8; docs/files.md has the columns."),
]
SkipBadRows = Annotated[bool, typer.Option("--skip-bad-rows", help="Take the good rows and leave the bad ones out.")]

imports = typer.Typer(
    help="Takes a shop's files in: validated whole, then applied all or nothing. Importing twice changes nothing.",
    no_args_is_help=True,
)


@imports.command()
def catalog(
    files: Files,
    currency: Annotated[str, typer.Option(help="The currency of the prices.")] = "EUR",
    skip_bad_rows: SkipBadRows = False,
) -> None:
    """Products: Shopify product CSV, with the headers of 2018, 2023 or 2024."""
    try:
        minor_digits(currency)
    except ValueError as error:
        fail(f"--currency: {error}")

    take(
        "Products",
        lambda channels: read_products(files, currency=currency),
        lambda work, sheet: import_catalog(work, sheet, skip_bad_rows=skip_bad_rows),
    )
    if currency not in {channel.currency_code for channel in run(lambda database: SqlChannels(database).every())}:
        told.print(f"Note: no channel sells in {currency} yet; `comptoir channels set` makes one.")


@imports.command()
def locations(files: Files, skip_bad_rows: SkipBadRows = False) -> None:
    """Locations: CSV with code, name, kind, address, country_code, latitude, longitude, time_zone, services and more."""
    take(
        "Locations",
        lambda channels: read_locations(files),
        lambda work, sheet: import_locations(work, sheet, skip_bad_rows=skip_bad_rows),
    )


@imports.command()
def postal_codes(files: Files, skip_bad_rows: SkipBadRows = False) -> None:
    """Postal codes: CSV with country_code, postal_code, latitude, longitude; what `near: { postalCode }` measures from."""
    take(
        "Postal codes",
        lambda channels: read_postal_codes(files),
        lambda work, sheet: import_postal_codes(work, sheet, skip_bad_rows=skip_bad_rows),
    )


@imports.command()
def stock(
    files: Files,
    pool: Annotated[str | None, typer.Option(help="A MULTI channel's code, for its own stock; else the shared one.")] = None,
    skip_bad_rows: SkipBadRows = False,
) -> None:
    """Counted quantities: Shopify inventory CSV, in any of its three dialects."""
    shelf = SHARED_POOL if pool is None else own_pool(pool)
    take(
        "Stock levels",
        lambda channels: read_inventory(files),
        lambda work, sheet: import_stock(work, sheet, pool=shelf, skip_bad_rows=skip_bad_rows, now=system()),
    )


def own_pool(code: str) -> PoolId:
    run(migrate)
    channels = run(lambda database: SqlChannels(database).every())
    owners = {channel.code: channel.pool for channel in channels if channel.pool != SHARED_POOL}
    if code not in owners:
        fail(f"--pool: {code!r} is not a channel with stock of its own; those are {', '.join(sorted(owners)) or 'none'}")
    return owners[code]


@imports.command()
def listings(files: Files, skip_bad_rows: SkipBadRows = False) -> None:
    """Where a channel differs: CSV with channel, handle, sku, listed, title, price, compare_at_price."""
    take(
        "Listings",
        lambda channels: read_listings(files, currencies={channel.code: channel.currency_code for channel in channels}),
        lambda work, sheet: import_listings(work, sheet, skip_bad_rows=skip_bad_rows),
    )


def take(
    what: str,
    read: Callable[[tuple[Channel, ...]], Sheet[Draft]],
    write: Callable[[SqlWork, Sheet[Draft]], Awaitable[Imported | Rejected]],
) -> None:
    """Migrates, reads the files, and applies what was read; one line says what became of it."""

    async def task(database: Database) -> Imported | Rejected:
        with progress(what, steps=3) as advance:
            await migrate(database)
            advance()
            sheet = read(await SqlChannels(database).every())
            advance()
            outcome = await write(SqlWork(database), sheet)
            advance()
        return outcome

    report(what, run(task))
