"""What the floor knows of its shop's network: one channel, and carriers and rules that never change once they are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import orjson

from adapters.carriers import TableCarriers
from bench.bare import Bare, id_of
from bench.floor_carts import CURRENCY, Row
from domain.address import Address
from domain.carrier import Lane
from domain.carrier_table import CarrierTable
from domain.catalog import Variant
from domain.channel import Assortment, Channel, ChannelKind, ChannelStrategy, FulfillmentMethod, Shows
from domain.ids import SHARED_POOL, ChannelId, LocationId, ProductId, VariantId
from domain.ledger import Shelf, StockLevel
from domain.location import Capacity, Location, LocationKind, LocationService
from domain.money import Money
from domain.offer import ShelfState
from domain.rules import NamedRules, RuleBook
from domain.sourcing import never
from domain.supply import Supply

COUNTRY = "FR"

CARRIERS = "SELECT version, body FROM carrier_table ORDER BY version DESC LIMIT 1"
RULES = "SELECT version, body FROM sourcing_rules ORDER BY version DESC LIMIT 1"

WEB = Channel(
    id=ChannelId.new(),
    code="web",
    name="Web",
    kind=ChannelKind.WEB,
    strategy=ChannelStrategy.OMNI,
    currency_code=CURRENCY,
    public=True,
    fulfillment_methods=tuple(FulfillmentMethod),
    shows=Shows.QUANTITY,
    low_stock=3,
    safety=0,
    assortment=Assortment.ALL,
    pool=SHARED_POOL,
)


class Network:
    """`carriers` and `rules` are read with the first supply."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.carriers = TableCarriers(CarrierTable(currency=CURRENCY))
        self.rules: NamedRules | None = None

    async def supply(self, bare: Bare, rows: Sequence[Row], now: datetime) -> Supply:
        """Of rows that are each one shelf, with its variant and its store. All was counted lately, and nothing is expected."""
        rules = self.rules or await self.read(bare)
        stores = {row["location_id"]: row for row in rows}
        shelves = [(Shelf(row["sku"], LocationId(id_of(row["location_id"])), WEB.pool), row["available"]) for row in rows]
        return Supply(
            channel=WEB,
            locations=tuple(location_of(row) for row in stores.values()),
            shelves={
                (shelf.sku, shelf.location): ShelfState(StockLevel(shelf=shelf, on_hand=units, counted_at=now), None)
                for shelf, units in shelves
            },
            loads={},
            rules=rules,
            now=now,
            is_over=never,
        )

    async def read(self, bare: Bare) -> NamedRules:
        for row in await bare.fetch(CARRIERS):
            self.carriers = TableCarriers(msgspec.convert(orjson.loads(row["body"]), CarrierTable))
        self.rules = RuleBook().of(WEB.code, 0)
        for row in await bare.fetch(RULES):
            self.rules = msgspec.convert(orjson.loads(row["body"]), RuleBook).of(WEB.code, row["version"])
        return self.rules


def location_of(row: Row) -> Location:
    """With all that promises and sourcing ask of it."""
    return Location(
        id=LocationId(id_of(row["location_id"])),
        code=row["code"],
        name=row["name"],
        kind=LocationKind.STORE,
        address=Address(line1="", postal_code="", city="", country_code=row["country_code"]),
        latitude=row["latitude"],
        longitude=row["longitude"],
        time_zone=row["time_zone"],
        opening_hours=row["opening_hours"],
        services=tuple(LocationService),
        capacity=Capacity(handling_minutes=row["handling_minutes"]),
    )


def variant_of(row: Row) -> Variant:
    return Variant(
        id=VariantId(id_of(row["variant_id"])),
        product_id=ProductId(id_of(row["product_id"])),
        sku=row["sku"],
        barcode=None,
        title="",
        selected_options=(),
        image=None,
        price=Money(CURRENCY, row["price_minor"]),
        compare_at_price=None,
        backorders=False,
        grams=row["grams"],
    )


def to_each(lanes: Mapping[tuple[LocationId, LocationId], Lane]) -> Mapping[LocationId, Mapping[LocationId, Lane]]:
    """By destination, and then by origin."""
    found: dict[LocationId, dict[LocationId, Any]] = defaultdict(dict)
    for (origin, end), lane in lanes.items():
        found[end][origin] = lane
    return found
