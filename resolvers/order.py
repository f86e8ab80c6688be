"""Orders, as whoever asks may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import domain.order_action
from domain.address import Address
from domain.cart import Cart
from domain.catalog import Variant
from domain.channel import Channel
from domain.contact import Contact
from domain.customer import Customer
from domain.fulfillment import Fulfillment, FulfillmentLine
from domain.ids import CustomerId, LocationId, OrderId, OrderLineId
from domain.location import Location
from domain.order import Delivered, Order, OrderLine, number_key
from domain.order_action import OrderAction
from domain.order_lookup import Lookup
from domain.order_receipt import look_up
from resolvers.context import Context
from resolvers.location import every_location
from resolvers.permission import require_staff


@dataclass(frozen=True, slots=True)
class Number:
    """As its buyer types it."""

    text: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands on it."""

    number: str
    email: str | None = None


By = OrderId | Number | Receipt


async def order(*, context: Context, by: By) -> Order | None:
    if isinstance(by, Receipt):
        require_staff(context)
        lookup = Lookup(number=by.number, email=by.email)
        return await look_up(context.work(), context.reads.lookups, context.actor, lookup, context.now)
    if isinstance(by, Number):
        return await context.reads.orders.numbered(context.actor, number_key(by.text))
    return (await context.reads.orders.orders(context.actor, [by])).get(by)


async def orders_of_carts(carts: Sequence[Cart], *, context: Context) -> list[Order | None]:
    found = await context.reads.orders.of_carts(context.actor, [cart.id for cart in carts])
    return [found.get(cart.id) for cart in carts]


async def orders_of_fulfillments(fulfillments: Sequence[Fulfillment], *, context: Context) -> list[Order]:
    """Also of one that the asker knows by its receipt."""
    found = await context.reads.orders.orders_any(context.actor, sorted({one.order for one in fulfillments}))
    return [found[one.order] for one in fulfillments]


async def channels_of_orders(orders: Sequence[Order], *, context: Context) -> list[Channel]:
    channels = await context.channels()
    return [channels[order.channel] for order in orders]


async def customers_of_orders(orders: Sequence[Order], *, context: Context) -> list[Customer | None]:
    ids: list[CustomerId] = [order.customer for order in orders if order.customer]
    found = await context.reads.customers.customers(context.actor, ids) if ids else {}
    return [found.get(order.customer) if order.customer else None for order in orders]


async def contacts_of_orders(orders: Sequence[Order], *, context: Context) -> list[Contact | None]:
    people = await people_of(context, [order.id for order in orders])
    return [one.contact for one in people]


async def people_of(context: Context, orders: Sequence[OrderId]) -> list[Delivered]:
    """Asked once, however many edges show something of them."""
    return await context.of_each(people, orders, key=lambda id: id)


async def people(orders: Sequence[OrderId], *, context: Context) -> list[Delivered]:
    found = await context.reads.orders.people_shown(context.actor, orders)
    return [found[id] for id in orders]


async def addresses_of_fulfillments(fulfillments: Sequence[Fulfillment], *, context: Context) -> list[Address | None]:
    people = await people_of(context, [one.order for one in fulfillments])
    return [address_in(delivered, one) for delivered, one in zip(people, fulfillments, strict=True)]


def address_in(delivered: Delivered, fulfillment: Fulfillment) -> Address | None:
    to = delivered.destinations.get(fulfillment.group)
    return Address(**asdict(to.address)) if to and to.address else None


def actions(order: Order, *, context: Context) -> tuple[OrderAction, ...]:
    return domain.order_action.actions(order, context.actor, context.now)


async def variants_of_lines(lines: Sequence[OrderLine], *, context: Context) -> list[Variant | None]:
    ids = sorted({line.variant for line in lines})
    found = {one.id: one for one in await context.reads.catalog.variants_any(context.actor, ids) if one}
    return [found.get(line.variant) for line in lines]


async def lines_of_fulfillment_lines(lines: Sequence[FulfillmentLine], *, context: Context) -> list[OrderLine]:
    ids: list[OrderLineId] = [line.order_line for line in lines]
    found = await context.reads.orders.lines(context.actor, sorted(set(ids)))
    return [found[id] for id in ids]


async def locations_of_fulfillments(fulfillments: Sequence[Fulfillment], *, context: Context) -> list[Location | None]:
    return await places(context, [one.location for one in fulfillments])


async def destinations_of_fulfillments(fulfillments: Sequence[Fulfillment], *, context: Context) -> list[Location | None]:
    return await places(context, [one.destination for one in fulfillments])


async def places(context: Context, ids: Sequence[LocationId | None]) -> list[Location | None]:
    every = {location.id: location for location in await context.once(every_location)}
    return [every.get(id) if id else None for id in ids]
