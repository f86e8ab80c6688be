"""Lists of orders: those that staff look for, and a customer's own."""

from __future__ import annotations

from collections.abc import Sequence

from domain.customer import Customer
from domain.order import Order
from domain.order_list import OrderFilter, may_filter
from domain.page import Page, page_request
from resolvers.context import Context
from resolvers.refusal import Refused, granted


async def orders(
    *, context: Context, filter: OrderFilter | None = None, first: int | None = None, after: str | None = None
) -> Page[Order]:
    wanted = filter or OrderFilter()
    if refusal := may_filter(context.actor, wanted):
        raise Refused(refusal)
    request = granted(page_request(first=first, after=after))
    return granted(await context.reads.order_lists.page(context.actor, wanted, request))


async def orders_of_customers(
    customers: Sequence[Customer], *, context: Context, first: int | None = None, after: str | None = None
) -> list[Page[Order]]:
    request = granted(page_request(first=first, after=after))
    ids = [customer.id for customer in customers]
    found = granted(await context.reads.order_lists.of_customers(context.actor, ids, request))
    return [found[id] for id in ids]
