"""Checkouts, and how they are paid."""

from __future__ import annotations

import datetime
import decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

import domain.checkout
import domain.checkout_begin
import domain.paying
import domain.tender
import resolvers.checkout
import resolvers.paying
from domain.checkout import CheckoutStatus
from domain.payment import PaymentMethod
from domain.tender import AtPickup, ByCard, ByStoreCredit, ByTerminal, InCash
from schema.cart_changes import CartPayload
from schema.edge import answered_by, answered_for_all
from schema.error import UserError
from schema.fulfillment import FulfillmentGroup
from schema.money import Money
from schema.node import Node
from schema.order import Order
from schema.payload import mutation, payload
from schema.pricing import Totals
from schema.quote import CartProblem
from schema.view import command_of, enum, input_of, object_type, one_of, view_of

if TYPE_CHECKING:
    from schema.cart import Cart

enum(CheckoutStatus)


def as_it_is(checkout: domain.checkout.Checkout) -> tuple[object, ...]:
    return checkout.id, checkout.status, checkout.attempt


@view_of(domain.checkout.Checkout)
class Checkout(Node):
    """A cart with its prices, promises and stock frozen and held."""

    status: CheckoutStatus = answered_by(resolvers.checkout.status)
    """Where it stands."""
    cart: Annotated[Cart, strawberry.lazy("schema.cart")] = answered_for_all(
        resolvers.checkout.carts_of_checkouts, key=as_it_is
    )
    """What was frozen. An edit of it cancels the checkout, unless that is being paid."""
    groups: list[FulfillmentGroup] = answered_for_all(resolvers.checkout.groups_of_checkouts, key=as_it_is)
    """As they were frozen; their ids are not those of the cart's."""
    totals: Totals
    """As they were frozen."""
    due: Money
    """What tenders must cover to place it; goods reserved in store are left out."""
    payment_methods: list[PaymentMethod] = answered_for_all(resolvers.checkout.methods_of_checkouts, key=as_it_is)
    """How it can be paid from where the asker stands; none where nothing is due."""
    attempt: strawberry.ID | None = answered_by(resolvers.checkout.attempt)
    """To pay it, while one is under way: what paymentContinue takes."""
    order: Order | None = answered_for_all(resolvers.checkout.orders_of_checkouts, key=as_it_is)
    """What it became."""
    expires_at: datetime.datetime
    """Until when all of it is held, unless it is being paid."""


@command_of(resolvers.checkout.CheckoutBegin)
class CheckoutBeginInput:
    """What to check out."""

    cart: strawberry.ID
    """Which cart."""
    expected_version: int | None = strawberry.UNSET
    """The version that was looked at. If anything was changed since, the answer is VersionConflict."""
    idempotency_key: str
    """Asked again with the same key, the same checkout."""


@command_of(resolvers.checkout.CheckoutCancel)
class CheckoutCancelInput:
    """What to let go."""

    checkout: strawberry.ID
    """Which checkout."""


@input_of(ByCard)
class CardPaymentInput:
    """By card, as the payment provider has it."""

    token: str
    """Of the payment provider; card numbers never come here."""
    return_url: str | None = strawberry.UNSET
    """Where the buyer's bank sends them back to, if it asks them to confirm."""


@input_of(ByTerminal)
class TerminalPaymentInput:
    """At a card terminal, which the gateway starts, and waits for."""

    terminal: strawberry.ID
    """One of the session's own store."""


@input_of(InCash)
class CashPaymentInput:
    """In cash, at the counter; by associates."""

    received: decimal.Decimal
    """What was given; what is too much is `change` of the payment."""


@input_of(ByStoreCredit)
class StoreCreditInput:
    """Out of what the shop owes a customer."""

    customer: strawberry.ID
    """Whose."""


@input_of(AtPickup)
class AtPickupInput:
    """Later, where goods are collected; covers the pickup goods of one store."""

    location: strawberry.ID
    """Which store."""


