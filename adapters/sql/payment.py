"""Attempts to pay, and their payments, in SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, insert, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.columns import minor, money
from adapters.sql.database import Database
from adapters.sql.tables import payment, payment_attempt
from domain.ids import OrderId, PaymentAttemptId, PaymentId
from domain.money import Money
from domain.payment import PaymentMethod, PaymentStatus
from domain.payment_attempt import UNDER_WAY, AttemptStatus, Payment, PaymentAttempt


class SqlPayments:
    """Attempts read."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def attempts(self, ids: Sequence[PaymentAttemptId]) -> Mapping[PaymentAttemptId, PaymentAttempt]:
        async with self.database.reading() as connection:
            return await whole(connection, payment_attempt.c.id.in_(ids))

    async def attempt_of(self, id: PaymentId) -> PaymentAttemptId | None:
        async with self.database.reading() as connection:
            found = await connection.execute(select(payment.c.attempt_id).where(payment.c.id == id))
        return found.scalar_one_or_none()


THE = "the_"  # before the names of an attempt's columns, where they stand beside those of its payments


async def whole(connection: AsyncConnection, which: ColumnElement[bool], *, locked: bool = False) -> dict[Any, PaymentAttempt]:
    """Attempts with their payments, in the order in which they were given."""
    the = [column.label(f"{THE}{column.name}") for column in payment_attempt.columns]
    joined = payment_attempt.outerjoin(payment, payment.c.attempt_id == payment_attempt.c.id)
    query = select(payment, *the).select_from(joined).where(which).order_by(payment.c.id)
    found: dict[Any, list[Row[Any]]] = defaultdict(list)
    for row in await connection.execute(query.with_for_update(of=payment_attempt) if locked else query):
        found[row.the_id].append(row)
    return {id: attempt_of(rows) for id, rows in found.items()}


def attempt_of(rows: Sequence[Row[Any]]) -> PaymentAttempt:
    first = rows[0]
    return PaymentAttempt(
        id=first.the_id,
        checkout=first.the_checkout_id,
        order=first.the_order_id,
        status=AttemptStatus(first.the_status),
        payments=tuple(payment_of(row) for row in rows if row.id),
        lease_until=first.the_lease_until,
        ends_at=first.the_ends_at,
        decline_code=first.the_decline_code,
    )


def payment_of(row: Row[Any]) -> Payment:
    currency = row.currency_code
    return Payment(
        id=row.id,
        method=PaymentMethod(row.method),
        status=PaymentStatus(row.status),
        amount=Money(currency, row.amount_minor),
        captured=Money(currency, row.captured_minor),
        released=Money(currency, row.released_minor),
        refunded=Money(currency, row.refunded_minor),
        change=money(currency, row.change_minor),
        provider=row.provider,
        reference=row.reference,
        terminal=row.terminal_id,
        location=row.location_id,
        customer=row.customer_id,
        decline_code=row.decline_code,
        authorized_until=row.authorized_until,
        captures_in_parts=row.captures_in_parts,
        told_at=row.told_at,
        created_at=row.created_at,
    )


class SqlPaymentWrites:
    """Attempts in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def lock(self, id: PaymentAttemptId) -> PaymentAttempt | None:
        return (await whole(self.connection, payment_attempt.c.id == id, locked=True)).get(id)

    async def take(self, id: PaymentAttemptId, now: datetime, until: datetime) -> PaymentAttempt | None:
        free = and_(payment_attempt.c.id == id, is_under_way(), payment_attempt.c.lease_until <= now)
        taking = update(payment_attempt).where(free).values(lease_until=until)
        return await self.lock(id) if (await self.connection.execute(taking)).rowcount else None

    async def create(self, attempt: PaymentAttempt) -> None:
        values = attempt_values(attempt) | {"id": attempt.id, "checkout_id": attempt.checkout, "order_id": attempt.order}
        await self.connection.execute(insert(payment_attempt).values(values))
        if attempt.payments:
            rows = [payment_values(one) | {"id": one.id, "attempt_id": attempt.id} for one in attempt.payments]
            await self.connection.execute(insert(payment), rows)

    async def save(self, attempt: PaymentAttempt) -> None:
        of_attempt = payment_attempt.c.id == attempt.id
        await self.connection.execute(update(payment_attempt).where(of_attempt).values(attempt_values(attempt)))
        await self.save_payments(attempt.payments)

    async def save_payments(self, payments: Sequence[Payment]) -> None:
        if payments:
            names = payment_values(payments[0])
            saving = update(payment).where(payment.c.id == bindparam("of")).values({name: bindparam(name) for name in names})
            await self.connection.execute(saving, [payment_values(one) | {"of": one.id} for one in payments])

    async def paid_for(self, attempt: PaymentAttemptId, order: OrderId) -> None:
        for table, of in ((payment_attempt, payment_attempt.c.id), (payment, payment.c.attempt_id)):
            await self.connection.execute(update(table).where(of == attempt).values(order_id=order))

    async def under_way_of(self, order: OrderId) -> PaymentAttemptId | None:
        found = await self.connection.execute(
            select(payment_attempt.c.id).where(payment_attempt.c.order_id == order, is_under_way()).limit(1)
        )
        return found.scalar_one_or_none()

    async def ending(self, until: datetime, most: int) -> Sequence[OrderId]:
        soon = (is_authorized(), payment.c.authorized_until <= until, payment.c.told_at.is_(None))
        query = select(payment.c.order_id).where(*soon, payment.c.order_id.is_not(None)).group_by(payment.c.order_id)
        query = query.order_by(func.min(payment.c.authorized_until)).limit(most)
        return list((await self.connection.execute(query)).scalars())

    async def left(self, now: datetime, most: int) -> Sequence[PaymentAttemptId]:
        is_lost = or_(payment_attempt.c.status == AttemptStatus.PENDING.value, payment_attempt.c.ends_at <= now)
        query = select(payment_attempt.c.id).where(is_under_way(), payment_attempt.c.lease_until <= now, is_lost)
        return list((await self.connection.execute(query.order_by(payment_attempt.c.lease_until).limit(most))).scalars())


def is_under_way() -> ColumnElement[bool]:
    return payment_attempt.c.status.in_([status.value for status in UNDER_WAY])


def is_authorized() -> ColumnElement[bool]:
    """As the index of those that end has it, word by word."""
    return payment.c.status == literal_column(f"'{PaymentStatus.AUTHORIZED.value}'")


def attempt_values(attempt: PaymentAttempt) -> dict[str, Any]:
    return {
        "status": attempt.status.value,
        "lease_until": attempt.lease_until,
        "ends_at": attempt.ends_at,
        "decline_code": attempt.decline_code,
    }


def payment_values(one: Payment) -> dict[str, Any]:
    return {
        "method": one.method.value,
        "status": one.status.value,
        "currency_code": one.amount.currency_code,
        "amount_minor": one.amount.minor_units,
        "captured_minor": one.captured.minor_units,
        "released_minor": one.released.minor_units,
        "refunded_minor": one.refunded.minor_units,
        "change_minor": minor(one.change),
        "provider": one.provider,
        "reference": one.reference,
        "terminal_id": one.terminal,
        "location_id": one.location,
        "customer_id": one.customer,
        "decline_code": one.decline_code,
        "authorized_until": one.authorized_until,
        "captures_in_parts": one.captures_in_parts,
        "told_at": one.told_at,
        "created_at": one.created_at,
    }
