"""The short way: where a node that has a line has all of it, few lines are split among nodes by dynamic programming.

A set of lines costs what the block with its last line costs at one node, and what the rest costs: the complete set
partitioning problem (Yeh 1986). Sets are bit masks.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from domain.facility.instance import Instance
from domain.facility.plan import Plan, plan_of

LINES_MAX = 10  # three times the work for each more
SUBSETS_MAX = 20_000  # of what a node has, over all nodes


def is_short(instance: Instance) -> bool:
    """Whether lines stay whole, nothing but lines couples the nodes, and the sets are few."""
    lines = sum(1 for bids in instance.by_line if bids)
    if lines > LINES_MAX or instance.capacities or instance.nodes_max < min(lines, len(instance.bidders)):
        return False
    if any(bid[3] != need for need, bids in zip(instance.needs, instance.by_line, strict=True) for bid in bids):
        return False
    return sum(1 << len(bids) for bids in instance.by_node if bids) <= SUBSETS_MAX


def split(instance: Instance) -> Plan:
    """The cheapest plan of an instance that is short; of equals, one with the larger blocks, from the lower nodes."""
    lines = [line for line, bids in enumerate(instance.by_line) if bids]
    costs, nodes = at_one_node(instance, lines)
    last = last_blocks(costs)
    mask, origins = len(costs) - 1, dict[int, int]()
    while mask:
        block = last[mask]
        origins |= {line: nodes[block] for place, line in enumerate(lines) if block >> place & 1}
        mask ^= block
    return plan_of(instance, (bid for line in lines for bid in instance.by_line[line] if bid[1] == origins[line]))


def at_one_node(instance: Instance, lines: Sequence[int]) -> tuple[list[float], list[int]]:
    """What each set of lines costs at the best node, and which; infinite where none has them all, -1 where they are missing."""
    costs, nodes = [inf] * (1 << len(lines)), [-1] * (1 << len(lines))
    bits = {line: 1 << place for place, line in enumerate(lines)}
    for line, bit in bits.items():
        costs[bit] = instance.missing_costs[line] * instance.needs[line]
    for node, bids in enumerate(instance.by_node):
        masks, sums = [0], [instance.fixed_costs[node]]
        for unit_cost, _, line, units in bids:
            bit, cost = bits[line], unit_cost * units
            masks += [mask | bit for mask in masks]
            sums += [so_far + cost for so_far in sums]
        for mask, cost in zip(masks, sums, strict=True):
            if cost < costs[mask]:
                costs[mask], nodes[mask] = cost, node
    return costs, nodes


def last_blocks(costs: Sequence[float]) -> list[int]:
    """Of each set that can be met on the way from all lines, the block with its last line in the cheapest partition."""
    totals, last = [0.0] * len(costs), [0] * len(costs)
    everything = len(costs) - 1
    for mask in range(1, len(costs)):
        top = 1 << mask.bit_length() - 1
        if top << 1 > everything and mask != everything:
            continue  # of the sets with the very last line, only all lines are asked for
        rest = others = mask ^ top
        best, best_block = costs[mask], mask
        while others:  # all that the last line may leave out, dense because it is the whole work
            cost = costs[mask ^ others] + totals[others]
            if cost < best:
                best, best_block = cost, mask ^ others
            others = (others - 1) & rest
        totals[mask], last[mask] = best, best_block
    return last
