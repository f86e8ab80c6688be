"""From which nodes to take what: never dearer than brute force, than an independent solver, or than anybody's plan."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bench.oracle import optimum
from domain.facility import Answer, Offer, Problem, solve

COSTS = st.integers(0, 12).map(lambda quarters: quarters / 4)
FIXED_COSTS = st.sampled_from((0.0, 0.5, 1.0, 2.0, 4.0, 9.0))


@st.composite
def problems(draw: st.DrawFn, *, nodes_most: int = 7, lines_most: int = 5, offers_most: int = 40) -> Problem:
    """With all there is: partial stock, capacities, dearer last units, a limit of nodes, and units that stay missing."""
    nodes, lines = draw(st.integers(0, nodes_most)), draw(st.integers(0, lines_most))
    offers: list[Offer] = []
    if nodes and lines:
        offer = st.builds(Offer, st.integers(0, nodes - 1), st.integers(0, lines - 1), COSTS, st.integers(0, 3))
        offers = draw(st.lists(offer, max_size=offers_most))
    return Problem(
        needs=tuple(draw(st.integers(0, 3)) for _ in range(lines)),
        missing_costs=tuple(draw(st.sampled_from((1.0, 5.0, 40.0))) for _ in range(lines)),
        fixed_costs=tuple(draw(FIXED_COSTS) for _ in range(nodes)),
        capacities=tuple(draw(st.none() | st.integers(0, 5)) for _ in range(nodes)),
        offers=tuple(offers),
        nodes_max=draw(st.none() | st.integers(0, 4)),
    )


def drawn(seed: int, *, nodes: int, lines: int, nodes_max: int | None = None, is_whole: bool = False) -> Problem:
    """A larger one; whole lines and no capacities, or neither."""
    chance = random.Random(seed)
    needs = tuple(chance.randint(1, 3) for _ in range(lines))
    pairs = [(node, line) for node in range(nodes) for line in range(lines) if chance.random() < 0.3]
    return Problem(
        needs=needs,
        missing_costs=(30.0,) * lines,
        fixed_costs=tuple(8 + 4 * chance.random() for _ in range(nodes)),
        capacities=tuple(None if is_whole else chance.choice((None, 2, 4, 6)) for _ in range(nodes)),
        offers=tuple(Offer(k, i, 3 * chance.random(), needs[i] if is_whole else chance.randint(1, 3)) for k, i in pairs),
        nodes_max=nodes_max,
    )


def brute_force(problem: Problem) -> float:
    """The least cost over every number of units of every offer."""
    return cheapest(problem, 0, list(problem.needs), [0] * len(problem.fixed_costs), 0.0)


def cheapest(problem: Problem, number: int, left: list[int], loads: list[int], spent: float) -> float:
    if number == len(problem.offers):
        used = [node for node, load in enumerate(loads) if load]
        if problem.nodes_max is not None and len(used) > problem.nodes_max:
            return float("inf")
        missing = sum(units * cost for units, cost in zip(left, problem.missing_costs, strict=True))
        return spent + missing + sum(problem.fixed_costs[node] for node in used)
    offer, found = problem.offers[number], []
    capacity = problem.capacities[offer.node]
    room = left[offer.line] if capacity is None else capacity - loads[offer.node]
    for units in range(min(offer.units, left[offer.line], room) + 1):
        rest, given = left.copy(), loads.copy()
        rest[offer.line] -= units
        given[offer.node] += units
        found.append(cheapest(problem, number + 1, rest, given, spent + units * offer.unit_cost))
    return min(found)


def cost_of(problem: Problem, answer: Answer) -> float:
    """Anew, from what is given, within every limit; the cheapest offers of each node first."""
    left, loads, cost = list(problem.needs), [0] * len(problem.fixed_costs), 0.0
    for node, line, units in answer.given:
        assert units > 0
        left[line] -= units
        loads[node] += units
        for offer in sorted(problem.offers, key=lambda offer: offer.unit_cost):
            if (offer.node, offer.line) == (node, line):
                taken = min(units, offer.units)
                cost, units = cost + taken * offer.unit_cost, units - taken
        assert not units, "no more than is offered"
    used = [node for node, load in enumerate(loads) if load]
    assert min(left, default=0) >= 0, "no more than is wanted"
    assert all(limit is None or load <= limit for load, limit in zip(loads, problem.capacities, strict=True))
    assert problem.nodes_max is None or len(used) <= problem.nodes_max
    missing = sum(units * each for units, each in zip(left, problem.missing_costs, strict=True))
    return cost + missing + sum(problem.fixed_costs[node] for node in used)


def after(asks: int) -> Callable[[], bool]:
    """A budget that is over once it was asked so often."""
    numbers = count()
    return lambda: next(numbers) >= asks


def about(cost: float) -> Any:
    return pytest.approx(cost, rel=1e-6, abs=1e-9)


# ------------------------------------------------------------------------------------------------ the optimum


@given(problems(nodes_most=4, lines_most=3, offers_most=6))
def test_no_plan_at_all_is_cheaper(problem: Problem) -> None:
    answer = solve(problem)
    assert answer.cost == about(brute_force(problem))
    assert answer.optimal
    assert answer.bound == answer.cost


@given(problems())
def test_an_independent_solver_finds_the_same_cost(problem: Problem) -> None:
    assert solve(problem).cost == about(optimum(problem))


@pytest.mark.parametrize("nodes_max", [None, 1, 2, 4])
@pytest.mark.parametrize("seed", range(4))
def test_so_it_does_where_there_is_more_to_choose_from(seed: int, nodes_max: int | None) -> None:
    problem = drawn(seed, nodes=30, lines=8, nodes_max=nodes_max)
    answer = solve(problem)
    assert answer.optimal
    assert answer.cost == about(optimum(problem)) == about(cost_of(problem, answer))


@pytest.mark.parametrize("lines", [1, 6, 10, 11, 13])
def test_whole_lines_are_split_alike_the_short_way_and_the_long(lines: int) -> None:
    problem = drawn(lines, nodes=25, lines=lines, is_whole=True)
    long_way = replace(problem, capacities=(*problem.capacities[:-1], 1))
    assert solve(problem).cost == about(optimum(problem))
    assert solve(long_way).cost == about(optimum(long_way))


@given(problems())
def test_what_is_given_is_within_every_limit_and_costs_what_is_said(problem: Problem) -> None:
    assert solve(problem).cost == about(cost_of(problem, solve(problem)))


@given(problems(), st.randoms(use_true_random=False))
def test_nobody_finds_a_cheaper_plan_by_chance(problem: Problem, chance: random.Random) -> None:
    left, loads, units_of = list(problem.needs), [0] * len(problem.fixed_costs), dict[tuple[int, int], int]()
    for offer in chance.sample(problem.offers, len(problem.offers)):
        capacity, used = problem.capacities[offer.node], sum(1 for load in loads if load)
        is_one_too_many = problem.nodes_max is not None and not loads[offer.node] and used >= problem.nodes_max
        room = left[offer.line] if capacity is None else capacity - loads[offer.node]
        units = 0 if is_one_too_many else chance.randint(0, max(min(offer.units, left[offer.line], room), 0))
        left[offer.line] -= units
        loads[offer.node] += units
        units_of[offer.node, offer.line] = units_of.get((offer.node, offer.line), 0) + units
    taken = tuple((*pair, units) for pair, units in sorted(units_of.items()) if units)
    theirs = Answer(cost=0.0, bound=0.0, optimal=False, given=taken)
    assert solve(problem).cost <= cost_of(problem, theirs) + 1e-9


@given(problems(), st.data())
def test_a_dearer_node_never_makes_it_cheaper(problem: Problem, data: st.DataObject) -> None:
    assume(problem.fixed_costs)
    node = data.draw(st.integers(0, len(problem.fixed_costs) - 1))
    dearer = tuple(cost + (number == node) * 1.5 for number, cost in enumerate(problem.fixed_costs))
    assert solve(replace(problem, fixed_costs=dearer)).cost >= solve(problem).cost - 1e-9


@given(problems(), st.randoms(use_true_random=False))
def test_it_costs_the_same_by_whatever_numbers_nodes_and_lines_go(problem: Problem, chance: random.Random) -> None:
    nodes, lines = list(range(len(problem.fixed_costs))), list(range(len(problem.needs)))
    chance.shuffle(nodes)
    chance.shuffle(lines)
    shuffled = Problem(
        needs=tuple(problem.needs[lines.index(line)] for line in range(len(lines))),
        missing_costs=tuple(problem.missing_costs[lines.index(line)] for line in range(len(lines))),
        fixed_costs=tuple(problem.fixed_costs[nodes.index(node)] for node in range(len(nodes))),
        capacities=tuple(problem.capacities[nodes.index(node)] for node in range(len(nodes))),
        offers=tuple(replace(offer, node=nodes[offer.node], line=lines[offer.line]) for offer in problem.offers),
        nodes_max=problem.nodes_max,
    )
    assert solve(shuffled).cost == about(solve(problem).cost)


@given(problems())
def test_the_same_problem_has_the_same_answer(problem: Problem) -> None:
    assert solve(problem) == solve(replace(problem))


# ------------------------------------------------------------------------------------------------ a budget that ends


@given(problems(), st.sampled_from((0, 1, 2, 4, 9)))
def test_a_budget_that_is_over_leaves_a_plan_and_a_true_bound(problem: Problem, asks: int) -> None:
    answer, least = solve(problem, after(asks)), optimum(problem)
    assert answer.bound <= least + 1e-6
    assert answer.cost == about(cost_of(problem, answer))
    assert answer.cost >= least - 1e-6
    assert answer.optimal == (answer.bound == answer.cost)


@pytest.mark.parametrize("asks", [0, 5, 20, 40])
def test_so_it_does_in_the_middle_of_a_long_search(asks: int) -> None:
    problem = drawn(1, nodes=60, lines=12)
    answer, least = solve(problem, after(asks)), solve(problem).cost
    assert not answer.optimal
    assert answer.bound < least + 1e-6 <= cost_of(problem, answer) + 2e-6


@given(problems())
def test_nothing_is_missing_for_want_of_time(problem: Problem) -> None:
    """Where missing units cost more than everything else, and no limit stands in the way."""
    dear = replace(
        problem, missing_costs=(1e6,) * len(problem.needs), capacities=(None,) * len(problem.fixed_costs), nodes_max=None
    )
    offered = [sum(one.units for one in dear.offers if one.line == line) for line in range(len(dear.needs))]
    given = [
        sum(units for _, line, units in solve(dear, lambda: True).given if line == each) for each in range(len(dear.needs))
    ]
    assert given == [min(need, most) for need, most in zip(dear.needs, offered, strict=True)]


# ------------------------------------------------------------------------------------------------ traps


def asked(*, needs: tuple[int, ...], offers: list[Offer], fixed: tuple[float, ...], **others: object) -> Problem:
    """A missing unit costs 100; no node has a limit unless others say so."""
    plain = Problem(
        needs=needs,
        missing_costs=(100.0,) * len(needs),
        fixed_costs=fixed,
        capacities=(None,) * len(fixed),
        offers=tuple(offers),
    )
    return replace(plain, **others)  # type: ignore[arg-type]


def test_a_node_that_has_everything_but_may_give_little_is_no_good_start() -> None:
    """Blind to capacities, a greedy start would be node 0, which leaves most missing; the budget leaves time for one node."""
    offers = [Offer(node, line, 1.0, 2) for node in (0, 1) for line in range(3)]
    problem = asked(needs=(2, 2, 2), offers=offers, fixed=(5.0, 10.0), capacities=(1, None))
    answer = solve(problem, after(1))
    assert answer.cost == 16.0
    assert {node for node, _, _ in answer.given} == {1}


def test_one_more_node_may_pay_for_itself_when_all_lines_are_filled() -> None:
    """Node 0 fills the order; node 1 has one line so much cheaper that using it too is worth its cost."""
    offers = [Offer(0, 0, 1.0, 3), Offer(0, 1, 20.0, 3), Offer(1, 1, 1.0, 2)]
    assert solve(asked(needs=(3, 3), offers=offers, fixed=(5.0, 5.0))).given == ((0, 0, 3), (0, 1, 1), (1, 1, 2))


def test_a_farther_node_counts_where_the_nearer_one_has_too_little() -> None:
    """Node 0 has all of node 1's lines for less, but not the units, or not all at once."""
    offers = [Offer(0, 0, 1.0, 1), Offer(0, 1, 1.0, 2), Offer(1, 0, 2.0, 2)]
    assert solve(asked(needs=(2, 2), offers=offers, fixed=(5.0, 5.0))).given == ((0, 0, 1), (0, 1, 2), (1, 0, 1))
    plenty = [Offer(0, 0, 1.0, 2), Offer(0, 1, 1.0, 2), Offer(1, 0, 2.0, 2)]
    capped = asked(needs=(2, 2), offers=plenty, fixed=(5.0, 5.0), capacities=(3, None))
    assert solve(capped).given == ((0, 0, 1), (0, 1, 2), (1, 0, 1))


