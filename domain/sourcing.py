"""Sourcing: which locations send what, at the least cost that is proven, and why these and not others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import ceil, floor

from domain.facility import Answer, solve
from domain.location import Location
from domain.money import Money
from domain.promise import Promise
from domain.reason import Reason, ReasonCode
from domain.rules import NamedRules
from domain.sourcing_cost import Costs, Need, Source

BY_BUYER = (Reason(ReasonCode.CHOSEN_BY_BUYER),)
ROUNDING = 1e-6  # of a minor unit: what is lost in adding up floats is no more


def never() -> bool:
    return False


def unknown() -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one location sends, by need. `why`: says why it is chosen; `promised`: when it is there, None if not known."""

    source: Source
    units: tuple[int, ...]
    cost: Money
    why: Callable[[], tuple[Reason, ...]] = field(compare=False, repr=False)
    promised: Callable[[], Promise | None] = field(default=unknown, compare=False, repr=False)

    @property
    def location(self) -> Location:
        return self.source.location

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return self.why()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A location that was considered. `cost`: of sending all it has of what is needed; None where it can send nothing."""

    location: Location
    distance_km: float | None
    chosen: bool
    cost: Money | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`missing`: units that nobody can send, by need. `bound`: nothing that sends as much costs less; the cost itself where
    that is proven (`optimal`). `shipping`: what of the cost is money; `rules`: the version it was made by; `weigh`: says
    of each location why it was chosen or not."""

    needs: tuple[Need, ...]
    parts: tuple[Part, ...]
    missing: tuple[int, ...]
    cost: Money
    bound: Money
    optimal: bool
    shipping: Money
    carbon_grams: int
    rules: str
    weigh: Callable[[], tuple[Candidate, ...]] = field(repr=False, compare=False)

    @property
    def considered(self) -> tuple[Candidate, ...]:
        """The nearest first; worked out when it is asked for, as few do."""
        return self.weigh()

    @property
    def parcels(self) -> int:
        """What is there already is in none."""
        return sum(part.source.lane is not None for part in self.parts)


def plan(
    needs: Sequence[Need],
    sources: Sequence[Source],
    rules: NamedRules,
    *,
    currency: str,
    is_over: Callable[[], bool] = never,
) -> Plan:
    """The cheapest way to send as much as there is to the one place that the lanes of all sources lead to.

    Once `is_over`, the best plan found by then, with its bound. The same question gets the same plan: among equals the nearer
    goes first.
    """
    costs = Costs(tuple(needs), nearest_first(sources), rules.rules, currency)
    answer = solved(costs, is_over)
    given = units_given(answer, costs)
    missing = tuple(need.quantity - sum(units[i] for units in given.values()) for i, need in enumerate(needs))
    unfilled = costs.missing * sum(missing)
    cost = Money(currency, ceil(answer.cost - unfilled - ROUNDING))
    return Plan(
        needs=tuple(needs),
        parts=tuple(part(costs, n, units, currency) for n, units in given.items()),
        missing=missing,
        cost=cost,
        bound=cost if answer.optimal else Money(currency, max(floor(answer.bound - unfilled), 0)),
        optimal=answer.optimal,
        shipping=Money(currency, round(sum(costs.shipping(n, units) for n, units in given.items()))),
        carbon_grams=round(sum(costs.carbon_grams(n, units) for n, units in given.items())),
        rules=rules.name,
        weigh=partial(candidates, costs, given.keys(), currency),
    )


def solved(costs: Costs, is_over: Callable[[], bool]) -> Answer:
    """With what comes in at the place itself, or without. It costs nothing but time, so all of it is taken or none; and it
    is in no parcel, so a limit of them says nothing of it."""
    without = solve(costs.problem(), is_over)
    if costs.there is None:
        return without
    units, late = costs.most(costs.there), costs.of_parcel(costs.there)
    rest = solve(costs.problem(units), is_over)
    given = sorted((*rest.given, *((costs.there, i, some) for i, some in enumerate(units) if some)))
    taken = replace(rest, cost=rest.cost + late, bound=rest.bound + late, given=tuple(given))
    best, bound = min(taken, without, key=lambda one: one.cost), min(taken.bound, without.bound)
    return replace(best, bound=bound, optimal=bound >= best.cost)


