"""Locations, their hours, and how far they are."""

from __future__ import annotations

from datetime import datetime

import domain.location
from domain.ids import LocationId
from domain.location import (
    POSITION_PARTS,
    POSTAL_CODE_CHARACTERS_MAX,
    Coordinates,
    Location,
    LocationCode,
    LocationFilter,
    LocationPage,
    Near,
    PostalCode,
    location_page,
    misplaced,
    passes,
    places,
    position,
    trades,
)
from domain.page import page_of, page_request
from domain.refusal import InvalidInput, NotFound
from resolvers.context import Context
from resolvers.refusal import Refused, granted


async def location(*, context: Context, by: LocationId | LocationCode) -> Location | None:
    every = await context.once(every_location)
    return next((one for one in every if by in (one.id, LocationCode(one.code))), None)


async def locations(
    *,
    context: Context,
    near: Near | None = None,
    filter: LocationFilter | None = None,
    first: int | None = None,
    after: str | None = None,
) -> LocationPage:
    request = granted(page_request(first=first, after=after))
    wanted = filter or LocationFilter()
    found = [one for one in await trading(context) if passes(one, wanted)]
    page = page_of(places(found, await origin(near, context)), position, request, parts=POSITION_PARTS)
    return location_page(granted(page))


async def every_location(context: Context) -> tuple[Location, ...]:
    return await context.reads.locations.every(context.actor)


async def trading(context: Context) -> list[Location]:
    """All but those that are not open for trade yet, or closed for good."""
    return [one for one in await context.once(every_location) if trades(one, context.now)]


async def origin(near: Near | None, context: Context) -> Coordinates | None:
    """The point that distances are measured from; what cannot be found is refused."""
    if near is None:
        return None
    if isinstance(near, Coordinates):
        if refusal := misplaced(near):
            raise Refused(refusal)
        return near
    if isinstance(near, PostalCode):
        possible = 0 < len(near.postal_code) <= POSTAL_CODE_CHARACTERS_MAX
        center = await context.reads.locations.center_of(context.actor, near) if possible else None
        asked = near.postal_code[:POSTAL_CODE_CHARACTERS_MAX]
        unknown = f"No postal code like {asked!r} is known in {near.country_code}; give coordinates instead."
        return granted(center or InvalidInput(("near", "postalCode"), unknown))
    found = await location(context=context, by=near)
    return granted(found or NotFound(("near", "location"), "There is no such location.")).coordinates


def open_now(location: Location, *, context: Context) -> bool | None:
    return domain.location.is_open(location, context.now)


def opens_at(location: Location, *, context: Context) -> datetime | None:
    return domain.location.opens_at(location, context.now)


def closes_at(location: Location, *, context: Context) -> datetime | None:
    return domain.location.closes_at(location, context.now)