def test_a_node_that_is_full_hands_on_what_is_cheapest_elsewhere() -> None:
    """Node 0 is the cheapest for both lines and may give 2 of 4 units: the line that loses least by it moves on."""
    offers = [Offer(0, 0, 1.0, 2), Offer(0, 1, 4.0, 2), Offer(1, 0, 5.0, 2), Offer(1, 1, 6.0, 2)]
    full = asked(needs=(2, 2), offers=offers, fixed=(0.0, 0.0), capacities=(2, None))
    assert solve(full).given == ((0, 0, 2), (1, 1, 2))


def test_too_few_nodes_leave_units_missing_where_that_costs_least() -> None:
    offers = [Offer(0, 0, 1.0, 1), Offer(1, 1, 1.0, 1), Offer(2, 2, 1.0, 3)]
    problem = asked(needs=(1, 1, 3), offers=offers, fixed=(5.0, 5.0, 5.0), nodes_max=1)
    answer = solve(problem)
    assert answer.given == ((2, 2, 3),)
    assert answer.cost == 5 + 3 + 200


def test_the_last_units_of_a_node_may_cost_more() -> None:
    """Two cheap units of node 0, then dearer ones than node 1's."""
    offers = [Offer(0, 0, 4.0, 2), Offer(0, 0, 1.0, 2), Offer(1, 0, 2.0, 1)]
    assert solve(asked(needs=(4,), offers=offers, fixed=(1.0, 1.0))).given == ((0, 0, 3), (1, 0, 1))
    assert solve(asked(needs=(4,), offers=offers, fixed=(1.0, 9.0))).given == ((0, 0, 4),)


