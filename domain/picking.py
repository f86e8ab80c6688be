"""Picking: a location takes a fulfillment on, or turns it down; finds its goods, all or some, and packs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.allocation import shelves_of
from domain.discrepancy import Discrepancy, DiscrepancyCause
from domain.fulfillment import Fulfillment, FulfillmentStatus
from domain.ids import OrderId, OrderLineId, StaffMemberId, StockDiscrepancyId
from domain.ledger import LOSS, StockCause, moved, on_hand_at
from domain.order import Order
from domain.picked_line import PickedLine
from domain.refusal import InvalidInput
from domain.resourcing import Sourcer, lose, resource
from domain.store_work import (
    REASON_CHARACTERS_MAX,
    Asked,
    Done,
    StepRefusal,
    StoreWork,
    all_units,
    at_place,
    became,
    counted,
    done,
    kept,
    once,
    units_of,
)

S = FulfillmentStatus
LINES = ("input", "lines")


@dataclass(frozen=True, slots=True)
class Picker:
    """Who works, and what carries out what becomes of units that are lost."""

    work: StoreWork
    sourcer: Sourcer


async def accept(work: StoreWork, asked: Asked) -> OrderId | StepRefusal:
    return await plainly(work, asked, S.ACCEPTED)


async def pack(work: StoreWork, asked: Asked) -> OrderId | StepRefusal:
    return await plainly(work, asked, S.PACKED)


async def plainly(work: StoreWork, asked: Asked, to: FulfillmentStatus) -> OrderId | StepRefusal:
    """A step that moves neither goods nor money."""

    async def step(order: Order, one: Fulfillment) -> Done:
        return done(order, became(one, to, asked.now), all_units(one))

    return await once(work, asked, step, to)


# ------------------------------------------------------------------------------------------------ turned down


async def reject(picker: Picker, asked: Asked, reason: str) -> OrderId | StepRefusal:
    """All of it comes from elsewhere, never from this location again; a store that was chosen gets it sent."""
    text = reason.strip()
    if not 0 < len(text) <= REASON_CHARACTERS_MAX:
        asks = f"say in 1 to {REASON_CHARACTERS_MAX} why"
        return InvalidInput(("input", "reason"), f"`reason` has {len(text)} characters; {asks}.")

    async def step(order: Order, one: Fulfillment) -> Done:
        return await given_up(picker.work, order, one, asked.now, reason=text, cause="rejected")

    rejected = await once(picker.work, asked, step, S.REJECTED)
    if isinstance(rejected, OrderId):
        await resource(picker.sourcer, rejected)
    return rejected


async def given_up(
    work: StoreWork, order: Order, one: Fulfillment, now: datetime, *, cause: str, reason: str | None = None
) -> Done:
    """Within a unit of work: its location gives nothing of it."""
    lost = await lose(work, order, one, units_of(one), cause, now)
    return done(lost, became(one, S.REJECTED, now), all_units(one), reason=reason, cause=cause)


# ------------------------------------------------------------------------------------------------ found


async def pick(picker: Picker, asked: Asked, given: tuple[PickedLine, ...]) -> OrderId | StepRefusal:
    """What was found of each line. What is short comes from elsewhere; where nothing was found, it is as good as rejected: the
    buyer gets all of it from elsewhere."""

    async def step(order: Order, one: Fulfillment) -> Done | InvalidInput:
        found = counted(one, given)
        if isinstance(found, InvalidInput):
            return found
        if len(found) < len(one.lines):
            return InvalidInput(LINES, f"`lines` names {len(found)} of {len(one.lines)} lines; say of each what was found.")
        missing = {line.order_line: line.quantity - found[line.id] for line in one.lines if found[line.id] < line.quantity}
        if missing:
            await write_off(picker.work, order, one, missing, asked)
        if not any(found.values()):
            return await given_up(picker.work, order, one, asked.now, cause="short_pick")
        if missing:
            order = await lose(picker.work, order, one, missing, "short_pick", asked.now)
        after = became(one, S.PICKED, asked.now, lines=kept(one, found))
        return done(order, after, sum(found.values()), missing=sum(missing.values()))

    picked = await once(picker.work, asked, step, S.PICKED)
    if isinstance(picked, OrderId):
        await resource(picker.sourcer, picked)
    return picked


async def write_off(work: StoreWork, order: Order, one: Fulfillment, missing: Mapping[OrderLineId, int], asked: Asked) -> None:
    """What the ledger said was there, and was not: nobody is sold it again. Its level is doubted until somebody counts."""
    shelves = shelves_of(one, order, missing, at_place(one.location))
    levels = await work.ledger.lock(shelves)
    gone = {shelf: min(n, levels[shelf].on_hand) for shelf, n in shelves.items() if levels[shelf].on_hand}
    lost = [moved(on_hand_at(shelf), LOSS, n, StockCause.COUNT, asked.now) for shelf, n in sorted(gone.items())]
    assert not await work.ledger.post(lost), "no more was taken than was there"
    staff: StaffMemberId | None = asked.actor.staff
    found = [
        Discrepancy(
            id=StockDiscrepancyId.new(),
            at=asked.now,
            shelf=shelf,
            quantity=-n,
            cause=DiscrepancyCause.SHORT_PICK,
            subject=str(one.id),
            staff=staff,
        )
        for shelf, n in sorted(gone.items())
    ]
    await work.discrepancies.record(found)
