"""The books that a plain model keeps of orders, for tests: units on each shelf and of each order, and what must always hold."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from hypothesis.stateful import RuleBasedStateMachine, invariant

from adapters.sql.database import Database
from adapters.sql.work import SqlWork
from domain.actor import Actor
from domain.fulfillment import Fulfillment
from domain.ids import SHARED_POOL, LocationId, OrderId
from domain.intake.stock import StockDraft
from domain.ledger import Shelf, StockLevel
from domain.location import LocationKind, LocationService
from domain.order import Order, status_of
from tests.backroom import Backroom
from tests.databases import FOLDER
from tests.device import Device
from tests.people import associate
from tests.shop import Shop
from tests.stockroom import Stockroom

PRICES = {"HAT": 2_000, "COAT": 10_000}
STOCK = {
    ("HAT", "LYON"): 3,
    ("HAT", "PARIS"): 2,
    ("HAT", "DEPOT"): 2,
    ("COAT", "LYON"): 1,
    ("COAT", "PARIS"): 2,
    ("COAT", "DEPOT"): 1,
}
STORES, PLACES = ("LYON", "PARIS"), ("LYON", "PARIS", "DEPOT")
WAYS = {  # where a fulfillment stands, and the step from there
    "delivery": "OPEN accept ACCEPTED pick PICKED pack PACKED ship SHIPPED deliver DELIVERED",
    "pickup": "OPEN accept ACCEPTED pick PICKED ready READY_FOR_PICKUP collect COLLECTED",
    "to store": "OPEN accept ACCEPTED pick PICKED pack PACKED ship IN_TRANSIT arrive ARRIVED ready READY_FOR_PICKUP collect",
}
ENDED = ("COLLECTED", "SHIPPED", "DELIVERED", "REJECTED", "CANCELED", "EXPIRED")
AUTHORIZED_FOR = timedelta(days=6)  # at the least

Units: TypeAlias = Counter[str]
Place: TypeAlias = tuple[str, str]  # a SKU on the shelf of a location


@dataclass
class Sold:
    """An order as the model has it. `price`: of bringing it; `waits`: it is paid where it is collected."""

    phone: Device = field(repr=False)
    order: dict[str, Any] = field(repr=False)
    bought: Units
    price: int
    waits: bool
    placed_at: datetime
    canceled: Units = field(default_factory=Counter)
    gone: Units = field(default_factory=Counter)

    @property
    def kept(self) -> Units:
        return self.bought - self.canceled

    def worth(self, units: Units) -> int:
        return sum(PRICES[sku] * n for sku, n in units.items()) + (self.price if +units else 0)


def forward(one: Fulfillment) -> str | None:
    """The step that is next on its way."""
    is_sent = one.destination != one.location
    words = WAYS["delivery" if one.destination is None else "to store" if is_sent else "pickup"].split()
    after = words[words.index(one.status) + 1 :] if one.status in words else []
    return after[0] if after else None


def may(one: Fulfillment, step: str) -> bool:
    return one.status in ("OPEN", "ACCEPTED") if step == "reject" else step == forward(one)


class Books(RuleBasedStateMachine):
    """Begins with a copy of the shop that `opened` has made."""

    template: Path
    staff: Actor

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory(dir=FOLDER)
        self.database = Database(f"sqlite+aiosqlite:///{shutil.copy(self.template, self.folder.name)}")
        self.shop = Shop(self.database)
        self.backroom, self.room = Backroom(self.shop, self.staff), Stockroom(self.shop, self.staff)
        self.on_hand = Counter(STOCK)
        self.uncounted = Counter[Place]()  # units that counts have taken from a shelf
        self.held: list[Units] = []  # by checkouts that were left
        self.sold: list[Sold] = []
        self.buyers = 0
        self.codes = self.run(self.places())
        self.shelves = {Shelf(sku, place, SHARED_POOL): (sku, self.codes[place]) for sku in PRICES for place in self.codes}

    def run(self, step: Any) -> Any:
        return self.runner.run(step)

    async def places(self) -> dict[LocationId, str]:
        return {await self.shop.location_id(code): code for code in PLACES}

    # ------------------------------------------------------------------------------------------ looking

    def look(self, sold: Sold) -> Order:
        async def found() -> Order | None:
            async with SqlWork(self.database) as work:
                return await work.orders.lock(OrderId.parse(sold.order["id"]))  # type: ignore[arg-type]

        order = self.run(found())
        assert isinstance(order, Order)
        return order

    def fulfillments(self) -> list[tuple[Sold, Fulfillment]]:
        return [(sold, one) for sold in self.sold for one in self.look(sold).fulfillments]

    def levels(self) -> dict[Place, StockLevel]:
        levels = self.run(self.shop.reads.ledger.levels(self.staff, list(self.shelves)))
        return {self.shelves[shelf]: level for shelf, level in levels.items()}

    def free(self) -> Counter[Place]:
        return Counter({shelf: max(one.on_hand - one.held - one.allocated, 0) for shelf, one in self.levels().items()})

    def is_good(self, sold: Sold) -> bool:
        """Is what was authorized for it still?"""
        return self.shop.now < sold.placed_at + AUTHORIZED_FOR

    # ------------------------------------------------------------------------------------------ what always holds

    @invariant()
    def everything_adds_up(self) -> None:
        assert self.run(self.shop.prove()).balanced
        orders = [self.look(sold) for sold in self.sold]
        for sold, order in zip(self.sold, orders, strict=True):
            assert order.status is status_of(order.lines, order.fulfillments)
            self.units_add_up(sold, order)
            self.money_adds_up(sold, order)
        self.shelves_add_up(orders)

    def units_add_up(self, sold: Sold, order: Order) -> None:
        under_way = units_of(order, *(one for one in order.fulfillments if one.status not in ENDED))
        for line in order.lines:
            has = line.quantity, line.canceled, line.fulfilled
            assert has == (sold.bought[line.sku], sold.canceled[line.sku], sold.gone[line.sku])
            assert line.fulfilled + line.canceled + line.unsourced + under_way[line.sku] == line.quantity
            assert min(line.unsourced, line.fulfilled, line.canceled) >= 0

    def money_adds_up(self, sold: Sold, order: Order) -> None:
        """What is kept is paid, unless it waits for its buyer; what has left is taken, and nothing else."""
        for payment in order.payments:
            assert payment.captured + payment.released <= payment.amount
            assert payment.refunded <= payment.captured
        if self.is_good(sold):
            taken = sum(one.refundable.minor_units for one in order.payments if one.is_paid)
            assert taken == sold.worth(sold.gone)
            assert (order.paid - order.refunded).minor_units == (taken if sold.waits else sold.worth(sold.kept))

    def shelves_add_up(self, orders: list[Order]) -> None:
        """What is allocated is what orders wait for; more is promised than there is only where a count has found less."""
        allocated, held = Counter[Place](), Units()
        for order in orders:
            for one in order.fulfillments:
                place = one.destination if one.status in ("ARRIVED", "READY_FOR_PICKUP") else one.location
                if place and one.status not in (*ENDED, "IN_TRANSIT"):
                    allocated.update({(sku, self.codes[place]): n for sku, n in units_of(order, one).items()})
        for shelf, level in self.levels().items():
            assert (level.on_hand, level.allocated) == (self.on_hand[shelf], allocated[shelf])
            assert level.held + level.allocated <= level.on_hand + self.uncounted[shelf]
            held[shelf[0]] += level.held
        assert held == sum(self.held, Units())

    def teardown(self) -> None:
        self.run(self.database.close())
        self.runner.close()
        self.folder.cleanup()


def units_of(order: Order, *some: Fulfillment) -> Units:
    units = Units()
    for one in some:
        units.update({order.line(line.order_line).sku: line.quantity for line in one.lines})
    return units


def shown(one: Fulfillment) -> dict[str, Any]:
    """As a store sees it."""
    lines = [{"id": str(line.id), "quantity": line.quantity} for line in one.lines]
    return {"id": str(one.id), "lines": lines}


async def opened(file: Path) -> Actor:
    """The shop that each example begins with; who works in all of it."""
    database = Database(f"sqlite+aiosqlite:///{file}")
    shop = await Shop.opened(database)
    await shop.locations(*STORES)
    ships = frozenset((LocationService.SHIP_FROM,))
    await shop.locations("DEPOT", kind=LocationKind.WAREHOUSE, services=ships)
    await shop.carriers()
    for sku, price in PRICES.items():
        await shop.product(sku.lower(), sku, price=f"{price // 100}.00")
    await shop.count(*(StockDraft(sku=sku, location=code, on_hand=n) for (sku, code), n in STOCK.items()))
    staff = await associate(shop, *PLACES)
    await database.close()
    return staff
