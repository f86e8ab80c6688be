"""Actors: on whose behalf something is read or done; every reads port takes one first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.channel import Channel
from domain.ids import CustomerId, KioskId, LocationId, SessionId, StaffMemberId


class Role(StrEnum):
    """What an actor may do; an actor can have several."""

    SHOPPER = "SHOPPER"
    CUSTOMER = "CUSTOMER"
    KIOSK = "KIOSK"
    ASSOCIATE = "ASSOCIATE"
    AGENT = "AGENT"
    ADMIN = "ADMIN"
    INTEGRATION = "INTEGRATION"


STAFF = frozenset((Role.ASSOCIATE, Role.AGENT, Role.ADMIN))
EVERYWHERE = frozenset((Role.AGENT, Role.ADMIN))  # staff of every location


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, and through which channel: what the channel does not sell looks missing to them.

    Without a `session` it is a stranger. `locations`: the stores of an associate, or the one of a kiosk. Somebody of the
    staff who acts for a customer has both `staff` and `customer`.
    """

    channel: Channel
    session: SessionId | None = None
    roles: tuple[Role, ...] = (Role.SHOPPER,)
    customer: CustomerId | None = None
    staff: StaffMemberId | None = None
    kiosk: KioskId | None = None
    locations: frozenset[LocationId] = frozenset()

    @property
    def id(self) -> str:
        """Of the session, or of strangers in this channel."""
        return str(self.session or f"stranger:{self.channel.code}")

    @property
    def is_staff(self) -> bool:
        return not STAFF.isdisjoint(self.roles)

    @property
    def is_everywhere(self) -> bool:
        """Agents and admins: of no one store."""
        return not EVERYWHERE.isdisjoint(self.roles)

    @property
    def is_acting(self) -> bool:
        """In a customer's name, who is somebody else."""
        return self.staff is not None and self.customer is not None

    def serves(self, location: LocationId) -> bool:
        """Is it somebody of the staff whom this location is entrusted to?"""
        return self.is_everywhere or (self.is_staff and location in self.locations)
