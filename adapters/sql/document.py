"""Registered documents in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.tables import registered_document
from adapters.sql.upsert import inserted
from domain.channel import Channel
from domain.document import RegisteredDocument


class SqlDocuments:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def text(self, channel: Channel, hash: str) -> str | None:
        named = (registered_document.c.channel_id == channel.id, registered_document.c.hash == hash)
        async with self.database.reading() as connection:
            found: str | None = (
                await connection.execute(select(registered_document.c.text).where(*named))
            ).scalar_one_or_none()
        return found


class SqlDocumentWrites:
    """Documents registered in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def register(self, channel: Channel, documents: Sequence[RegisteredDocument]) -> int:
        before = await self.count(channel)
        rows = [{"channel_id": channel.id, "hash": one.hash, "name": one.name, "text": one.text} for one in documents]
        if rows:
            await self.connection.execute(inserted(self.connection, registered_document).on_conflict_do_nothing(), rows)
        return await self.count(channel) - before

    async def count(self, channel: Channel) -> int:
        of_channel = select(func.count()).select_from(registered_document).where(registered_document.c.channel_id == channel.id)
        return int((await self.connection.execute(of_channel)).scalar_one())
