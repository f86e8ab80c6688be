"""Offers: what a buyer may choose, store by store."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import domain.offer
from domain.availability import Confidence
from domain.channel import FulfillmentMethod
from domain.offer import AvailabilityStatus
from schema.location import Location
from schema.promise import FulfillmentPromise
from schema.reason import Reason
from schema.view import enum, view_of

if TYPE_CHECKING:
    from schema.catalog import Variant

enum(AvailabilityStatus)
enum(Confidence)


@view_of(domain.offer.StoreAvailability)
class StoreAvailability:
    """One variant at one location, as one channel may see it."""

    id: strawberry.ID
    """For a client's cache."""
    variant: Annotated[Variant, strawberry.lazy("schema.catalog")]
    """What is, or is not, available."""
    location: Location
    """Where."""
    distance_km: float | None
    """Along the great circle from `near`; null where that was not given."""
    status: AvailabilityStatus
    """How the variant stands here."""
    quantity: int | None
    """Units, or null where the channel's policy shows a band only."""
    pickup: FulfillmentPromise | None
    """When it can be collected if it is ordered now. Null where it cannot, where hours are unknown, and beyond 60 days."""
    journeys: list[FulfillmentMethod]
    """What a buyer can do with this variant here."""
    reasons: list[Reason]
    """Why it is not, or not fully, available."""
    confidence: Confidence
    """How far the count can be trusted: HIGH if counted in the last 30 days, LOW if not in the last 180."""
    as_of: datetime.datetime
    """When this was read; it is never taken from a cache."""
