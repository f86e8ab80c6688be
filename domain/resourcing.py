"""Re-sourcing: units that a location cannot give after all come from elsewhere, by the engine that chose it.

What is lost is written down in the unit of work that loses it, as a task: its units are unsourced from then on, and whoever
carries the task out, at once or after a crash, plans without any lock and takes what was planned by guarded statements. A store
that was chosen is never changed: goods are sent to it. What nobody can give stays unsourced, and the order says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from domain.actor import Actor
from domain.allocation import AllocationWork, shelves_of
from domain.carrier import Carriers, Destination
from domain.channel import FulfillmentMethod
from domain.event import Event, EventType, EventWrites
from domain.fulfillment import Fulfillment, FulfillmentStatus
from domain.fulfillment_options import on_shelf, with_rest
from domain.group import Group, is_later
from domain.hold import Demand
from domain.ids import (
    OrderId,
    OrderLineId,
    TaskId,
)
from domain.ledger import Shelf
from domain.money import Money
from domain.network import Asking, NetworkReads, supply_of
from domain.order import Entry, Order, OrderReads, OrderWrites, status_of
from domain.quantities import Quantities
from domain.resourced import Found, entries_of, fulfillments_of, group_of, planned_first, with_fulfillments
from domain.resourcing_task import Task, TaskWrites
from domain.sourcing import Plan
from domain.supply import Supply, Wanted, planned
from domain.way import ToBuyer, ToStore, Way

TRIES = 3  # at shelves that others empty at the same time
AT_ONCE = 50


class ResourcingWork(AllocationWork, Protocol):
    @property
    def orders(self) -> OrderWrites: ...

    @property
    def events(self) -> EventWrites: ...

    @property
    def tasks(self) -> TaskWrites: ...


class ResourcingReads(NetworkReads, Protocol):
    @property
    def orders(self) -> OrderReads: ...


@dataclass(frozen=True, slots=True)
class Sourcer:
    """What carries tasks out. `is_over`: is the time to think up?"""

    work: ResourcingWork
    reads: ResourcingReads
    clock: Callable[[], datetime]
    is_over: Callable[[], bool]


async def lose(
    work: ResourcingWork, order: Order, fulfillment: Fulfillment, units: Mapping[OrderLineId, int], cause: str, now: datetime
) -> Order:
    """Within a unit of work that has locked the order: its location gives these units of a fulfillment no more. The order, in
    which they are unsourced; whoever calls it changes the fulfillment, saves, and has the task carried out afterwards."""
    assert fulfillment.location is not None, "what is fulfilled elsewhere is lost elsewhere"
    await work.allocations.release(fulfillment.id, shelves_of(fulfillment, order, units, fulfillment.location))
    before = [one.location for one in order.fulfillments if one.group == fulfillment.group and one.status in LOST]
    excluded = {fulfillment.location, *(place for place in before if place)}
    await work.tasks.add(
        Task(
            id=TaskId.new(),
            order=order.id,
            group=fulfillment.group,
            units=tuple(sorted(units.items())),
            excluded=tuple(sorted(excluded)),
            cause=cause,
            created_at=now,
        )
    )
    lines = tuple(replace(line, unsourced=line.unsourced + units.get(line.id, 0)) for line in order.lines)
    return replace(order, lines=lines)


LOST = (FulfillmentStatus.REJECTED,)


# ------------------------------------------------------------------------------------------------ carried out


async def resource(sourcer: Sourcer, id: OrderId) -> None:
    """Carries out all tasks of an order."""
    for _ in range(TRIES):
        async with sourcer.work as work:
            order = await work.orders.lock(id)
            tasks = await work.tasks.of(id) if order else ()
        if order is None or not tasks:
            return
        found = [(task, await plan(sourcer, order, task)) for task in tasks]
        if await taken(sourcer, id, found):
            return


async def resource_all(sourcer: Sourcer, before: datetime) -> int:
    """What was left by a process that died; answers how many orders there were."""
    async with sourcer.work as work:
        waiting = await work.tasks.waiting(before, AT_ONCE)
    for id in waiting:
        await resource(sourcer, id)
    return len(waiting)


async def plan(sourcer: Sourcer, order: Order, task: Task) -> Found:
    """The best of what the other places can give, by the rules of the order's channel."""
    reads, now = sourcer.reads, sourcer.clock()
    channel = next(one for one in await reads.channels.every() if one.id == order.channel)
    actor, group = Actor(channel), next(one for one in order.groups if one.id == task.group)
    lines = [order.line(id) for id, _ in task.units]
    variants = {one.id: one for one in await reads.catalog.variants_any(actor, [line.variant for line in lines]) if one}
    every = [one for one in await reads.locations.every(actor) if one.id not in task.excluded or one.id == group.location]
    supply = await supply_of(reads, actor, every, [line.sku for line in lines], Asking(now, sourcer.is_over))
    supply = supply.without(task.excluded)
    way = await way_of(sourcer, actor, supply, order, group)
    ids = tuple(id for id, _ in task.units)
    if way is None:
        return Found(None, ids, group.promise)
    wanted = [(replace(variants[line.variant], is_sold=True), n) for line, (_, n) in zip(lines, task.units, strict=True)]
    return found_in(best(supply, wanted, way, Money(order.currency_code, 0)), ids, way, supply)


