"""What is asked and what is answered: from which nodes to take units of several lines, where using a node costs something."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True)
class Offer:
    """A node can give up to `units` of a line at `unit_cost` each. Several offers of one node and line add up."""

    node: int
    line: int
    unit_cost: float
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Lines and nodes are numbered from 0; costs share one unit, whichever it is.

    `needs`: units wanted, by line. `missing_costs`: of each unit left unfilled, by line. `fixed_costs`: of using a node, 0 or
    more, by node. `capacities`: units a node can give in all, None without a limit. `nodes_max`: nodes that may be used.
    Raises ValueError for what is no problem.
    """

    needs: tuple[int, ...]
    missing_costs: tuple[float, ...]
    fixed_costs: tuple[float, ...]
    capacities: tuple[int | None, ...]
    offers: tuple[Offer, ...]
    nodes_max: int | None = None

    def __post_init__(self) -> None:
        require(len(self.missing_costs) == len(self.needs), "missing_costs: one for each of needs")
        require(len(self.capacities) == len(self.fixed_costs), "capacities: one for each of fixed_costs")
        require(min(self.needs, default=0) >= 0, "needs: 0 or more")
        require(all(map(isfinite, self.missing_costs)), "missing_costs: finite")
        require(all(isfinite(cost) and cost >= 0 for cost in self.fixed_costs), "fixed_costs: finite, 0 or more")
        require(all(units is None or units >= 0 for units in self.capacities), "capacities: 0 or more, or None")
        require(self.nodes_max is None or self.nodes_max >= 0, "nodes_max: 0 or more, or None")
        nodes, lines = len(self.fixed_costs), len(self.needs)
        for offer in self.offers:
            is_of_both = 0 <= offer.node < nodes and 0 <= offer.line < lines
            require(
                is_of_both and isfinite(offer.unit_cost) and offer.units >= 0, "offers: of a node and a line, finite, 0 or more"
            )


def require(is_so: bool, rule: str) -> None:
    if not is_so:
        raise ValueError(rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`cost` of what is given, missing units included; no plan costs less than `bound`, which is `cost` where `optimal`.

    `given`: (node, line, units), sorted, units 1 or more.
    """

    cost: float
    bound: float
    optimal: bool
    given: tuple[tuple[int, int, int], ...]
