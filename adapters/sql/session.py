"""Sessions in SQL."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.database import Database
from adapters.sql.tables import kiosk, session, session_cart, session_order, staff_member
from adapters.sql.upsert import inserted, upsert
from domain.actor import Role
from domain.ids import CartId, CustomerId, KioskId, LocationId, OrderId, SessionId, StaffMemberId
from domain.session import HandoffScope, Identity, Session

sessions = session  # where a parameter bears its name


def going_on(now: datetime) -> Any:
    return and_(session.c.ended_at.is_(None), session.c.ends_at > now)


class SqlSessions:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def identity(self, id: SessionId, now: datetime) -> Identity | None:
        async with self.database.reading() as connection:
            row = (await connection.execute(identity_query(id, now))).one_or_none()
        return None if row is None else identity_of(row)


def identity_query(id: SessionId, now: datetime) -> Select[Any]:
    """Nobody is found whose kiosk was revoked, or who does not work here any more."""
    people = session.outerjoin(staff_member, staff_member.c.id == session.c.staff_id).outerjoin(
        kiosk, kiosk.c.id == session.c.kiosk_id
    )
    columns = (*session.columns, staff_member.c.roles, staff_member.c.location_ids, kiosk.c.location_id)
    still_there = (
        or_(session.c.staff_id.is_(None), staff_member.c.is_active),
        or_(session.c.kiosk_id.is_(None), kiosk.c.revoked_at.is_(None)),
    )
    return select(*columns).select_from(people).where(session.c.id == id, going_on(now), *still_there)


def identity_of(row: Row[Any]) -> Identity:
    roles = [Role(name) for name in row.roles or ()]
    roles += [Role.KIOSK] if row.kiosk_id else []
    roles += [Role.CUSTOMER] if row.customer_id else []
    roles += [Role.INTEGRATION] if row.integration else []
    locations = {LocationId(UUID(hex=digits)) for digits in row.location_ids or ()}
    locations |= {row.location_id} if row.location_id else set()
    return Identity(session_of(row), tuple(roles) or (Role.SHOPPER,), frozenset(locations))


def session_of(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        channel=row.channel_id,
        customer=row.customer_id,
        staff=row.staff_id,
        kiosk=row.kiosk_id,
        integration=row.integration,
        parent=row.parent_id,
        reason=row.reason,
        generation=row.generation,
        refreshed_at=row.refreshed_at,
        is_refreshable=row.is_refreshable,
        ends_at=row.ends_at,
    )


def values_of(opened: Session) -> dict[str, Any]:
    return {
        "id": opened.id,
        "channel_id": opened.channel,
        "customer_id": opened.customer,
        "staff_id": opened.staff,
        "kiosk_id": opened.kiosk,
        "integration": opened.integration,
        "parent_id": opened.parent,
        "reason": opened.reason,
        "generation": opened.generation,
        "refreshed_at": opened.refreshed_at,
        "is_refreshable": opened.is_refreshable,
        "ends_at": opened.ends_at,
    }


class SqlSessionWrites:
    """Sessions in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def open(self, opened: Session, now: datetime) -> None:
        await self.connection.execute(insert(session).values(values_of(opened)))

    async def open_once(self, opened: Session, now: datetime) -> bool:
        opening = inserted(self.connection, session).values(values_of(opened)).on_conflict_do_nothing(index_elements=["id"])
        return bool((await self.connection.execute(opening)).rowcount)

    async def lock(self, id: SessionId, now: datetime) -> Session | None:
        found = select(session).where(session.c.id == id, going_on(now)).with_for_update(key_share=True)
        row = (await self.connection.execute(found)).one_or_none()
        return None if row is None else session_of(row)

    async def refresh(self, refreshed: Session) -> None:
        values = {"generation": refreshed.generation, "refreshed_at": refreshed.refreshed_at, "ends_at": refreshed.ends_at}
        await self.connection.execute(update(session).where(session.c.id == refreshed.id).values(values))
        if refreshed.kiosk:
            seen = update(kiosk).where(kiosk.c.id == refreshed.kiosk).values(last_seen_at=refreshed.refreshed_at)
            await self.connection.execute(seen)

    async def end(
        self,
        now: datetime,
        *,
        session: SessionId | None = None,
        customer: CustomerId | None = None,
        staff: StaffMemberId | None = None,
        kiosk: KioskId | None = None,
        integration: str | None = None,
    ) -> Collection[SessionId]:
        people = {"customer_id": customer, "staff_id": staff, "kiosk_id": kiosk}
        theirs = {"id": session, "integration": integration, **people}
        named = or_(*(sessions.c[name] == id for name, id in theirs.items() if id is not None))
        family = select(sessions.c.id).where(named).cte("family", recursive=True)
        family = family.union_all(select(sessions.c.id).join(family, sessions.c.parent_id == family.c.id))
        ending = update(sessions).where(sessions.c.id.in_(select(family.c.id)), going_on(now)).values(ended_at=now)
        return list((await self.connection.execute(ending.returning(sessions.c.id))).scalars())

    async def grant(
        self, session: SessionId, cart: CartId, scope: HandoffScope, now: datetime, *, is_masked: bool = False
    ) -> None:
        row = {"session_id": session, "cart_id": cart, "scope": scope.value, "granted_at": now, "is_masked": is_masked}
        await self.connection.execute(upsert(self.connection, session_cart, by=["session_id", "cart_id"]), row)

    async def grant_order(self, session: SessionId, order: OrderId, now: datetime) -> None:
        row = {"session_id": session, "order_id": order, "granted_at": now}
        await self.connection.execute(inserted(self.connection, session_order).values(row).on_conflict_do_nothing())

    async def inherit(self, session: SessionId, before: SessionId, now: datetime) -> None:
        for opens in (session_cart, session_order):
            kept = [c for c in opens.columns if c is not opens.c.session_id]
            columns = ["session_id", *(column.name for column in kept)]
            theirs = select(literal(session, opens.c.session_id.type), *kept).where(opens.c.session_id == before)
            inheriting = inserted(self.connection, opens).from_select(columns, theirs).on_conflict_do_nothing()
            await self.connection.execute(inheriting)
