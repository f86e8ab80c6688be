"""Sourcing: which location sends what, and why these and not others."""

from __future__ import annotations

import decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

import domain.option
import domain.rules
import domain.simulation
import domain.sourcing
import resolvers.sourcing
from domain.location import LocationKind
from schema.edge import answered_by
from schema.location import Location
from schema.money import Money
from schema.promise import FulfillmentPromise
from schema.reason import Reason
from schema.view import input_of, object_type, view_of

if TYPE_CHECKING:
    from schema.catalog import Variant
    from schema.option import DestinationInput
    from schema.order import OrderLine
    from schema.quote import CartLine


@view_of(domain.option.LineCoverage)
class LineCoverage:
    """How much of a line something covers."""

    variant: Annotated[Variant, strawberry.lazy("schema.catalog")]
    """Of what."""
    cart_line: Annotated[CartLine, strawberry.lazy("schema.quote")] | None
    """The line of the cart; null of what is in none."""
    order_line: Annotated[OrderLine, strawberry.lazy("schema.order")] | None
    """The line of the order; null of what is in none."""
    quantity: int
    """Units that it covers."""
    missing: int
    """Units of the line that it does not cover; capped where the channel's policy shows a band only."""
    reasons: list[Reason]
    """Why those are missing."""


@view_of(domain.option.SourcedPart)
class SourcingPart:
    """What one location sends."""

    location: Location
    """Which."""
    lines: list[LineCoverage]
    """What it sends, line by line."""
    cost: Money
    """By the weights of the rules."""
    promise: FulfillmentPromise | None
    """When it is there; null where that is not known."""
    reasons: list[Reason]
    """Why this location."""


@view_of(domain.sourcing.Candidate)
class SourcingCandidate:
    """A location that was considered."""

    location: Location
    """Which."""
    chosen: bool
    """Does it send anything?"""
    cost: Money | None
    """Of sending all it has of what is wanted, by the weights of the rules; null where it can send nothing."""
    distance_km: float | None
    """Along the great circle from where the goods go; null where that is not known."""
    reasons: list[Reason]
    """Why it was chosen, or not."""


@view_of(domain.option.SourcedPlan)
class SourcingPlan:
    """Which location sends what, at the least cost. Nothing feasible that sends as much costs less than `bound`."""

    cost: Money
    """By the weights of the rules."""
    bound: Money
    """What it could be at the least; the same as `cost` if that is proven."""
    optimal: bool
    """Proven that nothing feasible costs less; otherwise time was up."""
    parcels: int
    """How many locations send something."""
    carbon_grams: int
    """Of CO2 equivalent, for all parcels."""
    rules: str
    """The version of the rules that it was made by."""
    parts: list[SourcingPart]
    """What each location sends."""
    considered: list[SourcingCandidate]
    """Every location that was considered, the nearest first."""


@input_of(domain.rules.SourcingRules)
class SourcingRulesInput:
    """Weights of one cost: money, and what a late, split, distant, carbon-heavy or store-depleting shipment is worth avoiding.
    Amounts are in the channel's currency; what is left out weighs nothing."""

    shipping_cost: float = 1.0
    """Of what carriers are paid."""
    per_parcel: decimal.Decimal | None = strawberry.UNSET
    """For each parcel."""
    per_km: decimal.Decimal | None = strawberry.UNSET
    """For each kilometer that a parcel goes, along the great circle."""
    per_day_late: decimal.Decimal | None = strawberry.UNSET
    """For each day that a parcel comes after the soonest that could."""
    per_kg_carbon: decimal.Decimal | None = strawberry.UNSET
    """For each kilogram of CO2 equivalent."""
    store_depletion: decimal.Decimal | None = strawberry.UNSET
    """For a unit out of the last quarter of what a store has; three quarters of it out of the third, and so on."""
    prefer: list[LocationKind] | None = strawberry.UNSET
    """The best kinds first; each step down weighs as much as one more parcel."""
    exclude: list[strawberry.ID] | None = strawberry.UNSET
    """Locations that shall send nothing."""
    max_parcels: int | None = strawberry.UNSET
    """Any number, if left out."""


@input_of(domain.simulation.SourcingSimulate)
class SourcingSimulateInput:
    """What to source by other rules."""

    cart: strawberry.ID | None = strawberry.UNSET
    """This cart, as if it were ordered now; or `orders`."""
    orders: list[strawberry.ID] | None = strawberry.UNSET
    """Or placed orders, 200 at most, as they were: each with what it took back on the shelves of now."""
    rules: SourcingRulesInput
    """By these rules."""
    to: Annotated[DestinationInput, strawberry.lazy("schema.option")] | None = strawberry.UNSET
    """Where the cart would go; to the address that was chosen for it, if left out. Orders go where they went."""


@view_of(domain.simulation.Baseline)
class SourcingBaseline:
    """The same by today's rules; of orders, as they were sent."""

    cost: Money
    """What carriers would be paid."""
    parcels_per_order: float
    """Parcels, on average."""
    carbon_grams: int
    """Of CO2 equivalent, in all."""


@view_of(domain.simulation.Simulation)
class SourcingSimulation:
    """What other rules would come to."""

    plans: list[SourcingPlan]
    """One for each way in which the goods of an order reach their buyer. An order that could not be brought whole is left
    out, here and in `baseline`."""
    cost: Money
    """What carriers would be paid, whatever the rules make of it."""
    parcels_per_order: float
    """Parcels, on average."""
    carbon_grams: int
    """Of CO2 equivalent, in all."""
    baseline: SourcingBaseline | None
    """By today's rules, or as the orders were sent, for comparison; at the carriers' prices of now."""


@object_type
class SourcingQuery:
    """Sourcing, for staff."""

    sourcing_simulate: SourcingSimulation | None = answered_by(
        resolvers.sourcing.sourcing_simulate, input="What to source, and by which rules."
    )
    """Staff only: what a cart would cost to send by other rules, beside today's; or past orders, beside how they were sent."""
