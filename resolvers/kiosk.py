"""Kiosks of a store, for those who work there."""

from __future__ import annotations

from collections.abc import Sequence

import domain.kiosk
from domain.ids import LocationId
from domain.kiosk import KIOSKS_SHOWN, Kiosk, KioskEnrollment, KioskEnrollmentCreate, KioskRevoke
from domain.location import Location
from domain.opened_session import OpenedSession
from domain.refusal import CodeInvalid, Forbidden, InvalidInput, LimitReached, NotFound, RateLimited
from domain.session import Session
from resolvers.context import Context, every_channel
from resolvers.location import every_location
from resolvers.permission import require_serving, staff_only
from resolvers.session import Code, opened


@staff_only
async def kiosks(*, context: Context, location: LocationId) -> tuple[Kiosk, ...]:
    require_serving(context, location)
    return await context.reads.kiosks.at(context.actor, location, KIOSKS_SHOWN)


async def locations_of_kiosks(kiosks: Sequence[Kiosk], *, context: Context) -> list[Location]:
    every = {location.id: location for location in await context.once(every_location)}
    return [every[kiosk.location_id] for kiosk in kiosks]


async def kiosk_enrollment_create(
    *, context: Context, input: KioskEnrollmentCreate
) -> KioskEnrollment | Forbidden | InvalidInput | NotFound:
    places = await context.once(every_location)
    return await domain.kiosk.create_enrollment(
        context.work(),
        context.keys,
        context.actor,
        input,
        location=next((place for place in places if place.id == input.location), None),
        channels=await context.once(every_channel),
        now=context.now,
    )


async def kiosk_enroll(*, context: Context, input: Code) -> OpenedSession | CodeInvalid | LimitReached | RateLimited:
    channels = await context.once(every_channel)
    outcome = await domain.kiosk.enroll(
        context.work(), context.keys, input.code, client=context.client, channels=channels, now=context.now
    )
    return await opened(context, outcome) if isinstance(outcome, Session) else outcome


async def kiosk_revoke(*, context: Context, input: KioskRevoke) -> bool | NotFound | Forbidden:
    return await domain.kiosk.revoke(context.work(), context.actor, input, context.now)
