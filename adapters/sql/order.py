"""Orders in SQL: to whom they are shown, read whole, and what is changed of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, literal, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.cart_address import destination_of
from adapters.sql.database import Database
from adapters.sql.payment import payment_of
from adapters.sql.tables import (
    fulfillment,
    fulfillment_line,
    order_address,
    order_contact,
    order_entry,
    order_line,
    payment,
    sales_order,
    session_cart,
    session_order,
)
from domain.actor import Actor, Role
from domain.channel import FulfillmentMethod
from domain.checkout_record import groups_of, totals_of
from domain.contact import Contact
from domain.fulfillment import Fulfillment, FulfillmentLine, FulfillmentStatus, Tracking
from domain.group_record import promise_of
from domain.ids import CartId, FulfillmentId, OrderId, OrderLineId
from domain.money import Money
from domain.order import OF_STAFF, Delivered, Entry, EntryKind, Order, OrderLine, OrderStatus, TimelineAsked
from domain.reason import ReasonCode
from domain.session import HandoffScope


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The customer's own; those of carts that the session checks out, or that it was let in to; for staff, of their stores;
    for an integration, those that were taken in for its channel."""
    if actor.is_everywhere:
        return true()
    of_order = session_order.c.order_id == sales_order.c.id
    granted = exists().where(session_order.c.session_id == actor.session, of_order)
    checks_out = and_(session_cart.c.scope == HandoffScope.CHECKOUT.value, ~session_cart.c.is_masked)
    its_cart = exists().where(
        session_cart.c.session_id == actor.session, session_cart.c.cart_id == sales_order.c.cart_id, checks_out
    )
    seen: list[ColumnElement[bool]] = [granted, its_cart] if actor.session else [literal(False)]
    if Role.INTEGRATION in actor.roles:
        seen.append(and_(sales_order.c.channel_id == actor.channel.id, sales_order.c.external_id.is_not(None)))
    if actor.customer:
        seen.append(sales_order.c.customer_id == actor.customer)
    if actor.is_staff:
        here = or_(*(column.in_(actor.locations) for column in (fulfillment.c.location_id, fulfillment.c.destination_id)))
        seen.append(exists().where(fulfillment.c.order_id == sales_order.c.id, here))
    return or_(*seen)


