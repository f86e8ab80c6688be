"""Locations in SQL: which of them sell to a channel, and the places distances are measured from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.shelf import columns_of
from adapters.sql.tables import location, postal_code, stock_level
from adapters.sql.terminal import save_terminals, terminal_drafts
from adapters.sql.upsert import chunks, upsert
from domain.actor import Actor
from domain.address import Address
from domain.channel import Channel
from domain.ids import LocationId
from domain.intake.location import LocationDraft, PostalCodeDraft, TerminalDraft
from domain.intake.stock import Site
from domain.location import (
    SERVED_BY,
    Capacity,
    Coordinates,
    Location,
    LocationKind,
    LocationService,
    PostalCode,
    trading_span,
)

SERVICES = {service: location.c[service.value.lower()] for service in LocationService}
PREFIX_MIN = 2


def selling(channel: Channel, now: datetime) -> ColumnElement[bool]:
    """`sells_to` of domain/location.py, in SQL."""
    return and_(
        or_(false(), *(SERVICES[SERVED_BY[method]] for method in channel.fulfillment_methods)),
        func.coalesce(location.c.trades_from, now) <= now,
        or_(location.c.trades_until.is_(None), location.c.trades_until > now),
    )


class SqlLocations:
    """Locations read, as any actor may."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def every(self, actor: Actor) -> tuple[Location, ...]:
        async with self.database.reading() as connection:
            rows = await connection.execute(select(location).order_by(location.c.code))
        return tuple(location_of(row) for row in rows)

    async def center_of(self, actor: Actor, code: PostalCode) -> Coordinates | None:
        """Prefixes from the whole code down to two characters, in one statement; the longest that is known decides."""
        text = code.postal_code
        known = postal_code.c.postal_code
        likenesses = [(func.substr(known, 1, size) == text[:size], size) for size in range(len(text), PREFIX_MIN - 1, -1)]
        length = case((known == text, len(text) + 1), *likenesses, else_=0)
        query = (
            select(func.avg(postal_code.c.latitude), func.avg(postal_code.c.longitude))
            .where(postal_code.c.country_code == code.country_code, length > 0)
            .group_by(length)
            .order_by(length.desc())
            .limit(1)
        )
        async with self.database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else Coordinates(*row)


def location_of(row: Row[Any]) -> Location:
    return Location(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=LocationKind(row.kind),
        address=address_of(row),
        latitude=row.latitude,
        longitude=row.longitude,
        time_zone=row.time_zone,
        opening_hours=row.opening_hours,
        services=services_of(row),
        trades_from=row.trades_from,
        trades_until=row.trades_until,
        capacity=capacity_of(row),
    )


def address_of(row: Row[Any]) -> Address:
    return Address(
        line1=row.line1,
        line2=row.line2,
        postal_code=row.postal_code,
        city=row.city,
        region=row.region,
        country_code=row.country_code,
        phone=row.phone,
    )


def capacity_of(row: Row[Any]) -> Capacity:
    return Capacity(
        handling_minutes=row.handling_minutes,
        pickups_per_hour=row.pickups_per_hour,
        pickups_per_day=row.pickups_per_day,
        parcels_per_day=row.parcels_per_day,
    )


def services_of(row: Row[Any]) -> tuple[LocationService, ...]:
    return tuple(service for service, column in SERVICES.items() if getattr(row, column.name))


