"""`comptoir import`: a shop's own files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from adapters.clock import system
from adapters.files.shop import read_listings, read_locations, read_postal_codes
from adapters.files.shopify_inventory import read_inventory
from adapters.files.shopify_products import read_products
from adapters.sql.channel import SqlChannels
from adapters.sql.database import Database
from adapters.sql.migrate import migrate
from adapters.sql.work import SqlWork
from domain.ids import SHARED_POOL
from domain.intake.catalog import import_catalog
from domain.intake.listing import import_listings
from domain.intake.location import import_locations, import_postal_codes
from domain.intake.report import Imported, Rejected
from domain.intake.stock import import_stock
from domain.money import minor_digits
from gateway.run import fail, report, run, told

Files = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="CSV files, UTF-8.")]
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
    take("Products", lambda work: import_catalog(work, read_products(files, currency=currency), skip_bad_rows=skip_bad_rows))


@imports.command()
def locations(files: Files, skip_bad_rows: SkipBadRows = False) -> None:
    """Locations: CSV with code, name, kind, address, country_code, latitude, longitude, time_zone, services and more."""
    take("Locations", lambda work: import_locations(work, read_locations(files), skip_bad_rows=skip_bad_rows))


@imports.command()
def postal_codes(files: Files, skip_bad_rows: SkipBadRows = False) -> None:
    """Postal codes: CSV with country_code, postal_code, latitude, longitude; what `near: { postalCode }` measures from."""
    take("Postal codes", lambda work: import_postal_codes(work, read_postal_codes(files), skip_bad_rows=skip_bad_rows))


@imports.command()
def stock(
    files: Files,
    pool: Annotated[str | None, typer.Option(help="A MULTI channel's code, for its own stock; else the shared one.")] = None,
    skip_bad_rows: SkipBadRows = False,
) -> None:
    """Counted quantities: Shopify inventory CSV, in any of its three dialects."""

    async def task(database: Database) -> Imported | Rejected:
        owners = {channel.code: channel.pool for channel in await SqlChannels(database).every() if channel.pool != SHARED_POOL}
        if pool is not None and pool not in owners:
            fail(f"--pool: {pool!r} is not a channel with stock of its own; those are {', '.join(sorted(owners)) or 'none'}")
        shelf = SHARED_POOL if pool is None else owners[pool]
        sheet = read_inventory(files)
        return await import_stock(SqlWork(database), sheet, pool=shelf, skip_bad_rows=skip_bad_rows, now=system())

    take_with("Stock levels", task)


@imports.command()
def listings(files: Files, skip_bad_rows: SkipBadRows = False) -> None:
    """Where a channel differs: CSV with channel, handle, sku, listed, title, price, compare_at_price."""

    async def task(database: Database) -> Imported | Rejected:
        currencies = {channel.code: channel.currency_code for channel in await SqlChannels(database).every()}
        sheet = read_listings(files, currencies=currencies)
        return await import_listings(SqlWork(database), sheet, skip_bad_rows=skip_bad_rows)

    take_with("Listings", task)


def take(what: str, intake: Callable[[SqlWork], Awaitable[Imported | Rejected]]) -> None:
    take_with(what, lambda database: intake(SqlWork(database)))


def take_with(what: str, task: Callable[[Database], Awaitable[Imported | Rejected]]) -> None:
    async def migrated(database: Database) -> Imported | Rejected:
        await migrate(database)
        return await task(database)

    with told.status(f"{what}: reading, checking, writing …"):
        outcome = run(migrated)
    report(what, outcome)
