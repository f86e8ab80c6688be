"""Issuers of OpenID Connect: people whom somebody else vouches for, by a signed token with each request.

They have one session for each session they have there (`sid`), or, where the issuer names none, for each token. It is
found by what the token says, so that one which was ended here stays ended while the token goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.actor import Role
from domain.channel import Channel
from domain.ids import CustomerId, SessionId, StaffMemberId
from domain.session import LIFE_OF_CUSTOMER, LIFE_OF_STAFF, Keys, Session, SessionWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """What a token says, once it is known to be the issuer's. `email`: only one that the issuer has verified.

    `login`: the issuer's name for the session, or when the token was made. `roles` are those of staff; a customer has none.
    """

    issuer: str
    subject: str
    login: str
    is_staff: bool
    email: str | None = None
    name: str | None = None
    roles: tuple[Role, ...] = ()
    location_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Untrusted:
    """`why` says what would be right; nothing of the token is repeated."""

    why: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The issuer does not answer, so nobody can tell."""


class Issuers(Protocol):
    async def vouched(self, token: str, now: datetime) -> Vouched | Untrusted | Unanswered: ...


class IssuerWrites(Protocol):
    async def customer(self, vouched: Vouched, now: datetime) -> CustomerId:
        """Made the first time they are seen. An address that somebody has already is not taken over."""
        ...

    async def staff(self, vouched: Vouched) -> StaffMemberId:
        """With the roles and locations that the issuer says they have now."""
        ...


class IssuerWork(SessionWork, Protocol):
    @property
    def issuers(self) -> IssuerWrites: ...


def session_id(keys: Keys, vouched: Vouched) -> SessionId:
    """Other roles or locations make another session, so that they are looked at."""
    said = (vouched.issuer, vouched.subject, vouched.login, str(vouched.is_staff), *vouched.roles, *vouched.location_codes)
    return SessionId(UUID(hex=keys.digest("issuer-session", "\n".join(said))[:32]))


async def recognized(work: IssuerWork, keys: Keys, vouched: Vouched, channel: Channel, now: datetime) -> None:
    """Opens the session, unless there is one or was."""
    async with work:
        staff = await work.issuers.staff(vouched) if vouched.is_staff else None
        customer = None if vouched.is_staff else await work.issuers.customer(vouched, now)
        session = Session(
            id=session_id(keys, vouched),
            channel=channel.id,
            customer=customer,
            staff=staff,
            refreshed_at=now,
            is_refreshable=False,
            ends_at=now + (LIFE_OF_STAFF if vouched.is_staff else LIFE_OF_CUSTOMER),
        )
        if await work.sessions.open_once(session, now):
            await work.commit()
