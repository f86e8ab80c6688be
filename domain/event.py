"""Events: what has happened, told to whoever waits for it; written with the change itself, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, Self

from domain.ids import EventId


class EventType(StrEnum):
    STOCK_CHANGED = "stock.changed"
    CART_CHANGED = "cart.changed"
    CART_ABANDONED = "cart.abandoned"
    SESSION_ENDED = "session.ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`subject`: the id of what it happened to; `data`: ids and plain facts, never personal data."""

    id: EventId
    at: datetime
    type: EventType
    subject: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, type: EventType, subject: str, now: datetime, **data: Any) -> Self:
        return cls(id=EventId.new(), at=now, type=type, subject=subject, data=data)


class EventWrites(Protocol):
    def add(self, event: Event) -> None:
        """Written when the unit of work is committed."""
        ...
