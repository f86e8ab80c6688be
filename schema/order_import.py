"""Sales made elsewhere, taken in."""

from __future__ import annotations

import datetime
import decimal

import strawberry

import domain.external_sale
import resolvers.order_import
from domain.external_sale import ImportedFulfillment
from domain.payment import PaymentMethod
from schema.cart_changes import ContactInput
from schema.checkout import OrderPayload
from schema.customer import AddressInput
from schema.payload import mutation
from schema.scalar import CurrencyCode
from schema.view import command_of, enum, input_of, object_type

enum(ImportedFulfillment)


@input_of(domain.external_sale.ImportedLine)
class ImportedLineInput:
    """Units that were sold, at the price they were sold for."""

    sku: str
    """The shop's own number for it."""
    quantity: int
    """How many, 1 or more."""
    unit_price: decimal.Decimal
    """For one, before any discount, with its tax."""
    discount: decimal.Decimal | None = strawberry.UNSET
    """What was taken off, for all of them; nothing, if left out."""
    tax: decimal.Decimal | None = strawberry.UNSET
    """The part of what is left that is tax; nothing, if left out."""


@command_of(domain.external_sale.OrderImport)
class OrderImportInput:
    """What was sold, and what became of it."""

    channel: strawberry.ID
    """In which channel; an integration's own."""
    external_id: str
    """The till's or marketplace's own number, 100 characters at most. The same sale sent again is the same order; another one
    by the same number is refused; whom it is for is not compared."""
    currency_code: CurrencyCode
    """The channel's."""
    fulfilled_by: ImportedFulfillment
    """What became of the goods, or shall."""
    paid_by: PaymentMethod = PaymentMethod.EXTERNAL
    """How it was paid there: EXTERNAL, CASH, CARD or TERMINAL."""
    location: strawberry.ID | None = strawberry.UNSET
    """HANDED_OVER: where the goods left with their buyer. BY_US: where they will be collected, if they are not delivered."""
    address: AddressInput | None = strawberry.UNSET
    """BY_US: where it is delivered. ELSEWHERE: where it was, if that is known."""
    contact: ContactInput | None = strawberry.UNSET
    """Its buyer, if known. A customer who has verified this email address finds the order among theirs."""
    lines: list[ImportedLineInput]
    """What, 1 to 100 lines."""
    fulfillment_price: decimal.Decimal | None = strawberry.UNSET
    """What the buyer paid to get it; nothing, if left out."""
    placed_at: datetime.datetime
    """When it was sold."""


@object_type
class OrderImportMutation:
    """What other systems bring."""

    order_import: OrderPayload = mutation(OrderPayload, resolvers.order_import.order_import)
    """A sale made elsewhere (a till, a marketplace), taken into the same orders and stock. A till's sale is never refused for
    want of stock: what the ledger did not know of is a discrepancy. For agents, admins, and integrations of the channel."""
