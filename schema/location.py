"""Locations: stores, warehouses, and where they are."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import domain.address
import domain.location
import resolvers.location
import resolvers.terminal
from domain.ids import LocationId
from domain.location import LocationKind, LocationService
from schema.edge import answered_by, answered_for_all
from schema.node import Node
from schema.page import PageInfo
from schema.scalar import CountryCode
from schema.view import enum, input_of, object_type, one_of, view_of

if TYPE_CHECKING:
    from schema.terminal import Terminal

enum(LocationKind)
enum(LocationService)


@view_of(domain.address.Address)
class Address:
    """Where mail arrives."""

    id: strawberry.ID | None
    """Of an address a customer has saved; null for any other."""
    name: str | None
    """Who lives or works there."""
    line1: str
    """Street and number."""
    line2: str | None
    """What else the street line needs."""
    postal_code: str
    """Empty where it is not known."""
    city: str
    """Empty where it is not known."""
    region: str | None
    """State, province or region."""
    country_code: CountryCode
    """The country."""
    phone: str | None
    """A number to call there."""


@view_of(domain.location.Location)
class Location(Node):
    """A place that has goods, or where buyers meet the shop."""

    code: str
    """The shop's own short name for it."""
    name: str
    """What the sign over the door says."""
    kind: LocationKind
    """What it is to the shop."""
    address: Address
    """Where it is, for mail."""
    latitude: float
    """Degrees north, WGS 84."""
    longitude: float
    """Degrees east, WGS 84."""
    time_zone: str
    """Its IANA time zone, such as Europe/Paris."""
    opening_hours: str | None
    """In the OpenStreetMap opening_hours syntax; null where the hours are not known."""
    open_now: bool | None = answered_by(resolvers.location.open_now)
    """Null where the hours are not known."""
    opens_at: datetime.datetime | None = answered_by(resolvers.location.opens_at)
    """When it next opens, in its own time. Null while open, if it stays shut for 60 days, and where hours are unknown."""
    closes_at: datetime.datetime | None = answered_by(resolvers.location.closes_at)
    """When it next closes, or ends for good, in its own time. Null while shut, if not within 60 days, and where unknown."""
    services: list[LocationService]
    """What it does for buyers."""
    terminals: list[Annotated[Terminal, strawberry.lazy("schema.terminal")]] | None = answered_for_all(
        resolvers.terminal.terminals_of_locations
    )
    """Card terminals in use, by name, 50 at most. For kiosks and staff of this location only; null for all others."""


@view_of(domain.location.LocationEdge)
class LocationEdge:
    """A location in a list."""

    node: Location
    """The location."""
    cursor: str
    """Its place in the list."""
    distance_km: float | None
    """Along the great circle from `near`; null where that was not given."""


@view_of(domain.location.LocationPage)
class LocationConnection:
    """A page of locations."""

    edges: list[LocationEdge]
    """The locations with their cursors and distances."""
    nodes: list[Location]
    """The locations alone."""
    page_info: PageInfo
    """Where this page stands in the list."""
    total_count: int
    """How many locations pass the filter."""


@one_of(LocationId | domain.location.LocationCode, id=LocationId, code=domain.location.LocationCode)
class LocationBy:
    """What names a location."""

    id: strawberry.ID | None = strawberry.UNSET
    """Its id."""
    code: str | None = strawberry.UNSET
    """The shop's own short name for it, such as LYON."""


@input_of(domain.location.Coordinates)
class CoordinatesInput:
    """A point on Earth, in degrees of WGS 84."""

    latitude: float
    """From -90 to 90."""
    longitude: float
    """From -180 to 180."""


@input_of(domain.location.PostalCode)
class PostalCodeInput:
    """A postal code."""

    country_code: CountryCode
    """The country it is of."""
    postal_code: str
    """As it is written on mail. Of one that is not known, the nearest known ones by its first digits are taken."""


@one_of(domain.location.Near, location=LocationId)
class NearInput:
    """Where 'near' is measured from."""

    coordinates: CoordinatesInput | None = strawberry.UNSET
    """From this point."""
    location: strawberry.ID | None = strawberry.UNSET
    """From this location."""
    postal_code: PostalCodeInput | None = strawberry.UNSET
    """From the middle of this postal code."""


@input_of(domain.location.LocationFilter)
class LocationFilter:
    """Which locations."""

    kinds: list[LocationKind] | None = strawberry.UNSET
    """Of one of these kinds."""
    services: list[LocationService] | None = strawberry.UNSET
    """That offer all of these."""
    open_at: datetime.datetime | None = strawberry.UNSET
    """Known to be open at this moment."""


@object_type
class LocationQuery:
    """Locations."""

    location: Location | None = answered_by(resolvers.location.location)
    """One location; null for what is not there."""
    locations: LocationConnection = answered_by(resolvers.location.locations)
    """Locations that trade now: nearest first, or by code where `near` is left out."""
