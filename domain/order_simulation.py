"""Past orders by other rules: what bringing their goods would have come to, beside what it did come to.

Each order by itself has the shelves of now, with what it took itself back on them, so that what was done then can be done
again. Both are priced by the carriers of now: what differs is the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from domain.actor import Actor, Role
from domain.availability import available
from domain.carrier import Carriers, Destination
from domain.catalog import Variant
from domain.fulfillment import UNDONE, Fulfillment
from domain.group import Group
from domain.ids import ChannelId, FulfillmentGroupId, LocationId, OrderId, VariantId
from domain.ledger import Shelf, StockLevel
from domain.money import Money
from domain.network import Asking, supply_of
from domain.offer import ShelfState
from domain.option import SourcedPlan
from domain.order import Order, OrderReads
from domain.quantities import Quantities
from domain.resourcing import ResourcingReads, best, way_to
from domain.rules import REAL_MONEY, NamedRules, RuleBook
from domain.simulation import Baseline, Simulation
from domain.sold_line import SoldLine
from domain.sourcing import Plan, never
from domain.supply import Supply

AT_ONCE = 200
AS_IT_WAS = NamedRules("as it was", REAL_MONEY)  # nothing is chosen by them: what was taken is all there is

Units = Quantities[tuple[str, LocationId]]


@dataclass(frozen=True, slots=True)
class Replanned:
    """The groups of one order, in the same order: by other rules, and as they were."""

    plans: tuple[SourcedPlan, ...]
    before: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class World:
    """What all orders of a channel are planned with, but for their own units. `rules` of the supply: those that are tried."""

    supply: Supply
    carriers: Carriers
    variants: Mapping[VariantId, Variant]

    def with_back(self, units: Units) -> Supply:
        """With what an order took on the shelves again."""
        shelves, channel = self.supply.shelves, self.supply.channel
        there = Quantities((key, available(shelves[key].level, channel.safety)) for key in units if key in shelves)
        return replace(self.supply, shelves={**shelves, **self.shelves_of(units + there)})

    def with_nothing_but(self, units: Units) -> Supply:
        return replace(self.supply, shelves=self.shelves_of(units), rules=AS_IT_WAS)

    def shelves_of(self, units: Units) -> dict[tuple[str, LocationId], ShelfState]:
        channel = self.supply.channel
        return {
            (sku, place): ShelfState(StockLevel(shelf=Shelf(sku, place, channel.pool), on_hand=n + channel.safety), None)
            for (sku, place), n in units.items()
        }


async def replanned(
    reads: ResourcingReads, actor: Actor, orders: Sequence[Order], rules: Callable[[str], NamedRules], asking: Asking
) -> list[Replanned]:
    """Orders of one channel, the actor's. Left out is what nothing was sourced for, and what cannot be brought whole."""
    variants = sorted({line.variant for order in orders for line in order.lines})
    skus = {line.sku for order in orders for line in order.lines}
    supply = await supply_of(reads, actor, await reads.locations.every(actor), skus, asking)
    world = World(
        supply=replace(supply, rules=rules(actor.channel.code)),
        carriers=await reads.carriers.current(),
        variants={one.id: one for one in await reads.catalog.variants_any(actor, variants) if one},
    )
    people = await reads.orders.people(actor, [order.id for order in orders])
    found = [await order_replanned(world, order, people[order.id].destinations) for order in orders]
    return [one for one in found if one]


async def order_replanned(
    world: World, order: Order, destinations: Mapping[FulfillmentGroupId, Destination]
) -> Replanned | None:
    plans: list[SourcedPlan] = []
    before: list[Plan] = []
    for group in order.groups:
        parts = [one for one in order.fulfillments if one.group == group.id and one.status not in UNDONE]
        if parts:
            found = await group_replanned(world, order, group, destinations.get(group.id), parts)
            if found is None:
                return None
            plans.append(found[0])
            before.append(found[1])
    return Replanned(tuple(plans), tuple(before)) if plans else None


