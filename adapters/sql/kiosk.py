"""Kiosks in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.tables import kiosk, location
from domain.actor import Actor
from domain.ids import ChannelId, KioskId, LocationId
from domain.kiosk import Kiosk


class SqlKiosks:
    """Kiosks read."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def kiosks(self, actor: Actor, ids: Sequence[KioskId]) -> Mapping[KioskId, Kiosk]:
        if not actor.is_staff:
            return {}
        async with self.database.reading() as connection:
            rows = (await connection.execute(select(kiosk).where(kiosk.c.id.in_(ids)))).all()
        return {row.id: kiosk_of(row) for row in rows if actor.serves(row.location_id)}

    async def at(self, actor: Actor, location: LocationId, first: int) -> tuple[Kiosk, ...]:
        if not actor.serves(location):
            return ()
        order = (kiosk.c.revoked_at.is_not(None), kiosk.c.enrolled_at.desc(), kiosk.c.id.desc())
        found = select(kiosk).where(kiosk.c.location_id == location).order_by(*order).limit(first)
        async with self.database.reading() as connection:
            return tuple(kiosk_of(row) for row in await connection.execute(found))


def kiosk_of(row: Row[Any]) -> Kiosk:
    return Kiosk(
        id=row.id,
        name=row.name,
        location_id=row.location_id,
        enrolled_at=row.enrolled_at,
        last_seen_at=row.last_seen_at,
        revoked_at=row.revoked_at,
    )


class SqlKioskWrites:
    """Kiosks in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def add(self, added: Kiosk, channel: ChannelId) -> None:
        values = {
            "id": added.id,
            "name": added.name,
            "location_id": added.location_id,
            "channel_id": channel,
            "enrolled_at": added.enrolled_at,
            "last_seen_at": added.last_seen_at,
        }
        await self.connection.execute(insert(kiosk).values(values))

    async def in_use(self, at: LocationId) -> int:
        await self.connection.execute(select(location.c.id).where(location.c.id == at).with_for_update())
        counting = select(func.count()).select_from(kiosk).where(kiosk.c.location_id == at, kiosk.c.revoked_at.is_(None))
        return int((await self.connection.execute(counting)).scalar_one())

    async def find(self, id: KioskId) -> Kiosk | None:
        row = (await self.connection.execute(select(kiosk).where(kiosk.c.id == id))).one_or_none()
        return None if row is None else kiosk_of(row)

    async def revoke(self, id: KioskId, now: datetime) -> bool:
        in_use = (kiosk.c.id == id, kiosk.c.revoked_at.is_(None))
        return bool((await self.connection.execute(update(kiosk).where(*in_use).values(revoked_at=now))).rowcount)
