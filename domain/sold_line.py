"""Sold lines: lines of an order, as those who plan how goods reach a buyer ask for their units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.catalog import Variant
from domain.ids import CartLineId, FulfillmentId, OrderId, OrderLineId
from domain.money import Money
from domain.order import OrderLine


@dataclass(frozen=True, slots=True)
class SoldLine:
    """`variant`: as it is now, and sold whatever the catalog says of it."""

    order_line: OrderLine
    variant: Variant

    @property
    def id(self) -> CartLineId:
        """A plan names lines as those of carts; that of an order is the same with another kind of id."""
        return CartLineId(self.order_line.id.value)

    @property
    def quantity(self) -> int:
        return self.order_line.quantity

    @property
    def total(self) -> Money:
        return self.order_line.total

    @property
    def cart_line(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class ChangeOf:
    """What is changed of an order as it was at that version: a fulfillment, or None for what is unsourced."""

    order: OrderId
    version: int
    fulfillment: FulfillmentId | None


def order_lines(units: Mapping[CartLineId, int]) -> dict[OrderLineId, int]:
    """The order's own lines that a plan for them names."""
    return {OrderLineId(id.value): n for id, n in units.items()}
