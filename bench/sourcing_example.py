"""The example of docs/sourcing.md: an order of the demo shop, sourced at a set moment, and what each weight adds to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from adapters.sql.database import Database
from adapters.sql.reads import SqlReads
from domain.actor import Actor
from domain.carrier import DeliveryService, Destination
from domain.catalog import Sku
from domain.location import Coordinates, PostalCode, sells_to
from domain.rules import WEIGHTS, SourcingRules
from domain.sourcing import Part, Plan, never
from domain.sourcing_cost import Costs, Source
from domain.supply import Supply, planned, source
from domain.way import ToBuyer

CHANNEL, CURRENCY = "web", "EUR"
NOW = datetime.fromisoformat("2026-11-30T10:00:00+01:00")
TO = PostalCode("FR", "69002")
ORDER = {"VOY-VCS-MAR": 1, "MTX-MLL-NOI-38": 1, "ROB-RLG-36": 1}
COLUMNS = {  # what is told of a parcel, by the weights that it comes from
    "carrier": ("shipping_cost",),
    "parcel and preference": ("per_parcel",),
    "distance": ("per_km",),
    "lateness": ("per_day_late",),
    "carbon": ("per_kg_carbon",),
    "shelf": ("store_depletion",),
}


@dataclass(frozen=True, slots=True)
class Example:
    """`sources`: all that could send something from a shelf."""

    to: Coordinates
    sources: tuple[Source, ...]
    plan: Plan
    rules: SourcingRules


async def example(database: Database) -> Example:
    """Of a database that the demo shop was just loaded into."""
    reads = SqlReads(database)
    actor = Actor(next(one for one in await reads.channels.every() if one.code == CHANNEL))
    locations = tuple(one for one in await reads.locations.every(actor) if sells_to(one, actor.channel, NOW))
    found = await reads.catalog.variants_any(actor, [Sku(sku) for sku in ORDER])
    wanted = [(variant, quantity) for variant, quantity in zip(found, ORDER.values(), strict=True) if variant]
    center = await reads.locations.center_of(actor, TO)
    assert center
    to = Destination(country_code=TO.country_code, postal_code=TO.postal_code, coordinates=center)
    deliveries = await (await reads.carriers.current()).deliveries(locations, to, CURRENCY)
    rules = await reads.rules.of(actor)
    supply = Supply(
        channel=actor.channel,
        locations=locations,
        shelves=await reads.stock.shelves(actor, list(ORDER), at=[one.id for one in locations], available_only=False),
        loads={},
        rules=rules,
        now=NOW,
        is_over=never,
    )
    way = ToBuyer(next(one for one in deliveries if one.service is DeliveryService.STANDARD), to)
    sources = tuple(source(supply, wanted, way, stocked) for stocked in supply.stocked(wanted).values())
    return Example(center, sources, planned(supply, wanted, way, currency=CURRENCY), rules.rules)


def shipments(plan: Plan) -> list[str]:
    """What is in each parcel."""
    goods = [zip(part.units, plan.needs, strict=True) for part in plan.parts]
    return [", ".join(f"{units} × {need.sku}" for units, need in each if units) for each in goods]


def parts_told(found: Example) -> Iterator[tuple[str, ...]]:
    """Of each parcel: from where, what is in it, what each weight adds to its cost, in major units, and the sum."""
    for part, goods in zip(found.plan.parts, shipments(found.plan), strict=True):
        shares = [f"{share(found, part, weights):.2f}" for weights in COLUMNS.values()]
        yield part.location.code, goods, *shares, f"{part.cost.amount:.2f}"


def share(found: Example, part: Part, weights: tuple[str, ...]) -> float:
    """What a parcel would cost, in major units, if nothing but these weighed anything."""
    nothing: dict[str, Any] = {name: Decimal(0) for name in WEIGHTS if name not in weights}
    if "shipping_cost" in nothing:
        nothing["shipping_cost"] = 0.0
    costs = Costs(found.plan.needs, found.sources, replace(found.rules, **nothing), CURRENCY)
    return costs.of(found.sources.index(part.source), part.units) / 100


def considered_told(found: Example) -> Iterator[tuple[str, ...]]:
    """Each location, the nearest first: how far it is, what sending all it has would cost, and why it does, or not."""
    for one in found.plan.considered:
        km = "" if one.distance_km is None else f"{one.distance_km:.0f}"
        cost = "" if one.cost is None else f"{one.cost.amount:.2f}"
        why = ", ".join(reason.code.value for reason in one.reasons)
        yield one.location.code, km, cost, "**yes**" if one.chosen else "", why
