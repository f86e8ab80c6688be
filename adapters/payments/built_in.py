"""The test provider: a bank of our own, for the demo and for tests, which takes no money.

It stands for a system somewhere else: it keeps its charges in a table and transactions of its own, so that it forgets nothing
when the gateway dies, and its answers can be slow or lost. The tokens it knows stand in docs/payments.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.clock import system
from adapters.payments.charge import (
    NEVER_ANSWERS,
    SLOW,
    Charge,
    answered,
    begun,
    captured,
    outcome_of,
    refunded,
    voided,
)
from adapters.sql.columns import minor
from adapters.sql.database import Database
from adapters.sql.tables import test_charge
from adapters.sql.upsert import inserted
from domain.ids import PaymentId
from domain.money import Money
from domain.payment import Asked, Outcome, PaymentStatus, Refused, Unreachable

SLOW_SECONDS = 5.0


class BuiltIn:
    """On SQLite it writes when nobody else does: whoever asks it within a unit of work waits for themselves, for ever."""

    name = "test"
    seconds_max = 10.0

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime] = system,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
        confirm_url: str = "/payments/test/confirm",
        captures_in_parts: bool = True,
    ) -> None:
        """`wait`: what it does for some seconds; `confirm_url`: where a buyer tells the bank that it is them."""
        self.database, self.clock, self.wait = database, clock, wait
        self.confirm_url, self.captures_in_parts = confirm_url, captures_in_parts

    async def authorize(self, asked: Asked) -> Outcome:
        if asked.token == SLOW:
            await self.wait(SLOW_SECONDS)
        charge = await self.opened(begun(asked, self.clock()))
        if asked.token == NEVER_ANSWERS:
            await self.wait(self.seconds_max)
            raise Unreachable("the test provider did not answer")
        return outcome_of(charge, self.confirm_url, self.clock())

    async def outcome(self, payment: PaymentId, reference: str | None) -> Outcome | None:
        charge = await self.charge(payment)
        return None if charge is None else outcome_of(charge, self.confirm_url, self.clock())

    async def capture(self, payment: PaymentId, reference: str, amount: Money, *, key: str, is_last: bool) -> None:
        if not (is_last or self.captures_in_parts):
            raise Refused("this provider captures once")
        await self.change(payment, partial(captured, amount=amount, now=self.clock(), key=key, is_last=is_last))

    async def void(self, payment: PaymentId, reference: str | None) -> None:
        await self.opened(Charge(payment=payment, status=PaymentStatus.VOIDED))
        await self.change(payment, voided)

    async def refund(self, payment: PaymentId, reference: str, amount: Money, *, key: str) -> None:
        await self.change(payment, partial(refunded, amount=amount, key=key))

    async def answer(self, payment: PaymentId, *, confirms: bool) -> Charge | None:
        """What the buyer says to the bank; None where there is no such charge."""
        if await self.charge(payment) is None:
            return None
        return await self.change(payment, partial(answered, now=self.clock(), confirms=confirms))

    async def charge(self, payment: PaymentId) -> Charge | None:
        async with self.database.reading() as connection:
            row = (await connection.execute(select(test_charge).where(test_charge.c.payment_id == payment))).one_or_none()
        return None if row is None else charge_of(row)

    async def opened(self, charge: Charge) -> Charge:
        """The first of a payment stays."""
        async with self.database.writing() as connection:
            adding = inserted(connection, test_charge).values(payment_id=charge.payment, **values_of(charge))
            await connection.execute(adding.on_conflict_do_nothing())
            found = await locked(connection, charge.payment)
            await connection.commit()
        return found

    async def change(self, payment: PaymentId, step: Callable[[Charge], Charge]) -> Charge:
        async with self.database.writing() as connection:
            changed = step(await locked(connection, payment))
            one = test_charge.c.payment_id == payment
            await connection.execute(update(test_charge).where(one).values(values_of(changed)))
            await connection.commit()
        return changed


async def locked(connection: AsyncConnection, payment: PaymentId) -> Charge:
    row = await connection.execute(select(test_charge).where(test_charge.c.payment_id == payment).with_for_update())
    if (found := row.one_or_none()) is None:
        raise Refused("there is no such charge")
    return charge_of(found)


def charge_of(row: Row[Any]) -> Charge:
    return Charge(
        payment=row.payment_id,
        status=PaymentStatus(row.status),
        amount=Money(row.currency_code, row.amount_minor) if row.currency_code else None,
        decline_code=row.decline_code,
        return_url=row.return_url,
        expires_at=row.expires_at,
        captures=row.captures,
        refunds=row.refunds,
    )


def values_of(charge: Charge) -> dict[str, Any]:
    return {
        "status": charge.status.value,
        "amount_minor": minor(charge.amount),
        "currency_code": charge.amount and charge.amount.currency_code,
        "decline_code": charge.decline_code,
        "return_url": charge.return_url,
        "expires_at": charge.expires_at,
        "captures": dict(charge.captures),
        "refunds": dict(charge.refunds),
    }
