"""The demo shop: a French outfitter, loaded by the importers that a shop uses."""

from __future__ import annotations

from pathlib import Path

from adapters.clock import system
from adapters.files.shop import read_channels, read_listings, read_locations, read_postal_codes
from adapters.files.shopify_inventory import read_inventory
from adapters.files.shopify_products import read_products
from adapters.sql.channel import SqlChannels
from adapters.sql.database import Database
from adapters.sql.work import SqlWork
from domain.ids import SHARED_POOL, PoolId
from domain.intake.catalog import import_catalog
from domain.intake.channel import import_channels
from domain.intake.listing import import_listings
from domain.intake.location import import_locations, import_postal_codes
from domain.intake.report import Imported, Rejected
from domain.intake.stock import import_stock
from gateway.run import report

FILES = Path(__file__).parents[1] / "demo"


async def load(database: Database) -> None:
    """Stock is opened only where there is none yet, so that what was sold since stays sold."""
    work = SqlWork(database)
    report("Channels", await import_channels(work, read_channels(FILES / "channels.toml")))
    pools = {channel.code: channel for channel in await SqlChannels(database).every()}
    currencies = {code: channel.currency_code for code, channel in pools.items()}

    locations = read_locations([FILES / "locations.csv"])
    report("Locations", await import_locations(work, locations, skip_bad_rows=False))
    postal_codes = read_postal_codes([FILES / "postal_codes.csv"])
    report("Postal codes", await import_postal_codes(work, postal_codes, skip_bad_rows=False))
    products = read_products([FILES / "catalog.csv"], currency="EUR")
    report("Products", await import_catalog(work, products, skip_bad_rows=False))
    listings = read_listings([FILES / "listings.csv"], currencies=currencies)
    report("Listings", await import_listings(work, listings, skip_bad_rows=False))
    report("Stock levels", await opened(work, "stock.csv", SHARED_POOL))
    report("Stock levels of the marketplace", await opened(work, "stock-marketplace.csv", pools["marketplace"].pool))


async def opened(work: SqlWork, file: str, pool: PoolId) -> Imported | Rejected:
    sheet = read_inventory([FILES / file])
    return await import_stock(work, sheet, pool=pool, opening_only=True, skip_bad_rows=False, now=system())
