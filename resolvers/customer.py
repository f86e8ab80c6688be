"""Customers, and what they keep with us."""

from __future__ import annotations

from collections.abc import Sequence

import domain.customer
from domain.address import Address
from domain.customer import AddressRemove, AddressSave, Customer, CustomerUpdate
from domain.ids import CustomerId
from domain.money import Money
from domain.refusal import Forbidden, InvalidInput, LimitReached, NotFound, RateLimited
from resolvers.account import desk
from resolvers.context import Context

Refusal = Forbidden | InvalidInput | LimitReached | NotFound | RateLimited


async def addresses_of_customers(customers: Sequence[Customer], *, context: Context) -> list[tuple[Address, ...]]:
    found = await context.reads.customers.addresses(context.actor, [customer.id for customer in customers])
    return [found.get(customer.id, ()) for customer in customers]


async def store_credits_of_customers(customers: Sequence[Customer], *, context: Context) -> list[tuple[Money, ...]]:
    found = await context.reads.store_credits.balances(context.actor, [customer.id for customer in customers])
    return [found.get(customer.id, ()) for customer in customers]


async def customer_update(*, context: Context, input: CustomerUpdate) -> Customer | Refusal:
    oneself = domain.customer.oneself(context.actor)
    if isinstance(oneself, Forbidden):
        return oneself
    known = await one(context, oneself)
    return await changed(context, await domain.customer.update(desk(context), known, input))


async def customer_address_save(*, context: Context, input: AddressSave) -> Customer | Refusal:
    return await changed(context, await domain.customer.save_address(context.work(), context.actor, input))


async def customer_address_remove(*, context: Context, input: AddressRemove) -> Customer | Refusal:
    return await changed(context, await domain.customer.remove_address(context.work(), context.actor, input))


async def changed(context: Context, outcome: CustomerId | Refusal) -> Customer | Refusal:
    """As they are now."""
    return await one(context, outcome) if isinstance(outcome, CustomerId) else outcome


async def one(context: Context, id: CustomerId) -> Customer:
    return (await context.reads.customers.customers(context.actor, [id]))[id]