def test_units_stay_missing_where_nobody_gives_them_for_less() -> None:
    problem = asked(needs=(2, 2), offers=[Offer(0, 0, 1.0, 2), Offer(0, 1, 100.0, 2)], fixed=(3.0,))
    assert solve(problem) == Answer(cost=205.0, bound=205.0, optimal=True, given=((0, 0, 2),))


def test_of_equal_nodes_the_first_is_used() -> None:
    offers = [Offer(node, line, 1.0, 1) for node in (2, 1, 0) for line in (0, 1)]
    assert solve(asked(needs=(1, 1), offers=offers, fixed=(5.0,) * 3)).given == ((0, 0, 1), (0, 1, 1))


# ------------------------------------------------------------------------------------------------ nothing, and nonsense


@pytest.mark.parametrize(
    "problem",
    [
        asked(needs=(), offers=[], fixed=()),
        asked(needs=(), offers=[], fixed=(1.0,)),
        asked(needs=(0, 0), offers=[Offer(0, 0, 1.0, 1)], fixed=(1.0,)),
    ],
)
def test_who_wants_nothing_is_given_nothing(problem: Problem) -> None:
    assert solve(problem) == Answer(cost=0.0, bound=0.0, optimal=True, given=())


@pytest.mark.parametrize(
    "problem",
    [
        asked(needs=(2,), offers=[], fixed=()),
        asked(needs=(2,), offers=[], fixed=(1.0,)),
        asked(needs=(2,), offers=[Offer(0, 0, 1.0, 2)], fixed=(1.0,), nodes_max=0),
        asked(needs=(2,), offers=[Offer(0, 0, 1.0, 2)], fixed=(1.0,), capacities=(0,)),
        asked(needs=(2,), offers=[Offer(0, 0, 1.0, 0)], fixed=(1.0,)),
    ],
)
def test_where_nobody_may_give_everything_is_missing(problem: Problem) -> None:
    assert solve(problem) == Answer(cost=200.0, bound=200.0, optimal=True, given=())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"missing_costs": ()}, "missing_costs"),
        ({"missing_costs": (float("inf"),)}, "missing_costs"),
        ({"capacities": ()}, "capacities"),
        ({"capacities": (-1,)}, "capacities"),
        ({"fixed_costs": (-1.0,)}, "fixed_costs"),
        ({"needs": (-1,)}, "needs"),
        ({"nodes_max": -1}, "nodes_max"),
        ({"offers": (Offer(1, 0, 1.0, 1),)}, "offers"),
        ({"offers": (Offer(0, 0, float("nan"), 1),)}, "offers"),
    ],
)
def test_what_is_no_problem_is_said_by_its_field(wrong: dict[str, object], field: str) -> None:
    problem = asked(needs=(1,), offers=[], fixed=(1.0,))
    with pytest.raises(ValueError, match=field):
        replace(problem, **wrong)  # type: ignore[arg-type]
