"""Lookups in SQL: an order by its number, and by where its buyer is written to."""

from __future__ import annotations

from sqlalchemy import select

from adapters.sql.database import Database
from adapters.sql.order import contact_of, whole
from adapters.sql.tables import order_contact, sales_order
from domain.actor import Actor
from domain.contact import email_key
from domain.order import number_key
from domain.order_lookup import LookedUp, Lookup


class SqlLookups:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def found(self, actor: Actor, lookup: Lookup) -> LookedUp | None:
        tables = sales_order.outerjoin(order_contact, order_contact.c.order_id == sales_order.c.id)
        named = [sales_order.c.number == number_key(lookup.number)]
        if lookup.email is not None:
            named.append(order_contact.c.email_key == email_key(lookup.email))
        if lookup.phone is not None:
            named.append(order_contact.c.phone == lookup.phone)
        async with self.database.reading() as connection:
            query = select(sales_order.c.id, order_contact).select_from(tables).where(*named)
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                return None
            orders = await whole(connection, select(sales_order).where(sales_order.c.id == row.id))
        return LookedUp(orders[row.id], contact_of(row) if row.order_id else None)