class SqlLocationWrites:
    """Locations and postal codes taken in, in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def drafts(self, codes: Collection[str]) -> Mapping[str, LocationDraft]:
        found: dict[str, LocationDraft] = {}
        terminals = await terminal_drafts(self.connection, codes)
        for some in chunks(sorted(codes)):
            rows = await self.connection.execute(select(location).where(location.c.code.in_(some)))
            found |= {row.code: draft_of(row, terminals.get(row.code, ())) for row in rows}
        return found

    async def save(self, locations: Sequence[LocationDraft]) -> None:
        if not locations:
            return
        known = await self.drafts([draft.code for draft in locations])
        rows = [values_of(draft) for draft in locations]
        await self.connection.execute(upsert(self.connection, location, by=["code"], keep=["id"]), rows)
        await save_terminals(self.connection, locations)
        other = [one.code for one in locations if known.get(one.code, one).walk_in_buffer != one.walk_in_buffer]
        for some in chunks(other):
            await self.spread_buffers(some)

    async def spread_buffers(self, codes: Sequence[str]) -> None:
        """To each level there whose safety is its location's default; locked in the order of shelves, like everybody."""
        buffer = select(location.c.walk_in_buffer).where(location.c.id == stock_level.c.location_id).scalar_subquery()
        there = stock_level.c.location_id.in_(select(location.c.id).where(location.c.code.in_(codes)))
        behind = (there, stock_level.c.safety_is_default, stock_level.c.safety != buffer)
        shelf = columns_of(stock_level)
        await self.connection.execute(select(*shelf).where(*behind).order_by(*shelf).with_for_update())
        await self.connection.execute(update(stock_level).where(*behind).values(safety=buffer))

    async def sites(self) -> dict[str, Site]:
        rows = (await self.connection.execute(select(location))).all()
        bearers = Counter(row.name for row in rows)
        by_name = {row.name: Site(row.id, row.time_zone) for row in rows if bearers[row.name] == 1}
        return by_name | {row.code: Site(row.id, row.time_zone) for row in rows}

    async def postal_codes(self, codes: Collection[PostalCode]) -> Mapping[PostalCode, PostalCodeDraft]:
        """A country is asked for as a whole: a file of postal codes tells most of its own."""
        rows = await self.connection.execute(
            select(postal_code).where(postal_code.c.country_code.in_({code.country_code for code in codes}))
        )
        known = (
            PostalCodeDraft(PostalCode(r.country_code, r.postal_code), r.name, Coordinates(r.latitude, r.longitude))
            for r in rows
        )
        return {draft.code: draft for draft in known if draft.code in codes}

    async def save_postal_codes(self, codes: Sequence[PostalCodeDraft]) -> None:
        if codes:
            statement = upsert(self.connection, postal_code, by=["country_code", "postal_code"])
            await self.connection.execute(
                statement,
                [
                    {
                        "country_code": draft.code.country_code,
                        "postal_code": draft.code.postal_code,
                        "name": draft.name,
                        "latitude": draft.center.latitude,
                        "longitude": draft.center.longitude,
                    }
                    for draft in codes
                ],
            )


def draft_of(row: Row[Any], terminals: tuple[TerminalDraft, ...]) -> LocationDraft:
    return LocationDraft(
        code=row.code,
        name=row.name,
        kind=LocationKind(row.kind),
        address=address_of(row),
        coordinates=Coordinates(row.latitude, row.longitude),
        time_zone=row.time_zone,
        opening_hours=row.opening_hours,
        services=frozenset(services_of(row)),
        walk_in_buffer=row.walk_in_buffer,
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        capacity=capacity_of(row),
        terminals=terminals,
    )


def values_of(draft: LocationDraft) -> dict[str, object]:
    address = draft.address
    trades_from, trades_until = trading_span(draft.time_zone, draft.opens_on, draft.closes_on)
    return {
        "id": LocationId.new(),
        "code": draft.code,
        "name": draft.name,
        "kind": draft.kind.value,
        "line1": address.line1,
        "line2": address.line2,
        "postal_code": address.postal_code,
        "city": address.city,
        "region": address.region,
        "country_code": address.country_code,
        "phone": address.phone,
        "latitude": draft.coordinates.latitude,
        "longitude": draft.coordinates.longitude,
        "time_zone": draft.time_zone,
        "opening_hours": draft.opening_hours,
        "walk_in_buffer": draft.walk_in_buffer,
        "opens_on": draft.opens_on,
        "closes_on": draft.closes_on,
        "trades_from": trades_from,
        "trades_until": trades_until,
        "handling_minutes": draft.capacity.handling_minutes,
        "pickups_per_hour": draft.capacity.pickups_per_hour,
        "pickups_per_day": draft.capacity.pickups_per_day,
        "parcels_per_day": draft.capacity.parcels_per_day,
    } | {column.name: service in draft.services for service, column in SERVICES.items()}
