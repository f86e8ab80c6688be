"""Kiosks: devices of a store that anybody may use."""

from __future__ import annotations

import datetime

import strawberry

import domain.kiosk
import resolvers.kiosk
from schema.edge import answered_by, answered_for_all
from schema.location import Location
from schema.node import Node
from schema.payload import mutation, payload
from schema.session import BooleanPayload, SessionPayload
from schema.view import command_of, object_type, view_of


@view_of(domain.kiosk.Kiosk)
class Kiosk(Node):
    """A device of a store that anybody may use."""

    name: str
    """What the staff call it."""
    location: Location = answered_for_all(resolvers.kiosk.locations_of_kiosks)
    """Where it stands."""
    enrolled_at: datetime.datetime
    """When it got its session."""
    last_seen_at: datetime.datetime | None
    """When it refreshed its session last, which it does every quarter of an hour."""
    revoked: bool
    """It was taken out of use."""


@view_of(domain.kiosk.KioskEnrollment)
class KioskEnrollment:
    """What makes a device a kiosk of a store."""

    code: str
    """For `kioskEnroll`, once; it is not shown again."""
    location: Location
    """The store."""
    expires_at: datetime.datetime
    """Until when the code is good."""


@payload
class KioskEnrollmentPayload:
    """A code for a kiosk, or why there is none."""

    enrollment: KioskEnrollment | None
    """What to type in at the kiosk."""


@command_of(domain.kiosk.KioskEnrollmentCreate)
class KioskEnrollmentCreateInput:
    """Where a kiosk is to stand."""

    location: strawberry.ID
    """A store that offers KIOSK."""
    name: str
    """What the staff will call it."""


@command_of(domain.kiosk.KioskRevoke)
class KioskRevokeInput:
    """Which one is taken out of use."""

    kiosk: strawberry.ID
    """The kiosk."""


@object_type
class KioskQuery:
    """The kiosks of a store."""

    kiosks: list[Kiosk] | None = answered_by(resolvers.kiosk.kiosks, location="Where they stand.")
    """Staff only: those of a location they work at, in use first, 100 at most."""


@object_type
class KioskMutation:
    """Kiosks that come and go."""

    kiosk_enrollment_create: KioskEnrollmentPayload = mutation(KioskEnrollmentPayload, resolvers.kiosk.kiosk_enrollment_create)
    """A code that makes a device a kiosk of this store within 15 minutes. For associates of the store, and admins."""
    kiosk_enroll: SessionPayload = mutation(SessionPayload, resolvers.kiosk.kiosk_enroll)
    """Trades the code for the kiosk's own session, which `kioskRevoke` ends."""
    kiosk_revoke: BooleanPayload = mutation(BooleanPayload, resolvers.kiosk.kiosk_revoke)
    """Ends the kiosk's sessions at once, with those of customers at it. For associates of the store, and admins."""
