"""Store credit in SQL: the guard is in the UPDATE, so that a balance is never spent twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.people import seen_by
from adapters.sql.tables import store_credit, store_credit_entry
from adapters.sql.upsert import inserted
from domain.actor import Actor
from domain.ids import CustomerId, PaymentId, StoreCreditId
from domain.money import Money
from domain.store_credit import CreditCause


class SqlStoreCredits:
    """Balances read."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def balances(self, actor: Actor, customers: Sequence[CustomerId]) -> Mapping[CustomerId, tuple[Money, ...]]:
        seen = seen_by(actor, customers)
        if not seen:
            return {}
        theirs = (store_credit.c.customer_id.in_(seen), store_credit.c.minor > 0)
        found: dict[CustomerId, list[Money]] = defaultdict(list)
        async with self.database.reading() as connection:
            rows = await connection.execute(select(store_credit).where(*theirs).order_by(store_credit.c.currency_code))
            for row in rows:
                found[row.customer_id].append(Money(row.currency_code, row.minor))
        return {id: tuple(amounts) for id, amounts in found.items()}


class SqlStoreCreditWrites:
    """Store credit in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def spend(self, customer: CustomerId, amount: Money, payment: PaymentId, now: datetime) -> bool:
        assert amount.minor_units > 0, "what is spent is more than nothing"
        theirs = (store_credit.c.customer_id == customer, store_credit.c.currency_code == amount.currency_code)
        enough = store_credit.c.minor >= amount.minor_units
        taking = update(store_credit).where(*theirs, enough).values(minor=store_credit.c.minor - amount.minor_units)
        if (await self.connection.execute(taking)).rowcount == 0:
            return False
        await self.enter(customer, Money(amount.currency_code, -amount.minor_units), CreditCause.SPENT, payment, now)
        return True

    async def grant(
        self, customer: CustomerId, amount: Money, cause: CreditCause, payment: PaymentId | None, now: datetime
    ) -> None:
        assert amount.minor_units > 0, "what is granted is more than nothing"
        assert cause is not CreditCause.SPENT, "that takes off"
        values = {"customer_id": customer, "currency_code": amount.currency_code, "minor": amount.minor_units}
        adding = inserted(self.connection, store_credit).values(values)
        more = store_credit.c.minor + adding.excluded.minor
        adding = adding.on_conflict_do_update(index_elements=["customer_id", "currency_code"], set_={"minor": more})
        await self.connection.execute(adding)
        await self.enter(customer, amount, cause, payment, now)

    async def enter(
        self, customer: CustomerId, amount: Money, cause: CreditCause, payment: PaymentId | None, now: datetime
    ) -> None:
        values = {
            "id": StoreCreditId.new(),
            "customer_id": customer,
            "currency_code": amount.currency_code,
            "minor": amount.minor_units,
            "cause": cause.value,
            "payment_id": payment,
            "at": now,
        }
        await self.connection.execute(insert(store_credit_entry).values(values))
