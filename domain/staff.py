"""Staff: who works for the shop, what they may do, and at which of its locations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.actor import Actor, Role
from domain.channel import Channel, ChannelKind
from domain.ids import LocationId, StaffMemberId
from domain.session import SessionWork, ended

WORKS_IN = {Role.ASSOCIATE: (ChannelKind.STORE,), Role.AGENT: (ChannelKind.PHONE,), Role.ADMIN: tuple(ChannelKind)}
BEGINS_IN = {
    Role.ADMIN: (ChannelKind.PHONE, ChannelKind.WEB),
    Role.AGENT: (ChannelKind.PHONE,),
    Role.ASSOCIATE: (ChannelKind.STORE,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """`location_ids`: the stores of an associate."""

    id: StaffMemberId
    name: str
    roles: tuple[Role, ...]
    location_ids: tuple[LocationId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffEntry:
    """A line of the list: somebody who signs in elsewhere has no address here."""

    member: StaffMember
    email: str | None
    is_active: bool


class StaffReads(Protocol):
    async def members(self, actor: Actor, ids: Sequence[StaffMemberId]) -> Mapping[StaffMemberId, StaffMember]:
        """Only staff are told of staff."""
        ...

    async def every(self) -> tuple[StaffEntry, ...]:
        """For who runs the shop. Bounded: a chain has thousands."""
        ...


class StaffWrites(Protocol):
    async def save(self, member: StaffMember, email_key: str, password_hash: str) -> bool:
        """False where this address was known, whose member now is as given, and active."""
        ...

    async def deactivate(self, email_key: str) -> StaffMemberId | None:
        """None where there is none who works here."""
        ...


class StaffWork(SessionWork, Protocol):
    @property
    def staff(self) -> StaffWrites: ...


def channel_of(roles: Collection[Role], channels: Sequence[Channel]) -> Channel | None:
    """The one that a session of theirs begins in: the first of a kind they work in, or None where there is none."""
    kinds = [kind for role, kinds in BEGINS_IN.items() if role in roles for kind in kinds]
    return next((channel for kind in kinds for channel in channels if channel.kind is kind), None)


async def save(work: StaffWork, member: StaffMember, email_key: str, password_hash: str) -> bool:
    async with work:
        is_new = await work.staff.save(member, email_key, password_hash)
        await work.commit()
    return is_new


async def deactivate(work: StaffWork, email_key: str, now: datetime) -> bool:
    """Their sessions end at once; what they did stays on record."""
    async with work:
        staff = await work.staff.deactivate(email_key)
        if staff is None:
            return False
        await ended(work, now, staff=staff)
        await work.commit()
    return True
