"""What is done with payments, in SQL: steps written down, taken one at a time, and refunds as they are shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, exists, insert, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.payment import payment_of
from adapters.sql.tables import payment, payment_step
from domain.actor import Actor
from domain.ids import OrderId, PaymentId
from domain.money import Money
from domain.payment import PaymentMethod
from domain.payment_attempt import Payment
from domain.payment_step import PaymentStep, StepKind, StepStatus
from domain.refund import Refund, RefundStatus

IS_PENDING = payment_step.c.status == literal_column(f"'{StepStatus.PENDING.value}'")  # as the index of these has it


class SqlRefunds:
    """Refunds read."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def refunds(self, actor: Actor, orders: Sequence[OrderId]) -> Mapping[OrderId, tuple[Refund, ...]]:
        found: dict[OrderId, tuple[Refund, ...]] = defaultdict(tuple)
        theirs = (payment_step.c.order_id.in_(orders), payment_step.c.kind == StepKind.REFUND.value)
        async with self.database.reading() as connection:
            for row in await connection.execute(select(payment_step).where(*theirs).order_by(payment_step.c.id)):
                found[row.order_id] += (refund_of(row),)
        return {id: found[id] for id in orders}


class SqlPaymentSteps:
    """Steps in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def add(self, steps: Sequence[PaymentStep]) -> None:
        if steps:
            await self.connection.execute(insert(payment_step), [values_of(step) for step in steps])

    async def is_known(self, order: OrderId, key: str) -> bool:
        of_cause = exists().where(payment_step.c.order_id == order, payment_step.c.key == key)
        return bool((await self.connection.execute(select(of_cause))).scalar_one())

    async def take(self, now: datetime, until: datetime, order: OrderId | None) -> tuple[PaymentStep, Payment] | None:
        earlier = payment_step.alias("earlier")
        waits = exists().where(
            earlier.c.payment_id == payment_step.c.payment_id,
            earlier.c.status == StepStatus.PENDING.value,
            earlier.c.id < payment_step.c.id,
        )
        asked = [IS_PENDING, payment_step.c.next_at <= now, ~waits] + ([payment_step.c.order_id == order] if order else [])
        first = select(payment_step.c.id).where(*asked).order_by(payment_step.c.next_at, payment_step.c.id).limit(1)
        taken = {"next_at": until, "attempts": payment_step.c.attempts + 1}
        taking = update(payment_step).where(payment_step.c.id == first.with_for_update(skip_locked=True).scalar_subquery())
        found = (await self.connection.execute(taking.values(taken).returning(payment_step))).one_or_none()
        if found is None:
            return None
        paid = (await self.connection.execute(select(payment).where(payment.c.id == found.payment_id))).one()
        return step_of(found), payment_of(paid)

    async def pending(self, payment: PaymentId) -> Sequence[PaymentStep]:
        of_payment = (payment_step.c.payment_id == payment, payment_step.c.status == StepStatus.PENDING.value)
        rows = await self.connection.execute(select(payment_step).where(*of_payment).order_by(payment_step.c.id))
        return [step_of(row) for row in rows]

    async def save(self, steps: Sequence[PaymentStep]) -> None:
        saved: dict[str, Any] = {"status": bindparam("to"), "next_at": bindparam("then")}
        saving = update(payment_step).where(payment_step.c.id == bindparam("of")).values(saved)
        if steps:
            rows = [{"of": step.id, "to": step.status.value, "then": step.next_at} for step in steps]
            await self.connection.execute(saving, rows)


def values_of(step: PaymentStep) -> dict[str, Any]:
    return {
        "id": step.id,
        "order_id": step.order,
        "payment_id": step.payment,
        "kind": step.kind.value,
        "status": step.status.value,
        "currency_code": step.amount.currency_code,
        "amount_minor": step.amount.minor_units,
        "method": step.method.value,
        "is_last": step.is_last,
        "key": step.key,
        "reason": step.reason,
        "staff_id": step.staff,
        "attempts": step.attempts,
        "next_at": step.next_at,
        "created_at": step.created_at,
    }


def step_of(row: Row[Any]) -> PaymentStep:
    return PaymentStep(
        id=row.id,
        order=row.order_id,
        payment=row.payment_id,
        kind=StepKind(row.kind),
        status=StepStatus(row.status),
        amount=Money(row.currency_code, row.amount_minor),
        method=PaymentMethod(row.method),
        is_last=row.is_last,
        key=row.key,
        reason=row.reason,
        staff=row.staff_id,
        attempts=row.attempts,
        next_at=row.next_at,
        created_at=row.created_at,
    )


def refund_of(row: Row[Any]) -> Refund:
    return Refund(
        id=row.id,
        amount=Money(row.currency_code, row.amount_minor),
        method=PaymentMethod(row.method),
        status=RefundStatus(row.status),
        reason=row.reason,
        created_at=row.created_at,
    )
