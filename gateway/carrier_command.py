"""`comptoir carriers`: how parcels get to buyers and to stores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from adapters.clock import system
from adapters.files.carrier import read_carriers
from adapters.sql.migrate import migrate
from adapters.sql.work import SqlWork
from domain.carrier_table import CarrierTable, DeliveryRoute, Places, Price, Route, TransferRoute
from domain.intake.carrier import check_carriers, newest_carriers, set_carriers
from gateway.run import counts, draft_of, plural, require_right, run, say

carriers = typer.Typer(help="Lists, checks and sets where the shop delivers, for how much, and by whom.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE", help="TOML, such as demo/carriers.toml.")]


@carriers.command("list")
def list_() -> None:
    """What buyers pay, and how parcels go to them and between the shop's own places."""
    run(migrate)
    if version := run(lambda database: newest_carriers(SqlWork(database))):
        say(f"version {version.number}")
        for line in lines_of(version.draft):
            say(line)


@carriers.command()
def check(file: File) -> None:
    """Compares a file with itself and with the shop's locations, and changes nothing."""
    table = draft_of(read_carriers, file)
    run(migrate)
    require_right(file, run(lambda database: check_carriers(SqlWork(database), table)))
    prices, routes = plural(len(table.prices), "price"), plural(len(table.deliveries) + len(table.transfers), "route")
    say(f"{prices} and {routes} can be set from {file}.")


@carriers.command("set")
def set_(file: File) -> None:
    """Makes a file the shop's carrier table, in place of the one before; what serves goes by it within a second."""
    table = draft_of(read_carriers, file)
    run(migrate)
    counts("Carriers", require_right(file, run(lambda database: set_carriers(SqlWork(database), table, now=system()))))


def lines_of(table: CarrierTable) -> Iterator[str]:
    yield from ("  ".join(words_of_price(price)) for price in table.prices)
    for route in (*table.deliveries, *table.transfers):
        yield "  ".join(words_of_route(route, table.currency))


def words_of_price(price: Price) -> Iterator[str]:
    yield f"{price.service} to {listed(price.zones)}"
    yield f"{price.amount} {price.currency}"
    if price.free_from is not None:
        yield f"free from {price.free_from} {price.currency}"


def words_of_route(route: Route, currency: str) -> Iterator[str]:
    yield route.carrier
    yield f"from {places(route.origins)}"
    match route:
        case DeliveryRoute():
            within = "" if route.radius_km is None else f" within {route.radius_km:g} km"
            yield f"{route.service} to {listed(route.zones)}{within}"
        case TransferRoute():
            yield f"to {places(route.destinations)}"
    yield f"collects {route.collections}"
    yield days(route)
    yield f"{route.parcel} {currency} a parcel, {route.kg} a kilogram"
    yield f"by {route.mode}"


def days(route: Route) -> str:
    longest = plural(route.days_max, "day")
    return longest if route.days_min == route.days_max else f"{route.days_min} to {longest}"


def places(some: Places) -> str:
    named = listed((*some.kinds, *some.codes)) or "everywhere"
    return f"{named} in {listed(some.countries)}" if some.countries else named


def listed(names: Iterable[str]) -> str:
    return ", ".join(names)
