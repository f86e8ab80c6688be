"""Accounts in SQL: customers and staff as they are compared with who claims to be one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, false, null, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.people import member_of
from adapters.sql.tables import customer, staff_member
from adapters.sql.upsert import inserted
from domain.account import Account, NewCustomer, StaffAccount
from domain.contact import email_key
from domain.ids import CustomerId

COLUMNS = (customer.c.id, customer.c.email, customer.c.email_verified, customer.c.new_email, customer.c.password_hash)


def accounts(*where: Any) -> Select[Any]:
    return select(*COLUMNS).where(*where)


def account_of(row: Row[Any] | None) -> Account | None:
    return None if row is None else Account(**row._mapping)


class SqlAccounts:
    """Accounts read."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def named(self, email_key: str) -> Account | None:
        async with self.database.reading() as connection:
            return account_of((await connection.execute(accounts(customer.c.email_key == email_key))).one_or_none())

    async def staff_named(self, email_key: str) -> StaffAccount | None:
        found = select(staff_member).where(staff_member.c.email_key == email_key, staff_member.c.is_active)
        async with self.database.reading() as connection:
            row = (await connection.execute(found)).one_or_none()
        return None if row is None else StaffAccount(member_of(row), row.password_hash)

    async def is_any_at(self, domain: str) -> bool:
        """Has anybody, customer or staff, an address there?"""
        keys = select(customer.c.email_key).union_all(select(staff_member.c.email_key)).subquery()
        found = select(keys.c.email_key).where(keys.c.email_key.endswith(f"@{domain}", autoescape=True)).limit(1)
        async with self.database.reading() as connection:
            return (await connection.execute(found)).first() is not None


class SqlAccountWrites:
    """Accounts in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def lock(self, id: CustomerId) -> Account | None:
        found = accounts(customer.c.id == id).with_for_update()
        return account_of((await self.connection.execute(found)).one_or_none())

    async def lock_named(self, email_key: str) -> Account | None:
        found = accounts(customer.c.email_key == email_key).with_for_update()
        return account_of((await self.connection.execute(found)).one_or_none())

    async def add(self, new: NewCustomer, now: datetime) -> Account | None:
        values = {
            "id": CustomerId.new(),
            "email": new.email,
            "email_key": email_key(new.email),
            "email_verified": False,
            "name": new.name,
            "password_hash": new.password_hash,
            "created_at": now,
        }
        adding = inserted(self.connection, customer).values(values).on_conflict_do_nothing(index_elements=["email_key"])
        return account_of((await self.connection.execute(adding.returning(*COLUMNS))).one_or_none())

    async def sign_up_again(self, id: CustomerId, anew: NewCustomer) -> None:
        await self.set(id, email=anew.email, name=anew.name, password_hash=anew.password_hash)

    async def verify(self, id: CustomerId) -> None:
        await self.set(id, email_verified=True)

    async def change(self, id: CustomerId, *, name: str | None, phone: str | None) -> None:
        await self.set(id, name=name, phone=phone)

    async def plan_email(self, id: CustomerId, email: str | None) -> None:
        await self.set(id, new_email=email)

    async def change_email(self, id: CustomerId, email: str) -> bool:
        """Two may do so at the same moment; the database knows who came first."""
        try:
            async with self.connection.begin_nested():
                await self.connection.execute(released(email_key(email), but=id))
                await self.set(id, email=email, email_key=email_key(email), email_verified=True, new_email=None)
        except IntegrityError:
            return False
        return True

    async def set_password(self, id: CustomerId, password_hash: str) -> None:
        await self.set(id, password_hash=password_hash, email_verified=True, new_email=None)

    async def set(self, id: CustomerId, **values: Any) -> None:
        await self.connection.execute(update(customer).where(customer.c.id == id).values(values))


def released(email_key: str, *, but: CustomerId | None = None) -> Any:
    """Who has never shown that an address is theirs gives it up for who has."""
    others = customer.c.id.is_not(null()) if but is None else customer.c.id != but
    unverified = (customer.c.email_key == email_key, customer.c.email_verified == false(), others)
    return update(customer).where(*unverified).values(email=None, email_key=None)
