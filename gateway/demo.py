"""The demo shop: a French outfitter, loaded by the importers that a shop uses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from adapters.clock import system
from adapters.files.carrier import read_carriers
from adapters.files.products import read_products
from adapters.files.promotion import read_promotions
from adapters.files.rules import read_rules
from adapters.files.sales import read_sales
from adapters.files.shop import read_channels, read_listings, read_locations, read_postal_codes
from adapters.files.shopify_inventory import read_inventory
from adapters.files.staging import staged
from adapters.files.tax import read_taxes
from adapters.sql.channel import SqlChannels
from adapters.sql.database import Database
from adapters.sql.reads import SqlReads
from adapters.sql.work import SqlWork
from adapters.tokens import SignedKeys
from domain.ids import SHARED_POOL, PoolId
from domain.intake.carrier import set_carriers
from domain.intake.catalog import import_catalog
from domain.intake.channel import StrategyChange, import_channels
from domain.intake.checkpoint import Overtaken
from domain.intake.listing import import_listings
from domain.intake.location import import_locations, import_postal_codes
from domain.intake.promotion import set_promotions
from domain.intake.report import Imported, Rejected, Replaced, UnknownNames
from domain.intake.rules import set_rules
from domain.intake.sale import Intake, import_sales
from domain.intake.stock import Counting, import_stock
from domain.intake.tax import set_taxes
from domain.intake.version import Kept, Mistakes
from gateway.demo_accounts import load_accounts
from gateway.run import fail, progress, report, say, the_settings

FILES = Path(__file__).parents[1] / "demo"
LANDMARK = "ORLEANS-DC"  # a location that is in every demo shop, and hardly in any other
STEPS = 13


async def load(database: Database) -> None:
    """Into an empty database or the demo shop's own. Stock is opened only where there is none, so what was sold stays sold."""
    if await holds_another_shop(database):
        fail(
            "this database holds another shop; name a new one with COMPTOIR_DATABASE_URL, or serve this one with comptoir serve"
        )
    outcomes: dict[str, Imported] = {}
    with progress() as watch:
        watch("The demo shop", 0, STEPS)
        async for what, outcome in loading(database):
            outcomes[what] = outcome
            watch("The demo shop", len(outcomes), STEPS)
    for what, outcome in outcomes.items():
        if outcome.touched:
            report(what, outcome)
    if not any(outcome.touched for outcome in outcomes.values()):
        say("The demo shop is here already; nothing was changed.")


async def holds_another_shop(database: Database) -> bool:
    async with SqlWork(database) as work:
        places, goods = await work.locations.sites(), await work.listings.product_ids()
    return bool(places or goods) and LANDMARK not in places


async def loading(database: Database) -> AsyncIterator[tuple[str, Imported]]:
    work = SqlWork(database)
    yield "Channels", done(await import_channels(work, read_channels(FILES / "channels.toml")))
    channels = {channel.code: channel for channel in await SqlChannels(database).every()}
    currencies = {code: channel.currency_code for code, channel in channels.items()}

    locations = read_locations([FILES / "locations.csv"])
    yield "Locations", done(await import_locations(work, locations, skip_bad_rows=False))
    postal_codes = read_postal_codes([FILES / "postal_codes.csv"])
    yield "Postal codes", done(await import_postal_codes(work, postal_codes, skip_bad_rows=False))
    products = read_products([FILES / "catalog.csv"], currency="EUR")
    yield "Products", done(await import_catalog(work, products, skip_bad_rows=False))
    listings = read_listings([FILES / "listings.csv"], currencies=currencies)
    yield "Listings", done(await import_listings(work, listings, skip_bad_rows=False))
    yield "Stock levels", await opened(work, "stock.csv", SHARED_POOL)
    yield "Stock levels of the marketplace", await opened(work, "stock-marketplace.csv", channels["marketplace"].pool)
    yield "Tax rates", done(await set_taxes(work, read_taxes(FILES / "taxes.toml"), remove_others=False))
    promotions = read_promotions(FILES / "promotions.toml")
    yield "Promotions", done(await set_promotions(work, promotions, now=system(), end_others=False))
    yield "Carrier tables", done(await set_carriers(work, read_carriers(FILES / "carriers.toml"), now=system()))
    yield "Sourcing rules", done(await set_rules(work, read_rules(FILES / "rules.toml"), now=system()))
    yield "Accounts", await load_accounts(work, system())
    intake = Intake(work=work, reads=SqlReads(database), keys=SignedKeys(the_settings().secret), now=system())
    yield "Past orders", done(await import_sales(intake, read_sales([FILES / "orders.csv"]), skip_bad_rows=False))


async def opened(work: SqlWork, file: str, pool: PoolId) -> Imported:
    with staged(read_inventory([FILES / file])) as counts:
        return done(await import_stock(work, counts, Counting(pool=pool, at=system(), opening_only=True), skip_bad_rows=False))


def done(outcome: Imported | Replaced | Kept | Rejected | StrategyChange | Overtaken | UnknownNames | Mistakes) -> Imported:
    """The demo's own files are taken, unless somebody edited them."""
    if isinstance(outcome, Replaced):
        return outcome.imported
    if isinstance(outcome, Kept):
        return Imported(int(outcome.is_new), 0, int(not outcome.is_new))
    if isinstance(outcome, Rejected):
        report("The demo shop", outcome)
    assert isinstance(outcome, Imported), outcome
    return outcome
