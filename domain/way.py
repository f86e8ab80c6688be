"""Ways: how goods get to one place, be it a buyer's or a store where they are collected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain import promise as promises
from domain.carrier import Delivery, Destination, Lane
from domain.ids import LocationId
from domain.location import Coordinates, Location
from domain.promise import Journey, Workplace


class Way(Protocol):
    """How goods get to one place. `lanes`: from where they can be sent there."""

    @property
    def to(self) -> Coordinates | None: ...

    @property
    def lanes(self) -> Mapping[LocationId, Lane]: ...

    def ends_at(self, location: Location) -> bool:
        """Need nothing be sent from there?"""
        ...

    def journey(self, origin: Workplace, expected_at: datetime | None) -> Journey | None:
        """From an origin that has a lane, or where it ends; None where nothing can be said."""
        ...


@dataclass(frozen=True, slots=True)
class ToBuyer:
    """By one delivery service to one destination."""

    delivery: Delivery
    destination: Destination

    @property
    def to(self) -> Coordinates | None:
        return self.destination.coordinates

    @property
    def lanes(self) -> Mapping[LocationId, Lane]:
        return self.delivery.lanes

    def ends_at(self, location: Location) -> bool:
        return False

    def journey(self, origin: Workplace, expected_at: datetime | None) -> Journey | None:
        return promises.delivery(origin, self.lanes[origin.location.id], not_before=expected_at)


@dataclass(frozen=True, slots=True)
class ToStore:
    """To be collected there. `is_verified`: the counts of what it has itself can be trusted."""

    store: Workplace
    lanes: Mapping[LocationId, Lane]
    is_verified: bool = True

    @property
    def to(self) -> Coordinates:
        return self.store.location.coordinates

    def ends_at(self, location: Location) -> bool:
        return location.id == self.store.location.id

    def journey(self, origin: Workplace, expected_at: datetime | None) -> Journey | None:
        if self.ends_at(origin.location):
            return promises.pickup(origin, is_verified=self.is_verified or expected_at is not None, not_before=expected_at)
        return promises.ship_to_store(origin, self.lanes[origin.location.id], self.store, not_before=expected_at)
