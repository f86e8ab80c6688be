"""Options for an order: every way for what nobody works on yet, or what is unsourced, to reach its buyer after all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.catalog import Variant
from domain.fulfillment import FulfillmentStatus
from domain.fulfillment_options import Asked
from domain.ids import FulfillmentId, LocationId, OrderLineId, VariantId
from domain.option import Wish
from domain.order import Order
from domain.sold_line import ChangeOf, SoldLine
from domain.supply import Supply, less


@dataclass(frozen=True, slots=True)
class Changing:
    """Units of an order's lines that shall come another way. `fulfillment`: that brings them; None of what is unsourced."""

    order: Order
    fulfillment: FulfillmentId | None
    units: Mapping[OrderLineId, int]

    @property
    def of(self) -> ChangeOf:
        return ChangeOf(self.order.id, self.order.version, self.fulfillment)

    def asked(self, variants: Mapping[VariantId, Variant]) -> Asked:
        """What was sold is wanted, whether or not it is still sold."""
        lines = ((self.order.line(id), n) for id, n in self.units.items())
        sold = ((SoldLine(line, replace(variants[line.variant], is_sold=True)), n) for line, n in lines)
        return Asked(self.of, tuple(Wish(line, n) for line, n in sold), self.order.currency_code)

    @property
    def refused(self) -> frozenset[LocationId]:
        tried = [one for one in self.order.fulfillments if one.status is FulfillmentStatus.REJECTED]
        asked = [one for one in tried if any(line.order_line in self.units for line in one.lines)]
        return frozenset(one.location for one in asked if one.location)

    def freed(self, supply: Supply) -> Supply:
        """With what these units are taken from now, which they give back; without the places that refused to give them."""
        supply = supply.without(self.refused)
        now = next((one for one in self.order.fulfillments if one.id == self.fulfillment), None)
        if now is None or now.location is None:
            return supply
        shelves = dict(supply.shelves)
        for id, units in self.units.items():
            shelf = self.order.line(id).sku, now.location
            if shelf in shelves:
                shelves[shelf] = less(shelves[shelf], -units, expected=now.expected_at is not None)
        return replace(supply, shelves=shelves)
