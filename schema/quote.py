"""What a cart comes to, line by line, and all that stands between it and an order."""

from __future__ import annotations

from operator import attrgetter

import strawberry

import domain.quote
import resolvers.fulfillment
import resolvers.problem
from schema.catalog import Variant
from schema.edge import answered_by, answered_for_all
from schema.error import UserError
from schema.fulfillment import FulfillmentGroup
from schema.money import Money
from schema.offer import StoreAvailability
from schema.promise import FulfillmentPromise
from schema.view import interface, view_of


@view_of(domain.quote.QuotedLine)
class CartLine:
    """Some units of one variant."""

    id: strawberry.ID
    """For `cartLinesUpdate`."""
    variant: Variant
    """What is to be bought."""
    quantity: int
    """How many."""
    unit_price: Money
    """For one, now; of what is no longer sold, the price when it was chosen."""
    discount: Money
    """What promotions and codes take off this line, its share of those on the whole cart included."""
    total: Money
    """Unit price × quantity − discount."""
    groups: list[FulfillmentGroup] = answered_for_all(
        resolvers.fulfillment.groups_of_lines, key=attrgetter("cart.id", "cart.version", "id")
    )
    """How it, or parts of it, reach the buyer, as far as that is chosen."""


@interface
class CartProblem:
    """Something that stands between a cart and an order."""

    message: str = answered_by(resolvers.problem.message)
    """What it is, in the language of `Accept-Language` (en or fr)."""


@view_of(domain.quote.InsufficientStock)
class InsufficientStock(CartProblem, UserError):
    """There is less than is wanted."""

    message: str = answered_by(resolvers.problem.message)
    """What it is, in the language of `Accept-Language` (en or fr)."""
    variant: Variant
    """What there is too little of."""
    requested: int
    """How many are wanted."""
    available: int | None
    """How many there are; null where the channel's policy shows a band only."""
    alternatives: list[StoreAvailability] = answered_for_all(resolvers.problem.alternatives, key=attrgetter("variant.id", "at"))
    """Locations that have some of it."""


@view_of(domain.quote.PriceChanged)
class PriceChanged(CartProblem):
    """A price is not what it was when the line was chosen; `cartLinesUpdate` of the line, to whatever quantity, accepts it."""

    line: CartLine
    """Which."""
    before: Money
    """What one cost when it was chosen."""
    now: Money
    """What one costs now."""


@view_of(domain.quote.VariantUnavailable)
class VariantUnavailable(CartProblem):
    """A line's variant is no longer sold in the cart's channel."""

    line: CartLine
    """Which."""


@view_of(domain.quote.PromiseChanged)
class PromiseChanged(CartProblem):
    """What was promised when a group was chosen no longer holds; choosing it again accepts how it is now."""

    group: FulfillmentGroup
    """Which."""
    before: FulfillmentPromise | None
    """What was promised."""
    now: FulfillmentPromise | None
    """What would be promised now; null where that is nothing."""


@view_of(domain.quote.FulfillmentPriceChanged)
class FulfillmentPriceChanged(CartProblem):
    """What a group costs to bring is no longer honored; choosing it again accepts the price of now."""

    group: FulfillmentGroup
    """Which."""
    before: Money
    """What it was when it was chosen."""
    now: Money
    """What it would be now."""


@view_of(domain.quote.FulfillmentNotChosen)
class FulfillmentNotChosen(CartProblem):
    """It is not said yet how goods shall reach the buyer."""

    lines: list[CartLine]
    """Which goods."""


@view_of(domain.quote.ContactMissing)
class ContactMissing(CartProblem):
    """There is neither an email address nor a phone number to tell the buyer by."""


PROBLEMS = [
    ContactMissing,
    FulfillmentNotChosen,
    FulfillmentPriceChanged,
    InsufficientStock,
    PriceChanged,
    PromiseChanged,
    VariantUnavailable,
]
