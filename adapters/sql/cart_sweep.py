"""Carts that nobody works on any more, in SQL: found, and forgotten with all that is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select, update

from adapters.sql.cart import SqlCartWrites, every_cart, whole
from adapters.sql.tables import cart, cart_activity, cart_address, cart_contact, cart_line, one_time_code, session_cart
from domain.cart import Cart, CartStatus
from domain.ids import CartId

KEPT = (CartStatus.ORDERED.value, CartStatus.CHECKOUT.value)


class SqlLeftCarts(SqlCartWrites):
    """Carts in one unit of work, with those that were left alone."""

    async def left_since(self, moment: datetime, most: int) -> Sequence[Cart]:
        has_lines = exists().where(cart_line.c.cart_id == cart.c.id)
        left = select(cart.c.id).where(cart.c.status == CartStatus.OPEN.value, cart.c.updated_at <= moment, has_lines)
        some = left.order_by(cart.c.updated_at, cart.c.id).limit(most).with_for_update(skip_locked=True, of=cart)
        ids = list((await self.connection.execute(some)).scalars())
        return list((await whole(self.connection, every_cart().where(cart.c.id.in_(ids)))).values()) if ids else []

    async def forget(self, moment: datetime, most: int) -> int:
        old = select(cart.c.id).where(cart.c.status.not_in(KEPT), cart.c.updated_at <= moment)
        some = old.order_by(cart.c.updated_at, cart.c.id).limit(most).with_for_update(skip_locked=True)
        ids: list[CartId] = list((await self.connection.execute(some)).scalars())
        if not ids:
            return 0
        await self.connection.execute(update(cart).where(cart.c.merged_into.in_(ids)).values(merged_into=None))
        for table in (session_cart, one_time_code, cart_address, cart_contact, cart_line, cart_activity):
            await self.connection.execute(delete(table).where(table.c.cart_id.in_(ids)))
        await self.connection.execute(delete(cart).where(cart.c.id.in_(ids)))
        return len(ids)