async def group_replanned(
    world: World, order: Order, group: Group, to: Destination | None, parts: Sequence[Fulfillment]
) -> tuple[SourcedPlan, Plan] | None:
    """None where either way does not bring all of it."""
    way = await way_to(world.carriers, world.supply, group, to)
    if way is None:
        return None
    units = Quantities((line.order_line, line.quantity) for one in parts for line in one.lines)
    lines = [order.line(id) for id in sorted(units)]
    sold = tuple(SoldLine(line, replace(world.variants[line.variant], is_sold=True)) for line in lines)
    wanted = [(one.variant, units[one.order_line.id]) for one in sold]
    taken, zero = taken_by(order, parts), Money(order.currency_code, 0)
    plan, before = (best(one, wanted, way, zero) for one in (world.with_back(taken), world.with_nothing_but(taken)))
    return None if any(plan.missing) or any(before.missing) else (SourcedPlan(plan, sold), before)


def taken_by(order: Order, parts: Iterable[Fulfillment]) -> Units:
    """From which places."""
    taken = ((one.location, line) for one in parts for line in one.lines)
    return Quantities(((order.line(line.order_line).sku, place), line.quantity) for place, line in taken if place)


def summed(found: Sequence[Replanned], currency: str) -> Simulation | None:
    """All of one currency; None of none."""
    if not found:
        return None
    plans = tuple(plan for one in found for plan in one.plans)
    now = total([plan.plan for plan in plans], len(found), currency)
    return Simulation(
        plans=plans,
        cost=now.cost,
        parcels_per_order=now.parcels_per_order,
        carbon_grams=now.carbon_grams,
        baseline=total([plan for one in found for plan in one.before], len(found), currency),
    )


def total(plans: Sequence[Plan], orders: int, currency: str) -> Baseline:
    return Baseline(
        cost=sum((plan.shipping for plan in plans), Money(currency, 0)),
        parcels_per_order=sum(plan.parcels for plan in plans) / orders,
        carbon_grams=sum(plan.carbon_grams for plan in plans),
    )


# ------------------------------------------------------------------------------------------------ all there are


class PastOrders(OrderReads, Protocol):
    async def batch(self, actor: Actor, after: OrderId | None, most: int) -> Sequence[Order]:
        """The next ones, the oldest first."""
        ...


class PastReads(ResourcingReads, Protocol):
    @property
    def orders(self) -> PastOrders: ...


@dataclass(frozen=True, slots=True)
class Tally:
    """What some orders of one channel come to, in minor units, parcels and grams: by other rules, and as they were sent."""

    orders: int = 0
    left_out: int = 0
    cost: tuple[int, int] = (0, 0)
    parcels: tuple[int, int] = (0, 0)
    carbon_grams: tuple[int, int] = (0, 0)

    def with_more(self, orders: int, found: Sequence[Replanned]) -> Tally:
        plans = [[plan.plan for one in found for plan in one.plans], [plan for one in found for plan in one.before]]

        def added(before: tuple[int, int], of: Callable[[Plan], int]) -> tuple[int, int]:
            now, was = (sum(map(of, some)) for some in plans)
            return before[0] + now, before[1] + was

        return Tally(
            orders=self.orders + len(found),
            left_out=self.left_out + orders - len(found),
            cost=added(self.cost, lambda plan: plan.shipping.minor_units),
            parcels=added(self.parcels, lambda plan: plan.parcels),
            carbon_grams=added(self.carbon_grams, lambda plan: plan.carbon_grams),
        )


async def simulate_all(
    reads: PastReads, book: RuleBook, now: datetime, watch: Callable[[int], None], *, at_once: int = AT_ONCE
) -> Mapping[ChannelId, Tally]:
    """Every order, some at a time; `watch` is told how many have been looked at."""
    channels = {channel.id: channel for channel in await reads.channels.every()}
    tallies: dict[ChannelId, Tally] = defaultdict(Tally)
    asking, seen, last = Asking(now, never), 0, None
    while channels:
        reader = Actor(next(iter(channels.values())), roles=(Role.ADMIN,))
        some = await reads.orders.batch(reader, last, at_once)
        for id in sorted({order.channel for order in some}):
            mine = [order for order in some if order.channel == id]
            found = await replanned(reads, replace(reader, channel=channels[id]), mine, book.tried, asking)
            tallies[id] = tallies[id].with_more(len(mine), found)
        seen += len(some)
        watch(seen)
        if len(some) < at_once:
            break
        last = some[-1].id
    return tallies
