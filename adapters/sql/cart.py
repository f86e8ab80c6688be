"""Carts in SQL: a session opens those it was granted and its customer's; to anybody else they look missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    delete,
    false,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.cart_activity import activity_of, activity_values
from adapters.sql.cart_address import destinations_of, save_destinations
from adapters.sql.database import Database
from adapters.sql.tables import cart, cart_activity, cart_contact, cart_line, customer, session, session_cart
from adapters.sql.upsert import upsert
from domain.actor import Actor
from domain.carrier import Destination
from domain.cart import LIVE, Cart, CartLine, CartStatus
from domain.cart_activity import Activity
from domain.contact import Contact
from domain.group_record import group_of, record_of
from domain.ids import CartId, CustomerId, FulfillmentGroupId
from domain.money import Money
from domain.session import HandoffScope

ACTIVITIES_MAX = 100


def opened(actor: Actor) -> Select[Any]:
    """The carts that the actor may see, with what they may do with each (`scope`, null for staff who may only look)."""
    granted = and_(session_cart.c.cart_id == cart.c.id, session_cart.c.session_id == actor.session)
    is_owner = cart.c.customer_id == actor.customer if actor.customer else literal(False)
    scope = case((is_owner, HandoffScope.CHECKOUT.value), else_=session_cart.c.scope)
    contact = (cart_contact.c.email, cart_contact.c.name, cart_contact.c.phone)
    tables = cart.outerjoin(session_cart, granted).outerjoin(cart_contact, cart_contact.c.cart_id == cart.c.id)
    seen = true() if actor.is_everywhere else or_(is_owner, session_cart.c.session_id.is_not(None))
    is_masked = and_(~is_owner, func.coalesce(session_cart.c.is_masked, false())).label("is_masked")
    columns = (*cart.columns, scope.label("scope"), session_cart.c.granted_at, is_masked, *contact)
    return select(*columns).select_from(tables).where(seen)


def every_cart() -> Select[Any]:
    """As nobody in particular sees them."""
    contact = (cart_contact.c.email, cart_contact.c.name, cart_contact.c.phone)
    tables = cart.outerjoin(cart_contact, cart_contact.c.cart_id == cart.c.id)
    return select(*cart.columns, null().label("scope"), literal(False).label("is_masked"), *contact).select_from(tables)


def worked_on(actor: Actor) -> Select[Any]:
    """Of the carts that are live in the actor's channel: the one that was handed to the session, its customer's, or its own."""
    is_owner = cart.c.customer_id == actor.customer if actor.customer else literal(False)
    was_handed = select(session.c.parent_id).where(session.c.id == actor.session).scalar_subquery().is_not(None)
    rank = case((and_(was_handed, session_cart.c.granted_at.is_not(None)), 0), (is_owner, 1), else_=2)
    theirs = or_(is_owner, session_cart.c.granted_at.is_not(None))
    return (
        opened(actor)
        .where(theirs, *live_in(actor))
        .order_by(rank, func.coalesce(session_cart.c.granted_at, cart.c.created_at).desc(), cart.c.id.desc())
        .limit(1)
    )


def live_in(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """That can be worked on in the actor's channel."""
    live = cart.c.status.in_([status.value for status in LIVE])
    return live, cart.c.pool_id == actor.channel.pool, cart.c.currency_code == actor.channel.currency_code


