"""Locations: where goods are, what is offered there, and how far away that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from math import asin, cos, isfinite, radians, sin, sqrt
from typing import Protocol, TypeAlias
from zoneinfo import ZoneInfo

from domain.actor import Actor
from domain.address import Address
from domain.calendar import Calendar
from domain.channel import Channel, FulfillmentMethod
from domain.ids import LocationId
from domain.page import Page, PageInfo
from domain.refusal import InvalidInput

POSTAL_CODE_CHARACTERS_MAX = 12
EARTH_RADIUS_KM = 6371.0088  # the mean radius of the International Union of Geodesy and Geophysics


class LocationKind(StrEnum):
    """What a location is to the shop; THIRD_PARTY is somebody else's warehouse that ships for it."""

    STORE = "STORE"
    WAREHOUSE = "WAREHOUSE"
    THIRD_PARTY = "THIRD_PARTY"
    POP_UP = "POP_UP"
    CONCESSION = "CONCESSION"


class LocationService(StrEnum):
    """What a location does for buyers."""

    PICKUP = "PICKUP"
    RESERVE_IN_STORE = "RESERVE_IN_STORE"
    SHIP_FROM = "SHIP_FROM"
    ACCEPT_RETURNS = "ACCEPT_RETURNS"
    KIOSK = "KIOSK"


SERVED_BY = {
    FulfillmentMethod.DELIVERY: LocationService.SHIP_FROM,
    FulfillmentMethod.PICKUP: LocationService.PICKUP,
    FulfillmentMethod.RESERVE_IN_STORE: LocationService.RESERVE_IN_STORE,
}


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Degrees of WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class PostalCode:
    """Kept without spaces and in capitals, however it was written."""

    country_code: str
    postal_code: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "postal_code", "".join(self.postal_code.split()).upper())


Near: TypeAlias = Coordinates | LocationId | PostalCode


@dataclass(frozen=True, slots=True)
class LocationCode:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """How fast a location works, and how much it takes on; None for no limit.

    `handling_minutes`: of open hours, from an order until its goods are ready. Hours and days are those of its own clock.
    """

    handling_minutes: int = 60
    pickups_per_hour: int | None = None
    pickups_per_day: int | None = None
    parcels_per_day: int | None = None


