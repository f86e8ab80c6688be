"""Store tasks: what there is to do at a location, the oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.actor import Actor
from domain.fulfillment import Fulfillment, FulfillmentStatus
from domain.ids import LocationId
from domain.page import Page, PageRequest
from domain.refusal import InvalidInput

PARTS = (str,)  # of a cursor: its id, which tells when it was begun


class StoreTaskReads(Protocol):
    async def tasks(
        self, actor: Actor, location: LocationId, statuses: tuple[FulfillmentStatus, ...] | None, request: PageRequest
    ) -> Page[Fulfillment] | InvalidInput:
        """Without statuses: what waits for somebody there, be it to send it or to hand it over."""
        ...

    async def changed(self, actor: Actor, location: LocationId, since: datetime | None, most: int) -> Sequence[Fulfillment]:
        """What has changed there since, whatever has become of it; without a moment, what waits for somebody there."""
        ...
