"""Where the groups of carts are delivered, in SQL: addresses are kept apart from all else that is known of a cart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.tables import cart_address
from domain.address import AddressFacts
from domain.carrier import Destination
from domain.cart import Cart
from domain.ids import CartId, FulfillmentGroupId
from domain.location import Coordinates

FACTS = tuple(field.name for field in fields(AddressFacts))


async def destinations_of(connection: AsyncConnection, carts: Sequence[CartId]) -> Mapping[FulfillmentGroupId, Destination]:
    """By group; without a statement where no cart is delivered."""
    if not carts:
        return {}
    rows = await connection.execute(select(cart_address).where(cart_address.c.cart_id.in_(carts)))
    return {row.group_id: destination_of(row) for row in rows}


def destination_of(row: Row[Any]) -> Destination:
    return Destination(
        country_code=row.country_code,
        postal_code=row.postal_code,
        coordinates=None if row.latitude is None else Coordinates(row.latitude, row.longitude),
        address=AddressFacts(**{name: getattr(row, name) for name in FACTS}),
    )


async def save_destinations(connection: AsyncConnection, before: Cart | None, after: Cart) -> None:
    """A group's never changes; one that is gone takes its address with it."""
    known = {group.id for group in before.groups if group.destination} if before else set()
    wanted = {group.id: group.destination for group in after.groups if group.destination}
    if gone := known - wanted.keys():
        await connection.execute(delete(cart_address).where(cart_address.c.group_id.in_(gone)))
    if fresh := [values_of(after.id, id, to) for id, to in wanted.items() if id not in known]:
        await connection.execute(insert(cart_address), fresh)


def values_of(cart: CartId, group: FulfillmentGroupId, to: Destination) -> dict[str, Any]:
    return {"group_id": group, "cart_id": cart, **place_values(to)}


def place_values(to: Destination) -> dict[str, Any]:
    assert to.address is not None, "only what has an address is chosen"
    point = to.coordinates
    return {
        "latitude": point and point.latitude,
        "longitude": point and point.longitude,
        **{name: getattr(to.address, name) for name in FACTS},
    }
