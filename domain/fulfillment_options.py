"""How options are found: each delivery service to a place, and what each store can hand over, by one engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from domain.carrier import Delivery, Destination, Lane
from domain.catalog import Variant
from domain.channel import FulfillmentMethod
from domain.group import Group, GroupPart, Units
from domain.ids import CartId, FulfillmentGroupId, LocationId
from domain.location import Place, methods_at
from domain.money import Money
from domain.option import (
    DELIVERY_MERITS,
    PICKUP_MERITS,
    DeliveryOption,
    DeliveryQuote,
    LineCoverage,
    Options,
    PickupOption,
    Wish,
    by_usefulness,
    praised,
)
from domain.promise import Journey
from domain.quantities import WHOLE_MAX
from domain.reason import Reason, ReasonCode
from domain.sold_line import ChangeOf
from domain.sourcing import BY_BUYER, Part, Plan, nothing
from domain.sourcing_cost import Source
from domain.supply import VALID_FOR, Supply, Wanted, needs, planned, promise_of
from domain.way import ToBuyer, ToStore, Way


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of which cart, or instead of what."""

    of: CartId | ChangeOf
    wishes: tuple[Wish, ...]
    currency_code: str

    @property
    def nothing(self) -> Money:
        return Money(self.currency_code, 0)

    def goods_without(self, missing: Sequence[int]) -> Money:
        """What all but the missing units cost after discounts; of a part of a line, its share."""
        brought = [(wish.line, wish.quantity - units) for wish, units in zip(self.wishes, missing, strict=True)]
        return sum((share(line.total, units, line.quantity) for line, units in brought), self.nothing)

    def units(self, of: Sequence[int]) -> Units:
        """So many of each wish, by line."""
        return tuple((wish.line.id, units) for wish, units in zip(self.wishes, of, strict=True) if units)

    @property
    def wanted(self) -> Wanted:
        return [(wish.line.variant, wish.quantity) for wish in self.wishes]


