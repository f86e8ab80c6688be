"""Customers, and what they keep with us."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import domain.address
import domain.customer
import resolvers.cart
import resolvers.customer
import resolvers.order_list
from schema.edge import answered_for_all
from schema.location import Address
from schema.money import Money
from schema.node import Node
from schema.page import Connection
from schema.payload import mutation, payload
from schema.scalar import CountryCode
from schema.view import command_of, input_of, object_type, view_of

if TYPE_CHECKING:
    from schema.cart import Cart
    from schema.order import Order


@view_of(domain.customer.Customer)
class Customer(Node):
    """Whom a cart or an order is for, if they have told us who they are."""

    email: str | None
    """Where mail goes, once it is verified."""
    email_verified: bool
    """They have shown that the address is theirs."""
    name: str | None
    """As they want to be called."""
    phone: str | None
    """In the form of E.164."""
    addresses: list[Address] = answered_for_all(resolvers.customer.addresses_of_customers)
    """Those they have saved, 20 at most."""
    cart: Annotated[Cart, strawberry.lazy("schema.cart")] | None = answered_for_all(resolvers.cart.carts_of_customers)
    """Their open cart in the channel that asks; the same on every device."""
    orders: Connection[Annotated[Order, strawberry.lazy("schema.order")]] = answered_for_all(
        resolvers.order_list.orders_of_customers
    )
    """Theirs, the newest first."""
    store_credit: list[Money] = answered_for_all(resolvers.customer.store_credits_of_customers)
    """What the shop owes them, to be spent in it: an amount for each currency; empty where there is none."""
    created_at: datetime.datetime
    """When they signed up."""


@input_of(domain.address.AddressFacts)
class AddressInput:
    """Where mail arrives; no text of more than 200 characters."""

    name: str | None
    """Who lives or works there."""
    line1: str
    """Street and number."""
    line2: str | None
    """What else the street line needs."""
    postal_code: str
    """As it is written there."""
    city: str
    """As it is written there."""
    region: str | None
    """State, province or region."""
    country_code: CountryCode
    """The country."""
    phone: str | None
    """A number to call there, with its country: +33 4 72 00 00 00."""


@command_of(domain.customer.CustomerUpdate)
class CustomerUpdateInput:
    """What is left out stays; a blank name or phone number is taken away."""

    name: str | None
    """As they want to be called."""
    phone: str | None
    """With its country: +33 4 72 00 00 00."""
    email: str | None
    """Counts once it is verified by the code that is mailed there."""


@command_of(domain.customer.AddressSave)
class CustomerAddressSaveInput:
    """A new address, or one that is replaced."""

    id: strawberry.ID | None
    """Of the one that is replaced."""
    address: AddressInput
    """The address."""


@command_of(domain.customer.AddressRemove)
class CustomerAddressRemoveInput:
    """Which one is removed."""

    id: strawberry.ID
    """The address."""


@payload
class CustomerPayload:
    """A customer as they are now, or why nothing was changed."""

    customer: Customer | None
    """As they are now."""


@object_type
class CustomerMutation:
    """What customers change of themselves; nobody who acts for them can."""

    customer_update: CustomerPayload = mutation(CustomerPayload, resolvers.customer.customer_update)
    """Changes what is given. A new email address counts once it is verified, by `customerVerify` in this session."""
    customer_address_save: CustomerPayload = mutation(CustomerPayload, resolvers.customer.customer_address_save)
    """Saves an address."""
    customer_address_remove: CustomerPayload = mutation(CustomerPayload, resolvers.customer.customer_address_remove)
    """Removes a saved address."""
