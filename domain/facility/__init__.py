"""Capacitated facility location: from which nodes to take units of several lines at the least cost, proven.

Of plans that cost the same, the one that is found first is answered, and what is tried first depends on the problem alone:
so the same problem always has the same answer. From a set of nodes the cheapest units are taken, of equals the lower node's.
"""

from __future__ import annotations

from collections.abc import Callable

from domain.facility.branch import Search
from domain.facility.instance import instance_of
from domain.facility.plan import Plan
from domain.facility.problem import Answer, Offer, Problem
from domain.facility.subsets import is_short, split

__all__ = ["Answer", "Offer", "Problem", "solve"]


def never() -> bool:
    return False


def solve(problem: Problem, is_over: Callable[[], bool] = never) -> Answer:
    """The cheapest plan; once `is_over` says so, which is asked now and then, the best that is found so far, with its bound.

    Even if it is over at once, node after node is taken as long as that pays, so that nothing is missing for want of time.
    """
    instance = instance_of(problem)
    if is_short(instance) and not is_over():
        plan = split(instance)
        return answer(plan, plan.cost)
    search = Search(instance, is_over)
    search.run()
    return answer(search.best, search.bound)


def answer(plan: Plan, bound: float) -> Answer:
    units: dict[tuple[int, int], int] = {}
    for _, node, line, given in plan.given:
        units[node, line] = units.get((node, line), 0) + given
    taken = tuple((*pair, units[pair]) for pair in sorted(units))
    return Answer(cost=plan.cost, bound=bound, optimal=bound >= plan.cost, given=taken)
