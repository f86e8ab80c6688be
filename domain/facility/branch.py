"""The long way: branch and bound on which nodes are used, with bounds of the Lagrangean relaxation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from domain.facility.ascent import climbed, first_prices
from domain.facility.bound import Branch, Relaxation, relaxed
from domain.facility.greedy import greedy
from domain.facility.instance import Bid, Instance
from domain.facility.plan import Plan, plan_of
from domain.facility.pricing import filled, priced

TOLERANCE = 1e-10  # relative: what is cheaper by less is not looked for
SHRUNK = 0.8  # where fewer of the nodes are free than so, the bids of the others are dropped
FIRST_STEPS, STEPS = 20, 3  # of the subgradient method, on the whole and on a branch


class Search:
    """`best` is the cheapest plan so far, at first the one that leaves everything missing; `branches` are yet to be looked at.

    Of plans that cost the same, the first one found stays.
    """

    def __init__(self, instance: Instance, is_over: Callable[[], bool]) -> None:
        self.instance = instance
        self.is_over = is_over
        self.best: Plan = plan_of(instance, ())
        self.tried: set[frozenset[int]] = set()
        self.branches: list[Branch] = [whole(instance)]

    @property
    def goal(self) -> float:
        """What costs as much cannot be better than the best by more than the tolerance."""
        return self.best.cost - TOLERANCE * abs(self.best.cost)

    @property
    def bound(self) -> float:
        return min((branch.bound for branch in self.branches if branch.bound < self.goal), default=self.best.cost)

    def run(self) -> None:
        start, steps = greedy(self.instance, self.branches[0].opened), FIRST_STEPS
        self.try_with_fewer(start)
        while self.branches and not self.is_over():
            branch = self.branches.pop()
            if branch.bound < self.goal:
                self.look_at(branch, steps)
                steps = STEPS

    def look_at(self, branch: Branch, steps: int) -> None:
        """What its opened nodes give alone is tried; all else in it is left to two smaller branches, or cannot be better."""
        self.try_nodes(branch.opened)
        branch = replace(branch, slots=slots_worth(self.instance, branch, self.goal))
        if not branch.slots:
            return
        ceilings = filled(self.instance, branch.opened).marginal_costs
        if branch.slots == 1:
            self.try_each(branch, relaxed(self.instance, branch, ceilings))
            return
        found = climbed(self.instance, branch, ceilings=ceilings, goal=self.goal, steps=steps, is_over=self.is_over)
        self.try_nodes((*branch.opened, *found.chosen))
        bound = max(branch.bound, found.bound)
        if bound < self.goal:
            self.branches += divided(branch, found, bound, kept(branch, found, self.goal))

    def try_each(self, branch: Branch, found: Relaxation) -> None:
        """One free node more, where one is all that can pay, each that may by itself."""
        for _, node in sorted((found.reduced_costs[node], node) for node in branch.free):
            if found.opened_cost + found.reduced_costs[node] >= self.goal:
                break
            if self.is_over():
                self.branches.append(branch)
                break
            self.try_nodes((*branch.opened, node))

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


def whole(instance: Instance) -> Branch:
    """Nodes that cost nothing to use are used at once, if all may be."""
    bidders = instance.bidders
    may_all = instance.nodes_max == len(bidders)
    opened = [node for node in bidders if may_all and not instance.fixed_costs[node]]
    prices = first_prices(instance)
    return Branch(
        opened=tuple(opened),
        free=[node for node in bidders if node not in set(opened)],
        slots=instance.nodes_max - len(opened),
        bids=instance.by_line,
        bidders=len(bidders),
        prices=prices,
        bound=sum(price * need for price, need in zip(prices, instance.needs, strict=True)),
    )


def slots_worth(instance: Instance, branch: Branch, goal: float) -> int:
    """How many free nodes can be used beside the opened ones for less than the goal, if all units cost what the cheapest do."""
    if not branch.free:
        return 0
    least = min(instance.fixed_costs[node] for node in branch.free)
    spent = sum(instance.fixed_costs[node] for node in branch.opened)
    for need, missing, bids in zip(instance.needs, instance.missing_costs, branch.bids, strict=True):
        for cost, _, _, units in bids:
            given = min(units, need)
            spent += cost * given
            need -= given
            if not need:
                break
        spent += missing * need
    most = min(branch.slots, len(branch.free))
    return most if spent + least * most < goal else max(int((goal - spent) // least), 0) if least else 0


def kept(branch: Branch, found: Relaxation, goal: float) -> list[int]:
    """The free nodes that a better plan may still use: those which, if they were used, would not lift the bound to the goal."""
    displaced = found.reduced_costs[found.chosen[-1]] if len(found.chosen) == branch.slots else 0.0
    reduced_costs, room, chosen = found.reduced_costs, goal - found.bound + displaced, set(found.chosen)
    return [node for node in branch.free if reduced_costs[node] < room or node in chosen]


def divided(branch: Branch, found: Relaxation, bound: float, free: Sequence[int]) -> list[Branch]:
    """Without the node that earns most, and with it, which is looked at first as it stands last."""
    if not free:
        return []
    node = min(free, key=lambda node: (found.reduced_costs[node], node))
    others = [one for one in free if one != node]
    bids = among(branch.bids, {*branch.opened, *free}) if len(free) < SHRUNK * branch.bidders else branch.bids
    bidders = branch.bidders if bids is branch.bids else len(free)
    return [
        Branch(opened=opened, free=others, slots=slots, bids=bids, bidders=bidders, prices=found.prices, bound=bound)
        for opened, slots in ((branch.opened, branch.slots), ((*branch.opened, node), branch.slots - 1))
    ]


def among(bids: Sequence[Sequence[Bid]], nodes: Collection[int]) -> Sequence[Sequence[Bid]]:
    return [[bid for bid in line if bid[1] in nodes] for line in bids]
