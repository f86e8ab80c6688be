"""The long way: branch and bound on which nodes are used, with bounds of the Lagrangean relaxation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from math import inf

from domain.facility.ascent import climbed, first_prices
from domain.facility.bound import Part, Relaxation, relaxed
from domain.facility.greedy import greedy
from domain.facility.instance import Bid, Instance
from domain.facility.plan import Plan, plan_of
from domain.facility.pricing import filled, priced

TOLERANCE = 1e-10  # relative: what is cheaper by less is not looked for
SHRUNK = 0.8  # where fewer of the nodes are free than so, the bids of the others are dropped
FIRST_STEPS, STEPS = 20, 3  # of the subgradient method, on the whole and on a part


class Search:
    """`best` is the cheapest plan so far, at first the one that leaves everything missing; `parts` are still to be looked at.

    Of plans that cost the same, the first one found stays.
    """

    def __init__(self, instance: Instance, is_over: Callable[[], bool]) -> None:
        self.instance = instance
        self.is_over = is_over
        self.best: Plan = plan_of(instance, ())
        self.tried: set[frozenset[int]] = set()
        self.parts: list[Part] = [whole(instance)]

    @property
    def goal(self) -> float:
        """What costs as much cannot be better than the best by more than the tolerance."""
        return self.best.cost - TOLERANCE * abs(self.best.cost)

    @property
    def bound(self) -> float:
        return min((part.bound for part in self.parts if part.bound < self.goal), default=self.best.cost)

    def run(self) -> None:
        start, steps = greedy(self.instance, self.parts[0].opened, self.is_over), FIRST_STEPS
        self.try_with_fewer(start)
        while self.parts and not self.is_over():
            part = self.parts.pop()
            if part.bound < self.goal:
                self.look_at(part, steps)
                steps = STEPS

    def look_at(self, part: Part, steps: int) -> None:
        """What its opened nodes give alone is tried; all else it may have is left to two smaller parts, or cannot be better."""
        self.try_nodes(part.opened)
        part = replace(part, slots=slots_worth(self.instance, part, self.goal))
        if not part.slots:
            return
        ceilings = filled(self.instance, part.opened).marginal_costs
        if part.slots == 1:
            self.try_each(part, relaxed(self.instance, part, ceilings))
            return
        found = climbed(self.instance, part, ceilings=ceilings, goal=self.goal, steps=steps, is_over=self.is_over)
        self.try_nodes((*part.opened, *found.chosen))
        bound = max(part.bound, found.bound)
        if bound < self.goal:
            self.parts += branches(part, found, bound, kept(part, found, self.goal))

    def try_each(self, part: Part, found: Relaxation) -> None:
        """One free node more, where one is all that can pay, each that may by itself."""
        for _, node in sorted((found.reduced_costs[node], node) for node in part.free):
            if found.opened_cost + found.reduced_costs[node] >= self.goal:
                break
            if self.is_over():
                self.parts.append(part)
                break
            self.try_nodes((*part.opened, node))

    def try_nodes(self, nodes: Collection[int]) -> bool:
        """Whether they give a better plan than the best."""
        if len(nodes) > self.instance.nodes_max or frozenset(nodes) in self.tried:
            return False
        self.tried.add(frozenset(nodes))
        plan = priced(self.instance, nodes, self.goal)
        self.best = plan or self.best
        return plan is not None

    def try_with_fewer(self, nodes: Sequence[int]) -> None:
        """Then without each that does not pay."""
        self.try_nodes(nodes)
        for node in nodes:
            fewer = [one for one in nodes if one != node]
            if not self.is_over() and self.try_nodes(fewer):
                nodes = fewer


def whole(instance: Instance) -> Part:
    """Nodes that cost nothing to use are used at once, if all may be."""
    bidders = instance.bidders
    may_all = instance.nodes_max == len(bidders)
    opened = [node for node in bidders if may_all and not instance.fixed_costs[node]]
    prices = first_prices(instance)
    return Part(
        opened=tuple(opened),
        free=[node for node in bidders if node not in set(opened)],
        slots=instance.nodes_max - len(opened),
        bids=instance.by_line,
        bidders=len(bidders),
        prices=prices,
        bound=sum(price * need for price, need in zip(prices, instance.needs, strict=True)),
    )


def slots_worth(instance: Instance, part: Part, goal: float) -> int:
    """How many free nodes can be used beside the opened ones for less than the goal, if all units cost what the cheapest do."""
    least = min((instance.fixed_costs[node] for node in part.free), default=inf)
    spent = sum(instance.fixed_costs[node] for node in part.opened)
    for need, missing, bids in zip(instance.needs, instance.missing_costs, part.bids, strict=True):
        for cost, _, _, units in bids:
            given = min(units, need)
            spent += cost * given
            need -= given
            if not need:
                break
        spent += missing * need
    most = min(part.slots, len(part.free))
    return most if spent + least * most < goal else max(int((goal - spent) // least), 0) if least else 0


def kept(part: Part, found: Relaxation, goal: float) -> list[int]:
    """The free nodes that a better plan may still use: those which, if they were used, would not lift the bound to the goal."""
    displaced = found.reduced_costs[found.chosen[-1]] if len(found.chosen) == part.slots else 0.0
    reduced_costs, room, chosen = found.reduced_costs, goal - found.bound + displaced, set(found.chosen)
    return [node for node in part.free if reduced_costs[node] < room or node in chosen]


def branches(part: Part, found: Relaxation, bound: float, free: Sequence[int]) -> list[Part]:
    """Without the node that earns most, and with it, which is looked at first as it stands last."""
    if not free:
        return []
    node = min(free, key=lambda node: (found.reduced_costs[node], node))
    others = [one for one in free if one != node]
    bids = among(part.bids, {*part.opened, *free}) if len(free) < SHRUNK * part.bidders else part.bids
    bidders = part.bidders if bids is part.bids else len(free)
    return [
        Part(opened=opened, free=others, slots=slots, bids=bids, bidders=bidders, prices=found.prices, bound=bound)
        for opened, slots in ((part.opened, part.slots), ((*part.opened, node), part.slots - 1))
    ]


def among(bids: Sequence[Sequence[Bid]], nodes: Collection[int]) -> Sequence[Sequence[Bid]]:
    return [[bid for bid in line if bid[1] in nodes] for line in bids]
