"""What was done with a cart: one entry for each of its versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import CartActivityId, CartId, ChannelId, KioskId, StaffMemberId


class Change(StrEnum):
    """What an entry of a cart's activity tells."""

    CREATED = "CREATED"
    LINES_ADDED = "LINES_ADDED"
    LINES_CHANGED = "LINES_CHANGED"
    CONTACT_SET = "CONTACT_SET"
    CODES_SET = "CODES_SET"
    FULFILLMENT_CHOSEN = "FULFILLMENT_CHOSEN"
    HANDED_OVER = "HANDED_OVER"
    CLAIMED = "CLAIMED"
    MERGED_IN = "MERGED_IN"
    MERGED_AWAY = "MERGED_AWAY"
    ABANDONED = "ABANDONED"
    RESUMED = "RESUMED"
    CHECKOUT_BEGUN = "CHECKOUT_BEGUN"
    CHECKOUT_ENDED = "CHECKOUT_ENDED"
    ORDERED = "ORDERED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Who changed what from where. `units`: what was added, or how much of it there is now, by title."""

    id: CartActivityId
    cart: CartId
    version: int
    at: datetime
    channel: ChannelId
    staff: StaffMemberId | None
    kiosk: KioskId | None
    change: Change
    units: tuple[tuple[str, int], ...] = ()
