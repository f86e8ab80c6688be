"""A good choice to begin with: node after node, the one whose units cost least, each within its capacity."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from domain.facility.instance import Instance


def greedy(instance: Instance, opened: Sequence[int]) -> list[int]:
    """The opened nodes, and those that make a plan cheaper, while there are such."""
    nodes, left = list(opened), list(instance.needs)
    for node in nodes:
        take(instance, node, left)
    others = [node for node in instance.bidders if node not in set(opened)]
    while others and len(nodes) < instance.nodes_max:
        cost, node = min((unit_cost(instance, node, left), node) for node in others)
        if cost == inf:
            break
        nodes.append(node)
        others.remove(node)
        take(instance, node, left)
    return nodes


def unit_cost(instance: Instance, node: int, left: Sequence[int]) -> float:
    """Of each unit that is still wanted and the node has, its fixed cost shared out; infinite where missing them costs less."""
    cost, saved, units = instance.fixed_costs[node], 0.0, 0
    room = instance.capacities.get(node, -1)  # which is never reached without a limit
    missing_costs = instance.missing_costs
    for unit, _, line, offered in instance.by_node[node]:
        given = left[line] if left[line] < offered else offered
        if units + given > room >= 0:
            given = room - units
        cost += unit * given
        saved += missing_costs[line] * given
        units += given
    return cost / units if cost < saved else inf


def take(instance: Instance, node: int, left: list[int]) -> None:
    room = instance.capacities.get(node)
    for _, _, line, offered in instance.by_node[node]:
        given = min(left[line], offered, left[line] if room is None else room)
        left[line] -= given
        room = None if room is None else room - given
