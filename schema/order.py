"""Orders, their lines and payments, and what is done to fulfill them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import domain.fulfillment
import domain.ids
import domain.order
import domain.payment_attempt
import domain.picked_line
import domain.ticket
import resolvers.order
import resolvers.order_change
import resolvers.order_worth
import resolvers.refund
import resolvers.store_task
import resolvers.ticket
import resolvers.timeline
from domain.channel import FulfillmentMethod
from domain.fulfillment import FulfillmentStatus
from domain.order import OrderStatus
from domain.order_action import OrderAction
from domain.payment import PaymentMethod, PaymentStatus
from schema.catalog import Variant
from schema.channel import Channel
from schema.customer import Customer
from schema.edge import answered_by, answered_for_all
from schema.location import Address, Location
from schema.money import Money
from schema.node import Node
from schema.option import FulfillmentOptions
from schema.pricing import Totals
from schema.promise import FulfillmentPromise
from schema.reason import Reason
from schema.refund import Refund
from schema.timeline import TimelineConnection
from schema.view import enum, input_of, object_type, one_of, view_of

if TYPE_CHECKING:
    from schema.cart import Contact

for one in (FulfillmentStatus, OrderAction, OrderStatus, PaymentStatus):
    enum(one)


CHANGE_WORDS = {
    "to": "Where deliveries would go; without it there are none.",
    "stores": "How many stores, nearest first: 10 if left out, 20 at most.",
}


def as_it_is(order: domain.order.Order) -> tuple[object, ...]:
    return order.id, order.version


def in_its_state(fulfillment: domain.fulfillment.Fulfillment) -> tuple[object, ...]:
    return fulfillment.id, fulfillment.version


@view_of(domain.order.OrderLine)
class OrderLine:
    """Units of a variant, called and priced as they were sold."""

    id: strawberry.ID
    """What cancellations and returns name."""
    variant: Variant | None = answered_for_all(resolvers.order.variants_of_lines)
    """As it is now."""
    sku: str
    """As it was sold."""
    title: str
    """As it was sold."""
    quantity: int
    """Units."""
    unit_price: Money
    """For one, before any discount."""
    discount: Money
    """What was taken off, for all of them."""
    tax: Money
    """The part of the total that is tax."""
    total: Money
    """For all of them."""
    unsourced: int = strawberry.field(name="unsourcedQuantity")
    """Units of which nobody knows yet where they come from."""
    fulfilled: int = strawberry.field(name="fulfilledQuantity")
    """Units that have left, or were handed over."""
    canceled: int = strawberry.field(name="canceledQuantity")
    """Units that will not come."""
    returned: int = strawberry.field(name="returnedQuantity")
    """Units that came back."""


@view_of(domain.fulfillment.FulfillmentLine)
class FulfillmentLine:
    """Units of an order's line that a fulfillment brings."""

    id: strawberry.ID
    """What picking and collecting name."""
    order_line: OrderLine = answered_for_all(resolvers.order.lines_of_fulfillment_lines)
    """Of which line."""
    quantity: int
    """Units."""
    picked: int = strawberry.field(name="pickedQuantity")
    """Units that were found."""


@input_of(domain.picked_line.PickedLine)
class PickedLineInput:
    """Units of a fulfillment's line."""

    line: strawberry.ID
    """Which line."""
    quantity: int
    """Units."""


@view_of(domain.fulfillment.Tracking)
class Tracking:
    """Where a parcel can be followed."""

    carrier: str
    """Who brings it."""
    number: str
    """What they call it."""
    url: str | None
    """Where to look."""


@view_of(domain.ticket.Ticket)
class PickupTicket:
    """What an associate asks for; never shown to staff, nor to who acts for the buyer."""

    code: str = answered_by(resolvers.ticket.code)
    """Six characters, to be read out."""
    qr_svg: str = answered_by(resolvers.ticket.qr_svg)
    """The same to be scanned, as an SVG image."""
    collect_before: datetime.datetime | None
    """Null until ready."""


