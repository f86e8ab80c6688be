"""Staff: who works for the shop, what they may do, and at which of its locations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.actor import Actor, Role
from domain.ids import LocationId, StaffMemberId


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """`location_ids`: the stores of an associate."""

    id: StaffMemberId
    name: str
    roles: tuple[Role, ...]
    location_ids: tuple[LocationId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAction:
    """What somebody of the staff did, and to what; `subject` is an opaque id."""

    at: datetime
    staff: StaffMemberId
    action: str
    subject: str
    reason: str | None = None


class StaffReads(Protocol):
    async def members(self, actor: Actor, ids: Sequence[StaffMemberId]) -> Mapping[StaffMemberId, StaffMember]:
        """Only staff are told of staff."""
        ...


class StaffActionWrites(Protocol):
    async def record(self, action: StaffAction) -> None:
        """With the change itself; nobody can edit it later."""
        ...
