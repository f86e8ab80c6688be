"""Better prices: dual ascent (Erlenkotter 1978, "A dual-based procedure for uncapacitated facility location"), then the
subgradient method (Held and Karp 1971, "The traveling-salesman problem and minimum spanning trees: part II")."""

from __future__ import annotations

from collections.abc import Callable

from domain.facility.bound import Part, Prices, Relaxation, relaxed
from domain.facility.instance import Instance

PATIENCE = 3  # steps without a better bound, after which they get shorter


def first_prices(instance: Instance) -> Prices:
    """At which no node earns more than it costs, so that what lines pay is a bound already."""
    shares = [
        fixed / sum(bid[3] for bid in bids) if bids else 0.0
        for fixed, bids in zip(instance.fixed_costs, instance.by_node, strict=True)
    ]
    lines = zip(instance.missing_costs, instance.by_line, strict=True)
    return [min(missing, min((bid[0] + shares[bid[1]] for bid in bids), default=missing)) for missing, bids in lines]


def raised(part: Part, relaxation: Relaxation, ceilings: Prices) -> Prices:
    """Each line pays more, those with the fewest bids first, as long as no free node earns more for it than it costs."""
    prices = list(relaxation.prices)
    slack = dict.fromkeys(part.free, 0.0)
    for node in part.free:
        slack[node] = max(relaxation.reduced_costs[node] + relaxation.surplus, 0.0)
    for line in sorted(range(len(prices)), key=lambda line: len(part.bids[line])):
        price, ceiling = prices[line], ceilings[line]
        for cost, node, _, units in part.bids[line]:
            if cost >= ceiling:
                break
            if node in slack:
                ceiling = min(ceiling, max(cost, price) + slack[node] / units)
        if ceiling <= price:
            continue
        prices[line] = ceiling
        for cost, node, _, units in part.bids[line]:
            if cost >= ceiling:
                break
            if node in slack:
                slack[node] = max(slack[node] - (ceiling - max(cost, price)) * units, 0.0)
    return prices


def climbed(
    instance: Instance, part: Part, *, ceilings: Prices, goal: float, steps: int, is_over: Callable[[], bool]
) -> Relaxation:
    """The best relaxation found on the way, which ends where its bound reaches the goal: the cost to beat."""
    best = relaxed(instance, part, [min(pair) for pair in zip(part.prices, ceilings, strict=True)])
    if best.bound < goal:
        best = max(best, relaxed(instance, part, raised(part, best, ceilings)), key=lambda one: one.bound)
    here, pace, idle = best, 1.0, 0
    for _ in range(steps):
        slope = uphill(here, ceilings)
        norm = sum(rise * rise for rise in slope)
        if best.bound >= goal or not norm or is_over():
            break
        step = pace * (goal - here.bound) / norm
        moved = zip(here.prices, slope, ceilings, strict=True)
        here = relaxed(instance, part, [min(price + step * rise, ceiling) for price, rise, ceiling in moved])
        if here.bound > best.bound:
            best, idle = here, 0
        else:
            idle += 1
        if idle == PATIENCE:
            pace, idle = pace / 2, 0
    return best


def uphill(relaxation: Relaxation, ceilings: Prices) -> list[int]:
    """The shortfall, but for prices that cannot rise any more."""
    lines = zip(relaxation.shortfall, relaxation.prices, ceilings, strict=True)
    return [0 if short > 0 and price >= ceiling else short for short, price, ceiling in lines]
