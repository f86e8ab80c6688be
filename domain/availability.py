"""Availability: how many units of a shelf can be sold, and how far the count can be trusted. This is the law.

The `available` column of the database and `sellable` in adapters/sql/availability.py say the same in SQL; a property test
holds the three equal.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from domain.ledger import StockLevel

FRESH = timedelta(days=30)
STALE = timedelta(days=180)


class Confidence(StrEnum):
    """How far a count can be trusted."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


def available(level: StockLevel, safety_of_channel: int = 0) -> int:
    """Units that can be sold: what is held, allocated or kept back for safety is not; never below 0."""
    return max(level.on_hand - level.held - level.allocated - max(level.safety, safety_of_channel), 0)


def free(level: StockLevel, expired: int = 0) -> int:
    """Units that staff can take elsewhere: safety keeps units from being sold, not from being moved. `expired`: held for
    nobody any more."""
    return max(level.on_hand - (level.held - expired) - level.allocated, 0)


def confidence(level: StockLevel | None, now: datetime) -> Confidence:
    """By the age of the last count: HIGH up to 30 days, LOW after 180, without any, and when units were missing since."""
    if level is None or level.counted_at is None or level.short_picked_at or now - level.counted_at > STALE:
        return Confidence.LOW
    return Confidence.HIGH if now - level.counted_at <= FRESH else Confidence.MEDIUM
