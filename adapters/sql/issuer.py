"""People whom an issuer vouches for, in SQL: found by the issuer and its own name for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.account import released
from adapters.sql.tables import customer, location, staff_member
from adapters.sql.upsert import inserted
from domain.contact import email_key, wrong_email
from domain.ids import CustomerId, StaffMemberId
from domain.issuer import Vouched


class SqlIssuers:
    """Those they vouch for, in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def customer(self, vouched: Vouched, now: datetime) -> CustomerId:
        """With the address, unless somebody has shown that it is theirs."""
        known = named(customer, vouched)
        there: CustomerId | None = (await self.connection.execute(known)).scalar_one_or_none()
        if there is not None:
            return there
        email = None if wrong_email(vouched.email, ()) else vouched.email
        values = {
            "id": CustomerId.new(),
            "email_verified": False,
            "issuer": vouched.issuer,
            "issuer_subject": vouched.subject,
            "name": vouched.name,
            "created_at": now,
        }
        if email:
            await self.connection.execute(released(email_key(email)))
            with_email = {**values, "email": email, "email_key": email_key(email), "email_verified": True}
            await self.connection.execute(inserted(self.connection, customer).values(with_email).on_conflict_do_nothing())
        await self.connection.execute(inserted(self.connection, customer).values(values).on_conflict_do_nothing())
        found: CustomerId = (await self.connection.execute(known)).scalar_one()
        return found

    async def staff(self, vouched: Vouched) -> StaffMemberId:
        places = select(location.c.id).where(location.c.code.in_(vouched.location_codes)).order_by(location.c.code)
        facts = {
            "name": vouched.name or vouched.subject,
            "roles": [role.value for role in vouched.roles],
            "location_ids": [id.value.hex for id in (await self.connection.execute(places)).scalars()],
        }
        new = {"id": StaffMemberId.new(), "issuer": vouched.issuer, "issuer_subject": vouched.subject, "is_active": True}
        adding = inserted(self.connection, staff_member).values(new | facts).on_conflict_do_nothing()
        await self.connection.execute(adding)
        theirs = (staff_member.c.issuer == vouched.issuer, staff_member.c.issuer_subject == vouched.subject)
        changing = update(staff_member).where(*theirs).values(facts).returning(staff_member.c.id)
        found: StaffMemberId = (await self.connection.execute(changing)).scalar_one()
        return found


def named(people: Table, vouched: Vouched) -> Any:
    return select(people.c.id).where(people.c.issuer == vouched.issuer, people.c.issuer_subject == vouched.subject)
