"""Checkouts in SQL: whoever may check a cart out sees them. Addresses stand with those of the cart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, literal, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.cart import opened
from adapters.sql.cart_address import destinations_of, values_of
from adapters.sql.database import Database
from adapters.sql.tables import cart_address, checkout, fulfillment, order_contact, stock_hold
from domain.actor import Actor
from domain.carrier import Destination
from domain.channel import FulfillmentMethod
from domain.checkout import LIVE, Checkout, CheckoutStatus, Holder
from domain.checkout_record import checkout_of, record_of
from domain.contact import Contact, email_key
from domain.fulfillment import UNDER_WAY
from domain.ids import CartId, CheckoutId, FulfillmentGroupId
from domain.session import HandoffScope


class SqlCheckouts:
    """Checkouts read."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def checkouts(self, actor: Actor, ids: Sequence[CheckoutId]) -> Mapping[CheckoutId, Checkout]:
        return await self.found(actor, checkout.c.id.in_(ids))

    async def of_carts(self, actor: Actor, carts: Sequence[CartId]) -> Mapping[CartId, Checkout]:
        newest = func.row_number().over(partition_by=checkout.c.cart_id, order_by=checkout.c.created_at.desc())
        ranked = select(checkout.c.id, newest.label("rank")).where(checkout.c.cart_id.in_(carts)).subquery()
        found = await self.found(actor, checkout.c.id.in_(select(ranked.c.id).where(ranked.c.rank == 1)))
        return {one.cart: one for one in found.values()}

    async def found(self, actor: Actor, which: ColumnElement[bool]) -> dict[CheckoutId, Checkout]:
        carts = opened(actor).subquery("opened")
        seen = literal(True) if actor.is_everywhere else carts.c.scope == HandoffScope.CHECKOUT.value
        query = select(checkout).join(carts, carts.c.id == checkout.c.cart_id).where(which, seen)
        async with self.database.reading() as connection:
            rows = (await connection.execute(query)).all()
            destinations = await destinations_of(connection, [row.cart_id for row in rows])
        return {row.id: read(row, destinations) for row in rows}


