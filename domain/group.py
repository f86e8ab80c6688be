"""Fulfillment groups: the lines of a cart, or parts of lines, that reach the buyer in one way at one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from domain.carrier import DeliveryService, Destination
from domain.channel import FulfillmentMethod
from domain.ids import CartLineId, FulfillmentGroupId, LocationId
from domain.money import Money
from domain.promise import Promise
from domain.reason import ReasonCode

Units: TypeAlias = tuple[tuple[CartLineId, int], ...]  # each line once, and at least one of it


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPart:
    """What one location gives. `expected_at`: of goods that are still to come in there; `reasons`: why this one."""

    location: LocationId
    units: Units
    expected_at: datetime | None = None
    reasons: tuple[ReasonCode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """As it was chosen. `location`: where it is collected; `destination`: where it is delivered; `service`: by which delivery.

    Its price and promise are honored until `valid_until`, if the stock is there. `rules`: by which version of the rules its
    parts were chosen, at `cost` where nothing could have cost less than `bound`.
    """

    id: FulfillmentGroupId
    method: FulfillmentMethod
    location: LocationId | None = None
    service: DeliveryService | None = None
    destination: Destination | None = None
    parts: tuple[GroupPart, ...]
    price: Money
    promise: Promise | None
    valid_until: datetime
    carbon_grams: int
    cost: Money
    bound: Money
    optimal: bool
    rules: str

    @property
    def units(self) -> Units:
        return summed(units for part in self.parts for units in part.units)

    @property
    def parcels(self) -> int:
        """What the store has itself is in none."""
        return sum(part.location != self.location for part in self.parts)

    def is_as_good_as(self, other: Group) -> bool:
        """For no more money, and there no later."""
        return self.price <= other.price and not is_later(self.promise, other.promise)

    @property
    def place(self) -> tuple[object, ...]:
        """Two groups of one cart are never for the same."""
        return self.method, self.location, self.service, self.destination


def is_later(now: Promise | None, before: Promise | None) -> bool:
    """What cannot be promised any more is later than anything."""
    if before is None or now is None:
        return now is None and before is not None
    return now.earliest.timestamp() > before.earliest.timestamp() or now.latest.timestamp() > before.latest.timestamp()


def summed(units: Iterable[tuple[CartLineId, int]]) -> Units:
    total: Counter[CartLineId] = Counter()
    for line, quantity in units:
        total[line] += quantity
    return tuple((line, quantity) for line, quantity in sorted(total.items()) if quantity > 0)


def chosen(groups: Iterable[Group], booked: Iterable[Group], quantities: Mapping[CartLineId, int]) -> tuple[Group, ...]:
    """The groups of a cart after some of its units are booked anew: what was chosen for the same units before gives way, first
    of all what was chosen of the same lines for the same place. So a choice made twice is made once."""
    after: dict[tuple[object, ...], Group] = {}
    for group in booked:
        after[group.place] = joined(after[group.place], group) if group.place in after else group
    taken = Counter(dict(summed(units for group in after.values() for units in group.units)))
    left = {line: quantity - taken[line] for line, quantity in quantities.items()}
    for group in kept([without(group, after.get(group.place)) for group in groups], left):
        after[group.place] = joined(group, after[group.place]) if group.place in after else group
    return tuple(after.values())


def without(group: Group, anew: Group | None) -> Group:
    """With nothing of the lines that are booked anew."""
    if anew is None:
        return group
    booked = dict(anew.units)
    return replace(group, parts=tuple(replace(part, units=unbooked(part.units, booked)) for part in group.parts))


def unbooked(units: Units, booked: Container[CartLineId]) -> Units:
    return tuple((line, quantity) for line, quantity in units if line not in booked)


def kept(groups: Iterable[Group], quantities: Mapping[CartLineId, int]) -> tuple[Group, ...]:
    """The groups with no more of each line than there is; what is last in them goes first. One with nothing left is gone."""
    left = Counter(dict(quantities))
    return tuple(found for group in groups if (found := trimmed(group, left)))


def trimmed(group: Group, left: Counter[CartLineId]) -> Group | None:
    """With what is left of each line, which it takes."""
    parts = tuple(part for part in parts_within(group, left) if part.units)
    if not parts:
        return None
    return group if parts == group.parts else replace(group, parts=parts)


def parts_within(group: Group, left: Counter[CartLineId]) -> Iterator[GroupPart]:
    for part in group.parts:
        units = []
        for line, quantity in part.units:
            taken = min(quantity, max(left[line], 0))
            left[line] -= taken
            units.append((line, taken))
        yield replace(part, units=tuple(pair for pair in units if pair[1]))


def joined(one: Group, other: Group) -> Group:
    """Both for one place: sent as each was planned, at the higher of the two prices, and there when both are."""
    return replace(
        one,
        parts=merged(one.parts + other.parts),
        price=max(one.price, other.price),
        promise=both(one.promise, other.promise),
        valid_until=min(one.valid_until, other.valid_until),
        carbon_grams=one.carbon_grams + other.carbon_grams,
        cost=one.cost + other.cost,
        bound=one.bound + other.bound,
        optimal=one.optimal and other.optimal,
        rules=other.rules,
    )


def both(one: Promise | None, other: Promise | None) -> Promise | None:
    """When what either promises is there, in the place's one time zone; None where nothing is promised of one."""
    if one is None or other is None:
        return None
    return replace(
        one,
        earliest=max(one.earliest, other.earliest, key=datetime.timestamp),
        latest=max(one.latest, other.latest, key=datetime.timestamp),
        order_by=min(one.order_by, other.order_by, key=datetime.timestamp),
        valid_until=min(one.valid_until, other.valid_until, key=datetime.timestamp),
    )


def merged(parts: Iterable[GroupPart]) -> tuple[GroupPart, ...]:
    """What a location gives twice, it gives once."""
    found: dict[tuple[LocationId, datetime | None], GroupPart] = {}
    for part in parts:
        key = part.location, part.expected_at
        found[key] = replace(part, units=summed(found[key].units + part.units)) if key in found else part
    return tuple(found.values())


def unassigned(groups: Iterable[Group], quantities: Mapping[CartLineId, int]) -> dict[CartLineId, int]:
    """Of each line, the units for which nothing is chosen yet."""
    taken = Counter(dict(summed(units for group in groups for units in group.units)))
    return {line: quantity - taken[line] for line, quantity in quantities.items() if quantity > taken[line]}
