"""Ship to store: what a store has none of, and another location can send there to be collected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from domain.carrier import Lane
from domain.channel import FulfillmentMethod
from domain.ids import LocationId
from domain.location import methods_at
from domain.offer import AvailabilityStatus, StoreAvailability
from domain.promise import Promise
from domain.supply import Supply, planned
from domain.way import ToStore

LACKING = (AvailabilityStatus.OUT_OF_STOCK, AvailabilityStatus.BACKORDER)


@dataclass(frozen=True, slots=True)
class Senders:
    """What other locations have on their shelves, and the lanes to each store, by origin."""

    supply: Supply
    lanes: Mapping[LocationId, Mapping[LocationId, Lane]]

    def with_sent(self, shown: StoreAvailability) -> StoreAvailability:
        """As it is shown where others can send one: it can be collected, later. When, is worked out if it is asked for."""
        if not self.can_send(shown):
            return shown
        return replace(
            shown,
            status=AvailabilityStatus.SHIP_TO_STORE,
            journeys=(FulfillmentMethod.PICKUP,),
            arrives=partial(self.arrival, shown),
        )

    def can_send(self, shown: StoreAvailability) -> bool:
        lanes = self.lanes.get(shown.location.id, {})
        return could_be_sent(shown, self.supply) and any(
            location.id in lanes
            and lanes[location.id].takes(shown.variant.grams)
            and self.supply.on_shelf(shown.variant, location)
            and self.supply.rules.rules.allows(location)
            for location in self.supply.locations
        )

    def arrival(self, shown: StoreAvailability) -> Promise | None:
        """By the one engine, from where it would be sent for a cart too."""
        way = ToStore(self.supply.workplace(shown.location), self.lanes[shown.location.id])
        currency = self.supply.channel.currency_code
        plan = planned(self.supply, [(shown.variant, 1)], way, currency=currency)
        return self.supply.promised([way.journey(self.supply.workplace(part.location), None) for part in plan.parts])


def could_be_sent(shown: StoreAvailability, supply: Supply) -> bool:
    """Is it lacking where it could be collected, though the channel sells it?"""
    collected = FulfillmentMethod.PICKUP in methods_at(shown.location, supply.channel)
    return shown.status in LACKING and shown.variant.is_sold and collected