class SqlCarts:
    """Carts read."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def carts(self, actor: Actor, ids: Sequence[CartId]) -> Mapping[CartId, Cart]:
        async with self.database.reading() as connection:
            return await whole(connection, opened(actor).where(cart.c.id.in_(ids)))

    async def open_of(self, actor: Actor) -> Cart | None:
        if actor.session is None:
            return None
        async with self.database.reading() as connection:
            return next(iter((await whole(connection, worked_on(actor))).values()), None)

    async def of_customers(self, actor: Actor, customers: Sequence[CustomerId]) -> Mapping[CustomerId, Cart]:
        theirs = opened(actor).where(cart.c.customer_id.in_(customers), *live_in(actor))
        async with self.database.reading() as connection:
            found = (await whole(connection, theirs)).values()
        return {one.customer: one for one in found if one.customer}

    async def activities(self, actor: Actor, carts: Sequence[CartId], first: int) -> Mapping[CartId, tuple[Activity, ...]]:
        newest = func.row_number().over(partition_by=cart_activity.c.cart_id, order_by=cart_activity.c.version.desc())
        ranked = select(cart_activity, newest.label("rank")).where(cart_activity.c.cart_id.in_(carts)).subquery()
        query = select(ranked).where(ranked.c.rank <= first).order_by(ranked.c.version.desc())
        found: dict[CartId, list[Activity]] = defaultdict(list)
        async with self.database.reading() as connection:
            for row in await connection.execute(query):
                found[row.cart_id].append(activity_of(row))
        return {id: tuple(found[id]) for id in carts}

    async def activities_since(self, id: CartId, version: int) -> tuple[Activity, ...]:
        later = select(cart_activity).where(cart_activity.c.cart_id == id, cart_activity.c.version > version)
        async with self.database.reading() as connection:
            rows = await connection.execute(later.order_by(cart_activity.c.version.desc()).limit(ACTIVITIES_MAX))
            return tuple(activity_of(row) for row in reversed(rows.all()))


async def whole(connection: AsyncConnection, query: Select[Any]) -> dict[CartId, Cart]:
    """The carts of a query, with their lines, in its order."""
    rows = (await connection.execute(query)).all()
    ids = [row.id for row in rows]
    lines = select(cart_line).where(cart_line.c.cart_id.in_(ids)).order_by(cart_line.c.id)
    of_cart: dict[CartId, list[Row[Any]]] = defaultdict(list)
    for line in await connection.execute(lines) if ids else ():
        of_cart[line.cart_id].append(line)
    destinations = await destinations_of(connection, [row.id for row in rows if any(group["service"] for group in row.groups)])
    return {row.id: cart_of(row, of_cart[row.id], destinations) for row in rows}


def cart_of(row: Row[Any], lines: Iterable[Row[Any]], destinations: Mapping[FulfillmentGroupId, Destination]) -> Cart:
    groups = [group_of(record, None) for record in row.groups]
    return Cart(
        id=row.id,
        version=row.version,
        status=CartStatus(row.status),
        channel=row.channel_id,
        pool=row.pool_id,
        currency_code=row.currency_code,
        customer=row.customer_id,
        contact=Contact(row.email, row.name, row.phone) if row.email or row.phone or row.name else None,
        lines=tuple(line_of(line, row.currency_code) for line in lines),
        groups=tuple(replace(group, destination=destinations.get(group.id)) for group in groups),
        discount_codes=tuple(row.discount_codes),
        source_code=row.source_code,
        contact_version=row.contact_version,
        codes_version=row.codes_version,
        groups_version=row.groups_version,
        lines_removed_version=row.lines_removed_version,
        merged_into=row.merged_into,
        scope=HandoffScope(row.scope) if row.scope else None,
        is_masked=bool(row.is_masked),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def line_of(row: Row[Any], currency: str) -> CartLine:
    return CartLine(
        id=row.id,
        variant=row.variant_id,
        quantity=row.quantity,
        price_seen=Money(currency, row.price_seen_minor),
        version=row.version,
    )


class SqlCartWrites:
    """Carts in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def lock(self, actor: Actor, id: CartId) -> Cart | None:
        await self.wait_for([id])
        return (await whole(self.connection, opened(actor).where(cart.c.id == id))).get(id)

    async def lock_any(self, id: CartId) -> Cart:
        await self.wait_for([id])
        return (await whole(self.connection, every_cart().where(cart.c.id == id)))[id]

    async def lock_open_of(self, actor: Actor) -> Cart | None:
        """Chosen again once it is locked: it may have been merged or ordered meanwhile."""
        if actor.session is None:
            return None
        await self.wait_for_opener(actor)
        chosen = (await whole(self.connection, worked_on(actor))).keys()
        await self.wait_for(chosen)
        return next(iter((await whole(self.connection, worked_on(actor))).values()), None)

    async def lock_own(self, actor: Actor) -> Cart | None:
        await self.wait_for_customer(actor)
        own = worked_on(actor).where(cart.c.customer_id == actor.customer)
        await self.wait_for(await whole(self.connection, own))
        return next(iter((await whole(self.connection, own)).values()), None)

    async def wait_for_opener(self, actor: Actor) -> None:
        """Of two carts that are begun by a session at once, the second one finds the first."""
        if actor.customer:
            await self.wait_for_customer(actor)
        elif self.connection.dialect.name == "postgresql":
            one = select(session.c.id).where(session.c.id == actor.session)
            await self.connection.execute(one.with_for_update(key_share=True))

    async def wait_for_customer(self, actor: Actor) -> None:
        """And of two that are begun for a customer, wherever from."""
        if actor.customer and self.connection.dialect.name == "postgresql":
            one = select(customer.c.id).where(customer.c.id == actor.customer)
            await self.connection.execute(one.with_for_update(key_share=True))

    async def wait_for(self, ids: Iterable[CartId]) -> None:
        """In the order of ids, like everybody; SQLite has one writer, who has waited already. Not of those who only name a cart
        in a row of their own, since two who do so and then change it would wait for each other."""
        if self.connection.dialect.name == "postgresql":
            locking = select(cart.c.id).where(cart.c.id.in_(list(ids))).order_by(cart.c.id).with_for_update(key_share=True)
            await self.connection.execute(locking)

    async def create(self, created: Cart, activity: Activity) -> None:
        await self.connection.execute(insert(cart).values({"id": created.id, **values_of(created)}))
        await self.save_parts(None, created, activity)

    async def save(self, before: Cart, after: Cart, activity: Activity) -> None:
        assert after.version == before.version + 1, "each change makes one version"
        await self.connection.execute(update(cart).where(cart.c.id == after.id).values(values_of(after)))
        await self.save_parts(before, after, activity)

    async def save_parts(self, before: Cart | None, after: Cart, activity: Activity) -> None:
        known = {line.id: line for line in before.lines} if before else {}
        gone = known.keys() - {line.id for line in after.lines}
        if gone:
            await self.connection.execute(delete(cart_line).where(cart_line.c.id.in_(gone)))
        if fresh := [line_values(after, line) for line in after.lines if known.get(line.id) != line]:
            await self.connection.execute(upsert(self.connection, cart_line, by=["id"]), fresh)
        if after.contact != (before.contact if before else None):
            await self.save_contact(after)
        await save_destinations(self.connection, before, after)
        await self.connection.execute(insert(cart_activity).values(activity_values(activity)))

    async def save_contact(self, after: Cart) -> None:
        if after.contact is None:
            await self.connection.execute(delete(cart_contact).where(cart_contact.c.cart_id == after.id))
            return
        contact = after.contact
        row = {"cart_id": after.id, "email": contact.email, "name": contact.name, "phone": contact.phone}
        await self.connection.execute(upsert(self.connection, cart_contact, by=["cart_id"]), row)


def values_of(saved: Cart) -> dict[str, Any]:
    return {
        "version": saved.version,
        "status": saved.status.value,
        "channel_id": saved.channel,
        "pool_id": saved.pool,
        "currency_code": saved.currency_code,
        "customer_id": saved.customer,
        "discount_codes": list(saved.discount_codes),
        "source_code": saved.source_code,
        "contact_version": saved.contact_version,
        "groups": [record_of(group) for group in saved.groups],
        "codes_version": saved.codes_version,
        "groups_version": saved.groups_version,
        "lines_removed_version": saved.lines_removed_version,
        "merged_into": saved.merged_into,
        "created_at": saved.created_at,
        "updated_at": saved.updated_at,
    }


def line_values(saved: Cart, line: CartLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "cart_id": saved.id,
        "variant_id": line.variant,
        "quantity": line.quantity,
        "price_seen_minor": line.price_seen.minor_units,
        "version": line.version,
    }
