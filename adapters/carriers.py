"""Carriers by a shop's own table, in memory: zones by longest beginning, lanes that are alike made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from adapters.carbon import TableCarbon
from domain.calendar import Calendar
from domain.carbon import CarbonFactors
from domain.carrier import Delivery, DeliveryService, Destination, Lane
from domain.carrier_table import CarrierTable, DeliveryRoute, Price, Route, TransferRoute, Zone
from domain.ids import LocationId
from domain.location import Coordinates, Location, LocationService, PostalCode, distance_km
from domain.money import Money, minor_digits

SERVICES = tuple(DeliveryService)


class Clock(NamedTuple):
    """By which a place keeps its hours."""

    time_zone: str
    country_code: str


class TableCarriers:
    """`table` has no mistakes. It never changes, so what is made of it is kept. `carbon`: the table's own if left out."""

    def __init__(self, table: CarrierTable, carbon: CarbonFactors | None = None) -> None:
        self.table = table
        self.carbon = carbon or TableCarbon(table.modes)
        self.zones = {(zone.country, begins): zone for zone in table.zones for begins in zone.beginnings}
        self.lanes: dict[tuple[int, Clock, Clock, str], Lane] = {}

    async def deliveries(self, origins: Sequence[Location], to: Destination, currency: str) -> tuple[Delivery, ...]:
        zone = self.zone_of(to)
        if zone is None:
            return ()
        sending = [origin for origin in origins if LocationService.SHIP_FROM in origin.services]
        prices = [price for price in self.table.prices if price.currency == currency and zone.name in price.zones]
        offered = (
            delivery_of(price, self.lanes_to(zone, price, sending, to.coordinates))
            for price in sorted(prices, key=lambda price: SERVICES.index(price.service))
        )
        return tuple(delivery for delivery in offered if delivery.lanes)

    async def transfers(
        self, origins: Sequence[Location], to: Sequence[Location], currency: str
    ) -> Mapping[tuple[LocationId, LocationId], Lane]:
        """Places that are alike to the table share their rows: 2,660 pairs cost little more than their entries."""
        if self.table.rate(currency) is None:
            return {}
        sending = [origin for origin in origins if LocationService.SHIP_FROM in origin.services]
        rows: dict[tuple[tuple[int, ...], Clock], list[tuple[LocationId, Lane]]] = {}
        found: dict[tuple[LocationId, LocationId], Lane] = {}
        for end in to:
            if LocationService.PICKUP in end.services:
                routes = [route for route in self.table.transfers if route.destinations.has(end)]
                alike = (tuple(map(id, routes)), clock_of(end))
                if alike not in rows:
                    rows[alike] = self.lanes_by(routes, sending, clock_of(end), currency)
                there = end.id
                found |= {(origin, there): lane for origin, lane in rows[alike]}
                found.pop((there, there), None)
        return found

    def zone_of(self, to: Destination) -> Zone | None:
        code = PostalCode(to.country_code, to.postal_code).postal_code
        known = (self.zones.get((to.country_code, code[:size])) for size in range(len(code), -1, -1))
        return next((zone for zone in known if zone is not None), None)

    def lanes_to(
        self, zone: Zone, price: Price, sending: Sequence[Location], center: Coordinates | None
    ) -> Mapping[LocationId, Lane]:
        there = Clock(zone.time_zone, zone.country)
        routes = [one for one in self.table.deliveries if one.service is price.service and zone.name in one.zones]
        found: dict[LocationId, Lane] = {}
        for origin in sending:
            route = next((one for one in routes if one.origins.has(origin) and reaches(one, origin, center)), None)
            if route is not None:
                found[origin.id] = self.lane(route, clock_of(origin), there, price.currency)
        return found

    def lanes_by(
        self, routes: Sequence[TransferRoute], sending: Sequence[Location], there: Clock, currency: str
    ) -> list[tuple[LocationId, Lane]]:
        first = ((origin, next((one for one in routes if one.origins.has(origin)), None)) for origin in sending)
        return [(o.id, self.lane(route, clock_of(o), there, currency)) for o, route in first if route is not None]

    def lane(self, route: Route, here: Clock, there: Clock, currency: str) -> Lane:
        """Routes live as long as the table does, so they are told apart by where they stand in memory."""
        alike = (id(route), here, there, currency)
        if alike not in self.lanes:
            self.lanes[alike] = Lane(
                carrier=route.carrier,
                collections=Calendar(route.collections, *here),
                deliveries=Calendar(route.deliveries, *there),
                days_min=route.days_min,
                days_max=route.days_max,
                parcel_minor=self.minor(route.parcel, currency),
                kg_minor=self.minor(route.kg, currency),
                carbon=self.carbon.of(route.carrier, route.mode),
                parcel_grams_max=None if route.parcel_kg_max is None else int(route.parcel_kg_max * 1000),
            )
        return self.lanes[alike]

    def minor(self, cost: Decimal, currency: str) -> float:
        rate = self.table.rate(currency)
        assert rate is not None, "prices are in currencies of the table"
        return float((cost * rate).scaleb(minor_digits(currency)))


def delivery_of(price: Price, lanes: Mapping[LocationId, Lane]) -> Delivery:
    return Delivery(
        service=price.service,
        price=Money.parse(str(price.amount), price.currency),
        free_from=None if price.free_from is None else Money.parse(str(price.free_from), price.currency),
        lanes=lanes,
    )


def reaches(route: DeliveryRoute, origin: Location, center: Coordinates | None) -> bool:
    """Nothing says how far a place is whose coordinates are not known."""
    if route.radius_km is None:
        return True
    return center is not None and distance_km(origin.coordinates, center) <= route.radius_km


def clock_of(location: Location) -> Clock:
    return Clock(location.time_zone, location.address.country_code)
