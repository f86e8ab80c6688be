"""Sessions: who is asking, and what they are given to ask with."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import domain.actor
import domain.opened_session
import domain.session
import resolvers.session
from domain.actor import Role
from resolvers.session import Code, SessionRefresh
from schema.channel import Channel
from schema.customer import Customer
from schema.edge import answered_by, answered_for_all
from schema.location import Location
from schema.payload import mutation, payload
from schema.staff import StaffMember
from schema.view import command_of, object_type, view_of

if TYPE_CHECKING:
    from schema.cart import Cart


@view_of(domain.actor.Actor)
class Viewer:
    """Who is asking, from which channel, and what they may do."""

    id: strawberry.ID
    """For a client's cache: another one for each session."""
    channel: Channel
    """What is asked, is asked through this channel."""
    roles: list[Role]
    """What they may do."""
    customer: Customer | None = answered_for_all(resolvers.session.customers_of_viewers)
    """Who they are, if they have signed in; also while somebody of the staff acts for them."""
    staff: StaffMember | None = answered_for_all(resolvers.session.staff_of_viewers)
    """The agent or associate behind this request, also while acting for a customer."""
    location: Location | None = answered_for_all(resolvers.session.locations_of_viewers)
    """The store of a kiosk or an associate."""
    cart: Annotated[Cart, strawberry.lazy("schema.cart")] | None = answered_for_all(resolvers.session.carts_of_viewers)
    """The open cart of this session; for a signed-in customer the same on every device."""


@view_of(domain.opened_session.OpenedSession)
class Session:
    """What a device acts with from now on."""

    access_token: str
    """For the header `Authorization: Bearer …`."""
    refresh_token: str | None
    """Good once, for the next pair; null for a session that cannot be refreshed."""
    expires_at: datetime.datetime
    """When the access token is no longer good."""
    viewer: Viewer
    """Who asks with it."""


@command_of(SessionRefresh)
class SessionRefreshInput:
    """Sent without an `Authorization` header: the access token may have expired."""

    refresh_token: str
    """The newest there is."""


@command_of(Code)
class CodeInput:
    """A one-time code; spaces, hyphens and case do not matter in one that is typed in."""

    code: str
    """As it was mailed or read aloud."""


@payload
class SessionPayload:
    """A session, or why there is none."""

    session: Session | None
    """What to act with from now on."""


@payload
class BooleanPayload:
    """Whether it was done."""

    done: bool
    """It was."""


@object_type
class SessionQuery:
    """Who is asking."""

    viewer: Viewer = answered_by(resolvers.session.viewer)
    """Who is asking, from which channel, and what they may do."""


@object_type
class SessionMutation:
    """Sessions that go on and end."""

    session_refresh: SessionPayload = mutation(SessionPayload, resolvers.session.session_refresh)
    """The next pair of tokens. The same refresh token again within 30 seconds gives the same pair, which may have been lost;
    later it ends the session, since somebody else seems to have it."""
    session_end: BooleanPayload = mutation(BooleanPayload, resolvers.session.session_end)
    """Ends the session that asks, and those that hand-offs opened from it, at once."""
