"""Any thing by its id."""

from __future__ import annotations

from collections.abc import Sequence

from domain.cart import Cart
from domain.catalog import Category, Product, Variant
from domain.channel import Channel
from domain.checkout import Checkout
from domain.customer import Customer
from domain.fulfillment import Fulfillment
from domain.ids import (
    CartId,
    CategoryId,
    ChannelId,
    CheckoutId,
    CustomerId,
    FulfillmentId,
    Id,
    KioskId,
    LocationId,
    OpaqueId,
    OrderId,
    ProductId,
    StaffMemberId,
    StockTransferId,
    TerminalId,
    VariantId,
    parse_any,
)
from domain.kiosk import Kiosk
from domain.location import Location
from domain.order import Order
from domain.staff import StaffMember
from domain.terminal import Terminal
from domain.transfer import StockTransfer
from resolvers.catalog import every_category
from resolvers.context import Context
from resolvers.location import every_location

Node = (
    Product
    | Variant
    | Category
    | Location
    | Cart
    | Channel
    | Checkout
    | Customer
    | Fulfillment
    | Kiosk
    | Order
    | StaffMember
    | StockTransfer
    | Terminal
)


async def node(*, context: Context, id: OpaqueId) -> Node | None:
    (found,) = await nodes(context=context, ids=(id,))
    return found


async def nodes(*, context: Context, ids: tuple[OpaqueId, ...]) -> list[Node | None]:
    """In the order asked; one statement for each kind of id. What is not there, or not for the asker, is null."""
    wanted = [parse_any(id) for id in ids]
    found: dict[Id, Node] = {
        **await products_named(context, [id for id in wanted if isinstance(id, ProductId)]),
        **await variants_named(context, [id for id in wanted if isinstance(id, VariantId)]),
        **await people_named(context, wanted),
    }
    if carts := [id for id in wanted if isinstance(id, CartId)]:
        found.update((await context.reads.carts.carts(context.actor, carts)).items())
    if checkouts := [id for id in wanted if isinstance(id, CheckoutId)]:
        found.update((await context.reads.checkouts.checkouts(context.actor, checkouts)).items())
    if parts := [id for id in wanted if isinstance(id, FulfillmentId)]:
        of = await context.reads.orders.of_fulfillments(context.actor, parts)
        found.update((id, order.fulfillment(id)) for id, order in of.items())
    if orders := [id for id in wanted if isinstance(id, OrderId)]:
        found.update((await context.reads.orders.orders(context.actor, orders)).items())
    if transfers := [id for id in wanted if isinstance(id, StockTransferId)]:
        found.update((await context.reads.transfers.transfers(context.actor, transfers)).items())
    if any(isinstance(id, ChannelId) for id in wanted):
        found |= {id: one for id, one in (await context.channels()).items() if may_see(context, one)}
    if any(isinstance(id, LocationId) for id in wanted):
        found |= {location.id: location for location in await context.once(every_location)}
    if any(isinstance(id, CategoryId) for id in wanted):
        found |= {category.id: category for category in await context.once(every_category)}
    return [None if id is None else found.get(id) for id in wanted]


async def products_named(context: Context, ids: Sequence[ProductId]) -> dict[Id, Node]:
    found = await context.reads.catalog.products_by(context.actor, ids) if ids else []
    return {product.id: product for product in found if product}


async def variants_named(context: Context, ids: Sequence[VariantId]) -> dict[Id, Node]:
    found = await context.reads.catalog.variants_by(context.actor, ids) if ids else []
    return {variant.id: variant for variant in found if variant}


def may_see(context: Context, channel: Channel) -> bool:
    """Their own; staff see all."""
    return context.actor.is_staff or channel.id == context.actor.channel.id


async def people_named(context: Context, wanted: Sequence[Id | None]) -> dict[Id, Node]:
    """And the kiosks by which they come, and the terminals at which they pay; each port knows who may see what."""
    customers = [id for id in wanted if isinstance(id, CustomerId)]
    staff = [id for id in wanted if isinstance(id, StaffMemberId)]
    kiosks = [id for id in wanted if isinstance(id, KioskId)]
    terminals = [id for id in wanted if isinstance(id, TerminalId)]
    found: dict[Id, Node] = {}
    if customers:
        found.update((await context.reads.customers.customers(context.actor, customers)).items())
    if staff:
        found.update((await context.reads.staff.members(context.actor, staff)).items())
    if kiosks:
        found.update((await context.reads.kiosks.kiosks(context.actor, kiosks)).items())
    if terminals:
        found.update((await context.reads.terminals.terminals(context.actor, terminals)).items())
    return found
