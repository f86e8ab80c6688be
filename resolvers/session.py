"""Sessions: who is asking, and what they are given to ask with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import domain.opened_session
import domain.session
from domain.actor import Actor
from domain.cart import Cart
from domain.customer import Customer
from domain.ids import CustomerId, LocationId, StaffMemberId
from domain.location import Location
from domain.opened_session import OpenedSession
from domain.refusal import BadCredentials
from domain.session import Session
from domain.staff import StaffMember
from resolvers.context import Context
from resolvers.location import every_location


@dataclass(frozen=True, slots=True)
class SessionRefresh:
    refresh_token: str


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code, as it is typed in or taken from a link."""

    code: str


async def viewer(*, context: Context) -> Actor:
    return context.actor


async def session_refresh(*, context: Context, input: SessionRefresh) -> OpenedSession | BadCredentials:
    refreshed = await domain.session.refresh(context.work(), context.keys, input.refresh_token, context.now)
    return refreshed if isinstance(refreshed, BadCredentials) else await opened(context, refreshed)


async def session_end(*, context: Context) -> bool:
    return await domain.session.end(context.work(), context.actor, context.now)


async def opened(context: Context, session: Session) -> OpenedSession:
    """The rest of the operation is answered to whom the session stands for."""
    identity = await context.reads.sessions.identity(session.id, context.now)
    assert identity is not None, "it was opened just now"
    actor = domain.session.actor_of(identity, (await context.channels())[session.channel])
    context.become(actor)
    return domain.opened_session.opened(session, actor, context.keys, context.now)


async def customers_of_viewers(viewers: Sequence[Actor], *, context: Context) -> list[Customer | None]:
    ids = [viewer.customer for viewer in viewers]
    found = await context.reads.customers.customers(context.actor, [id for id in ids if isinstance(id, CustomerId)])
    return [None if id is None else found.get(id) for id in ids]


async def staff_of_viewers(viewers: Sequence[Actor], *, context: Context) -> list[StaffMember | None]:
    ids = [viewer.staff for viewer in viewers]
    found = await context.reads.staff.members(context.actor, [id for id in ids if isinstance(id, StaffMemberId)])
    return [None if id is None else found.get(id) for id in ids]


async def locations_of_viewers(viewers: Sequence[Actor], *, context: Context) -> list[Location | None]:
    """The one location of a kiosk, or of an associate who works at one."""
    every = {location.id: location for location in await context.once(every_location)}
    alone: list[LocationId | None] = [next(iter(v.locations)) if len(v.locations) == 1 else None for v in viewers]
    return [None if id is None else every.get(id) for id in alone]


async def carts_of_viewers(viewers: Sequence[Actor], *, context: Context) -> list[Cart | None]:
    """There is one viewer in an operation, or a second one where it signs in."""
    return [await context.reads.carts.open_of(viewer) for viewer in viewers]


async def locations_of_staff(members: Sequence[StaffMember], *, context: Context) -> list[tuple[Location, ...]]:
    every = {location.id: location for location in await context.once(every_location)}
    return [tuple(every[id] for id in member.location_ids if id in every) for member in members]
