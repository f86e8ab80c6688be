"""Reasons: facts that decided something, safe to show a shopper; the words are the resolvers' to find."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReasonCode(StrEnum):
    """What decided."""

    OUT_OF_STOCK = "OUT_OF_STOCK"
    HELD_FOR_OTHERS = "HELD_FOR_OTHERS"
    SAFETY_STOCK = "SAFETY_STOCK"
    STORE_BUFFER = "STORE_BUFFER"
    CHANNEL_POLICY = "CHANNEL_POLICY"
    CLOSED = "CLOSED"
    CAPACITY_FULL = "CAPACITY_FULL"
    PAST_CUTOFF = "PAST_CUTOFF"
    SERVICE_NOT_OFFERED = "SERVICE_NOT_OFFERED"
    TOO_FAR = "TOO_FAR"
    NOT_COLLECTABLE = "NOT_COLLECTABLE"
    NOT_SHIPPABLE = "NOT_SHIPPABLE"
    INCOMING = "INCOMING"
    LOW_CONFIDENCE = "LOW_CONFIDENCE"
    RULE = "RULE"
    TOO_FEW = "TOO_FEW"
    COSTS_MORE = "COSTS_MORE"
    CHOSEN_BY_BUYER = "CHOSEN_BY_BUYER"
    CHOSEN_NEAREST = "CHOSEN_NEAREST"
    CHOSEN_FASTEST = "CHOSEN_FASTEST"
    CHOSEN_CHEAPEST = "CHOSEN_CHEAPEST"
    CHOSEN_FEWEST_PARCELS = "CHOSEN_FEWEST_PARCELS"
    CHOSEN_LOWEST_CARBON = "CHOSEN_LOWEST_CARBON"


@dataclass(frozen=True, slots=True)
class Reason:
    """`at`: the moment the reason speaks of, in the location's own time, such as when goods are expected."""

    code: ReasonCode
    at: datetime | None = None
