"""Customers and staff read in SQL: oneself, and for staff those they work for and with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from adapters.sql.database import Database
from adapters.sql.tables import customer, staff_member
from domain.actor import Actor, Role
from domain.customer import Customer
from domain.ids import CustomerId, LocationId, StaffMemberId
from domain.staff import StaffMember


class SqlCustomers:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def customers(self, actor: Actor, ids: Sequence[CustomerId]) -> Mapping[CustomerId, Customer]:
        seen = [id for id in ids if actor.is_everywhere or id == actor.customer]
        if not seen:
            return {}
        async with self.database.reading() as connection:
            rows = await connection.execute(select(customer).where(customer.c.id.in_(seen)))
        return {row.id: customer_of(row) for row in rows}


def customer_of(row: Row[Any]) -> Customer:
    return Customer(
        id=row.id,
        email=row.email,
        email_verified=row.email_verified,
        name=row.name,
        phone=row.phone,
        created_at=row.created_at,
    )


class SqlStaff:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def members(self, actor: Actor, ids: Sequence[StaffMemberId]) -> Mapping[StaffMemberId, StaffMember]:
        if not ids or not actor.is_staff:
            return {}
        async with self.database.reading() as connection:
            rows = await connection.execute(select(staff_member).where(staff_member.c.id.in_(ids)))
        return {row.id: member_of(row) for row in rows}


def member_of(row: Row[Any]) -> StaffMember:
    return StaffMember(
        id=row.id,
        name=row.name,
        roles=tuple(Role(name) for name in row.roles),
        location_ids=tuple(LocationId(UUID(hex=digits)) for digits in row.location_ids),
    )
