"""Better prices: dual ascent (Erlenkotter 1978, "A dual-based procedure for uncapacitated facility location"), then the
subgradient method (Held and Karp 1971, "The traveling-salesman problem and minimum spanning trees: branch II") with momentum
(Camerini, Fratta and Maffioli 1975, "On improving relaxation methods by modified gradient techniques")."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from domain.facility.bound import Branch, Prices, Relaxation, relaxed
from domain.facility.instance import Instance

PACE = 0.4  # of the way to the goal, if the bound rose as steeply as at first
PATIENCE, SHORTENING = 3, 0.7  # after so many steps without a better bound they get shorter
MOMENTUM = 0.5  # of the last direction, which keeps prices from going to and fro


def first_prices(instance: Instance) -> Prices:
    """At which no node earns more than it costs, so that what lines pay is a bound already."""
    shares = [
        fixed / sum(bid[3] for bid in bids) if bids else 0.0
        for fixed, bids in zip(instance.fixed_costs, instance.by_node, strict=True)
    ]
    lines = zip(instance.missing_costs, instance.by_line, strict=True)
    return [min(missing, min((bid[0] + shares[bid[1]] for bid in bids), default=missing)) for missing, bids in lines]


def raised(branch: Branch, relaxation: Relaxation, ceilings: Prices) -> Prices:
    """Each line pays more, those with the fewest bids first, as long as no free node earns more for it than it costs."""
    prices = list(relaxation.prices)
    slack = dict.fromkeys(branch.free, 0.0)
    for node in branch.free:
        slack[node] = max(relaxation.reduced_costs[node] + relaxation.surplus, 0.0)
    for line in sorted(range(len(prices)), key=lambda line: len(branch.bids[line])):
        price, ceiling = prices[line], ceilings[line]
        for cost, node, _, units in branch.bids[line]:
            if cost >= ceiling:
                break
            if node in slack:
                ceiling = min(ceiling, max(cost, price) + slack[node] / units)
        if ceiling <= price:
            continue
        prices[line] = ceiling
        for cost, node, _, units in branch.bids[line]:
            if cost >= ceiling:
                break
            if node in slack:
                slack[node] = max(slack[node] - (ceiling - max(cost, price)) * units, 0.0)
    return prices


def climbed(
    instance: Instance, branch: Branch, *, ceilings: Prices, goal: float, steps: int, is_over: Callable[[], bool]
) -> Relaxation:
    """The best relaxation found on the way, which ends where its bound reaches the goal: the cost to beat."""
    best = relaxed(instance, branch, [min(pair) for pair in zip(branch.prices, ceilings, strict=True)])
    if best.bound < goal:
        best = max(best, relaxed(instance, branch, raised(branch, best, ceilings)), key=lambda one: one.bound)
    here, pace, idle, heading = best, PACE, 0, [0.0] * len(ceilings)
    for _ in range(steps):
        heading = turned(heading, here, ceilings)
        norm = sum(rise * rise for rise in heading)
        if best.bound >= goal or not norm or is_over():
            break
        step = pace * (goal - here.bound) / norm
        moved = zip(here.prices, heading, ceilings, strict=True)
        here = relaxed(instance, branch, [min(price + step * rise, ceiling) for price, rise, ceiling in moved])
        best, idle = (here, 0) if here.bound > best.bound else (best, idle + 1)
        if idle == PATIENCE:
            pace, idle = pace * SHORTENING, 0
    return best


def turned(heading: Sequence[float], here: Relaxation, ceilings: Prices) -> list[float]:
    """Where prices go from here: by the shortfall, and still some way where they went before, but not through a ceiling."""
    lines = zip(here.shortfall, heading, here.prices, ceilings, strict=True)
    rises = ((short + MOMENTUM * before, price >= ceiling) for short, before, price, ceiling in lines)
    return [0.0 if rise > 0 and is_at_ceiling else rise for rise, is_at_ceiling in rises]
