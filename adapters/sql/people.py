"""Customers and staff in SQL: oneself, and for staff those they work for and with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.tables import customer, customer_address, staff_member
from adapters.sql.upsert import inserted, upsert
from domain.actor import Actor, Role
from domain.address import Address, AddressFacts
from domain.customer import Customer
from domain.ids import AddressId, CustomerId, LocationId, StaffMemberId
from domain.staff import StaffEntry, StaffMember

FACTS = tuple(field.name for field in fields(AddressFacts))


def seen_by(actor: Actor, ids: Sequence[CustomerId]) -> list[CustomerId]:
    return [id for id in ids if actor.is_everywhere or id == actor.customer]


class SqlCustomers:
    """Customers read."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def customers(self, actor: Actor, ids: Sequence[CustomerId]) -> Mapping[CustomerId, Customer]:
        seen = seen_by(actor, ids)
        if not seen:
            return {}
        async with self.database.reading() as connection:
            rows = await connection.execute(select(customer).where(customer.c.id.in_(seen)))
        return {row.id: customer_of(row) for row in rows}

    async def addresses(self, actor: Actor, ids: Sequence[CustomerId]) -> Mapping[CustomerId, tuple[Address, ...]]:
        theirs = customer_address.c.customer_id.in_(seen_by(actor, ids))
        order = (customer_address.c.customer_id, customer_address.c.position, customer_address.c.id)
        found: dict[CustomerId, list[Address]] = defaultdict(list)
        async with self.database.reading() as connection:
            for row in await connection.execute(select(customer_address).where(theirs).order_by(*order)):
                found[row.customer_id].append(Address(id=row.id, **{name: getattr(row, name) for name in FACTS}))
        return {id: tuple(found[id]) for id in ids}


def customer_of(row: Row[Any]) -> Customer:
    return Customer(
        id=row.id,
        email=row.email,
        email_verified=row.email_verified,
        name=row.name,
        phone=row.phone,
        created_at=row.created_at,
    )


class SqlCustomerWrites:
    """What customers keep, in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def addresses(self, id: CustomerId) -> tuple[AddressId, ...]:
        await self.connection.execute(select(customer.c.id).where(customer.c.id == id).with_for_update())
        found = select(customer_address.c.id).where(customer_address.c.customer_id == id)
        return tuple((await self.connection.execute(found)).scalars())

    async def save_address(self, customer: CustomerId, id: AddressId, address: AddressFacts) -> None:
        theirs = customer_address.c.customer_id == customer
        last = select(func.coalesce(func.max(customer_address.c.position), 0)).where(theirs).scalar_subquery()
        values = {"id": id, "customer_id": customer, **{name: getattr(address, name) for name in FACTS}}
        saving = upsert(self.connection, customer_address, by=["id"], keep=["customer_id", "position"])
        await self.connection.execute(saving.values(position=last + 1, **values))

    async def remove_address(self, customer: CustomerId, id: AddressId) -> bool:
        theirs = (customer_address.c.id == id, customer_address.c.customer_id == customer)
        return bool((await self.connection.execute(delete(customer_address).where(*theirs))).rowcount)


class SqlStaff:
    """Staff read."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def members(self, actor: Actor, ids: Sequence[StaffMemberId]) -> Mapping[StaffMemberId, StaffMember]:
        if not ids or not actor.is_staff:
            return {}
        async with self.database.reading() as connection:
            rows = await connection.execute(select(staff_member).where(staff_member.c.id.in_(ids)))
        return {row.id: member_of(row) for row in rows}

    async def every(self) -> tuple[StaffEntry, ...]:
        async with self.database.reading() as connection:
            rows = await connection.execute(select(staff_member).order_by(staff_member.c.email_key, staff_member.c.id))
        return tuple(StaffEntry(member=member_of(row), email=row.email_key, is_active=row.is_active) for row in rows)


def member_of(row: Row[Any]) -> StaffMember:
    return StaffMember(
        id=row.id,
        name=row.name,
        roles=tuple(Role(name) for name in row.roles),
        location_ids=tuple(LocationId(UUID(hex=digits)) for digits in row.location_ids),
    )


def values_of(member: StaffMember) -> dict[str, Any]:
    return {
        "id": member.id,
        "name": member.name,
        "roles": [role.value for role in member.roles],
        "location_ids": [id.value.hex for id in member.location_ids],
    }


class SqlStaffWrites:
    """Staff in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def save(self, member: StaffMember, email_key: str, password_hash: str) -> bool:
        """The id of one who is known stays as it is."""
        values = {**values_of(member), "email_key": email_key, "password_hash": password_hash, "is_active": True}
        statement = inserted(self.connection, staff_member).values(values)
        changed = {name: statement.excluded[name] for name in values if name not in ("id", "email_key")}
        saving = statement.on_conflict_do_update(index_elements=["email_key"], set_=changed).returning(staff_member.c.id)
        saved: StaffMemberId = (await self.connection.execute(saving)).scalar_one()
        return saved == member.id

    async def deactivate(self, email_key: str) -> StaffMemberId | None:
        active = (staff_member.c.email_key == email_key, staff_member.c.is_active)
        ending = update(staff_member).where(*active).values(is_active=False).returning(staff_member.c.id)
        ended: StaffMemberId | None = (await self.connection.execute(ending)).scalar_one_or_none()
        return ended
