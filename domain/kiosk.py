"""Kiosks: devices of a store that anybody may use, each with a session of its own that can be taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from domain.action import Action, ActionKind, ActionWrites
from domain.actor import Actor, Role
from domain.attempt import AttemptWork, Guesses, pay, pay_back
from domain.channel import Channel, ChannelKind
from domain.code import CodeWrites, OneTimeCode, Purpose, as_spoken, issue_spoken
from domain.contact import NAME_CHARACTERS_MAX
from domain.ids import ChannelId, KioskId, LocationId, SessionId
from domain.location import Location, LocationService
from domain.refusal import CodeInvalid, Forbidden, InvalidInput, LimitReached, NotFound, RateLimited
from domain.session import LIFE_OF_KIOSK, Keys, Session, SessionWork, ended

ENROLL_WITHIN = timedelta(minutes=15)
KIOSKS_MAX = 50  # in use at one location
KIOSKS_SHOWN = 100
ENROLLMENTS = Guesses("kiosk-enrollment", per_subject=10, in_total=200)
ENROLLED_BY = frozenset((Role.ASSOCIATE, Role.ADMIN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kiosk:
    """`last_seen_at`: when its session was refreshed last, which it is every quarter of an hour."""

    id: KioskId
    name: str
    location_id: LocationId
    enrolled_at: datetime
    last_seen_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def revoked(self) -> bool:
        return self.revoked_at is not None


@dataclass(frozen=True, slots=True)
class KioskEnrollment:
    """`code` is shown once, to be typed in at the kiosk."""

    code: str
    location: Location
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class KioskEnrollmentCreate:
    location: LocationId
    name: str


@dataclass(frozen=True, slots=True)
class KioskRevoke:
    kiosk: KioskId


class KioskReads(Protocol):
    async def kiosks(self, actor: Actor, ids: Sequence[KioskId]) -> Mapping[KioskId, Kiosk]:
        """Those of the locations that the actor serves."""
        ...

    async def at(self, actor: Actor, location: LocationId, first: int) -> tuple[Kiosk, ...]:
        """Those in use first, then the newest."""
        ...


class KioskWrites(Protocol):
    async def add(self, kiosk: Kiosk, channel: ChannelId) -> None: ...

    async def in_use(self, location: LocationId) -> int:
        """From now on nobody else adds one there."""
        ...

    async def find(self, id: KioskId) -> Kiosk | None: ...

    async def revoke(self, id: KioskId, now: datetime) -> bool:
        """False where it was revoked before."""
        ...


class KioskWork(SessionWork, AttemptWork, Protocol):
    @property
    def actions(self) -> ActionWrites: ...

    @property
    def codes(self) -> CodeWrites: ...

    @property
    def kiosks(self) -> KioskWrites: ...


Enrolled: TypeAlias = Session | CodeInvalid | LimitReached | RateLimited


def may_enroll(actor: Actor, location: LocationId) -> bool:
    """Associates of the store, and admins; in nobody's name but their own."""
    return not actor.is_acting and not ENROLLED_BY.isdisjoint(actor.roles) and actor.serves(location)


def kiosk_channel(channels: Sequence[Channel]) -> Channel | None:
    return next((channel for channel in channels if channel.kind is ChannelKind.KIOSK), None)


async def create_enrollment(
    work: KioskWork,
    keys: Keys,
    actor: Actor,
    asked: KioskEnrollmentCreate,
    *,
    location: Location | None,
    channels: Sequence[Channel],
    now: datetime,
) -> KioskEnrollment | Forbidden | InvalidInput | NotFound:
    """`location`: the one that is asked for, if there is one."""
    name = asked.name.strip()
    if not may_enroll(actor, asked.location):
        return Forbidden(("input", "location"), "Only associates of this store, and admins, enroll kiosks in it.")
    if location is None:
        return NotFound(("input", "location"), "There is no such location.")
    if LocationService.KIOSK not in location.services:
        return InvalidInput(("input", "location"), f"{location.code} does not offer KIOSK; add it to the location's services.")
    if kiosk_channel(channels) is None:
        return InvalidInput(("input", "location"), "There is no channel of kind KIOSK; add one with `comptoir channels set`.")
    if not 0 < len(name) <= NAME_CHARACTERS_MAX:
        return InvalidInput(("input", "name"), f"`name` has {len(name)} characters; it must have 1 to {NAME_CHARACTERS_MAX}.")
    enrollment = OneTimeCode(
        purpose=Purpose.ENROLL_KIOSK,
        expires_at=now + ENROLL_WITHIN,
        location=asked.location,
        staff=actor.staff,
        data={"name": name},
    )
    async with work:
        code = await issue_spoken(work.codes, keys, enrollment)
        await work.commit()
    return KioskEnrollment(code, location, enrollment.expires_at)


async def enroll(
    work: KioskWork, keys: Keys, code: str, *, client: str, channels: Sequence[Channel], now: datetime
) -> Enrolled:
    if limited := await pay(work, ENROLLMENTS, (client,), now):
        return limited
    async with work:
        found = await work.codes.spend(keys.digest("code", as_spoken(code)), (Purpose.ENROLL_KIOSK,), now)
        channel = kiosk_channel(channels)
        if found is None or found.location is None or found.staff is None or channel is None:
            return CodeInvalid()
        if await work.kiosks.in_use(found.location) >= KIOSKS_MAX:
            message = f"A location has {KIOSKS_MAX} kiosks at most; revoke one that is not in use any more."
            return LimitReached("kiosks", message, ("input", "code"))
        name = str((found.data or {})["name"])
        kiosk = Kiosk(id=KioskId.new(), name=name, location_id=found.location, enrolled_at=now, last_seen_at=now)
        session = Session(id=SessionId.new(), channel=channel.id, kiosk=kiosk.id, refreshed_at=now, ends_at=now + LIFE_OF_KIOSK)
        await work.kiosks.add(kiosk, channel.id)
        await work.sessions.open(session, now)
        await work.actions.record(Action(at=now, staff=found.staff, kind=ActionKind.KIOSK_ENROLLED, subject=str(kiosk.id)))
        await work.commit()
    await pay_back(work, ENROLLMENTS, (client,), now)
    return session


async def revoke(work: KioskWork, actor: Actor, asked: KioskRevoke, now: datetime) -> bool | NotFound | Forbidden:
    """Its sessions end at once, with those that hand-offs opened from them; a second time changes nothing."""
    refused = NotFound(("input", "kiosk"), "There is no such kiosk.")
    if not actor.is_staff or actor.staff is None:
        return Forbidden((), "Only staff revoke kiosks.")
    async with work:
        kiosk = await work.kiosks.find(asked.kiosk)
        if kiosk is None or not actor.serves(kiosk.location_id):
            return refused
        if not may_enroll(actor, kiosk.location_id):
            return Forbidden(("input", "kiosk"), "Only associates of this store, and admins, revoke kiosks in it.")
        await ended(work, now, kiosk=kiosk.id)  # sessions before their kiosk, in the order of a refresh
        if await work.kiosks.revoke(kiosk.id, now):
            await work.actions.record(Action(at=now, staff=actor.staff, kind=ActionKind.KIOSK_REVOKED, subject=str(kiosk.id)))
        await work.commit()
    return True
