"""Supply: what is worked out once for all places where a cart could go is what it would be for each of them alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.carriers import TableCarriers
from bench.floor_network import WEB, location_of, to_each
from bench.floor_stores import wishes
from domain.carrier import DeliveryService, Destination
from domain.fulfillment_options import Asked, Ways, delivery_option, pickup_options
from domain.ids import CartId, FulfillmentGroupId, LocationId
from domain.ledger import Shelf, StockLevel
from domain.location import Coordinates, Place
from domain.offer import Expected, ShelfState
from domain.option import Option, Wish
from domain.rules import NamedRules, SourcingRules
from domain.sourcing import never
from domain.supply import Supply
from tests.carriers import price, route, table

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CART, NOBODY = CartId(UUID(int=1)), FulfillmentGroupId(UUID(int=1))
LINES, HOME = 3, Destination(country_code="FR", postal_code="69002", coordinates=Coordinates(45.764, 4.8357))
HOURS = ("Mo-Sa 10:00-19:00", "We 09:00-12:00", "Mo-Su 08:00-22:00")
WEIGHTS = st.sampled_from(("0", "0.5", "3")).map(Decimal)
STORES = tuple(
    location_of(
        {
            "location_id": UUID(int=n + 1).bytes,
            "code": f"S{n}",
            "name": f"Maison {n}",
            "country_code": "FR",
            "latitude": 43 + n,
            "longitude": 3 + n / 2,
            "time_zone": "Europe/Paris",
            "opening_hours": HOURS[n % len(HOURS)],
            "handling_minutes": 60,
        }
    )
    for n in range(4)
)


@cache
def ways() -> Ways:
    """To every store, and home by two services."""
    services = (DeliveryService.STANDARD, DeliveryService.EXPRESS)
    carriers = TableCarriers(table(prices=tuple(map(price, services)), deliveries=tuple(map(route, services))))

    async def asked() -> Ways:
        lanes = to_each(await carriers.transfers(STORES, STORES, "EUR"))
        return Ways(
            destination=HOME,
            deliveries=await carriers.deliveries(STORES, HOME, "EUR"),
            stores=tuple((Place(store, None), lanes[store.id]) for store in STORES),
        )

    return asyncio.run(asked())


def wish(n: int, quantity: int) -> Wish:
    id = UUID(int=n + 1).bytes
    goods = {"sku": f"SKU-{n}", "price_minor": 1_000, "grams": 300 * n, "variant_id": id, "product_id": id}
    (made,) = wishes(CART, [goods | {"line_id": id, "quantity": quantity}], NOW)
    assert made.line.cart_line
    line = replace(made.line.cart_line, variant=replace(made.line.variant, backorders=True))
    return replace(made, line=line)


@st.composite
def states(draw: st.DrawFn, sku: str, store: LocationId) -> ShelfState:
    """Counted just now or too long ago; some of it still to come."""
    counted_at = NOW - draw(st.sampled_from((0, 500))) * DAY
    level = StockLevel(shelf=Shelf(sku, store, WEB.pool), on_hand=draw(st.integers(0, 3)), counted_at=counted_at)
    at = NOW + draw(st.integers(-1, 20)) * DAY
    return ShelfState(level, draw(st.none() | st.builds(Expected, st.integers(1, 4), st.just(at), st.just(at))))


@st.composite
def carts(draw: st.DrawFn) -> tuple[Supply, Asked]:
    asked = tuple(wish(n, draw(st.integers(1, 4))) for n in range(LINES))
    shelves = [(one.line.variant.sku, store.id) for one in asked for store in STORES]
    rules = SourcingRules(
        per_parcel=draw(WEIGHTS),
        per_day_late=draw(WEIGHTS),
        store_depletion=draw(WEIGHTS),
        exclude=tuple(draw(st.sets(st.sampled_from(("S0", "S1"))))),
        max_parcels=draw(st.none() | st.integers(1, 2)),
    )
    supply = Supply(
        channel=WEB,
        locations=STORES,
        shelves={shelf: draw(states(*shelf)) for shelf in shelves},
        loads={},
        rules=NamedRules("test v1", rules),
        now=NOW,
        is_over=never,
    )
    return supply, Asked(CART, asked, "EUR")


def found(supply: Supply, asked: Asked, ways: Ways) -> list[tuple[object, ...]]:
    """All of each option but the id that it gets anew."""
    delivered = [delivery_option(supply, asked, one, HOME) for one in ways.deliveries]
    collected = [one for place, lanes in ways.stores for one in pickup_options(supply, asked, place, lanes)]
    return [told(option) for option in (*delivered, *collected) if option]


def told(option: Option) -> tuple[object, ...]:
    assert option.plan
    of_parts = [(part.units, part.cost, part.reasons, part.promised()) for part in option.plan.parts]
    return replace(option.group, id=NOBODY), option.coverage, option.reasons, of_parts, option.plan.considered


@settings(max_examples=50)
@given(carts())
def test_options_found_together_are_those_that_are_found_alone(cart: tuple[Supply, Asked]) -> None:
    supply, asked = cart
    alone = [Ways(deliveries=(one,)) for one in ways().deliveries] + [Ways(stores=(one,)) for one in ways().stores]
    together = found(supply, asked, ways())
    assert together == [option for way in alone for option in found(replace(supply), asked, way)]
    assert found(supply, asked, ways()) == together, "and what was worked out is not worn by it"


@given(carts())
def test_an_option_brings_no_more_than_there_is_and_all_that_can_come(cart: tuple[Supply, Asked]) -> None:
    """Without a limit of parcels: at a store all that it has and expects, and what others may send of either."""
    supply, asked = cart
    supply = replace(supply, rules=NamedRules("test v1", replace(supply.rules.rules, max_parcels=None)))
    for place, lanes in ways().stores:
        options = list(pickup_options(supply, asked, place, lanes))
        for n, (variant, quantity) in enumerate(asked.wanted):
            senders = [one for one in STORES if one.id in lanes and supply.rules.rules.allows(one)]
            most = sum(supply.on_shelf(variant, one) + supply.expected(variant, one) for one in (*senders, place.location))
            brought = max((one.coverage[n].quantity for one in options), default=0)
            assert brought == min(most, quantity)
