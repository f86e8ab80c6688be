"""Simulation: what sending something would come to by other rules, beside the rules of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.address import AddressFacts
from domain.carrier import Delivery, DeliveryService, Destination
from domain.cart import Cart
from domain.fulfillment_options import Asked, delivery_option
from domain.ids import CartId, OrderId
from domain.location import PostalCode
from domain.money import Money
from domain.option import SourcedPlan
from domain.refusal import InvalidInput
from domain.rules import SIMULATED, NamedRules, SourcingRules, mistakes_in_rules
from domain.supply import Supply


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcingSimulate:
    """`rules`: as somebody tries them out; what they exclude is named by its id."""

    cart: CartId | None = None
    orders: tuple[OrderId, ...] = ()
    rules: SourcingRules
    to: AddressFacts | PostalCode | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """`cost`: what carriers would be paid."""

    cost: Money
    parcels_per_order: float
    carbon_grams: int


@dataclass(frozen=True, slots=True)
class Simulation:
    plans: tuple[SourcedPlan, ...]
    cost: Money
    parcels_per_order: float
    carbon_grams: int
    baseline: Baseline | None


def rules_meant(rules: SourcingRules) -> NamedRules | InvalidInput:
    """To be named in what is made by them; or the first mistake in them."""
    for mistake in mistakes_in_rules(rules):
        first, *rest = mistake.field.split("_")
        name = first + "".join(word.capitalize() for word in rest)
        return InvalidInput(("input", "rules", name), f"`{name}` {mistake.text}.")
    return NamedRules(SIMULATED, rules)


def simulated(supply: Supply, asked: Asked, delivery: Delivery, to: Destination, rules: NamedRules) -> Simulation | None:
    """By one delivery; None where nothing of it could be sent."""
    by_these = delivery_option(replace(supply, rules=rules), asked, delivery, to)
    by_todays = delivery_option(supply, asked, delivery, to)
    if by_these is None or by_these.sourcing is None:
        return None
    plan = by_these.sourcing.plan
    return Simulation(
        plans=(by_these.sourcing,),
        cost=plan.shipping,
        parcels_per_order=float(plan.parcels),
        carbon_grams=plan.carbon_grams,
        baseline=baseline(by_todays.sourcing) if by_todays else None,
    )


def baseline(sourced: SourcedPlan | None) -> Baseline | None:
    if sourced is None:
        return None
    return Baseline(sourced.plan.shipping, float(sourced.parcels), sourced.carbon_grams)


def chosen_delivery(cart: Cart) -> tuple[Destination, DeliveryService] | None:
    """Where the cart is to be delivered, and how, if that was chosen."""
    return next(((one.destination, one.service) for one in cart.groups if one.destination and one.service), None)


def by_service(deliveries: Sequence[Delivery], service: DeliveryService) -> Delivery | None:
    """That one, or whichever is offered."""
    return next((one for one in deliveries if one.service is service), next(iter(deliveries), None))