@view_of(domain.fulfillment.Fulfillment)
class Fulfillment(Node):
    """What one location does to bring a part of an order to its buyer in one way."""

    version: int
    """One more with each change."""
    order: Annotated[Order, strawberry.lazy("schema.order")] = answered_for_all(
        resolvers.order.orders_of_fulfillments, key=in_its_state
    )
    """Of which order."""
    method: FulfillmentMethod
    """How it reaches the buyer."""
    status: FulfillmentStatus
    """How far it has come."""
    location: Location | None = answered_for_all(resolvers.order.locations_of_fulfillments, key=in_its_state)
    """Where the goods leave from; null for what is fulfilled elsewhere."""
    destination: Location | None = answered_for_all(resolvers.order.destinations_of_fulfillments, key=in_its_state)
    """Where they are collected; the same as `location` for a plain pickup."""
    address: Address | None = answered_for_all(resolvers.order.addresses_of_fulfillments, key=in_its_state)
    """Where they are brought."""
    lines: list[FulfillmentLine]
    """What."""
    promise: FulfillmentPromise | None
    """When all of it is there; null where that is not known."""
    tracking: Tracking | None
    """Once it is shipped."""
    pickup: PickupTicket | None = answered_for_all(resolvers.ticket.tickets_of_fulfillments, key=in_its_state)
    """For the buyer only, from placing on; one for all that is collected at one place."""
    extendable_until: datetime.datetime | None = answered_for_all(resolvers.store_task.extendable_until_of, key=in_its_state)
    """How long pickupExtend can keep it at most; null where it is not ready, or was kept for longer often enough."""
    reasons: list[Reason] | None = answered_for_all(resolvers.store_task.reasons_of, key=in_its_state)
    """Staff only: why this location."""
    packing: list[str] | None = answered_for_all(resolvers.store_task.packing_of, key=in_its_state)
    """Staff only: the channel's wrapping and inserts."""
    due: Money = answered_for_all(
        resolvers.order_worth.due_of_fulfillments,
        key=in_its_state,
        lines="What is taken, of lines of this fulfillment; all of it, if left out.",
    )
    """Still to pay at the hand-over; with `lines`, if only these are taken."""
    change_options: FulfillmentOptions | None = answered_for_all(
        resolvers.order_change.options_of_fulfillments, key=in_its_state, **CHANGE_WORDS
    )
    """Where else, or how else, what work has not begun on could reach the buyer."""
    created_at: datetime.datetime
    """When it was begun."""
    updated_at: datetime.datetime
    """When it was changed last."""


@view_of(domain.payment_attempt.Payment)
class Payment:
    """One tender of an order."""

    id: strawberry.ID
    """For a client's cache."""
    method: PaymentMethod
    """How."""
    status: PaymentStatus
    """How far it has come."""
    amount: Money
    """How much."""
    captured: Money
    """What of it was taken."""
    refunded: Money
    """What of that was given back."""
    change: Money | None
    """Given back on cash."""
    created_at: datetime.datetime
    """When."""


@view_of(domain.order.Order)
class Order(Node):
    """What was bought, how it reaches its buyer, and how it was paid."""

    number: str
    """Readable aloud, not guessable."""
    version: int
    """One more with each change."""
    status: OrderStatus
    """Where it stands."""
    channel: Channel = answered_for_all(resolvers.order.channels_of_orders, key=as_it_is)
    """Where it was placed."""
    external_id: str | None
    """The marketplace's or till's own number."""
    source_code: str | None
    """The campaign that led to it."""
    customer: Customer | None = answered_for_all(resolvers.order.customers_of_orders, key=as_it_is)
    """Whose it is; shown to themselves, and to agents and admins."""
    contact: Annotated[Contact, strawberry.lazy("schema.cart")] | None = answered_for_all(
        resolvers.order.contacts_of_orders, key=as_it_is
    )
    """Whom to tell."""
    lines: list[OrderLine]
    """What was bought."""
    fulfillments: list[Fulfillment]
    """What is done to bring it, also what was given up."""
    payments: list[Payment]
    """How it was paid."""
    totals: Totals
    """As they were when it was placed."""
    refunds: list[Refund] = answered_for_all(resolvers.refund.refunds_of_orders, key=as_it_is)
    """What was given back of it, the oldest first."""
    paid: Money
    """Authorized or captured."""
    due: Money = answered_by(resolvers.order_worth.due)
    """Still to be paid: now, or where it is collected."""
    refunded: Money
    """Given back, or about to be."""
    actions: list[OrderAction] = answered_by(resolvers.order.actions)
    """What a client may offer now; none to who knows it by its receipt."""
    change_options: FulfillmentOptions | None = answered_for_all(
        resolvers.order_change.options_of_orders, key=as_it_is, **CHANGE_WORDS
    )
    """How what is unsourced could still reach the buyer."""
    timeline: TimelineConnection = answered_for_all(resolvers.timeline.timelines_of_orders, key=as_it_is)
    """What became of it, newest first."""
    placed_at: datetime.datetime
    """When."""


@input_of(resolvers.order.Receipt)
class OrderReceiptInput:
    """What stands on a receipt."""

    number: str
    """Of the order, in any case."""
    email: str | None = strawberry.UNSET
    """Its buyer's; left out, the number has to do."""


@one_of(resolvers.order.By, id=domain.ids.OrderId, number=resolvers.order.Number, receipt=resolvers.order.Receipt)
class OrderBy:
    """Which order."""

    id: strawberry.ID | None = strawberry.UNSET
    """By id."""
    number: str | None = strawberry.UNSET
    """By its number, in any case, with or without hyphens."""
    receipt: OrderReceiptInput | None = strawberry.UNSET
    """Associates: an order of any store, without contact, address or ticket; each look-up is audited."""


@object_type
class OrderQuery:
    """Orders by id or number."""

    order: Order | None = answered_by(resolvers.order.order)
    """An order of the asker's own, or of a store of theirs; any other looks missing."""
