"""A shop's own carrier table: where it delivers, what buyers pay, and how parcels go, with what that costs and emits."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from domain.carbon import Carbon
from domain.carrier import DeliveryService
from domain.location import Location, LocationKind, PostalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """Destinations that are served alike: those whose postal codes begin so, or all others of the country.

    The longest beginning decides. `country`: ISO 3166-1 alpha-2, whose public holidays are kept there; `time_zone`: IANA.
    """

    name: str
    country: str
    time_zone: str
    postal_codes: tuple[str, ...] = ()

    @property
    def beginnings(self) -> tuple[str, ...]:
        """As postal codes are kept; the empty one begins them all."""
        return tuple(PostalCode(self.country, begins).postal_code for begins in self.postal_codes) or ("",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What the buyer pays for a service to these zones, in major units; nothing for goods of `free_from` or more."""

    service: DeliveryService
    zones: tuple[str, ...]
    currency: str
    amount: Decimal
    free_from: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Some of the shop's locations: of these kinds or with these codes, and in these countries; what is empty excludes none."""

    kinds: tuple[LocationKind, ...] = ()
    codes: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()

    def has(self, location: Location) -> bool:
        is_named = location.kind in self.kinds or location.code in self.codes or not (self.kinds or self.codes)
        return is_named and (location.address.country_code in self.countries or not self.countries)


EVERYWHERE = Places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What lanes of one kind have in common, whatever clocks their ends go by.

    `mode`: of transport, whose carbon the table tells. `collections`, `deliveries`, `days_min`, `days_max`: as those of a
    lane, in OpenStreetMap's opening-hours syntax. `parcel`, `kg`: what the shop pays for a parcel and for each kilogram, in
    major units of the table's currency. `parcel_kg_max`: nothing heavier is taken.
    """

    carrier: str
    mode: str
    origins: Places = EVERYWHERE
    collections: str
    deliveries: str
    days_min: int
    days_max: int
    parcel: Decimal
    kg: Decimal = Decimal(0)
    parcel_kg_max: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRoute(Route):
    """To buyers in these zones; `radius_km`: no farther from the origin than so, as the crow flies."""

    service: DeliveryService
    zones: tuple[str, ...]
    radius_km: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRoute(Route):
    """To the shop's own places."""

    destinations: Places = EVERYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierTable:
    """All of it. Of several routes that fit, the first counts.

    `currency`: of what the shop pays; `exchange`: how much of another currency one unit of it is; `modes`: by name.
    """

    currency: str
    exchange: dict[str, Decimal] = field(default_factory=dict)
    modes: dict[str, Carbon] = field(default_factory=dict)
    zones: tuple[Zone, ...] = ()
    prices: tuple[Price, ...] = ()
    deliveries: tuple[DeliveryRoute, ...] = ()
    transfers: tuple[TransferRoute, ...] = ()

    def rate(self, currency: str) -> Decimal | None:
        """What one unit of the table's currency is in another; None where the table does not say."""
        return Decimal(1) if currency == self.currency else self.exchange.get(currency)
