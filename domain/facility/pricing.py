"""What a set of nodes gives at the least cost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.facility.instance import Bid, Instance
from domain.facility.plan import Plan, plan_of
from domain.facility.transport import relieved


@dataclass(frozen=True, slots=True)
class Filling:
    """Units in the order of their cost, blind to capacities; and what one more unit of each line is worth at most."""

    given: Sequence[Bid]
    marginal_costs: list[float]


def filled(instance: Instance, nodes: Collection[int]) -> Filling:
    left, marginal_costs = list(instance.needs), list(instance.missing_costs)
    given: list[Bid] = []
    for bid in sorted([bid for node in nodes for bid in instance.by_node[node]]):
        cost, node, line, units = bid
        room = left[line]
        if not room:
            continue
        if units >= room:
            units, marginal_costs[line] = room, cost
        left[line] = room - units
        given.append((cost, node, line, units))
    return Filling(given, marginal_costs)


def priced(instance: Instance, nodes: Collection[int], below: float) -> Plan | None:
    """The cheapest plan from these nodes, or None where it does not cost less than `below`."""
    plan = plan_of(instance, filled(instance, nodes).given)
    if plan.cost < below and not is_within(instance, plan):
        plan = plan_of(instance, relieved(instance, nodes))
    return plan if plan.cost < below else None


def is_within(instance: Instance, plan: Plan) -> bool:
    """Whether no node gives more than it can."""
    loads = dict.fromkeys(instance.capacities, 0)
    for _, node, _, units in plan.given:
        if node in loads:
            loads[node] += units
    return all(load <= instance.capacities[node] for node, load in loads.items())
