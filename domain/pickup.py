"""Pickup: goods are put ready for their buyer, and handed over against the code of their ticket, never unpaid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hmac import compare_digest
from typing import TypeAlias

from domain.allocation import leave, shelves_of
from domain.attempt import Guesses, pay, pay_back
from domain.fulfillment import UNDER_WAY, Fulfillment, FulfillmentStatus
from domain.goods_money import settled_up
from domain.ids import LocationId, OrderId, OrderLineId
from domain.ledger import CUSTOMER, StockCause
from domain.location import Location
from domain.order import Order
from domain.order_worth import due_of
from domain.picked_line import PickedLine
from domain.pickup_deadline import closing
from domain.refusal import CodeInvalid, Forbidden, InvalidInput, RateLimited
from domain.session import Keys
from domain.store_work import (
    FULFILLMENT,
    Asked,
    Done,
    StepRefusal,
    StoreWork,
    at_place,
    became,
    canceled,
    counted,
    done,
    fulfilled,
    kept,
    once,
    with_,
)
from domain.tender import PaymentRequired
from domain.ticket import Ticket, digest_of, issue

S = FulfillmentStatus
GUESSES = Guesses("pickup", per_subject=10, in_total=2_000)

CollectRefusal: TypeAlias = StepRefusal | CodeInvalid | PaymentRequired | RateLimited


async def ready(work: StoreWork, keys: Keys, asked: Asked, locations: Mapping[LocationId, Location]) -> OrderId | StepRefusal:
    """All that waits for its buyer in one store waits until the same moment."""

    async def step(order: Order, one: Fulfillment) -> Done:
        store = at_place(one.destination)
        ticket = await ticket_of(work, keys, order.id, store)
        until = max(closing(locations[store], asked.now), ticket.collect_before or asked.now)
        await work.tickets.save(replace(ticket, collect_before=until, reminded_at=None, spent_at=None))
        others = [became(other, other.status, asked.now, collect_before=until) for other in waiting(order, store)]
        after = became(one, S.READY_FOR_PICKUP, asked.now, collect_before=until)
        return done(with_(order, *others), after, sum(line.quantity for line in one.lines), location=str(store))

    return await once(work, asked, step, S.READY_FOR_PICKUP)


async def ticket_of(work: StoreWork, keys: Keys, order: OrderId, store: LocationId) -> Ticket:
    """One is issued where none was, such as for goods that were to be brought elsewhere at first."""
    found = await work.tickets.of(order, store)
    if found is None:
        await issue(work.tickets, keys, order, store)
        found = await work.tickets.of(order, store)
    assert found is not None, "it has been issued"
    return found


def waiting(order: Order, store: LocationId) -> list[Fulfillment]:
    """What is ready there."""
    return [one for one in order.fulfillments if one.status is S.READY_FOR_PICKUP and one.destination == store]


# ------------------------------------------------------------------------------------------------ handed over


@dataclass(frozen=True, slots=True)
class HandOver:
    """`lines`: what is taken; None for all of it."""

    code: str
    lines: tuple[PickedLine, ...] | None = None


async def collect(work: StoreWork, keys: Keys, asked: Asked, wanted: HandOver) -> OrderId | CollectRefusal:
    """Wrong codes are counted of each fulfillment, and of each who tries."""
    if not asked.actor.is_staff:
        return Forbidden(FULFILLMENT, "This is done by the staff of the store.")
    guessers = (str(asked.fulfillment), str(asked.actor.staff))
    if limited := await pay(work, GUESSES, guessers, asked.now):
        return limited
    handed = await opened(work, keys, asked, wanted)
    if not isinstance(handed, CodeInvalid):
        await pay_back(work, GUESSES, guessers, asked.now)
    return handed


async def opened(work: StoreWork, keys: Keys, asked: Asked, wanted: HandOver) -> OrderId | CollectRefusal:
    async def step(order: Order, one: Fulfillment) -> Done | CodeInvalid | InvalidInput | PaymentRequired:
        store = at_place(one.destination)
        ticket = await work.tickets.of(order.id, store)
        digest = digest_of(keys, store, wanted.code)
        if ticket is None or ticket.spent_at or not compare_digest(ticket.digest, digest):
            return CodeInvalid()
        units = taken(one, wanted.lines)
        if isinstance(units, InvalidInput):
            return units
        if (due := due_of(order, one, units)).minor_units:
            return PaymentRequired(due)
        handed = await handed_over(work, order, one, units, asked.now)
        await spend(work, ticket, handed.order, asked.now)
        return handed

    return await once(work, asked, step, S.COLLECTED)


def taken(one: Fulfillment, lines: tuple[PickedLine, ...] | None) -> dict[OrderLineId, int] | InvalidInput:
    found = {line.id: line.quantity for line in one.lines} if lines is None else counted(one, lines)
    if isinstance(found, InvalidInput):
        return found
    if not any(found.values()):
        return InvalidInput(("input", "lines"), "`lines` takes nothing; to take none of it, cancel it.")
    return {line.order_line: found[line.id] for line in one.lines if found.get(line.id)}


async def handed_over(work: StoreWork, order: Order, one: Fulfillment, units: Mapping[OrderLineId, int], now: datetime) -> Done:
    """What is not taken goes back on the shelf, and is not paid for."""
    store = at_place(one.destination)
    rest = {line.order_line: line.quantity - units.get(line.order_line, 0) for line in one.lines}
    rest = {line: n for line, n in rest.items() if n}
    await leave(work, one.id, shelves_of(one, order, units, store), CUSTOMER, StockCause.SALE, now)
    await work.allocations.release(one.id, shelves_of(one, order, rest, store))
    found = {line.id: units.get(line.order_line, 0) for line in one.lines}
    gone = became(one, S.COLLECTED, now, lines=kept(one, found))
    handed = done(canceled(fulfilled(order, units), rest), gone, sum(units.values()), left=sum(rest.values()))
    return replace(handed, order=await settled_up(work, handed.order, f"collected {one.id}", now))


async def spend(work: StoreWork, ticket: Ticket, order: Order, now: datetime) -> None:
    """With the last hand-over; until then its code is good for what is still to come. Nothing ready has no deadline."""
    here = [one for one in order.fulfillments if one.destination == ticket.location]
    if not any(one.status in UNDER_WAY for one in here):
        await work.tickets.save(replace(ticket, spent_at=now))
    elif not waiting(order, ticket.location):
        await work.tickets.save(replace(ticket, collect_before=None, reminded_at=None))