def share(total: Money, quantity: int, of: int) -> Money:
    return total if quantity == of else total.shared((quantity, of - quantity))[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What is possible at all: deliveries to one destination, and stores, each with the lanes that lead there."""

    destination: Destination | None = None
    deliveries: tuple[Delivery, ...] = ()
    stores: tuple[tuple[Place, Mapping[LocationId, Lane]], ...] = ()


def options(supply: Supply, asked: Asked, ways: Ways) -> Options:
    """Complete ones first, then by readiness; nothing where nothing is wanted."""
    delivered = [delivery_option(supply, asked, one, ways.destination) for one in ways.deliveries if ways.destination]
    collected = [option for place, lanes in ways.stores for option in pickup_options(supply, asked, place, lanes)]
    return Options(
        delivery=tuple(sorted(praised([one for one in delivered if one], DELIVERY_MERITS), key=by_usefulness)),
        pickup=tuple(sorted(praised(collected, PICKUP_MERITS), key=by_usefulness)),
    )


# ------------------------------------------------------------------------------------------------ delivery


def delivery_option(supply: Supply, asked: Asked, delivery: Delivery, to: Destination) -> DeliveryOption | None:
    """None where the service can bring nothing of it, or nothing within 60 days."""
    way = ToBuyer(delivery, to)
    plan = planned(supply, asked.wanted, way, currency=asked.currency_code)
    group = group_of(supply, asked, plan, way, FulfillmentMethod.DELIVERY)
    if group is None:
        return None
    group = replace(group, service=delivery.service, destination=to, price=delivery.price_of(asked.goods_without(plan.missing)))
    covered = coverage(supply, asked, plan, lambda variant: everywhere(supply, variant, delivery.lanes))
    return DeliveryOption(of=asked.of, group=group, coverage=covered, reasons=reasons(plan), plan=plan)


def delivery_quote(supply: Supply, variant: Variant, delivery: Delivery, to: Destination) -> DeliveryQuote | None:
    """One unit of a variant, by one service; None where it brings none."""
    way = ToBuyer(delivery, to)
    plan = planned(supply, [(variant, 1)], way, currency=delivery.price.currency_code)
    promise = supply.promised(journeys(supply, plan, way))
    if promise is None or not plan.parts:
        return None
    return DeliveryQuote(
        service=delivery.service,
        price=delivery.price_of(variant.price),
        promise=promise,
        carbon_grams=plan.carbon_grams,
        parcels=plan.parcels,
        reasons=reasons(plan),
    )


def everywhere(supply: Supply, variant: Variant, lanes: Mapping[LocationId, Lane]) -> tuple[Reason, ...]:
    """Why no more of a variant can be sent: what keeps any of the places that could send it, each reason once."""
    able = [location for location in supply.locations if location.id in lanes]
    if not able:
        return (Reason(ReasonCode.SERVICE_NOT_OFFERED),)
    found = [reason for one in able for reason in supply.shortage(variant, one)]
    return tuple(dict.fromkeys(found)) or (Reason(ReasonCode.OUT_OF_STOCK),)


# ------------------------------------------------------------------------------------------------ pickup


def pickup_options(supply: Supply, asked: Asked, place: Place, lanes: Mapping[LocationId, Lane]) -> Iterator[PickupOption]:
    """What the store has on its shelves, to be collected, or paid there; and where that is not all, the same with what others
    can send to it or is expected. `lanes`: to the store, by origin."""
    store = supply.workplace(place.location)
    way = ToStore(store, lanes, is_verified=not supply.is_doubtful(asked.wanted, place.location))
    shelf = on_shelf(supply, asked.wanted, way, asked.nothing)
    methods = [method for method in methods_at(place.location, supply.channel) if method is not FulfillmentMethod.DELIVERY]
    found = [(methods, shelf)] if shelf.parts else []
    if FulfillmentMethod.PICKUP in methods and any(shelf.missing):
        whole = with_rest(supply, asked.wanted, shelf, way)
        found += [([FulfillmentMethod.PICKUP], whole)] if len(whole.parts) > len(shelf.parts) else []
    for by, plan in found:
        if group := group_of(supply, asked, plan, way, by[0]):
            covered = coverage(supply, asked, plan, lambda variant: supply.shortage(variant, place.location))
            told = reasons(plan, way)
            for method in by:
                anew = replace(group, id=FulfillmentGroupId.new(), method=method)
                yield PickupOption(of=asked.of, group=anew, coverage=covered, reasons=told, plan=plan, place=place)


def on_shelf(supply: Supply, wanted: Wanted, way: ToStore, zero: Money) -> Plan:
    """What the buyer finds in the store they chose, which costs nothing to bring there."""
    here, plan = way.store.location, nothing(needs(wanted), supply.rules, zero)
    there = supply.stocked(wanted)[here.id].units
    units = tuple(min(has, quantity) for has, (_, quantity) in zip(there, wanted, strict=True))
    if not any(units):
        return plan
    source = Source(place=Place(here, 0.0), lane=None, units=units)
    part = Part(source=source, units=units, cost=plan.cost, why=lambda: BY_BUYER)
    part = replace(part, promised=partial(promise_of, supply, part, way))
    return replace(plan, parts=(part,), missing=tuple(short - has for short, has in zip(plan.missing, units, strict=True)))


def with_rest(supply: Supply, wanted: Wanted, shelf: Plan, way: ToStore) -> Plan:
    """And the rest: what other locations send there, and what is expected there or with them."""
    rest = [(variant, missing) for (variant, _), missing in zip(wanted, shelf.missing, strict=True)]
    sent = planned(supply, rest, way, currency=shelf.cost.currency_code)
    return replace(sent, parts=shelf.parts + sent.parts)


# ------------------------------------------------------------------------------------------------ both


def group_of(supply: Supply, asked: Asked, plan: Plan, way: Way, method: FulfillmentMethod) -> Group | None:
    """What a plan comes to; None where it brings nothing, or where all is known and nothing can be promised within 60 days."""
    legs = journeys(supply, plan, way)
    promise = supply.promised(legs)
    if not plan.parts or (promise is None and None not in legs):
        return None
    return Group(
        id=FulfillmentGroupId.new(),
        method=method,
        location=way.store.location.id if isinstance(way, ToStore) else None,
        parts=tuple(
            GroupPart(
                location=part.location.id,
                units=asked.units(part.units),
                expected_at=part.source.expected_at,
                reasons=tuple(reason.code for reason in part.reasons),
            )
            for part in plan.parts
        ),
        price=asked.nothing,
        promise=promise,
        valid_until=promise.valid_until if promise else supply.now + VALID_FOR,
        carbon_grams=plan.carbon_grams,
        cost=plan.cost,
        bound=plan.bound,
        optimal=plan.optimal,
        rules=plan.rules,
    )


def journeys(supply: Supply, plan: Plan, way: Way) -> list[Journey | None]:
    return [way.journey(supply.workplace(part.location), part.source.expected_at) for part in plan.parts]


def coverage(
    supply: Supply, asked: Asked, plan: Plan, why: Callable[[Variant], tuple[Reason, ...]]
) -> tuple[LineCoverage, ...]:
    """By wish. Of what is missing, a channel that shows bands tells no more than that it is much; `why`: it is missing."""
    most = WHOLE_MAX if supply.channel.shows_quantity else max(supply.channel.low_stock, 1)
    return tuple(
        LineCoverage(
            line=wish.line,
            quantity=wish.quantity - missing,
            missing=min(missing, most),
            reasons=why(wish.line.variant) if missing else (),
        )
        for wish, missing in zip(asked.wishes, plan.missing, strict=True)
    )


def reasons(plan: Plan, way: ToStore | None = None) -> tuple[Reason, ...]:
    """What a buyer should know of how it comes about: when goods come in, and doubts."""
    found = [Reason(ReasonCode.INCOMING, part.source.expected_at) for part in plan.parts if part.source.expected_at]
    if way and not way.is_verified:
        found.append(Reason(ReasonCode.LOW_CONFIDENCE))
    return tuple(dict.fromkeys(found))
