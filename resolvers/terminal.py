"""Card terminals of a store, for its kiosks and those who work there."""

from __future__ import annotations

from collections.abc import Sequence

from domain.location import Location
from domain.terminal import Terminal
from resolvers.context import Context
from resolvers.location import every_location


async def terminals_of_locations(locations: Sequence[Location], *, context: Context) -> list[tuple[Terminal, ...] | None]:
    found = await context.reads.terminals.at(context.actor, [location.id for location in locations])
    return [found.get(location.id) for location in locations]


async def locations_of_terminals(terminals: Sequence[Terminal], *, context: Context) -> list[Location]:
    every = {location.id: location for location in await context.once(every_location)}
    return [every[terminal.location_id] for terminal in terminals]
