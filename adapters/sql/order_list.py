"""Lists of orders in SQL: pages by keyset, and what staff search by, each by an index of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, true, tuple_, union

from adapters.sql.database import Database
from adapters.sql.order import seen_by, whole
from adapters.sql.tables import fulfillment, order_contact, order_line, sales_order
from domain.actor import Actor
from domain.contact import email_key, name_keys, phone_key
from domain.ids import CustomerId, OrderId
from domain.order import Order, number_key
from domain.order_list import OrderFilter
from domain.page import Edge, Page, PageRequest, cursor_of, foreign_cursor, page_info
from domain.refusal import InvalidInput

NEWEST_FIRST = (sales_order.c.placed_at.desc(), sales_order.c.id.desc())
LAST = "\U0010ffff"  # after whatever begins alike


class SqlOrderLists:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def page(self, actor: Actor, filter: OrderFilter, request: PageRequest) -> Page[Order] | InvalidInput:
        older = older_than(request)
        if isinstance(older, InvalidInput):
            return older
        listed = (seen_by(actor), *conditions(filter))
        query = select(sales_order).where(*listed, older).order_by(*NEWEST_FIRST).limit(request.size + 1)
        async with self.database.reading() as connection:
            total = (await connection.execute(select(func.count()).select_from(sales_order).where(*listed))).scalar_one()
            found = await whole(connection, query)
        return page_of(list(found.values()), request, int(total))

    async def of_customers(
        self, actor: Actor, customers: Sequence[CustomerId], request: PageRequest
    ) -> Mapping[CustomerId, Page[Order]] | InvalidInput:
        older = older_than(request)
        if isinstance(older, InvalidInput):
            return older
        owner = sales_order.c.customer_id
        theirs = (seen_by(actor), owner.in_(customers))
        rank = func.row_number().over(partition_by=owner, order_by=NEWEST_FIRST).label("rank")
        ranked = select(sales_order.c.id, rank).where(*theirs, older).subquery("ranked")
        first = select(ranked.c.id).where(ranked.c.rank <= request.size + 1)
        query = select(sales_order).where(sales_order.c.id.in_(first)).order_by(*NEWEST_FIRST)
        async with self.database.reading() as connection:
            counts = await connection.execute(select(owner, func.count().label("n")).where(*theirs).group_by(owner))
            totals = {row.customer_id: row.n for row in counts}
            found: dict[CustomerId | None, list[Order]] = defaultdict(list)
            for order in (await whole(connection, query)).values():
                found[order.customer].append(order)
        return {id: page_of(found[id], request, totals.get(id, 0)) for id in customers}


def older_than(request: PageRequest) -> ColumnElement[bool] | InvalidInput:
    """What comes after the cursor, which is the id of an order."""
    if refusal := foreign_cursor(request, (str,)):
        return refusal
    if request.after is None:
        return true()
    after = OrderId.parse(str(request.after[0]))
    if after is None:
        return InvalidInput(("after",), "`after` is a cursor of another list; start again without it.")
    at = select(sales_order.c.placed_at).where(sales_order.c.id == after).correlate(None).scalar_subquery()
    return tuple_(sales_order.c.placed_at, sales_order.c.id) < tuple_(at, literal(after, sales_order.c.id.type))


def page_of(found: Sequence[Order], request: PageRequest, total: int) -> Page[Order]:
    """`found`: of what was asked for, and one more where there is one."""
    edges = tuple(Edge(order, cursor_of((str(order.id),))) for order in found[: request.size])
    info = page_info(request=request, cursors=[edge.cursor for edge in edges], more=len(found) > request.size)
    return Page(edges, info, total)


def conditions(filter: OrderFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filter.search is not None:
        found.append(sales_order.c.id.in_(meant(filter.search.strip())))
    if filter.statuses is not None:
        found.append(sales_order.c.status.in_([status.value for status in filter.statuses]))
    if filter.channels is not None:
        found.append(sales_order.c.channel_id.in_(filter.channels))
    if filter.location is not None:
        ends = (fulfillment.c.location_id, fulfillment.c.destination_id)
        found.append(sales_order.c.id.in_(either(*(select(fulfillment.c.order_id).where(e == filter.location) for e in ends))))
    if filter.customer is not None:
        found.append(sales_order.c.customer_id == filter.customer)
    if filter.placed_from is not None:
        found.append(sales_order.c.placed_at >= filter.placed_from)
    if filter.placed_to is not None:
        found.append(sales_order.c.placed_at < filter.placed_to)
    return found


def meant(text: str) -> Select[Any]:
    """The orders that have this number, or this number elsewhere, SKU, email address, phone, or a name that begins so."""
    contact = order_contact.c
    of = select(contact.order_id)
    front, back = name_keys(text)
    ways = [
        select(sales_order.c.id).where(sales_order.c.number == number_key(text)),
        select(sales_order.c.id).where(sales_order.c.external_id == text),
        select(order_line.c.order_id).where(order_line.c.sku == text),
        of.where(contact.email_key == email_key(text)),
    ]
    if key := phone_key(text):
        ways.append(of.where(contact.phone_key == key))
    if front:
        ways += [of.where(key >= front, key < front + LAST) for key in (contact.name_key, contact.name_key_backward)]
    if back != front:
        ways.append(of.where(contact.name_key_backward >= back, contact.name_key_backward < back + LAST))
    return either(*ways)


def either(*ways: Select[Any]) -> Select[Any]:
    """Each by its own index, which an `or` over several tables would not be."""
    found = union(*ways).subquery()
    return select(found.c[0])
