"""What is wrong with a carrier table: every mistake, each with its place as the file has it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from math import isfinite
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.calendar import hours_problem
from domain.carrier_table import CarrierTable, DeliveryRoute, Places, Price, Route
from domain.location import Location, LocationService
from domain.money import Money, minor_digits

AMOUNT_MAX = 1_000_000  # of a cost, in major units; and of every number that has no narrower bound
DAYS_MAX = 60
ENTRIES_MAX = 1_000  # of one kind; each route is tried on each origin


def mistakes_in(table: CarrierTable, locations: Sequence[Location]) -> tuple[str, ...]:
    """`locations`: all that the shop has."""
    return tuple(
        chain(
            in_size(table),
            in_currencies(table),
            in_modes(table),
            in_zones(table),
            in_prices(table),
            *(in_route(f"deliveries[{n}]", route, table, locations) for n, route in enumerate(table.deliveries)),
            *(in_route(f"transfers[{n}]", route, table, locations) for n, route in enumerate(table.transfers)),
            *(in_reach(f"deliveries[{n}]", route, table) for n, route in enumerate(table.deliveries)),
            *(in_places(f"transfers[{n}].destinations", one.destinations, locations) for n, one in enumerate(table.transfers)),
            unmatched(table),
        )
    )


def in_size(table: CarrierTable) -> Iterator[str]:
    for name in ("zones", "prices", "deliveries", "transfers"):
        if (found := len(getattr(table, name))) > ENTRIES_MAX:
            yield f"{name}: there are {found:,}; {ENTRIES_MAX:,} are the most there may be"


def in_currencies(table: CarrierTable) -> Iterator[str]:
    yield from in_currency("currency", table.currency)
    for currency, rate in table.exchange.items():
        place = f"exchange.{currency}"
        yield from in_currency(place, currency)
        yield from in_number(place, rate, least=Decimal("0.000001"))
        if currency == table.currency:
            yield f"{place}: costs are in {currency} already; name the others alone"


def in_modes(table: CarrierTable) -> Iterator[str]:
    for name, carbon in table.modes.items():
        for factor in ("grams_parcel", "grams_km", "grams_kg_km"):
            yield from in_number(f"modes.{name}.{factor}", getattr(carbon, factor))


def in_zones(table: CarrierTable) -> Iterator[str]:
    yield from repeated("zones", ([zone.name] for zone in table.zones))
    yield from repeated("zones", ([f"{zone.country} {begins}".strip() for begins in zone.beginnings] for zone in table.zones))
    for n, zone in enumerate(table.zones):
        if not zone.name.strip():
            yield f"zones[{n}].name: is what prices and deliveries call it, and not empty"
        yield from in_country(f"zones[{n}].country", zone.country)
        try:
            ZoneInfo(zone.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            yield f"zones[{n}].time_zone: {zone.time_zone!r} is not an IANA time zone such as Europe/Paris"


def in_prices(table: CarrierTable) -> Iterator[str]:
    yield from repeated("prices", ([f"{p.service} to {zone} in {p.currency}" for zone in p.zones] for p in table.prices))
    for n, price in enumerate(table.prices):
        place = f"prices[{n}]"
        yield from in_zone_names(place, price.zones, table)
        if table.rate(price.currency) is None:
            yield f"{place}.currency: costs are in {table.currency}; `exchange` must say how much {price.currency} that is"
        else:
            yield from in_amounts(place, price)


def in_amounts(place: str, price: Price) -> Iterator[str]:
    for name, amount, least in (("amount", price.amount, 0), ("free_from", price.free_from, 1)):
        try:
            if amount is not None and Money.parse(str(amount), price.currency).minor_units < least:
                yield f"{place}.{name}: is {'more than 0' if least else '0 or more'}, and not {amount}"
        except ValueError as error:
            yield f"{place}.{name}: {error}"


def in_route(place: str, route: Route, table: CarrierTable, locations: Sequence[Location]) -> Iterator[str]:
    if not route.carrier.strip():
        yield f"{place}.carrier: is whom the parcels are handed to, and not empty"
    if route.mode not in table.modes:
        yield f"{place}.mode: there is no mode {route.mode!r}; `modes` has {', '.join(sorted(table.modes)) or 'none'}"
    yield from in_places(f"{place}.origins", route.origins, locations)
    sending = (one for one in locations if LocationService.SHIP_FROM in one.services and route.origins.has(one))
    yield from in_hours(f"{place}.collections", route.collections, {one.address.country_code for one in sending})
    if not 0 <= route.days_min <= route.days_max <= DAYS_MAX:
        yield f"{place}.days_max: days_min and days_max are from 0 to {DAYS_MAX}, the first not above the second"
    yield from in_number(f"{place}.parcel", route.parcel)
    yield from in_number(f"{place}.kg", route.kg)
    if route.parcel_kg_max is not None:
        yield from in_number(f"{place}.parcel_kg_max", route.parcel_kg_max, least=Decimal("0.001"))


def in_reach(place: str, route: DeliveryRoute, table: CarrierTable) -> Iterator[str]:
    yield from in_zone_names(place, route.zones, table)
    yield from in_hours(f"{place}.deliveries", route.deliveries, {z.country for z in table.zones if z.name in route.zones})
    if route.radius_km is not None:
        yield from in_number(f"{place}.radius_km", route.radius_km, least=Decimal("0.001"))


def unmatched(table: CarrierTable) -> Iterator[str]:
    """A price of what nobody brings, or a way that nobody can choose, is a slip of the pen."""
    priced = {(price.service, zone) for price in table.prices for zone in price.zones}
    brought = {(route.service, zone) for route in table.deliveries for zone in route.zones}
    known = {zone.name for zone in table.zones}
    for service, zone in sorted(priced ^ brought):
        if zone in known:
            told, missing = ("prices", "deliveries") if (service, zone) in priced else ("deliveries", "prices")
            yield f"{missing}: nothing for {service} to {zone}, which {told} has; add it here, or take it out there"


# ------------------------------------------------------------------------------------------------ parts of many


def in_zone_names(place: str, zones: Collection[str], table: CarrierTable) -> Iterator[str]:
    if not zones:
        yield f"{place}.zones: names no zone"
    known = {zone.name for zone in table.zones}
    yield from (f"{place}.zones: there is no zone {name!r}" for name in zones if name not in known)


def in_places(place: str, places: Places, locations: Sequence[Location]) -> Iterator[str]:
    known = {location.code for location in locations}
    yield from (f"{place}.codes: no location has code {code!r}" for code in places.codes if code not in known)
    for country in places.countries:
        yield from in_country(f"{place}.countries", country)


def in_hours(place: str, hours: str, countries: Collection[str]) -> Iterator[str]:
    """Wherever they are kept; once, if they are wrong everywhere."""
    kept: list[str | None] = [*sorted(countries)] or [None]
    problems = (hours_problem(hours, country) for country in kept)
    yield from (f"{place}: {problem}" for problem in dict.fromkeys(problems) if problem)


def in_country(place: str, country: str) -> Iterator[str]:
    if not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        yield f"{place}: {country!r} is not an ISO 3166-1 alpha-2 code such as FR"


def in_currency(place: str, currency: str) -> Iterator[str]:
    try:
        minor_digits(currency)
    except ValueError as error:
        yield f"{place}: {error}"


def in_number(place: str, number: Decimal | float, least: Decimal = Decimal(0)) -> Iterator[str]:
    if not (isfinite(number) and least <= number <= AMOUNT_MAX):
        yield f"{place}: is a number from {least} to {AMOUNT_MAX:,}, and not {number}"


def repeated(what: str, names: Iterable[Iterable[str]]) -> Iterator[str]:
    """`names`: of each entry, where each should stand once."""
    seen: dict[str, tuple[int, int]] = {}
    for n, some in enumerate(names):
        for k, name in enumerate(some):
            if seen.setdefault(name, (n, k)) != (n, k):
                yield f"{what}[{n}]: {name!r} stands in {what}[{seen[name][0]}] already"
