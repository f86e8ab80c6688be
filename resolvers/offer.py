"""What can be sold: store by store, and over the whole network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import attrgetter

from domain.availability import available
from domain.catalog import Variant
from domain.channel import FulfillmentMethod
from domain.ids import LocationId
from domain.load import Load
from domain.location import POSITION_PARTS, Location, Near, Place, methods_at, places, position, sells_to
from domain.offer import Asked, NetworkState, ShelfState, StoreAvailability, for_sale, store_availability
from domain.page import Page, PageRequest, page_of, page_request
from domain.promise import Pickups, Workplace
from domain.quantities import WHOLE_MAX
from domain.refusal import InvalidInput
from domain.ship_to_store import Senders
from resolvers.context import Context
from resolvers.location import every_location, origin
from resolvers.refusal import Refused, granted
from resolvers.supply import carriers_now, lanes_to_each, supply_of


async def availability_of_variants(
    variants: Sequence[Variant],
    *,
    context: Context,
    near: Near | None = None,
    within_km: float | None = None,
    at: tuple[LocationId, ...] | None = None,
    in_stock_only: bool = False,
    first: int | None = None,
    after: str | None = None,
) -> list[Page[StoreAvailability]]:
    """The places are chosen first, so that only the shelves of one page are read, for all variants at once."""
    request = granted(page_request(first=first, after=after))
    candidates = chosen(await selling(context, near), within_km=within_km, at=at)
    asked = candidates if in_stock_only else paged(candidates, request).nodes
    shelves = await context.reads.stock.shelves(
        context.actor,
        [variant.sku for variant in variants],
        at=[place.location.id for place in asked],
        available_only=in_stock_only,
    )

    def page_for(variant: Variant) -> Page[Place]:
        stocked = [place for place in candidates if (variant.sku, place.location.id) in shelves]
        return paged([] if not variant.is_sold else stocked if in_stock_only else candidates, request)

    pages = [page_for(variant) for variant in variants]
    show = await showing(context, () if in_stock_only else variants, [place for page in pages for place in page.nodes], shelves)
    return [page.shown_as(partial(show, variant)) for variant, page in zip(variants, pages, strict=True)]


async def selling(context: Context, near: Near | None) -> list[Place]:
    """The locations that sell to the asking channel, nearest first."""
    every, channel = await context.once(every_location), context.actor.channel
    return places([one for one in every if sells_to(one, channel, context.now)], await origin(near, context))


def chosen(found: list[Place], *, within_km: float | None, at: tuple[LocationId, ...] | None) -> list[Place]:
    if within_km is not None:
        if not within_km >= 0:
            raise Refused(InvalidInput(("withinKm",), f"`withinKm` is {within_km}; it must be 0 or more."))
        if any(place.distance_km is None for place in found):
            raise Refused(InvalidInput(("withinKm",), "`withinKm` needs `near`, to know from where."))
        found = [place for place in found if place.distance_km is not None and place.distance_km <= within_km]
    return found if at is None else [place for place in found if place.location.id in at]


def paged(found: list[Place], request: PageRequest) -> Page[Place]:
    return granted(page_of(found, position, request, parts=POSITION_PARTS))


async def loads_of(locations: Sequence[LocationId], *, context: Context) -> list[Load]:
    """Asked once, however many offers of an operation are made there."""
    found = await context.reads.loads.loads(context.actor, locations, context.now)
    return [found[id] for id in locations]


async def showing(
    context: Context,
    variants: Sequence[Variant],
    found: Sequence[Place],
    shelves: Mapping[tuple[str, LocationId], ShelfState],
) -> Callable[[Variant, Place], StoreAvailability]:
    """Makes an offer of one of these variants at one of these places. Where some have none, one more statement tells what
    others could send there."""
    locations = {place.location.id: place.location for place in found}
    loads = dict(zip(locations, await context.of_each(loads_of, list(locations), key=lambda id: id), strict=True))
    asked = Asked(context.actor.channel, context.now)
    pickups = {id: Pickups(Workplace(location, loads[id]), context.now) for id, location in locations.items()}

    def show(variant: Variant, place: Place) -> StoreAvailability:
        at = place.location.id
        return store_availability(variant, place, shelves.get((variant.sku, at)), pickups[at], asked=asked)

    def lacks(variant: Variant, store: Location) -> bool:
        state = shelves.get((variant.sku, store.id))
        return state is None or available(state.level, asked.channel.safety) == 0

    stores = [one for one in locations.values() if FulfillmentMethod.PICKUP in methods_at(one, asked.channel)]
    lacking = [one.sku for one in variants if one.is_sold and any(lacks(one, store) for store in stores)]
    senders = await senders_to(context, stores, lacking) if lacking else None
    return show if senders is None else lambda variant, place: senders.with_sent(show(variant, place))


async def senders_to(context: Context, stores: Sequence[Location], skus: Sequence[str]) -> Senders | None:
    """None where nobody sends anything."""
    everywhere = [place.location for place in await selling(context, near=None)]
    carriers = await context.once(carriers_now)
    lanes = await carriers.transfers(everywhere, stores, context.actor.channel.currency_code)
    return Senders(await supply_of(context, context.actor, skus, available_only=True), lanes_to_each(lanes)) if lanes else None


async def available_quantities(variants: Sequence[Variant], *, context: Context) -> list[int | None]:
    networks = await context.of_each(networks_of_variants, variants, key=attrgetter("sku"))
    shows = context.actor.channel.shows_quantity
    return [
        min(network.available, WHOLE_MAX) * variant.is_sold if shows else None
        for variant, network in zip(variants, networks, strict=True)
    ]


async def availability_for_sale(variants: Sequence[Variant], *, context: Context) -> list[bool]:
    networks = await context.of_each(networks_of_variants, variants, key=attrgetter("sku"))
    return [for_sale(variant, network) for variant, network in zip(variants, networks, strict=True)]


async def networks_of_variants(variants: Sequence[Variant], *, context: Context) -> list[NetworkState]:
    skus = [variant.sku for variant in variants]
    networks = await context.reads.stock.networks(context.actor, skus, context.now)
    return [networks.get(sku, NetworkState()) for sku in skus]
