"""What plans cost at least: lines pay a price for each unit, and each node is used or not for itself (Lagrangean relaxation).

For any prices up to what a missing unit costs, the least cost of the nodes so chosen, plus what the lines pay, is a bound for
every plan (Geoffrion 1974, "Lagrangean relaxation for integer programming").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.facility.instance import Bid, Instance

Prices = list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A branch of the tree: the plans that pay for all nodes of `opened`, and use no others than up to `slots` of `free`.

    `bids`: of at least these nodes, by line, cheapest first, and of `bidders` nodes that were free. `prices`: by line, to begin
    with. No plan in it costs less than `bound`.
    """

    opened: tuple[int, ...]
    free: Sequence[int]
    slots: int
    bids: Sequence[Sequence[Bid]]
    bidders: int
    prices: Prices
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """`opened_cost`: the bound without the free nodes. `reduced_costs`: by node, the fixed cost less what it earns.

    `chosen`: free nodes that earn more than they cost, the best first, as many as there are slots. `surplus`: what the first
    one left out would earn. `shortfall`: by line, the units wanted beyond what opened and chosen nodes give.
    """

    prices: Prices
    bound: float
    opened_cost: float
    reduced_costs: Sequence[float]
    chosen: Sequence[int]
    surplus: float
    shortfall: list[int]


def relaxed(instance: Instance, branch: Branch, prices: Prices) -> Relaxation:
    reduced_costs = list(instance.fixed_costs)
    for price, bids in zip(prices, branch.bids, strict=True):  # the innermost loop of all
        for cost, node, _, units in bids:
            if cost >= price:
                break
            reduced_costs[node] -= (price - cost) * units
    earning = [node for node in branch.free if reduced_costs[node] < 0]
    limited = {node: best_within(instance, node, prices) for node in (*branch.opened, *earning) if node in instance.capacities}
    for node, given in limited.items():
        reduced_costs[node] = instance.fixed_costs[node] - sum([gain * units for gain, _, units in given])
    ranked = sorted([(reduced_costs[node], node) for node in earning if reduced_costs[node] < 0])
    chosen = [node for _, node in ranked[: branch.slots]]
    shortfall = list(instance.needs)
    for node in (*branch.opened, *chosen):
        if node in limited:
            for _, line, units in limited[node]:
                shortfall[line] -= units
            continue
        for cost, _, line, units in instance.by_node[node]:
            if cost < prices[line]:
                shortfall[line] -= units
    paid = sum(price * need for price, need in zip(prices, instance.needs, strict=True))
    opened_cost = paid + sum([reduced_costs[node] for node in branch.opened])
    return Relaxation(
        prices=prices,
        bound=opened_cost + sum([reduced_costs[node] for node in chosen]),
        opened_cost=opened_cost,
        reduced_costs=reduced_costs,
        chosen=chosen,
        surplus=-ranked[branch.slots][0] if len(ranked) > branch.slots else 0.0,
        shortfall=shortfall,
    )


def best_within(instance: Instance, node: int, prices: Prices) -> Sequence[tuple[float, int, int]]:
    """What a node with a capacity gives to earn most: (gain, line, units)."""
    room = instance.capacities[node]
    gains = [(prices[line] - cost, line, units) for cost, _, line, units in instance.by_node[node] if cost < prices[line]]
    given = []
    for gain, line, units in sorted(gains, reverse=True):
        given.append((gain, line, min(units, room)))
        room -= given[-1][2]
        if not room:
            break
    return given
