"""Takes locations in, and the postal codes from which distances are measured."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from domain.address import Address
from domain.intake.report import Imported, Rejected, Sheet, differences, left_out, rejected
from domain.location import USUAL_CAPACITY, Capacity, Coordinates, LocationKind, LocationService, PostalCode
from domain.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TerminalDraft:
    """`reference`: what the payment provider calls it; None where it needs no name there."""

    name: str
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationDraft:
    """`walk_in_buffer`: units of each SKU kept for walk-in sales, unless a SKU has a safety of its own there.
    `terminals`: by name; one that is there and not named here goes out of use."""

    code: str
    name: str
    kind: LocationKind
    address: Address
    coordinates: Coordinates
    time_zone: str
    opening_hours: str | None
    services: frozenset[LocationService]
    walk_in_buffer: int = 0
    opens_on: date | None = None
    closes_on: date | None = None
    capacity: Capacity = USUAL_CAPACITY
    terminals: tuple[TerminalDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class PostalCodeDraft:
    code: PostalCode
    name: str
    center: Coordinates


class LocationWrites(Protocol):
    async def drafts(self, codes: Collection[str]) -> Mapping[str, LocationDraft]:
        """The locations there are, by code."""
        ...

    async def save(self, locations: Sequence[LocationDraft]) -> None:
        """Adds or changes them; a changed buffer changes the safety of every level that has no safety of its own."""
        ...

    async def postal_codes(self, codes: Collection[PostalCode]) -> Mapping[PostalCode, PostalCodeDraft]: ...

    async def save_postal_codes(self, codes: Sequence[PostalCodeDraft]) -> None: ...


class LocationIntake(UnitOfWork, Protocol):
    @property
    def locations(self) -> LocationWrites: ...


async def import_locations(work: LocationIntake, sheet: Sheet[LocationDraft], *, skip_bad_rows: bool) -> Imported | Rejected:
    if refusal := rejected(sheet, skip_bad_rows=skip_bad_rows):
        return refusal
    wanted = {draft.code: draft for draft in sheet.drafts()}
    async with work:
        differing, imported = differences(wanted, await work.locations.drafts(wanted))
        await work.locations.save(differing)
        await work.commit()
    return left_out(imported, sheet)


async def import_postal_codes(
    work: LocationIntake, sheet: Sheet[PostalCodeDraft], *, skip_bad_rows: bool
) -> Imported | Rejected:
    if refusal := rejected(sheet, skip_bad_rows=skip_bad_rows):
        return refusal
    wanted = {draft.code: draft for draft in sheet.drafts()}
    async with work:
        differing, imported = differences(wanted, await work.locations.postal_codes(wanted))
        await work.locations.save_postal_codes(differing)
        await work.commit()
    return left_out(imported, sheet)
