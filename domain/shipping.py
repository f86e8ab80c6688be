"""Shipping: packed goods leave for the buyer, or for the store where they are collected, and get there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from domain.allocation import leave, shelves_of
from domain.fulfillment import Fulfillment, FulfillmentStatus, Tracking
from domain.goods_money import settled_up
from domain.ids import OrderId
from domain.ledger import CUSTOMER, Shelf, StockCause, in_transit_to, moved, on_hand_at
from domain.order import Order
from domain.picking import plainly
from domain.refusal import InvalidInput
from domain.store_work import Asked, Done, StepRefusal, StoreWork, all_units, at_place, became, done, fulfilled, once, units_of

S = FulfillmentStatus
CHARACTERS_MAX, URL_CHARACTERS_MAX = 100, 500


async def ship(work: StoreWork, asked: Asked, tracking: Tracking) -> OrderId | StepRefusal:
    """On hand goes down now, not before: what is delivered is the buyer's; what goes to a store is in transit to it."""
    if refusal := malformed(tracking):
        return refusal

    async def step(order: Order, one: Fulfillment) -> Done:
        return await (send if one.destination else hand_to_carrier)(work, order, one, tracking, asked.now)

    return await once(work, asked, step, S.SHIPPED, S.IN_TRANSIT)


def malformed(tracking: Tracking) -> InvalidInput | None:
    for name, text in (("carrier", tracking.carrier), ("trackingNumber", tracking.number)):
        if not 0 < len(text.strip()) <= CHARACTERS_MAX:
            return InvalidInput(("input", name), f"`{name}` must have 1 to {CHARACTERS_MAX} characters.")
    if tracking.url is None:
        return None
    parts = urlsplit(tracking.url)
    if parts.scheme not in ("http", "https") or not parts.netloc or len(tracking.url) > URL_CHARACTERS_MAX:
        return InvalidInput(("input", "trackingUrl"), "`trackingUrl` must be a web address, with https:// before it.")
    return None


async def hand_to_carrier(work: StoreWork, order: Order, one: Fulfillment, tracking: Tracking, now: datetime) -> Done:
    units = units_of(one)
    shelves = shelves_of(one, order, units, at_place(one.location))
    await leave(work, one.id, shelves, CUSTOMER, StockCause.SALE, now)
    shipped = done(fulfilled(order, units), became(one, S.SHIPPED, now, tracking=tracking), all_units(one))
    return replace(shipped, order=await settled_up(work, shipped.order, f"shipped {one.id}", now))


async def send(work: StoreWork, order: Order, one: Fulfillment, tracking: Tracking, now: datetime) -> Done:
    units = units_of(one)
    shelves = shelves_of(one, order, units, at_place(one.location))
    there = in_transit_to(Shelf("", at_place(one.destination), order.pool))
    await leave(work, one.id, shelves, there, StockCause.TRANSFER, now)
    return done(order, became(one, S.IN_TRANSIT, now, tracking=tracking), all_units(one))


async def arrive(work: StoreWork, asked: Asked) -> OrderId | StepRefusal:
    """From in transit to on hand and allocated, at once, so that nobody else is sold what has come for this buyer."""

    async def step(order: Order, one: Fulfillment) -> Done:
        units = units_of(one)
        shelves = shelves_of(one, order, units, at_place(one.destination))
        await work.ledger.lock(shelves)
        came = [moved(in_transit_to(at), on_hand_at(at), n, StockCause.TRANSFER, asked.now) for at, n in shelves.items()]
        assert not await work.ledger.post(came), "nothing was taken from a shelf"
        await work.allocations.put(one.id, shelves)
        return done(order, became(one, S.ARRIVED, asked.now), all_units(one))

    return await once(work, asked, step, S.ARRIVED)


async def deliver(work: StoreWork, asked: Asked) -> OrderId | StepRefusal:
    return await plainly(work, asked, S.DELIVERED)
