"""Live: whoever subscribes is sent how things are, and then each of them again that has changed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Hashable, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

from domain.cart import FOLLOWED_TO, Cart, CartEvent
from domain.cart_activity import Activity
from domain.catalog import Sku, Variant
from domain.event import stock_subject
from domain.ids import CartId, LocationId, OrderId
from domain.location import Place
from domain.offer import StoreAvailability
from domain.order import Order, is_over
from domain.refusal import InvalidInput, LimitReached, NotFound
from resolvers.context import Context
from resolvers.offer import selling, showing
from resolvers.refusal import Refused

PLACES_MAX = 1_000  # SKUs times locations, of one subscription


class Named(Protocol):
    @property
    def id(self) -> Hashable: ...


Thing = TypeVar("Thing", bound=Named)


async def changing(
    context: Context,
    subjects: Collection[str],
    read: Callable[[], Awaitable[Sequence[Thing]]],
    differ: Callable[[Thing, Thing], bool],
) -> AsyncGenerator[Thing, None]:
    """What `read` finds, and after each change of the subjects what now differs; it ends when nothing is found any more.

    Each time `read` needs a context of its own, and reads by `shared` what others may be following, too. What a slow reader
    has not taken yet is kept once, in its newest state. Those that have waited longest come first, so that one which changes
    all the time keeps none of the others back.
    """
    sent: dict[Hashable, Thing] = {}
    waiting: dict[Hashable, Thing] = {}
    async with context.changes.watch(subjects) as watcher:
        while True:
            if waiting and not watcher.has_changed:
                key = next(iter(waiting))
                sent[key] = waiting.pop(key)
                yield sent[key]
                continue
            await watcher.next()
            found = {one.id: one for one in await read()}
            if not found:
                return
            new = {key: one for key, one in found.items() if key not in sent or differ(one, sent[key])}
            waiting = {key: new[key] for key in (*waiting, *new) if key in new}


async def availability_changed(
    *, context: Context, skus: tuple[str, ...], locations: tuple[LocationId, ...]
) -> AsyncGenerator[StoreAvailability, None]:
    """In the order asked: of each SKU the locations."""
    wanted, at = tuple(dict.fromkeys(skus)), tuple(dict.fromkeys(locations))
    require_bounded(wanted, at)
    asked = (context.actor.channel, wanted, at)
    await context.changes.shared((require_known, *asked), lambda: require_known(context, wanted, at))

    async def read() -> list[StoreAvailability]:
        return await context.changes.shared((availability, *asked), lambda: availability(context.for_operation(), wanted, at))

    async with aclosing(changing(context, [stock_subject(sku) for sku in wanted], read, differ)) as found:
        async for one in found:
            yield one


def require_bounded(skus: Collection[str], at: Collection[LocationId]) -> None:
    for name, given in (("skus", skus), ("locations", at)):
        if not given:
            raise Refused(InvalidInput((name,), f"`{name}` is empty; name at least one."))
    if len(skus) * len(at) > PLACES_MAX:
        places = f"{len(skus)} SKUs at {len(at)} locations are {len(skus) * len(at):,} places"
        raise Refused(LimitReached("places", f"{places}; {PLACES_MAX:,} are the limit of one subscription."))


async def require_known(context: Context, skus: Sequence[str], at: Sequence[LocationId]) -> None:
    variants = {variant.sku for variant in await sold(context, skus)}
    if missing := next((sku for sku in skus if sku not in variants), None):
        raise Refused(InvalidInput(("skus",), f"`skus`: {missing!r} is not sold here; leave it out."))
    places = {place.location.id for place in await open_places(context, at)}
    if absent := next((id for id in at if id not in places), None):
        raise Refused(
            InvalidInput(("locations",), f"`locations`: {str(absent)!r} does not sell to this channel; leave it out.")
        )


async def sold(context: Context, skus: Sequence[str]) -> list[Variant]:
    """Those that the asking channel sells."""
    found = await context.reads.catalog.variants_by(context.actor, [Sku(sku) for sku in skus])
    return [variant for variant in found if variant]


async def open_places(context: Context, at: Sequence[LocationId]) -> list[Place]:
    """Those that sell to the asking channel."""
    places = {place.location.id: place for place in await selling(context, near=None)}
    return [places[id] for id in at if id in places]


async def availability(context: Context, wanted: Sequence[str], at: Sequence[LocationId]) -> list[StoreAvailability]:
    variants, places = await sold(context, wanted), await open_places(context, at)
    skus, at = [variant.sku for variant in variants], [place.location.id for place in places]
    shelves = await context.reads.stock.shelves(context.actor, skus, at=at, available_only=False)
    show = await showing(context, variants, places, shelves)
    return [show(variant, place) for variant in variants for place in places]


def differ(one: StoreAvailability, other: StoreAvailability) -> bool:
    """In more than when they were read."""
    return replace(one, as_of=other.as_of) != other


# ------------------------------------------------------------------------------------------------ carts


async def cart_changed(*, context: Context, id: CartId) -> AsyncGenerator[CartEvent, None]:
    """The cart, and then each change of it once and in order, with the cart as it is by then.

    What a slow reader has not taken yet waits in the database; of very many changes the newest are told.
    """
    told: int | None = None
    async with context.changes.watch([str(id)]) as watcher:
        while True:
            await watcher.next()
            asked = (cart_since, context.actor, id, told)
            cart, changes = await context.changes.shared(asked, partial(cart_since, context, id, told))
            if cart is None and told is None:
                raise Refused(NotFound(("id",), "There is no such cart, or this session does not open it."))
            if cart is None:
                return
            for change in changes:
                yield CartEvent(cart, change)
            if told is None:
                yield CartEvent(cart, None)
            told = cart.version
            if cart.status in FOLLOWED_TO:
                return


async def cart_since(context: Context, id: CartId, version: int | None) -> tuple[Cart | None, tuple[Activity, ...]]:
    """As it is, and how it came there from that version."""
    cart = (await context.reads.carts.carts(context.actor, [id])).get(id)
    if cart is None or version is None:
        return cart, ()
    changes = await context.reads.carts.activities_since(id, version)
    return cart, tuple(change for change in changes if change.version <= cart.version)


# ------------------------------------------------------------------------------------------------ orders


async def order_changed(*, context: Context, id: OrderId) -> AsyncGenerator[Order, None]:
    """The order, and then as it is after each change; changes that follow each other closely are told as one."""
    told: Order | None = None
    async with context.changes.watch([str(id)]) as watcher:
        while told is None or not is_over(told):
            await watcher.next()
            asked = (order_now, context.actor, id)
            order = await context.changes.shared(asked, partial(order_now, context, id))
            if order is None and told is None:
                raise Refused(NotFound(("id",), "There is no such order, or this session does not open it."))
            if order is None:
                return
            if told is None or order.version != told.version:
                told = order
                yield order


async def order_now(context: Context, id: OrderId) -> Order | None:
    return (await context.reads.orders.orders(context.actor, [id])).get(id)
