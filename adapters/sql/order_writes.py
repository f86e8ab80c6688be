"""Orders in one unit of work: what is new of them is added, what has changed is changed, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.cart_address import place_values
from adapters.sql.event import SqlEvents
from adapters.sql.order import whole
from adapters.sql.tables import (
    fulfillment,
    fulfillment_line,
    order_address,
    order_contact,
    order_entry,
    order_line,
    sales_order,
)
from adapters.sql.upsert import inserted
from domain.carrier import Destination
from domain.checkout_record import totals_record
from domain.contact import Contact, email_key, name_keys, phone_key
from domain.fulfillment import Fulfillment, FulfillmentLine
from domain.group_record import promise_record, record_of
from domain.ids import ChannelId, FulfillmentGroupId, FulfillmentId, OrderId
from domain.order import Delivered, Entry, Imported, Order, OrderLine


class SqlOrderWrites:
    def __init__(self, connection: AsyncConnection, events: SqlEvents) -> None:
        self.connection, self.events = connection, events

    async def lock(self, id: OrderId) -> Order | None:
        return (await whole(self.connection, select(sales_order).where(sales_order.c.id == id).with_for_update())).get(id)

    async def lock_of(self, id: FulfillmentId) -> Order | None:
        its = select(fulfillment.c.order_id).where(fulfillment.c.id == id).scalar_subquery()
        found = await whole(self.connection, select(sales_order).where(sales_order.c.id == its).with_for_update())
        return next(iter(found.values()), None)

    async def create(self, order: Order, people: Delivered) -> bool:
        adding = inserted(self.connection, sales_order).values({"id": order.id, **order_values(order)})
        if (await self.connection.execute(adding.on_conflict_do_nothing())).rowcount == 0:
            return False
        await self.add(order_line, ({"id": line.id, "order_id": order.id, **line_values(line)} for line in order.lines))
        await self.add_fulfillments(order.fulfillments)
        if contact := people.contact:
            await self.connection.execute(insert(order_contact).values({"order_id": order.id, **contact_values(contact)}))
        places = people.destinations.items()
        await self.add(order_address, ({"group_id": id, "order_id": order.id, **place_values(to)} for id, to in places))
        return True

    async def imported(self, channel: ChannelId, external_ids: Sequence[str]) -> Mapping[str, Imported]:
        its = (sales_order.c.channel_id == channel, sales_order.c.external_id.in_(external_ids))
        query = select(sales_order.c.id, sales_order.c.external_id, sales_order.c.import_digest).where(*its)
        rows = await self.connection.execute(query)
        return {row.external_id: Imported(row.id, row.import_digest) for row in rows}

    async def save(self, before: Order, after: Order) -> None:
        assert after.version == before.version + 1, "each change makes one version"
        await self.connection.execute(update(sales_order).where(sales_order.c.id == after.id).values(order_values(after)))
        lines = {line.id: line for line in before.lines}
        await self.change(order_line, ((one.id, line_values(one)) for one in after.lines if lines[one.id] != one))
        parts = {one.id: one for one in before.fulfillments}
        await self.add_fulfillments([one for one in after.fulfillments if one.id not in parts])
        known = [one for one in after.fulfillments if one.id in parts and parts[one.id] != one]
        await self.change(fulfillment, ((one.id, fulfillment_values(one)) for one in known))
        units = {line.id: line for one in before.fulfillments for line in one.lines}
        kept = {line.id for one in known for line in one.lines}
        gone = [line.id for one in known for line in parts[one.id].lines if line.id not in kept]
        if gone:
            await self.connection.execute(delete(fulfillment_line).where(fulfillment_line.c.id.in_(gone)))
        looked_at = [line for one in known for line in one.lines if units[line.id] != line]
        await self.change(fulfillment_line, ((line.id, unit_values(line)) for line in looked_at))
        self.tell(known)

    def tell(self, parts: Sequence[Fulfillment]) -> None:
        """Whoever follows the work of a place hears of each change, whatever made it."""
        self.events.tasks_changed(place for one in parts for place in (one.location, one.destination) if place)

    async def bring(self, order: OrderId, group: FulfillmentGroupId, to: Destination) -> None:
        await self.add(order_address, [{"group_id": group, "order_id": order, **place_values(to)}])

    async def add_fulfillments(self, parts: Sequence[Fulfillment]) -> None:
        self.tell(parts)
        rows = ({"id": one.id, "order_id": one.order, **fulfillment_values(one)} for one in parts)
        await self.add(fulfillment, rows)
        lines = ({"id": line.id, "fulfillment_id": one.id, **unit_values(line)} for one in parts for line in one.lines)
        await self.add(fulfillment_line, lines)

    async def add(self, table: Table, rows: Iterable[dict[str, Any]]) -> None:
        if added := list(rows):
            await self.connection.execute(insert(table), added)

    async def change(self, table: Table, rows: Iterable[tuple[Any, dict[str, Any]]]) -> None:
        if changed := [values | {"of": id} for id, values in rows]:
            names = [name for name in changed[0] if name != "of"]
            changing = update(table).where(table.c.id == bindparam("of")).values({name: bindparam(name) for name in names})
            await self.connection.execute(changing, changed)

    async def write_down(self, entries: Sequence[Entry]) -> None:
        await self.add(order_entry, map(entry_values, entries))


def order_values(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "version": order.version,
        "status": order.status.value,
        "channel_id": order.channel,
        "pool_id": order.pool,
        "currency_code": order.currency_code,
        "external_id": order.external_id,
        "import_digest": order.import_digest,
        "source_code": order.source_code,
        "customer_id": order.customer,
        "cart_id": order.cart,
        "groups": [record_of(group) for group in order.groups],
        "totals": totals_record(order.totals),
        "placed_at": order.placed_at,
        "updated_at": order.updated_at,
    }


def contact_values(contact: Contact) -> dict[str, Any]:
    """With what it is searched by."""
    front, back = name_keys(contact.name) if contact.name else (None, None)
    return {
        "email": contact.email,
        "email_key": contact.email and email_key(contact.email),
        "name": contact.name,
        "name_key": front,
        "name_key_backward": back,
        "phone": contact.phone,
        "phone_key": contact.phone and phone_key(contact.phone),
    }


def line_values(line: OrderLine) -> dict[str, Any]:
    return {
        "variant_id": line.variant,
        "sku": line.sku,
        "title": line.title,
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price.minor_units,
        "discount_minor": line.discount.minor_units,
        "tax_minor": line.tax.minor_units,
        "total_minor": line.total.minor_units,
        "unsourced": line.unsourced,
        "fulfilled": line.fulfilled,
        "canceled": line.canceled,
        "returned": line.returned,
    }


def fulfillment_values(one: Fulfillment) -> dict[str, Any]:
    tracking = one.tracking
    return {
        "version": one.version,
        "method": one.method.value,
        "status": one.status.value,
        "location_id": one.location,
        "destination_id": one.destination,
        "group_id": one.group,
        "promise": one.promise and promise_record(one.promise),
        "expected_at": one.expected_at,
        "carrier": tracking and tracking.carrier,
        "tracking_number": tracking and tracking.number,
        "tracking_url": tracking and tracking.url,
        "collect_before": one.collect_before,
        "reasons": [code.value for code in one.reasons],
        "created_at": one.created_at,
        "updated_at": one.updated_at,
    }


def unit_values(line: FulfillmentLine) -> dict[str, Any]:
    return {"order_line_id": line.order_line, "quantity": line.quantity, "picked": line.picked}


def entry_values(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "order_id": entry.order,
        "at": entry.at,
        "kind": entry.kind.value,
        "change": entry.change,
        "data": dict(entry.data),
        "reason": entry.reason,
        "channel_id": entry.channel,
        "staff_id": entry.staff,
        "fulfillment_id": entry.fulfillment,
    }
