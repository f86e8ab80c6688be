"""Rules of thumb beside the optimum: nearest first, warehouse first, and the node with most lines first (greedy set cover)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from bench.orders import ALONE, ORDERS, Order, orders
from bench.report import ROOT, Row
from domain.facility import Problem, solve

PLOT = ROOT / "docs" / "sourcing.svg"

Shortcut = Callable[[Order], float]


def measure() -> Iterator[Row]:
    """Whole lines, no limits; the plot beside the table."""
    found = {setting.name: ratios(orders(setting)) for setting in ALONE}
    draw(found, PLOT)
    for setting, of_each in found.items():
        yield {"p at a store, p at the warehouse, w": setting, "orders": ORDERS, **of_each}


def ratios(given: Iterator[Order]) -> dict[str, float]:
    """What all orders cost by each rule, over what they cost at least."""
    problems = list(given)
    least = sum(solve(order.problem).cost for order in problems)
    return {name: round(sum(map(rule, problems)) / least, 4) for name, rule in SHORTCUTS.items()}


# ------------------------------------------------------------------------------------------------ the rules


def nearest_first(order: Order) -> float:
    return in_turn(order.problem, sorted(range(len(order.miles)), key=lambda node: order.miles[node]))


def warehouse_first(order: Order) -> float:
    warehouse = len(order.miles) - 1
    return in_turn(order.problem, sorted(range(len(order.miles)), key=lambda node: (node != warehouse, order.miles[node])))


def in_turn(problem: Problem, nodes: Sequence[int]) -> float:
    """Each node gives every line it has that is still wanted."""
    return cost(problem, {line: node for node in reversed(nodes) for line in stocked(problem)[node]})


def set_cover(order: Order) -> float:
    """Again and again the node that has most of the lines still wanted, of equals the nearest."""
    has, origins = stocked(order.problem), dict[int, int]()
    while wanted := {line for lines in has.values() for line in lines} - origins.keys():
        best = max(has, key=lambda node: (len(has[node] & wanted), -order.miles[node]))
        origins |= dict.fromkeys(has[best] & wanted, best)
    return cost(order.problem, origins)


SHORTCUTS: Mapping[str, Shortcut] = {
    "nearest first": nearest_first,
    "warehouse first": warehouse_first,
    "greedy set cover": set_cover,
}


def stocked(problem: Problem) -> dict[int, set[int]]:
    """The lines each node has."""
    found: dict[int, set[int]] = {node: set() for node in range(len(problem.fixed_costs))}
    for offer in problem.offers:
        found[offer.node].add(offer.line)
    return found


def cost(problem: Problem, origins: Mapping[int, int]) -> float:
    """Of whole lines from these nodes; a line without one is missing."""
    unit_costs = {(offer.line, offer.node): offer.unit_cost for offer in problem.offers}
    parcels = sum(problem.fixed_costs[node] for node in set(origins.values()))
    each = (unit_costs.get((line, origins.get(line, -1)), missing) for line, missing in enumerate(problem.missing_costs))
    return parcels + sum(units * unit for units, unit in zip(problem.needs, each, strict=True))


# ------------------------------------------------------------------------------------------------ the plot


def draw(found: Mapping[str, Mapping[str, float]], file: Path) -> None:
    """Bars of cost ÷ optimum, the same file for the same figures."""
    figure = Figure(figsize=(7, 3), layout="constrained")
    axes = figure.subplots()
    for number, name in enumerate(SHORTCUTS):
        places = [place + (number - 1) * 0.27 for place in range(len(found))]
        bars = axes.bar(places, [of_each[name] for of_each in found.values()], width=0.25, label=name)
        axes.bar_label(bars, fmt="%.2f", fontsize=7)
    axes.axhline(1, color="black", linewidth=1, label="the solver: the optimum")
    axes.set(ylabel="cost ÷ optimum", xticks=range(len(found)), xticklabels=list(found), ylim=(0.9, None))
    axes.set_xlabel("p at a store, p at the warehouse, w")
    axes.legend(fontsize=7, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    with mpl.rc_context({"svg.hashsalt": "comptoir", "svg.fonttype": "none"}):
        figure.savefig(file, metadata={"Date": None})
