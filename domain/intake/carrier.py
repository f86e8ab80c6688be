"""Takes a shop's carrier table in, once all of it is known to be right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.carrier_table import CarrierTable
from domain.intake.carrier_check import mistakes_in
from domain.intake.version import Kept, Mistakes, Version, VersionWrites, kept, mistaken
from domain.location import Location
from domain.work import UnitOfWork


class CarrierWrites(VersionWrites[CarrierTable], Protocol):
    async def locations(self) -> Sequence[Location]: ...


class CarrierIntake(UnitOfWork, Protocol):
    @property
    def carriers(self) -> CarrierWrites: ...


async def newest_carriers(work: CarrierIntake) -> Version[CarrierTable] | None:
    async with work:
        return await work.carriers.newest()


async def check_carriers(work: CarrierIntake, table: CarrierTable) -> Mistakes | None:
    async with work:
        return mistaken(mistakes_in(table, await work.carriers.locations()))


async def set_carriers(work: CarrierIntake, table: CarrierTable, *, now: datetime) -> Kept | Mistakes:
    """What is asked from now on is answered by this table; nothing of what was promised changes."""
    async with work:
        if refusal := mistaken(mistakes_in(table, await work.carriers.locations())):
            return refusal
        outcome = await kept(work.carriers, table, now)
        await work.commit()
    return outcome