class SqlOrders:
    """Orders read."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def orders(self, actor: Actor, ids: Sequence[OrderId]) -> Mapping[OrderId, Order]:
        return await self.found(select(sales_order).where(sales_order.c.id.in_(ids), seen_by(actor)))

    async def orders_any(self, actor: Actor, ids: Sequence[OrderId]) -> Mapping[OrderId, Order]:
        return await self.found(select(sales_order).where(sales_order.c.id.in_(ids)))

    async def numbered(self, actor: Actor, number: str) -> Order | None:
        found = await self.found(select(sales_order).where(sales_order.c.number == number, seen_by(actor)))
        return next(iter(found.values()), None)

    async def of_carts(self, actor: Actor, carts: Sequence[CartId]) -> Mapping[CartId, Order]:
        found = await self.found(select(sales_order).where(sales_order.c.cart_id.in_(carts), seen_by(actor)))
        return {order.cart: order for order in found.values() if order.cart}

    async def of_fulfillments(self, actor: Actor, ids: Sequence[FulfillmentId]) -> Mapping[FulfillmentId, Order]:
        theirs = select(fulfillment.c.order_id).where(fulfillment.c.id.in_(ids))
        found = await self.found(select(sales_order).where(sales_order.c.id.in_(theirs), seen_by(actor)))
        return {one.id: order for order in found.values() for one in order.fulfillments if one.id in ids}

    async def batch(self, actor: Actor, after: OrderId | None, most: int) -> Sequence[Order]:
        later = true() if after is None else sales_order.c.id > after
        query = select(sales_order).where(later, seen_by(actor)).order_by(sales_order.c.id).limit(most)
        return list((await self.found(query)).values())

    async def found(self, query: Select[Any]) -> dict[OrderId, Order]:
        async with self.database.reading() as connection:
            return await whole(connection, query)

    async def lines(self, actor: Actor, ids: Sequence[OrderLineId]) -> Mapping[OrderLineId, OrderLine]:
        joined = order_line.join(sales_order, sales_order.c.id == order_line.c.order_id)
        query = select(order_line, sales_order.c.currency_code).select_from(joined).where(order_line.c.id.in_(ids))
        async with self.database.reading() as connection:
            return {row.id: line_of(row, row.currency_code) for row in await connection.execute(query)}

    async def people(self, actor: Actor, orders: Sequence[OrderId]) -> Mapping[OrderId, Delivered]:
        return await self.delivered(orders, true())

    async def people_shown(self, actor: Actor, orders: Sequence[OrderId]) -> Mapping[OrderId, Delivered]:
        return await self.delivered(orders, seen_by(actor))

    async def delivered(self, orders: Sequence[OrderId], shown: ColumnElement[bool]) -> Mapping[OrderId, Delivered]:
        seen = select(sales_order.c.id).where(sales_order.c.id.in_(orders), shown)
        contacts = select(order_contact).where(order_contact.c.order_id.in_(seen))
        addresses = select(order_address).where(order_address.c.order_id.in_(seen))
        async with self.database.reading() as connection:
            people = {row.order_id: row for row in await connection.execute(contacts)}
            rows = (await connection.execute(addresses)).all()
        found = {}
        for id in orders:
            one = people.get(id)
            destinations = {row.group_id: destination_of(row) for row in rows if row.order_id == id}
            found[id] = Delivered(contact_of(one) if one else None, destinations)
        return found

    async def entries(self, actor: Actor, orders: Sequence[OrderId], asked: TimelineAsked) -> Mapping[OrderId, list[Entry]]:
        told: list[ColumnElement[bool]] = [order_entry.c.order_id.in_(orders)]
        if not actor.is_staff:
            told.append(order_entry.c.kind.not_in([kind.value for kind in OF_STAFF]))
        if asked.after:
            told.append(order_entry.c.id < asked.after)
        rank = func.row_number().over(partition_by=order_entry.c.order_id, order_by=order_entry.c.id.desc())
        ranked = select(order_entry, rank.label("rank")).where(*told).subquery("ranked")
        query = select(ranked).where(ranked.c.rank <= asked.most).order_by(ranked.c.id.desc())
        found: dict[OrderId, list[Entry]] = {id: [] for id in orders}
        async with self.database.reading() as connection:
            for row in await connection.execute(query):
                found[row.order_id].append(entry_of(row))
        return found


async def whole(connection: AsyncConnection, query: Select[Any]) -> dict[OrderId, Order]:
    """The orders of a query, with all that is theirs, in its order: five statements, however many they are."""
    rows = (await connection.execute(query)).all()
    if not rows:
        return {}
    ids = [row.id for row in rows]
    lines = await by_owner(connection, order_line, order_line.c.order_id, ids)
    payments = await by_owner(connection, payment, payment.c.order_id, ids)
    parts = await by_owner(connection, fulfillment, fulfillment.c.order_id, ids)
    units = await by_owner(
        connection, fulfillment_line, fulfillment_line.c.fulfillment_id, [one.id for some in parts.values() for one in some]
    )
    return {row.id: order_of(row, lines[row.id], parts[row.id], units, payments[row.id]) for row in rows}


async def by_owner(connection: AsyncConnection, table: Any, owner: Any, ids: Sequence[Any]) -> Mapping[Any, list[Row[Any]]]:
    found: dict[Any, list[Row[Any]]] = defaultdict(list)
    for row in await connection.execute(select(table).where(owner.in_(ids)).order_by(table.c.id)) if ids else ():
        found[row._mapping[owner.name]].append(row)
    return found


def order_of(
    row: Row[Any],
    lines: Sequence[Row[Any]],
    parts: Sequence[Row[Any]],
    units: Mapping[FulfillmentId, Sequence[Row[Any]]],
    payments: Sequence[Row[Any]],
) -> Order:
    currency = row.currency_code
    return Order(
        id=row.id,
        number=row.number,
        version=row.version,
        status=OrderStatus(row.status),
        channel=row.channel_id,
        pool=row.pool_id,
        currency_code=currency,
        external_id=row.external_id,
        import_digest=row.import_digest,
        source_code=row.source_code,
        customer=row.customer_id,
        cart=row.cart_id,
        lines=tuple(line_of(line, currency) for line in lines),
        groups=groups_of(row.groups, {}),
        fulfillments=tuple(fulfillment_of(part, units[part.id]) for part in parts),
        payments=tuple(payment_of(one) for one in payments),
        totals=totals_of(row.totals, currency),
        placed_at=row.placed_at,
        updated_at=row.updated_at,
    )


def line_of(row: Row[Any], currency: str) -> OrderLine:
    return OrderLine(
        id=row.id,
        variant=row.variant_id,
        sku=row.sku,
        title=row.title,
        quantity=row.quantity,
        unit_price=Money(currency, row.unit_price_minor),
        discount=Money(currency, row.discount_minor),
        tax=Money(currency, row.tax_minor),
        total=Money(currency, row.total_minor),
        unsourced=row.unsourced,
        fulfilled=row.fulfilled,
        canceled=row.canceled,
        returned=row.returned,
    )


def fulfillment_of(row: Row[Any], lines: Sequence[Row[Any]]) -> Fulfillment:
    return Fulfillment(
        id=row.id,
        order=row.order_id,
        version=row.version,
        method=FulfillmentMethod(row.method),
        status=FulfillmentStatus(row.status),
        location=row.location_id,
        destination=row.destination_id,
        group=row.group_id,
        lines=tuple(
            FulfillmentLine(id=line.id, order_line=line.order_line_id, quantity=line.quantity, picked=line.picked)
            for line in lines
        ),
        promise=promise_of(*row.promise) if row.promise else None,
        expected_at=row.expected_at,
        tracking=Tracking(row.carrier, row.tracking_number, row.tracking_url) if row.carrier else None,
        collect_before=row.collect_before,
        reasons=tuple(ReasonCode(code) for code in row.reasons or ()),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def contact_of(row: Row[Any]) -> Contact:
    return Contact(row.email, row.name, row.phone)


def entry_of(row: Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        order=row.order_id,
        at=row.at,
        kind=EntryKind(row.kind),
        change=row.change,
        data=row.data,
        reason=row.reason,
        channel=row.channel_id,
        staff=row.staff_id,
        fulfillment=row.fulfillment_id,
    )
