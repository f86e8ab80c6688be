"""The same problem as a mixed-integer program, solved by HiGHS to gap 0: what the solver's answers are held against."""

from __future__ import annotations

import highspy
import numpy as np

from domain.facility import Problem


def optimum(problem: Problem, *, is_relaxed: bool = False) -> float:
    """The least cost; relaxed, nodes may be used in parts, which is a bound. Quantities are continuous, only nodes are whole.

    Columns: units of each offer, units missing of each line, use of each node. Raises ValueError where HiGHS finds none.
    """
    offers, lines, nodes = problem.offers, len(problem.needs), len(problem.fixed_costs)
    first_missing, first_use = len(offers), len(offers) + lines
    if not first_use + nodes:
        return 0.0
    rows: list[tuple[float, float, dict[int, float]]] = [
        (need, need, {first_missing + line: 1.0}) for line, need in enumerate(problem.needs)
    ]
    rows += [(0.0, highspy.kHighsInf, {}) for _ in range(nodes)]
    for column, offer in enumerate(offers):
        rows[offer.line][2][column] = 1.0
        rows[lines + offer.node][2][column] = -1.0
        units = min(offer.units, problem.needs[offer.line])
        rows.append((0.0, highspy.kHighsInf, {column: -1.0, first_use + offer.node: float(units)}))
    for node, capacity in enumerate(problem.capacities):
        most = sum(problem.needs) if capacity is None else capacity
        rows[lines + node][2][first_use + node] = float(most)
    if problem.nodes_max is not None:
        rows.append((-highspy.kHighsInf, problem.nodes_max, {first_use + node: 1.0 for node in range(nodes)}))
    costs = [*(offer.unit_cost for offer in offers), *problem.missing_costs, *problem.fixed_costs]
    most_units = [*(offer.units for offer in offers), *problem.needs, *(1 for _ in range(nodes))]
    return solved(rows, costs, most_units, whole_from=first_use + (nodes if is_relaxed else 0))


def solved(rows: list[tuple[float, float, dict[int, float]]], costs: list[float], most: list[int], *, whole_from: int) -> float:
    """The least cost of columns from 0 up to `most`, whole from one on, whose rows stay within their limits."""
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(costs), len(rows)
    model.col_cost_, model.col_lower_, model.col_upper_ = np.array(costs), np.zeros(len(costs)), np.array(most, float)
    model.row_lower_, model.row_upper_ = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(row[2]) for row in rows)])
    model.a_matrix_.index_ = np.array([column for row in rows for column in row[2]])
    model.a_matrix_.value_ = np.array([value for row in rows for value in row[2].values()])
    whole = highspy.HighsVarType.kInteger
    model.integrality_ = [highspy.HighsVarType.kContinuous if n < whole_from else whole for n in range(len(costs))]
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.0)):
        solver.setOptionValue(option, value)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise ValueError(f"HiGHS: {solver.getModelStatus()}")
    return float(solver.getObjectiveValue())