USUAL_CAPACITY = Capacity()


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """It trades from `trades_from` until `trades_until`, where a pop-up has such moments; None for always."""

    id: LocationId
    code: str
    name: str
    kind: LocationKind
    address: Address
    latitude: float
    longitude: float
    time_zone: str
    opening_hours: str | None
    services: tuple[LocationService, ...]
    trades_from: datetime | None = None
    trades_until: datetime | None = None
    capacity: Capacity = USUAL_CAPACITY

    @property
    def coordinates(self) -> Coordinates:
        return Coordinates(self.latitude, self.longitude)

    @property
    def calendar(self) -> Calendar | None:
        """None where the hours are not known."""
        if self.opening_hours is None:
            return None
        return Calendar(self.opening_hours, self.time_zone, self.address.country_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationFilter:
    kinds: tuple[LocationKind, ...] | None = None
    services: tuple[LocationService, ...] | None = None
    open_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A location, and how far it is from where somebody asks; `distance_km` is None where nobody said from where."""

    location: Location
    distance_km: float | None


def trading_span(time_zone: str, opens_on: date | None, closes_on: date | None) -> tuple[datetime | None, datetime | None]:
    """From the first moment of the first day of trade to the first moment after the last one, there."""

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)

    return (
        None if opens_on is None else midnight(opens_on),
        None if closes_on is None else midnight(closes_on + timedelta(days=1)),
    )


@dataclass(frozen=True, slots=True)
class LocationEdge:
    node: Location
    cursor: str
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class LocationPage:
    edges: tuple[LocationEdge, ...]
    page_info: PageInfo
    total_count: int

    @property
    def nodes(self) -> tuple[Location, ...]:
        return tuple(edge.node for edge in self.edges)


def location_page(page: Page[Place]) -> LocationPage:
    edges = tuple(LocationEdge(edge.node.location, edge.cursor, edge.node.distance_km) for edge in page.edges)
    return LocationPage(edges, page.page_info, page.total_count)


def trades(location: Location, now: datetime) -> bool:
    return (location.trades_from or now) <= now and (location.trades_until is None or now < location.trades_until)


def is_open(location: Location, at: datetime) -> bool | None:
    """None where the hours are not known."""
    return None if location.calendar is None else trades(location, at) and location.calendar.is_open(at)


def opens_at(location: Location, now: datetime) -> datetime | None:
    """When it next opens, there; None while it is open, where it stays shut for 60 days, and where the hours are not known."""
    calendar = location.calendar
    if calendar is None or is_open(location, now):
        return None
    first = max(now, location.trades_from or now)
    opens = first.astimezone(calendar.zone) if calendar.is_open(first) else calendar.opens_at(first)
    return opens if opens is not None and trades(location, opens) else None


def closes_at(location: Location, now: datetime) -> datetime | None:
    """When it next closes within 60 days, or ends for good, there; None while it is shut, and where the hours are not known."""
    calendar = location.calendar
    if calendar is None or not is_open(location, now):
        return None
    ends = [end.astimezone(calendar.zone) for end in (calendar.closes_at(now), location.trades_until) if end is not None]
    return min(ends, default=None)


def methods_at(location: Location, channel: Channel) -> tuple[FulfillmentMethod, ...]:
    """How the channel's buyers can get what this location has."""
    return tuple(method for method in channel.fulfillment_methods if SERVED_BY[method] in location.services)


def sells_to(location: Location, channel: Channel, now: datetime) -> bool:
    """The locations whose stock a channel sells; `selling` in adapters/sql/location.py says the same in SQL."""
    return trades(location, now) and bool(methods_at(location, channel))


def passes(location: Location, wanted: LocationFilter) -> bool:
    """All services asked for, one of the kinds, and known to be open at the moment."""
    if wanted.kinds is not None and location.kind not in wanted.kinds:
        return False
    if wanted.services is not None and not set(wanted.services) <= set(location.services):
        return False
    return wanted.open_at is None or is_open(location, wanted.open_at) is True


def places(locations: Sequence[Location], origin: Coordinates | None) -> list[Place]:
    """Nearest first; by code among equals, and where there is no origin."""
    found = [Place(location, None if origin is None else distance_km(origin, location.coordinates)) for location in locations]
    return sorted(found, key=position)


POSITION_PARTS = (float, str)


def position(place: Place) -> tuple[float, str]:
    return (place.distance_km or 0.0, place.location.code)


def distance_km(here: Coordinates, there: Coordinates) -> float:
    """Along the great circle, by the haversine formula (R. W. Sinnott, "Virtues of the Haversine", 1984), to the meter."""
    north = radians(there.latitude - here.latitude)
    east = radians(there.longitude - here.longitude)
    chord = sin(north / 2) ** 2 + cos(radians(here.latitude)) * cos(radians(there.latitude)) * sin(east / 2) ** 2
    return round(2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord))), 3)


def misplaced(point: Coordinates) -> InvalidInput | None:
    """Why these are no coordinates on Earth, or None."""
    for name, degrees, limit in (("latitude", point.latitude, 90), ("longitude", point.longitude, 180)):
        if not isfinite(degrees) or abs(degrees) > limit:
            return InvalidInput(("near", "coordinates", name), f"`{name}` is {degrees}; it must be from -{limit} to {limit}.")
    return None


class LocationReads(Protocol):
    async def every(self, actor: Actor) -> tuple[Location, ...]:
        """All locations by code. Bounded: a chain has thousands, of some hundred bytes each."""
        ...

    async def center_of(self, actor: Actor, code: PostalCode) -> Coordinates | None:
        """The middle of a postal code, or of the known ones that share most of its beginning (at least two characters)."""
        ...
