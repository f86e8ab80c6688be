"""A problem as the algorithms read it: only the units that can be of use, cheapest first, by line and by node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from domain.facility.problem import Problem

Bid = tuple[float, int, int, int]
"""What is left of an offer: unit cost, node, line, units (1 or more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """`by_line` and `by_node` hold the same bids, each list cheapest first, of equals the one that was offered first.

    `capacities`: only of tight nodes, which bid more units than they can give. `nodes_max`: no more than nodes that bid.
    """

    needs: Sequence[int]
    missing_costs: Sequence[float]
    fixed_costs: Sequence[float]
    by_line: Sequence[Sequence[Bid]]
    by_node: Sequence[Sequence[Bid]]
    capacities: dict[int, int]
    nodes_max: int

    @property
    def bidders(self) -> list[int]:
        return [node for node, bids in enumerate(self.by_node) if bids]


def instance_of(problem: Problem) -> Instance:
    """Without bids that cost at least what a missing unit does, and without units beyond a need or a capacity."""
    lines, needs, missing_costs, capacities = len(problem.needs), problem.needs, problem.missing_costs, problem.capacities
    by_line: list[list[Bid]] = [[] for _ in needs]
    by_node: list[list[Bid]] = [[] for _ in capacities]
    rooms: dict[int, int] = {}
    for offer in sorted(problem.offers, key=attrgetter("unit_cost")):
        cost, node, line = offer.unit_cost, offer.node, offer.line
        if cost >= missing_costs[line]:
            continue
        key = node * lines + line
        room = rooms[key] if key in rooms else most(needs[line], capacities[node])
        units = min(offer.units, room)
        if units > 0:
            rooms[key] = room - units
            bid = (cost, node, line, units)
            by_line[line].append(bid)
            by_node[node].append(bid)
    bidders = sum(1 for bids in by_node if bids)
    return Instance(
        needs=needs,
        missing_costs=missing_costs,
        fixed_costs=problem.fixed_costs,
        by_line=by_line,
        by_node=by_node,
        capacities=tight(by_node, capacities),
        nodes_max=most(bidders, problem.nodes_max),
    )


def most(wanted: int, limit: int | None) -> int:
    return wanted if limit is None or limit > wanted else limit


def tight(by_node: Sequence[Sequence[Bid]], capacities: Sequence[int | None]) -> dict[int, int]:
    units = {node: sum(bid[3] for bid in by_node[node]) for node, limit in enumerate(capacities) if limit is not None}
    return {node: limit for node, limit in enumerate(capacities) if limit is not None and limit < units[node]}
