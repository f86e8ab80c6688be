"""Options: every way to get what is asked for, when, and at what price and carbon."""

from __future__ import annotations

import strawberry

import domain.option
import resolvers.option
from domain.address import AddressFacts
from domain.carrier import DeliveryService
from domain.channel import FulfillmentMethod
from domain.location import PostalCode
from schema.customer import AddressInput
from schema.edge import answered_by
from schema.location import Location, PostalCodeInput
from schema.money import Money
from schema.promise import FulfillmentPromise
from schema.reason import Reason
from schema.sourcing import LineCoverage, SourcingPlan
from schema.view import enum, interface, one_of, view_of

enum(DeliveryService)


@one_of(AddressFacts | PostalCode)
class DestinationInput:
    """Where goods shall be brought."""

    address: AddressInput | None = strawberry.UNSET
    """To this address."""
    postal_code: PostalCodeInput | None = strawberry.UNSET
    """Somewhere in this postal code; where exactly is said when it is chosen."""


@interface
class FulfillmentOption:
    """A way to get what is asked for, or some of it."""

    id: strawberry.ID = answered_by(resolvers.option.id_of_option)
    """Give it back in cartFulfillmentChoose: its price and promise are honored until `promise.validUntil`, if the stock is
    there at checkout."""
    method: FulfillmentMethod
    """How the goods reach the buyer."""
    complete: bool
    """Covers every line asked for."""
    coverage: list[LineCoverage]
    """What it covers, line by line."""
    price: Money
    """What the buyer pays for it, beside the goods."""
    promise: FulfillmentPromise | None
    """When all of it is there; null where that is not known."""
    carbon_grams: int | None
    """Of CO2 equivalent, for bringing it."""
    parcels: int
    """In how many it comes; 0 for what a store has itself."""
    reasons: list[Reason]
    """What is worth knowing of it."""
    sourcing: SourcingPlan | None = answered_by(resolvers.option.sourcing)
    """Staff only: which location sends what, and why. Null of what was chosen before."""


@view_of(domain.option.DeliveryOption)
class DeliveryOption(FulfillmentOption):
    """Brought to the buyer."""

    service: DeliveryService
    """How fast, or how gently."""


@view_of(domain.option.PickupOption)
class PickupOption(FulfillmentOption):
    """Collected at a store."""

    location: Location
    """Where."""
    distance_km: float | None
    """Along the great circle from where somebody asks; null where that is not known."""
    ship_to_store: bool
    """The goods, or some of them, come from elsewhere first."""


@view_of(domain.option.Options)
class FulfillmentOptions:
    """Every way to get it: complete ones first, then by readiness."""

    delivery: list[DeliveryOption]
    """Brought; nothing where it was not said where to."""
    pickup: list[PickupOption]
    """Collected, and paid before or there."""


@view_of(domain.option.DeliveryQuote)
class DeliveryQuote:
    """What it takes to bring somebody one unit."""

    service: DeliveryService
    """By which service."""
    price: Money
    """What the buyer pays for it."""
    promise: FulfillmentPromise
    """When it is there."""
    carbon_grams: int | None
    """Of CO2 equivalent."""
    parcels: int
    """In how many it comes."""
    reasons: list[Reason]
    """What is worth knowing of it."""


OPTIONS = [DeliveryOption, PickupOption]