def best(supply: Supply, wanted: Wanted, way: Way, zero: Money) -> Plan:
    """What a chosen store has itself, and then the cheapest of what the others can send."""
    if not isinstance(way, ToStore):
        return planned(supply, wanted, way, currency=zero.currency_code)
    shelf = on_shelf(supply, wanted, way, zero)
    return with_rest(supply, wanted, shelf, way) if any(shelf.missing) else shelf


async def way_of(sourcer: Sourcer, actor: Actor, supply: Supply, order: Order, group: Group) -> Way | None:
    """How the group's goods get to where they are wanted; None where nobody can bring them there any more."""
    people = (await sourcer.reads.orders.people(actor, [order.id]))[order.id]
    return await way_to(await sourcer.reads.carriers.current(), supply, group, people.destinations.get(group.id))


async def way_to(carriers: Carriers, supply: Supply, group: Group, to: Destination | None) -> Way | None:
    """`to`: where a delivery goes; None where that is not known any more."""
    currency = group.price.currency_code
    if group.method is FulfillmentMethod.DELIVERY:
        deliveries = await carriers.deliveries(supply.locations, to, currency) if to else ()
        return next((ToBuyer(one, to) for one in deliveries if to and one.service is group.service), None)
    store = next((one for one in supply.locations if one.id == group.location), None)
    if store is None:
        return None
    transfers = await carriers.transfers(supply.locations, [store], currency)
    return ToStore(supply.workplace(store), {start: lane for (start, _), lane in transfers.items()})


def found_in(plan: Plan, lines: tuple[OrderLineId, ...], way: Way, supply: Supply) -> Found:
    journeys = [way.journey(supply.workplace(part.location), part.source.expected_at) for part in plan.parts]
    return Found(plan, lines, supply.promised(journeys))


# ------------------------------------------------------------------------------------------------ taken


async def taken(sourcer: Sourcer, id: OrderId, found: Sequence[tuple[Task, Found]]) -> bool:
    """False where a shelf has less by now, or the order has changed: nothing was taken, and it is to be planned anew."""
    now = sourcer.clock()
    async with sourcer.work as work:
        before = await work.orders.lock(id)
        tasks = {task.id for task in await work.tasks.of(id)}
        if before is None or any(task.id not in tasks for task, _ in found):
            return before is None
        channel = next(one for one in await sourcer.reads.channels.every() if one.id == before.channel)
        after, entries = before, list[Entry]()
        for task, one in found:
            new = fulfillments_of(after, task, one, now)
            for fulfillment in new:
                if await taken_by(work, after, fulfillment, safety=channel.safety):
                    return False
            after = with_fulfillments(after, new)
            await work.tasks.done(task.id)
            entries += entries_of(after, task, one, new, now)
            if new and is_later(one.promise, group_of(after, task).promise):
                work.events.add(
                    Event.of(EventType.ORDER_CHANGED, str(id), now, version=after.version + 1, change="promise_changed")
                )
            after = planned_first(after, task, one)
        after = replace(after, version=before.version + 1, status=status_of(after.lines, after.fulfillments), updated_at=now)
        await work.orders.save(before, after)
        await work.orders.write_down(entries)
        work.events.add(Event.of(EventType.ORDER_CHANGED, str(id), now, version=after.version, change="resourced"))
        await work.commit()
    return True


async def taken_by(work: ResourcingWork, order: Order, new: Fulfillment, *, safety: int) -> tuple[Shelf, ...]:
    assert new.location is not None, "it is sourced from a place of ours"
    units = shelves_of(new, order, {line.order_line: line.quantity for line in new.lines}, new.location)
    by = new.expected_at
    demand = Demand(units) if by is None else Demand(Quantities(), Quantities(((shelf, by), n) for shelf, n in units.items()))
    return await work.allocations.take(new.id, demand, safety=safety)
