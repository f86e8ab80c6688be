"""A plan: what each node gives, and what that costs in all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.facility.instance import Bid, Instance


@dataclass(frozen=True, slots=True)
class Plan:
    """`given`: bids with the units that are taken of them, 1 or more."""

    cost: float
    given: tuple[Bid, ...]


def plan_of(instance: Instance, given: Iterable[Bid]) -> Plan:
    """Only nodes that give something are paid for."""
    taken = tuple(sorted(given))
    left = list(instance.needs)
    for _, _, line, units in taken:
        left[line] -= units
    used = sum(instance.fixed_costs[node] for node in sorted({bid[1] for bid in taken}))
    missing = sum(cost * units for cost, units in zip(instance.missing_costs, left, strict=True))
    return Plan(used + sum(cost * units for cost, _, _, units in taken) + missing, taken)
