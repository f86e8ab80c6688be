"""One-time codes, counted attempts and idempotency keys in SQL: each is taken by one statement, by one who comes first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.tables import attempt, idempotency_key, one_time_code
from adapters.sql.upsert import inserted
from domain.code import OneTimeCode, Purpose
from domain.idempotency import IdempotencyKey, Outcome
from domain.ids import CartId, CustomerId
from domain.refusal import IdempotencyKeyReused
from domain.session import HandoffScope


class SqlCodes:
    """Codes in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def issue(self, code: OneTimeCode) -> bool:
        values = {
            "digest": code.digest,
            "purpose": code.purpose.value,
            "cart_id": code.cart,
            "customer_id": code.customer,
            "location_id": code.location,
            "staff_id": code.staff,
            "scope": code.scope and code.scope.value,
            "data": None if code.data is None else dict(code.data),
            "expires_at": code.expires_at,
        }
        issuing = inserted(self.connection, one_time_code).values(values).on_conflict_do_nothing()
        return (await self.connection.execute(issuing)).rowcount == 1

    async def unspent_of(self, cart: CartId, now: datetime) -> int:
        unspent = (one_time_code.c.cart_id == cart, one_time_code.c.spent_at.is_(None), one_time_code.c.expires_at > now)
        found = await self.connection.execute(select(func.count()).select_from(one_time_code).where(*unspent))
        return int(found.scalar_one())

    async def spend(self, digest: str, purposes: tuple[Purpose, ...], now: datetime) -> OneTimeCode | None:
        unspent = (
            one_time_code.c.digest == digest,
            one_time_code.c.purpose.in_([purpose.value for purpose in purposes]),
            one_time_code.c.spent_at.is_(None),
            one_time_code.c.expires_at > now,
        )
        spending = update(one_time_code).where(*unspent).values(spent_at=now).returning(*one_time_code.columns)
        row = (await self.connection.execute(spending)).one_or_none()
        if row is None:
            return None
        return OneTimeCode(
            digest=row.digest,
            purpose=Purpose(row.purpose),
            expires_at=row.expires_at,
            cart=row.cart_id,
            customer=row.customer_id,
            location=row.location_id,
            staff=row.staff_id,
            scope=row.scope and HandoffScope(row.scope),
            data=row.data,
        )

    async def customer_of(self, digest: str) -> CustomerId | None:
        found = select(one_time_code.c.customer_id).where(one_time_code.c.digest == digest)
        return (await self.connection.execute(found)).scalar_one_or_none()

    async def revoke(self, customer: CustomerId | None, purposes: tuple[Purpose, ...], now: datetime) -> None:
        theirs = (one_time_code.c.customer_id == customer, one_time_code.c.spent_at.is_(None))
        named = one_time_code.c.purpose.in_([purpose.value for purpose in purposes])
        await self.connection.execute(update(one_time_code).where(*theirs, named).values(spent_at=now))


class SqlAttempts:
    """Attempts in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def add(self, kind: str, subjects: Mapping[str, int], since: datetime) -> Mapping[str, int]:
        """In the order of subjects, like everybody."""
        failures = {}
        for subject in sorted(subjects):
            statement = inserted(self.connection, attempt).values(
                kind=kind, subject=subject, since=since, failures=subjects[subject]
            )
            more = attempt.c.failures + statement.excluded.failures
            counting = statement.on_conflict_do_update(
                index_elements=["kind", "subject", "since"], set_={"failures": more}
            ).returning(attempt.c.failures)
            failures[subject] = int((await self.connection.execute(counting)).scalar_one())
        return failures


class SqlKnownKeys:
    """Idempotency keys read."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def known(self, key: IdempotencyKey, now: datetime) -> Outcome | IdempotencyKeyReused | None:
        mine = (idempotency_key.c.digest == key.digest, idempotency_key.c.expires_at > now)
        async with self.database.reading() as connection:
            row = (await connection.execute(select(idempotency_key).where(*mine))).one_or_none()
        return outcome_of(row, key) if row else None


def outcome_of(row: Row[Any], key: IdempotencyKey) -> Outcome | IdempotencyKeyReused:
    outcome: Outcome = row.outcome
    return outcome if row.fingerprint == key.fingerprint else IdempotencyKeyReused()


class SqlIdempotency:
    """Idempotency keys in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def claim(self, key: IdempotencyKey, now: datetime) -> Outcome | IdempotencyKeyReused | None:
        """One that is claimed by another unit of work at this moment is waited for."""
        stale = (idempotency_key.c.digest == key.digest, idempotency_key.c.expires_at <= now)
        await self.connection.execute(delete(idempotency_key).where(*stale))
        values = {"digest": key.digest, "fingerprint": key.fingerprint, "expires_at": key.expires_at}
        claiming = inserted(self.connection, idempotency_key).values(values).on_conflict_do_nothing()
        if (await self.connection.execute(claiming)).rowcount:
            return None
        found = select(idempotency_key).where(idempotency_key.c.digest == key.digest)
        return outcome_of((await self.connection.execute(found)).one(), key)

    async def settle(self, key: IdempotencyKey, outcome: Outcome) -> None:
        mine = idempotency_key.c.digest == key.digest
        await self.connection.execute(update(idempotency_key).where(mine).values(outcome=dict(outcome)))
