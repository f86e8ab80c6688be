"""What carts and orders cost."""

import domain.pricing
import domain.promotion
import resolvers.pricing
from schema.edge import answered_by
from schema.money import Money
from schema.view import view_of


@view_of(domain.pricing.Totals)
class Totals:
    """What it all costs: subtotal − discount + fulfillment = total."""

    subtotal: Money
    """The goods, before any discount."""
    discount: Money
    """What promotions and codes take off the goods."""
    fulfillment: Money
    """Getting the goods to the buyer."""
    tax: Money
    """All tax, rounded line by line."""
    tax_included: bool
    """Is the tax a part of the total, as it is in prices that include it?"""
    total: Money
    """What is to be paid."""


@view_of(domain.promotion.DiscountCode)
class DiscountCode:
    """A code that was entered, and what became of it."""

    code: str
    """As it was entered, without the spaces around it."""
    applied: bool
    """Does it take something off?"""
    reason: str | None = answered_by(resolvers.pricing.reason)
    """Why it takes nothing off, in the language of `Accept-Language` (en or fr); null where it does."""
