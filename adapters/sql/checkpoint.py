"""Checkpoints of imports in SQL, kept in the transaction of the chunk they speak of."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.tables import intake
from adapters.sql.upsert import upsert
from domain.ids import PoolId
from domain.intake.checkpoint import Checkpoint
from domain.intake.report import Imported
from domain.ledger import Shelf


class SqlCheckpoints:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def of(self, pool: PoolId) -> Checkpoint | None:
        rows = await self.connection.execute(select(intake).where(intake.c.pool_id == pool).with_for_update())
        row = rows.one_or_none()
        if row is None:
            return None
        return Checkpoint(
            fingerprint=row.fingerprint,
            began_at=row.began_at,
            last=None if row.sku is None else Shelf(row.sku, row.location_id, pool),
            imported=Imported(row.added, row.changed, row.unchanged),
        )

    async def save(self, pool: PoolId, checkpoint: Checkpoint) -> None:
        last, imported = checkpoint.last, checkpoint.imported
        values = {
            "pool_id": pool,
            "fingerprint": checkpoint.fingerprint,
            "began_at": checkpoint.began_at,
            "sku": last and last.sku,
            "location_id": last and last.location,
            "added": imported.added,
            "changed": imported.changed,
            "unchanged": imported.unchanged,
        }
        await self.connection.execute(upsert(self.connection, intake, by=["pool_id"]), values)

    async def clear(self, pool: PoolId) -> None:
        await self.connection.execute(delete(intake).where(intake.c.pool_id == pool))