def nothing(needs: Sequence[Need], rules: NamedRules, zero: Money) -> Plan:
    """The plan that sends nothing."""
    return Plan(
        needs=tuple(needs),
        parts=(),
        missing=tuple(need.quantity for need in needs),
        cost=zero,
        bound=zero,
        optimal=True,
        shipping=zero,
        carbon_grams=0,
        rules=rules.name,
        weigh=tuple,
    )


def nearest_first(sources: Sequence[Source]) -> tuple[Source, ...]:
    """What is there before what is only expected; then by distance, and by code among equals."""
    return tuple(sorted(sources, key=lambda one: (one.is_incoming, one.distance_km or 0.0, one.location.code)))


def units_given(answer: Answer, costs: Costs) -> dict[int, tuple[int, ...]]:
    """What each source sends, by need; those that send nothing are not in it."""
    given: dict[int, list[int]] = {}
    for n, i, units in answer.given:
        given.setdefault(n, [0] * len(costs.needs))[i] += units
    return {n: tuple(units) for n, units in sorted(given.items()) if any(units)}


# ------------------------------------------------------------------------------------------------ why


def part(costs: Costs, n: int, units: tuple[int, ...], currency: str) -> Part:
    cost = Money(currency, round(costs.of(n, units)))
    return Part(source=costs.sources[n], units=units, cost=cost, why=partial(advantages, costs, n, units))


def advantages(costs: Costs, n: int, units: tuple[int, ...]) -> tuple[Reason, ...]:
    """In what the chosen source is second to none of those that could send the same units."""
    if n == costs.there:
        return BY_BUYER
    rivals = [one for one in range(len(costs.sources)) if costs.can_send(one, units)]
    source, shown = costs.sources[n], []

    def is_least(measure: Callable[[int], float]) -> bool:
        return measure(n) <= min(map(measure, rivals)) + ROUNDING

    if is_least(lambda one: costs.of(one, units)):
        shown.append(ReasonCode.CHOSEN_CHEAPEST)
    if source.distance_km is not None and is_least(lambda one: costs.sources[one].distance_km or 0.0):
        shown.append(ReasonCode.CHOSEN_NEAREST)
    if source.latest and is_least(costs.arrival):
        shown.append(ReasonCode.CHOSEN_FASTEST)
    if is_least(lambda one: costs.carbon_grams(one, units)):
        shown.append(ReasonCode.CHOSEN_LOWEST_CARBON)
    return tuple(Reason(code) for code in shown or [ReasonCode.CHOSEN_FEWEST_PARCELS])


def candidates(costs: Costs, chosen: Collection[int], currency: str) -> tuple[Candidate, ...]:
    return tuple(candidate(costs, n, n in chosen, currency) for n in range(len(costs.sources)))


def candidate(costs: Costs, n: int, chosen: bool, currency: str) -> Candidate:
    source, most = costs.sources[n], costs.most(n)
    possible = (source.lane is not None or source.is_there) and any(most)
    return Candidate(
        location=source.location,
        distance_km=source.distance_km,
        chosen=chosen,
        cost=Money(currency, round(costs.of(n, most))) if possible else None,
        reasons=advantages(costs, n, most) if chosen else passed_over(costs, n),
    )


def passed_over(costs: Costs, n: int) -> tuple[Reason, ...]:
    """What kept a source from sending anything; of one that could have, that others cost less."""
    source = costs.sources[n]
    if source.hindrance:
        return (source.hindrance,)
    if not costs.gives(n):
        return (Reason(ReasonCode.RULE),)
    if not any(costs.most(n)):
        return source.shortage() or (Reason(ReasonCode.OUT_OF_STOCK),)
    return (Reason(ReasonCode.COSTS_MORE),)
