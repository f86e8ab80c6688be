"""Orders to source, drawn from a seed: real shops and communes of France, a warehouse near Orléans, and who has what."""

from __future__ import annotations

import csv
import gzip
import os
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from bench.shop import SEED
from domain.facility import Offer, Problem
from domain.location import Coordinates, distance_km

SHARED = Path(os.environ.get("COMPTOIR_SHARED", Path(__file__).parents[2] / "shared"))
WAREHOUSE = Coordinates(47.90, 1.90)
KM_PER_MILE = 1.609344

PARCEL_COST = 8.759
UNIT_COST = 0.423
MILE_COST = 0.000541  # of a unit
LATENESS_COSTS = (0.0, 0.0, 1.0, 2.5)  # of a parcel, where nodes differ by it

ORDERS = 200
QUANTITY_MAX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """`at_store`, `at_warehouse`: how likely either has a line. `mile_weight`: how much more miles cost.

    `is_partial`: stores have from one unit up to the most that is asked for, and half of them give only so many in all.
    """

    name: str
    at_store: float
    at_warehouse: float
    mile_weight: int
    lines: tuple[int, int] = (2, 10)
    communes: int | None = None  # nodes drawn from all communes, instead of the shops
    is_partial: bool = False
    parcels_max: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be solved, and how far away each node is; the last one is the warehouse."""

    problem: Problem
    miles: Sequence[float]


ALONE = tuple(
    Setting(
        name=f"({at_store:.2f}, {at_warehouse:.1f}, {weight})", at_store=at_store, at_warehouse=at_warehouse, mile_weight=weight
    )
    for weight in (1, 10)
    for at_store, at_warehouse in ((0.25, 0.8), (0.10, 0.6))
)
LIMITED = tuple(replace(setting, name=f"{setting.name} limited", is_partial=True, parcels_max=3) for setting in ALONE)
WIDE = tuple(
    Setting(
        name=f"1,000 × 20, {weight}",
        at_store=0.25,
        at_warehouse=0.9,
        mile_weight=weight,
        lines=(20, 20),
        communes=999,
        is_partial=True,
    )
    for weight in (1, 10)
)


def orders(setting: Setting, count: int = ORDERS) -> Iterator[Order]:
    """Each from a seed of its own, so that fewer are the first of more."""
    nodes = [*(shops() if setting.communes is None else drawn(setting.communes)), WAREHOUSE]
    for number in range(count):
        yield order(setting, nodes, random.Random(f"{SEED} {setting.name} {number}"))


def order(setting: Setting, nodes: Sequence[Coordinates], chance: random.Random) -> Order:
    customer = chance.choice(communes())
    miles = [distance_km(customer, node) / KM_PER_MILE for node in nodes]
    unit_costs = [UNIT_COST + MILE_COST * setting.mile_weight * far for far in miles]
    needs = [chance.randint(1, QUANTITY_MAX) for _ in range(chance.randint(*setting.lines))]
    stores = range(len(nodes) - 1)
    offers = [
        Offer(node, line, unit_costs[node], chance.randint(1, QUANTITY_MAX) if setting.is_partial and node in stores else need)
        for line, need in enumerate(needs)
        for node in range(len(nodes))
        if chance.random() < (setting.at_store if node in stores else setting.at_warehouse)
    ]
    limits = [chance.choice((None, chance.randint(2, 2 * QUANTITY_MAX))) if setting.is_partial else None for _ in stores]
    lateness = [chance.choice(LATENESS_COSTS) if setting.communes else 0.0 for _ in nodes]
    problem = Problem(
        needs=tuple(needs),
        missing_costs=(2 * (PARCEL_COST + max(unit_costs)),) * len(needs),
        fixed_costs=tuple(PARCEL_COST + late for late in lateness),
        capacities=(*limits, None),
        offers=tuple(offers),
        nodes_max=setting.parcels_max,
    )
    return Order(problem, miles)


# ------------------------------------------------------------------------------------------------ where things are


@cache
def shops() -> Sequence[Coordinates]:
    """The coffee shops of France."""
    with (SHARED / "data" / "stores" / "starbucks-fr-ca-be-ch.csv").open(encoding="utf-8", newline="") as rows:
        return [place(row, "Latitude", "Longitude") for row in csv.DictReader(rows) if row["Country"] == "FR"]


@cache
def communes() -> Sequence[Coordinates]:
    """Of France, overseas too, in the order of the file."""
    with gzip.open(SHARED / "data" / "stores" / "fr-postcodes.csv.gz", "rt", encoding="utf-8", newline="") as rows:
        return [place(row, "lat", "lng") for row in csv.DictReader(rows) if row["lat"]]


@cache
def drawn(count: int) -> Sequence[Coordinates]:
    return random.Random(SEED).sample(communes(), count)


def place(row: Mapping[str, str], latitude: str, longitude: str) -> Coordinates:
    return Coordinates(float(row[latitude]), float(row[longitude]))
