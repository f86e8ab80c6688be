"""Sessions: what a device acts with, from when it is opened until it ends or is not refreshed in time.

An access token says for a few minutes which session asks. A refresh token, which is good once, gives the next pair; the
same one again within 30 seconds gives the same answer again, which may have been lost; later it means that somebody else
has it, and ends the session.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from domain.actor import Actor, Role
from domain.channel import Channel
from domain.event import Event, EventType, EventWrites
from domain.ids import CartId, ChannelId, CustomerId, KioskId, LocationId, OrderId, SessionId, StaffMemberId
from domain.refusal import BadCredentials
from domain.work import UnitOfWork

ACCESS = timedelta(minutes=15)
GRACE = timedelta(seconds=30)  # for an answer that was lost on its way
LIFE_OF_SHOPPER = timedelta(days=90)
LIFE_OF_CUSTOMER = timedelta(days=30)
LIFE_OF_STAFF = timedelta(hours=12)
LIFE_OF_KIOSK = timedelta(days=400)
LIFE_OF_INTEGRATION = timedelta(days=400)
LIFE_AT_KIOSK = timedelta(minutes=15)  # of a customer's, on a device that is everybody's
LIFE_OF_A_CART_AT_A_KIOSK = timedelta(hours=1)  # whoever it was handed over for will have gone


class HandoffScope(StrEnum):
    """What a session may do with a cart. VIEW hides contact and addresses; CHECKOUT includes EDIT."""

    VIEW = "VIEW"
    EDIT = "EDIT"
    CHECKOUT = "CHECKOUT"

    @property
    def edits(self) -> bool:
        return self is not HandoffScope.VIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`generation`: of its refresh tokens; `parent`: the session a cart was handed to, with which this one ends;
    `integration`: the system that acts by it, such as a till."""

    id: SessionId
    channel: ChannelId
    customer: CustomerId | None = None
    staff: StaffMemberId | None = None
    kiosk: KioskId | None = None
    integration: str | None = None
    parent: SessionId | None = None
    reason: str | None = None
    generation: int = 0
    refreshed_at: datetime
    is_refreshable: bool = True
    ends_at: datetime

    @property
    def life(self) -> timedelta:
        if self.kiosk:
            return LIFE_OF_A_CART_AT_A_KIOSK if self.parent else LIFE_OF_KIOSK
        if self.staff:
            return LIFE_OF_STAFF
        return LIFE_OF_CUSTOMER if self.customer else LIFE_OF_SHOPPER

    def access_until(self, now: datetime) -> datetime:
        """What cannot be refreshed has one token for all its life."""
        return min(now + ACCESS, self.ends_at) if self.is_refreshable else self.ends_at


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a session stands for, as the rows of its people say now."""

    session: Session
    roles: tuple[Role, ...]
    locations: frozenset[LocationId] = frozenset()


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """`generation` is None where an access token stands in for one, while its session goes on."""

    session: SessionId
    generation: int | None


class Keys(Protocol):
    """What tokens and codes are signed and hashed with."""

    def access_token(self, session: Session, now: datetime) -> str: ...

    def refresh_token(self, session: Session) -> str: ...

    def refreshing(self, token: str) -> RefreshToken | None:
        """What a refresh token of ours says; None for any other text."""
        ...

    def accessing(self, token: str, now: datetime | None) -> SessionId | None:
        """The session of an access token of ours that is good `now`, or whenever it was; None for any other text."""
        ...

    def digest(self, purpose: str, text: str) -> str:
        """What is kept of a secret: it cannot be turned back, nor guessed at without the key."""
        ...

    def sealed(self, purpose: str, record: Mapping[str, Any]) -> str:
        """A text that nobody else can read or make; of numbers, texts, lists, nulls and mappings of them."""
        ...

    def unsealed(self, purpose: str, text: str) -> Mapping[str, Any] | None:
        """What was sealed for this purpose; None for any other text."""
        ...


class SessionReads(Protocol):
    async def identity(self, session: SessionId, now: datetime) -> Identity | None:
        """None where it has ended, or those it stands for may no longer ask."""
        ...


class SessionWrites(Protocol):
    async def open(self, session: Session, now: datetime) -> None: ...

    async def open_once(self, session: Session, now: datetime) -> bool:
        """False where there is one of this id, or was."""
        ...

    async def lock(self, id: SessionId, now: datetime) -> Session | None:
        """None where it has ended."""
        ...

    async def refresh(self, session: Session) -> None:
        """Its kiosk, if it has one, was seen."""
        ...

    async def end(
        self,
        now: datetime,
        *,
        session: SessionId | None = None,
        customer: CustomerId | None = None,
        staff: StaffMemberId | None = None,
        kiosk: KioskId | None = None,
        integration: str | None = None,
    ) -> Collection[SessionId]:
        """All of theirs that have not ended yet, with those that hand-offs opened from them; answers them."""
        ...

    async def grant(
        self, session: SessionId, cart: CartId, scope: HandoffScope, now: datetime, *, is_masked: bool = False
    ) -> None:
        """`is_masked`: contact and addresses are shown in part."""
        ...

    async def grant_order(self, session: SessionId, order: OrderId, now: datetime) -> None:
        """To who has shown that it is theirs."""
        ...

    async def inherit(self, session: SessionId, before: SessionId, now: datetime) -> None:
        """The carts and orders that one session opens are opened by the other too."""
        ...


class SessionWork(UnitOfWork, Protocol):
    @property
    def sessions(self) -> SessionWrites: ...

    @property
    def events(self) -> EventWrites: ...


def actor_of(identity: Identity, channel: Channel) -> Actor:
    session = identity.session
    return Actor(
        channel,
        session=session.id,
        roles=identity.roles,
        customer=session.customer,
        staff=session.staff,
        kiosk=session.kiosk,
        locations=identity.locations,
    )


def begun(channel: ChannelId, now: datetime, *, customer: CustomerId | None = None) -> Session:
    """An anonymous shopper's session, or a customer's."""
    session = Session(id=SessionId.new(), channel=channel, customer=customer, refreshed_at=now, ends_at=now)
    return replace(session, ends_at=now + session.life)


def begun_by_staff(staff: StaffMemberId, channel: ChannelId, now: datetime) -> Session:
    return Session(id=SessionId.new(), channel=channel, staff=staff, refreshed_at=now, ends_at=now + LIFE_OF_STAFF)


def begun_by_integration(name: str, channel: ChannelId, now: datetime) -> Session:
    """One token for all its life, to be put into a setting over there; it ends by being revoked."""
    until = now + LIFE_OF_INTEGRATION
    return Session(id=SessionId.new(), channel=channel, integration=name, refreshed_at=now, is_refreshable=False, ends_at=until)


async def signed_in(work: SessionWork, customer: CustomerId, actor: Actor, now: datetime) -> Session:
    """Within a unit of work: a customer's session, which opens the carts that the anonymous one before it opened.

    At a kiosk it is short and ends with the kiosk's own; what others left in that one is not inherited.
    """
    before = await work.sessions.lock(actor.session, now) if actor.session else None
    session = begun(actor.channel.id, now, customer=customer)
    if before and before.kiosk:
        ends_at = min(now + LIFE_AT_KIOSK, before.ends_at)
        session = replace(session, kiosk=before.kiosk, parent=before.id, is_refreshable=False, ends_at=ends_at)
    await work.sessions.open(session, now)
    if before and before.customer is None and (before.kiosk is None or before.parent):
        await work.sessions.inherit(session.id, before.id, now)
    return session


def begun_beside(before: Session | None, actor: Actor, now: datetime) -> Session:
    """A session of the same device and person beside the one they have, with which it ends: it goes on no longer than that
    may."""
    session = replace(begun(actor.channel.id, now, customer=actor.customer), staff=actor.staff, kiosk=actor.kiosk)
    if before is None:
        return session
    session = replace(session, parent=before.id, reason=before.reason, is_refreshable=before.is_refreshable)
    ends_at = now + session.life
    return replace(session, ends_at=ends_at if before.is_refreshable else min(ends_at, before.ends_at))


async def refresh(work: SessionWork, keys: Keys, token: str, now: datetime) -> Session | BadCredentials:
    """The session with its next refresh token, or with the same once more where that was lost."""
    asked = keys.refreshing(token)
    refused = BadCredentials(("input", "refreshToken"), "This refresh token is not good any more; begin a new session.")
    if asked is None:
        return refused
    async with work:
        session = await work.sessions.lock(asked.session, now)
        if session is None or not session.is_refreshable:
            return refused
        assert asked.generation is not None, "it is no access token"
        if asked.generation == session.generation - 1 and now - session.refreshed_at <= GRACE:
            return session
        if asked.generation != session.generation:
            await ended(work, now, session=session.id)
            await work.commit()
            return refused
        following = replace(
            session, generation=session.generation + 1, refreshed_at=now, ends_at=max(session.ends_at, now + session.life)
        )
        await work.sessions.refresh(following)
        await work.commit()
    return following


async def end(work: SessionWork, actor: Actor, now: datetime) -> bool:
    """False where there was none."""
    if actor.session is None:
        return False
    async with work:
        await ended(work, now, session=actor.session)
        await work.commit()
    return True


async def ended(
    work: SessionWork,
    now: datetime,
    *,
    session: SessionId | None = None,
    customer: CustomerId | None = None,
    staff: StaffMemberId | None = None,
    kiosk: KioskId | None = None,
    integration: str | None = None,
) -> int:
    """Within a unit of work; whoever is connected with one of them is told to go. Answers how many there were."""
    theirs = await work.sessions.end(now, session=session, customer=customer, staff=staff, kiosk=kiosk, integration=integration)
    for one in theirs:
        work.events.add(Event.of(EventType.SESSION_ENDED, str(one), now))
    return len(theirs)
