"""Carts."""

from __future__ import annotations

import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated

import strawberry

import domain.cart
import domain.contact
import resolvers.cart
import resolvers.checkout
import resolvers.fulfillment
import resolvers.option
import resolvers.order
import resolvers.problem
import resolvers.quote
from domain.cart import CartStatus
from schema.channel import Channel
from schema.customer import Customer
from schema.edge import answered_by, answered_for_all
from schema.fulfillment import FulfillmentGroup
from schema.merge import CartMergePreview
from schema.node import Node
from schema.option import FulfillmentOptions
from schema.order import Order
from schema.pricing import DiscountCode, Totals
from schema.quote import CartLine, CartProblem
from schema.scalar import CurrencyCode
from schema.staff import StaffMember
from schema.view import enum, object_type, view_of

if TYPE_CHECKING:
    from schema.checkout import Checkout

enum(CartStatus)

as_it_is = attrgetter("id", "version")


@view_of(domain.contact.Contact)
class Contact:
    """How a buyer can be reached."""

    email: str | None
    """An email address."""
    name: str | None
    """As they want to be called."""
    phone: str | None
    """In the form of E.164, such as +33472000000."""


@view_of(domain.cart_activity.Activity)
class CartActivity:
    """A change of a cart: there is one for each version."""

    id: strawberry.ID
    """For a client's cache."""
    at: datetime.datetime
    """When."""
    channel: Channel = answered_for_all(resolvers.cart.channels_of_carts)
    """From where."""
    staff: StaffMember | None = answered_for_all(resolvers.cart.staff_of_activities)
    """Who of the staff did it; shown to staff."""
    summary: str = answered_by(resolvers.cart.summary)
    """What was changed, in the language of `Accept-Language` (en or fr)."""
    version: int
    """The cart's version from then on."""


@view_of(domain.cart.Cart)
class Cart(Node):
    """What a buyer means to buy, the same from wherever they look at it."""

    version: int
    """One more with each change."""
    status: CartStatus
    """Where it stands."""
    channel: Channel = answered_for_all(resolvers.cart.channels_of_carts, key=as_it_is)
    """The channel that prices it: where it was worked on last. A change made from another channel moves it there."""
    customer: Customer | None = answered_for_all(resolvers.cart.customers_of_carts, key=as_it_is)
    """Whose it is; shown to themselves, and to agents and admins."""
    contact: Contact | None = answered_by(resolvers.quote.contact)
    """How its buyer can be reached; hidden from who may only look, and shown in part to who came by a resume link."""
    currency_code: CurrencyCode
    """What it is priced in."""
    lines: list[CartLine] = answered_for_all(resolvers.quote.lines_of_carts, key=as_it_is)
    """In the order in which they were added."""
    groups: list[FulfillmentGroup] = answered_for_all(resolvers.fulfillment.groups_of_carts, key=as_it_is)
    """Lines, or parts of lines, by how they reach the buyer: one group for each delivery address and each store. What they show
    is honored until the promise's `validUntil`, as an option's is."""
    fulfillment_options: FulfillmentOptions | None = answered_for_all(
        resolvers.option.options_of_carts,
        key=as_it_is,
        to="Where deliveries would go; without it there are none.",
        near="Where the nearest stores are measured from; where `to` is, if left out.",
        stores="How many of the nearest stores to look at; 10 if left out, 20 at most.",
    )
    """Every way to get this cart's lines, also those that cover only some of them; null once it can no longer be changed."""
    discount_codes: list[DiscountCode] = answered_for_all(resolvers.quote.codes_of_carts, key=as_it_is)
    """As they were entered, and what became of each."""
    totals: Totals = answered_for_all(resolvers.quote.totals_of_carts, key=as_it_is)
    """What it costs now."""
    problems: list[CartProblem] = answered_for_all(resolvers.problem.problems_of_carts, key=as_it_is)
    """All that stands between this cart and an order."""
    activity: list[CartActivity] = answered_for_all(
        resolvers.cart.activities_of_carts, key=as_it_is, first="20 if left out, 100 at most."
    )
    """Who changed what from which channel, newest first."""
    checkout: Annotated[Checkout, strawberry.lazy("schema.checkout")] | None = answered_for_all(
        resolvers.checkout.checkouts_of_carts, key=as_it_is
    )
    """Its newest checkout, for who may check it out: a second device finds its way from here."""
    order: Order | None = answered_for_all(resolvers.order.orders_of_carts, key=as_it_is)
    """What it became."""
    merged_into: Cart | None = answered_for_all(resolvers.cart.carts_merged_into, key=as_it_is)
    """Where it went, if this session opens that."""
    created_at: datetime.datetime
    """When it was begun."""
    updated_at: datetime.datetime
    """When it was changed last."""


@object_type
class CartQuery:
    """Carts by id."""

    cart: Cart | None = answered_by(resolvers.cart.cart)
    """A cart that this session opens; anybody else's looks missing."""
    cart_merge_preview: CartMergePreview | None = answered_by(
        resolvers.cart.cart_merge_preview,
        source="The cart that would be merged away.",
        target="The cart that would stay.",
        policy="How many units of each variant there would be.",
    )
    """What merging the source cart into the target would do, line by line; changes nothing. Null where this session does not
    open both."""