def read(row: Row[Any], destinations: Mapping[FulfillmentGroupId, Destination]) -> Checkout:
    return checkout_of(
        row.frozen,
        destinations,
        id=row.id,
        cart=row.cart_id,
        cart_version=row.cart_version,
        status=CheckoutStatus(row.status),
        channel=row.channel_id,
        pool=row.pool_id,
        currency_code=row.currency_code,
        customer=row.customer_id,
        source_code=row.source_code,
        attempt=row.attempt_id,
        order=row.order_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


class SqlCheckoutWrites:
    """Checkouts in one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def cart_of(self, id: CheckoutId) -> CartId | None:
        found = await self.connection.execute(select(checkout.c.cart_id).where(checkout.c.id == id))
        return found.scalar_one_or_none()

    async def lock(self, id: CheckoutId) -> Checkout | None:
        return await self.locked(checkout.c.id == id)

    async def live_of(self, cart: CartId) -> Checkout | None:
        return await self.locked((checkout.c.cart_id == cart) & is_live())

    async def locked(self, which: ColumnElement[bool]) -> Checkout | None:
        row = (await self.connection.execute(select(checkout).where(which).with_for_update())).one_or_none()
        if row is None:
            return None
        is_delivered = any(group["service"] for group in row.frozen["groups"])
        return read(row, await destinations_of(self.connection, [row.cart_id] if is_delivered else []))

    async def create(self, created: Checkout, holder: Holder) -> None:
        values = {
            "id": created.id,
            "cart_id": created.cart,
            "cart_version": created.cart_version,
            "status": created.status.value,
            "channel_id": created.channel,
            "pool_id": created.pool,
            "currency_code": created.currency_code,
            "customer_id": created.customer,
            "source_code": created.source_code,
            "frozen": record_of(created),
            "due_minor": created.due.minor_units,
            "session_id": holder.session,
            "contact_digest": holder.digest,
            "created_at": created.created_at,
            "expires_at": created.expires_at,
        }
        await self.connection.execute(insert(checkout).values(values))
        if to := {group.id: group.destination for group in created.groups if group.destination}:
            await self.connection.execute(insert(cart_address), [values_of(created.cart, id, one) for id, one in to.items()])

    async def save(self, saved: Checkout, *, ended_at: datetime | None = None) -> None:
        values = {
            "status": saved.status.value,
            "attempt_id": saved.attempt,
            "order_id": saved.order,
            "expires_at": saved.expires_at,
            "ended_at": ended_at,
        }
        await self.connection.execute(update(checkout).where(checkout.c.id == saved.id).values(values))
        is_undone = saved.status in (CheckoutStatus.CANCELED, CheckoutStatus.EXPIRED)
        if is_undone and (to := [group.id for group in saved.groups if group.destination]):
            await self.connection.execute(delete(cart_address).where(cart_address.c.group_id.in_(to)))

    async def live_with(self, holder: Holder, now: datetime) -> tuple[int, int]:
        live = (is_live(), or_(checkout.c.status == CheckoutStatus.PAYING.value, checkout.c.expires_at > now))
        alike = [(True, one) for one in of(holder)] + [(False, goes_to(one)) for one in holder.destinations]
        counts = [
            select(literal(is_buyers).label("is_buyers"), func.count().label("n")).select_from(checkout).where(*live, one)
            for is_buyers, one in alike
        ]
        found = union_all(*counts).subquery()
        query = select(found.c.is_buyers, func.max(found.c.n)).group_by(found.c.is_buyers)
        most = {bool(is_buyers): int(n) for is_buyers, n in await self.connection.execute(query)}
        return most.get(True, 0), most.get(False, 0)

    async def units_with(self, holder: Holder, skus: Sequence[str], now: datetime) -> Mapping[str, int]:
        theirs = (is_live(), or_(*of(holder)), stock_hold.c.expires_at > now, stock_hold.c.sku.in_(skus))
        joined = stock_hold.join(checkout, checkout.c.id == stock_hold.c.checkout_id)
        query = select(stock_hold.c.sku, func.sum(stock_hold.c.quantity)).select_from(joined).where(*theirs)
        return {sku: int(units) for sku, units in await self.connection.execute(query.group_by(stock_hold.c.sku))}

    async def reservations_with(self, contact: Contact) -> int:
        same = [order_contact.c.phone == contact.phone] if contact.phone else []
        same += [order_contact.c.email_key == email_key(contact.email)] if contact.email else []
        waiting = fulfillment.c.status.in_([status.value for status in UNDER_WAY])
        joined = fulfillment.join(order_contact, order_contact.c.order_id == fulfillment.c.order_id)
        reserved = fulfillment.c.method == FulfillmentMethod.RESERVE_IN_STORE.value
        query = (
            select(func.count(func.distinct(fulfillment.c.group_id))).select_from(joined).where(waiting, reserved, or_(*same))
        )
        return int((await self.connection.execute(query)).scalar_one())

    async def held(self, cart: CartId, since: datetime) -> Sequence[tuple[datetime, datetime]]:
        query = select(checkout.c.created_at, checkout.c.expires_at, checkout.c.ended_at)
        query = query.where(checkout.c.cart_id == cart, checkout.c.created_at >= since)
        return [(row.created_at, row.ended_at or row.expires_at) for row in await self.connection.execute(query)]

    async def expired(self, now: datetime, most: int) -> Sequence[tuple[CartId, CheckoutId]]:
        over = (checkout.c.status == CheckoutStatus.OPEN.value, checkout.c.expires_at <= now)
        query = select(checkout.c.cart_id, checkout.c.id).where(*over).order_by(checkout.c.expires_at).limit(most)
        return [(row.cart_id, row.id) for row in await self.connection.execute(query)]


def of(holder: Holder) -> list[ColumnElement[bool]]:
    """The checkouts of the same person, as far as can be told."""
    same_session = [checkout.c.session_id == holder.session] if holder.session else []
    return [checkout.c.contact_digest == holder.digest, *same_session]


def goes_to(to: Destination) -> ColumnElement[bool]:
    """The checkouts of carts that are delivered to the same door."""
    assert to.address is not None, "only what has an address is chosen"
    here = (cart_address.c.postal_code == to.address.postal_code, cart_address.c.line1 == to.address.line1)
    return checkout.c.cart_id.in_(select(cart_address.c.cart_id).where(*here))


def is_live() -> ColumnElement[bool]:
    return checkout.c.status.in_([status.value for status in LIVE])