@one_of(
    domain.tender.Means,
    card=ByCard,
    terminal=ByTerminal,
    cash=InCash,
    store_credit=ByStoreCredit,
    at_pickup=AtPickup,
)
class PaymentInput:
    """How to pay."""

    card: CardPaymentInput | None = strawberry.UNSET
    """By card."""
    terminal: TerminalPaymentInput | None = strawberry.UNSET
    """At a card terminal."""
    cash: CashPaymentInput | None = strawberry.UNSET
    """In cash."""
    store_credit: StoreCreditInput | None = strawberry.UNSET
    """Out of store credit."""
    at_pickup: AtPickupInput | None = strawberry.UNSET
    """Where it is collected."""


@input_of(domain.tender.Tender)
class TenderInput:
    """A payment, or a part of one."""

    by: PaymentInput
    """How."""
    amount: decimal.Decimal | None = strawberry.UNSET
    """How much, in the currency of what is paid; all that is left, if the last payment leaves it out."""


@command_of(resolvers.paying.OrderPlace)
class OrderPlaceInput:
    """What to order, and how it is paid."""

    checkout: strawberry.ID
    """Which checkout."""
    payments: list[TenderInput]
    """10 at most, which together cover what is due; none where nothing is."""
    idempotency_key: str
    """Asked again with the same key, the same order: nothing is charged twice, whatever was lost on the way."""


@command_of(resolvers.paying.PaymentContinue)
class PaymentContinueInput:
    """What to go on with."""

    attempt: strawberry.ID
    """`attempt` of PaymentActionRequired, or of the checkout."""
    idempotency_key: str
    """Asked again with the same key, the same outcome."""


@view_of(domain.checkout_begin.CartNotReady)
class CartNotReady(UserError):
    """The cart cannot be ordered as it is."""

    problems: list[CartProblem]
    """All that stands between it and an order. Empty where others took its goods at this moment; try again."""


@view_of(domain.tender.PaymentRequired)
class PaymentRequired(UserError):
    """The payments do not cover what is due."""

    due: Money
    """What they must cover."""


@view_of(domain.paying.PaymentDeclined)
class PaymentDeclined(UserError):
    """The payment was declined, and nothing was charged; the checkout is still open for another way to pay."""

    decline_code: str
    """The provider's word for why, such as card_declined."""


@view_of(domain.paying.PaymentActionRequired)
class PaymentActionRequired(UserError):
    """The bank wants the buyer to confirm; then paymentContinue."""

    attempt: strawberry.ID
    """What paymentContinue takes."""
    client_secret: str | None
    """For the provider's own library, to let the buyer confirm."""
    redirect_url: str | None
    """Where the buyer can confirm."""


@payload
class CheckoutPayload:
    """A checkout, or why none was begun."""

    checkout: Checkout | None
    """As it is now."""


@payload
class OrderPayload:
    """An order as it is now, or why nothing was done."""

    order: Order | None
    """As it is now."""


@object_type
class CheckoutMutation:
    """From a cart to an order."""

    checkout_begin: CheckoutPayload = mutation(CheckoutPayload, resolvers.checkout.checkout_begin)
    """Prices, promises and stock frozen and held until `expiresAt`."""
    checkout_cancel: CartPayload = mutation(CartPayload, resolvers.checkout.checkout_cancel)
    """Also while the buyer's confirmation is awaited: the attempt is voided at the provider first; WrongState if it went
    through."""
    order_place: OrderPayload = mutation(OrderPayload, resolvers.paying.order_place)
    """Pays for a checkout, which becomes an order."""
    payment_continue: OrderPayload = mutation(OrderPayload, resolvers.paying.payment_continue)
    """After the buyer did what PaymentActionRequired asked for."""


ERRORS = [CartNotReady, PaymentActionRequired, PaymentDeclined, PaymentRequired]
