"""Fulfillments: what one location does to bring a part of an order to its buyer in one way, and how far it has come.

delivery   OPEN → ACCEPTED → PICKED → PACKED → SHIPPED → DELIVERED
pickup     OPEN → ACCEPTED → PICKED → READY_FOR_PICKUP → COLLECTED | EXPIRED
to store   OPEN → ACCEPTED → PICKED → PACKED → IN_TRANSIT → ARRIVED → READY_FOR_PICKUP → COLLECTED | EXPIRED
reserve    as pickup or to store, unpaid until COLLECTED

Until the goods have left or are ready it may be CANCELED; from OPEN or ACCEPTED, REJECTED.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.channel import FulfillmentMethod
from domain.ids import FulfillmentGroupId, FulfillmentId, FulfillmentLineId, LocationId, OrderId, OrderLineId
from domain.promise import Promise
from domain.reason import ReasonCode


class FulfillmentStatus(StrEnum):
    """How far it has come."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    PICKED = "PICKED"
    PACKED = "PACKED"
    IN_TRANSIT = "IN_TRANSIT"
    ARRIVED = "ARRIVED"
    READY_FOR_PICKUP = "READY_FOR_PICKUP"
    COLLECTED = "COLLECTED"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    REJECTED = "REJECTED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"


S = FulfillmentStatus
DELIVERY = (S.OPEN, S.ACCEPTED, S.PICKED, S.PACKED, S.SHIPPED, S.DELIVERED)
PICKUP = (S.OPEN, S.ACCEPTED, S.PICKED, S.READY_FOR_PICKUP, S.COLLECTED)
TO_STORE = (S.OPEN, S.ACCEPTED, S.PICKED, S.PACKED, S.IN_TRANSIT, S.ARRIVED, S.READY_FOR_PICKUP, S.COLLECTED)

NOT_BEGUN = (S.OPEN, S.ACCEPTED)
IN_THE_HOUSE = (S.OPEN, S.ACCEPTED, S.PICKED, S.PACKED)  # the goods still stand where they were sourced
UNDER_WAY = (*IN_THE_HOUSE, S.IN_TRANSIT, S.ARRIVED, S.READY_FOR_PICKUP)
HANDED_OVER = (S.COLLECTED, S.SHIPPED, S.DELIVERED)
UNDONE = (S.REJECTED, S.CANCELED, S.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentLine:
    """`picked`: units that were found, once somebody has looked for them."""

    id: FulfillmentLineId
    order_line: OrderLineId
    quantity: int
    picked: int = 0


@dataclass(frozen=True, slots=True)
class Tracking:
    carrier: str
    number: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfillment:
    """`location`: where the goods leave from, None for what is fulfilled elsewhere; `destination`: where they are collected;
    `group`: as which it was planned; `expected_at`: by when goods come in that are not there yet; `collect_before`: once ready;
    `reasons`: why this location.
    """

    id: FulfillmentId
    order: OrderId
    version: int
    method: FulfillmentMethod
    status: FulfillmentStatus
    location: LocationId | None
    destination: LocationId | None = None
    group: FulfillmentGroupId
    lines: tuple[FulfillmentLine, ...]
    promise: Promise | None = None
    expected_at: datetime | None = None
    tracking: Tracking | None = None
    collect_before: datetime | None = None
    reasons: tuple[ReasonCode, ...] = ()
    created_at: datetime
    updated_at: datetime

    @property
    def way(self) -> tuple[FulfillmentStatus, ...]:
        """The states it goes through."""
        if self.method is FulfillmentMethod.DELIVERY:
            return DELIVERY
        return PICKUP if self.destination == self.location else TO_STORE

    def may_become(self, status: FulfillmentStatus) -> bool:
        """Is that an allowed move from where it stands?"""
        if status is S.REJECTED:
            return self.status in NOT_BEGUN
        if status is S.CANCELED:
            return self.status in IN_THE_HOUSE
        if status is S.EXPIRED:
            return self.status is S.READY_FOR_PICKUP
        at = self.way.index(self.status) if self.status in self.way else len(self.way)
        return status in self.way[at + 1 : at + 2]

    @property
    def is_unpaid(self) -> bool:
        """Paid at the counter, if nobody has paid before."""
        return self.method is FulfillmentMethod.RESERVE_IN_STORE
