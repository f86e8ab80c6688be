"""Units of a fulfillment's line, as whoever has them in their hands says."""

from __future__ import annotations

from dataclasses import dataclass

from domain.ids import FulfillmentLineId


@dataclass(frozen=True, slots=True)
class PickedLine:
    line: FulfillmentLineId
    quantity: int
