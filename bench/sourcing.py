"""Are orders sourced at the least cost, and how fast? Protocol P1a, then with limits, then with 1,000 nodes.

Times are of the process, without the making of the problem, and of several rounds the best; all else is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from time import process_time
from typing import Any

from bench.oracle import optimum
from bench.orders import ALONE, LIMITED, ORDERS, WIDE, Setting, orders
from bench.report import Row
from bench.shortcuts import ratios
from domain.facility import Answer, Problem, solve

ROUNDS = 3
WIDE_ORDERS = 100
SECONDS_MAX = 0.1  # of an order with 1,000 nodes
ASKS_MAX = 5_000  # the same in work, for what must not depend on a clock: how often the solver asks whether it is over


def measure() -> Iterator[Row]:
    """A row for each setting."""
    found = prove(None)
    for setting in (*ALONE, *LIMITED, *WIDE):
        exact, times = found["exact"][setting.name], found["times"][setting.name]
        yield {
            "p at a store, p at the warehouse, w": setting.name,
            "orders": exact["orders"],
            "cost ÷ optimum": exact.get("cost ÷ optimum"),
            "optimal %": round(100 * exact["optimal"] / exact["orders"], 1),
            "p50 ms": times["p50 ms"],
            "p99 ms": times["p99 ms"],
            "within 100 ms %": times.get("proven within 100 ms %"),
            "widest gap then %": times.get("widest gap %"),
        }


def prove(share: int | None) -> dict[str, Any]:
    """Of so many orders of each setting, or of all: `exact` and `times`, by setting."""
    exact, times = {}, {}
    for setting in (*ALONE, *LIMITED):
        problems = drawn(setting, share or ORDERS)
        exact[setting.name] = beside_the_oracle(problems)
        times[setting.name] = percentiles([best_ms(problem) for problem in problems])
    for setting in ALONE:
        exact[setting.name] |= ratios(orders(setting, share or ORDERS))
    for setting in WIDE:
        problems = drawn(setting, share or WIDE_ORDERS)
        exact[setting.name] = by_itself(problems)
        times[setting.name] = within_limit(problems)
    return {"exact": exact, "times": times}


def drawn(setting: Setting, number: int) -> list[Problem]:
    return [order.problem for order in orders(setting, number)]


# ------------------------------------------------------------------------------------------------ exact figures


def beside_the_oracle(problems: Sequence[Problem]) -> dict[str, Any]:
    """What HiGHS finds with gap 0 is the optimum; an order counts as optimal within 1e-6 of it."""
    answers, least = [solve(problem) for problem in problems], [optimum(problem) for problem in problems]
    pairs = list(zip((answer.cost for answer in answers), least, strict=True))
    return {
        "orders": len(problems),
        "optimal": sum(abs(ours / theirs - 1) <= 1e-6 for ours, theirs in pairs),
        "proven": sum(answer.optimal for answer in answers),
        "cost": round(sum(ours for ours, _ in pairs), 6),
        "cost ÷ optimum": round(sum(ours for ours, _ in pairs) / sum(theirs for _, theirs in pairs), 6),
    }


def by_itself(problems: Sequence[Problem]) -> dict[str, Any]:
    """Proven by our own bound, within so much work."""
    answers = [solve(problem, after(ASKS_MAX)) for problem in problems]
    return {
        "orders": len(problems),
        "optimal": sum(answer.optimal for answer in answers),
        "cost": round(sum(answer.cost for answer in answers), 6),
        "bound": round(sum(answer.bound for answer in answers), 6),
    }


def after(asks: int) -> Callable[[], bool]:
    numbers = count()
    return lambda: next(numbers) >= asks


# ------------------------------------------------------------------------------------------------ times


def best_ms(problem: Problem) -> float:
    return min(timed(problem)[0] for _ in range(ROUNDS))


def timed(problem: Problem, seconds_max: float | None = None) -> tuple[float, Answer]:
    began = process_time()
    answer = solve(problem) if seconds_max is None else solve(problem, lambda: process_time() - began > seconds_max)
    return (process_time() - began) * 1000, answer


def within_limit(problems: Sequence[Problem]) -> dict[str, float]:
    rounds = [min((timed(problem, SECONDS_MAX) for _ in range(ROUNDS)), key=lambda one: one[0]) for problem in problems]
    gaps = [answer.cost / answer.bound - 1 for _, answer in rounds]
    return percentiles([ms for ms, _ in rounds]) | {
        "proven within 100 ms %": round(100 * sum(answer.optimal for _, answer in rounds) / len(rounds), 1),
        "widest gap %": round(100 * max(gaps), 1),
    }


def percentiles(ms: Sequence[float]) -> dict[str, float]:
    ranked = sorted(ms)
    return {f"p{percent} ms": round(ranked[(len(ranked) - 1) * percent // 100], 2) for percent in (50, 99)}
