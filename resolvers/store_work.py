"""What the staff of a location do with its fulfillments, unpacked for the domain; what came of it is read anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from domain import picking, pickup, pickup_end, shipping
from domain.fulfillment import Fulfillment, Tracking
from domain.idempotency import IdempotencyKey, idempotency_key
from domain.ids import FulfillmentId, LocationId, OrderId
from domain.location import Location
from domain.picking import Picker
from domain.pickup import CollectRefusal, HandOver
from domain.pickup_end import ExtendRefusal, PickupExtend
from domain.refusal import InvalidInput
from domain.resourcing import Sourcer
from domain.store_work import NO_SUCH_FULFILLMENT, Asked, Counted, StepRefusal
from domain.tender import Tender
from resolvers.context import Context
from resolvers.location import every_location


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentAction:
    fulfillment: FulfillmentId
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentReject(FulfillmentAction):
    reason: str
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentPick(FulfillmentAction):
    lines: tuple[Counted, ...]
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentShip(FulfillmentAction):
    carrier: str
    tracking_number: str
    tracking_url: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentCollect:
    fulfillment: FulfillmentId
    code: str
    lines: tuple[Counted, ...] | None = None
    payments: tuple[Tender, ...] = ()
    idempotency_key: str


Keyed: TypeAlias = FulfillmentReject | FulfillmentPick | FulfillmentShip | FulfillmentCollect
Answer: TypeAlias = Fulfillment | CollectRefusal | ExtendRefusal


async def fulfillment_accept(*, context: Context, input: FulfillmentAction) -> Answer:
    return await shown(context, input.fulfillment, await picking.accept(context.work(), asked_of(context, input)))


async def fulfillment_reject(*, context: Context, input: FulfillmentReject) -> Answer:
    asked = keyed(context, "fulfillmentReject", input)
    if isinstance(asked, InvalidInput):
        return asked
    return await shown(context, input.fulfillment, await picking.reject(picker_of(context), asked, input.reason))


async def fulfillment_pick(*, context: Context, input: FulfillmentPick) -> Answer:
    asked = keyed(context, "fulfillmentPick", input)
    if isinstance(asked, InvalidInput):
        return asked
    return await shown(context, input.fulfillment, await picking.pick(picker_of(context), asked, input.lines))


async def fulfillment_pack(*, context: Context, input: FulfillmentAction) -> Answer:
    return await shown(context, input.fulfillment, await picking.pack(context.work(), asked_of(context, input)))


async def fulfillment_ready(*, context: Context, input: FulfillmentAction) -> Answer:
    asked = asked_of(context, input)
    done = await pickup.ready(context.work(), context.keys, asked, await locations(context))
    return await shown(context, input.fulfillment, done)


async def fulfillment_ship(*, context: Context, input: FulfillmentShip) -> Answer:
    asked = keyed(context, "fulfillmentShip", input)
    if isinstance(asked, InvalidInput):
        return asked
    tracking = Tracking(input.carrier.strip(), input.tracking_number.strip(), input.tracking_url)
    return await shown(context, input.fulfillment, await shipping.ship(context.work(), asked, tracking))


async def fulfillment_arrive(*, context: Context, input: FulfillmentAction) -> Answer:
    return await shown(context, input.fulfillment, await shipping.arrive(context.work(), asked_of(context, input)))


async def fulfillment_deliver(*, context: Context, input: FulfillmentAction) -> Answer:
    return await shown(context, input.fulfillment, await shipping.deliver(context.work(), asked_of(context, input)))


async def fulfillment_collect(*, context: Context, input: FulfillmentCollect) -> Answer:
    asked = keyed(context, "fulfillmentCollect", input)
    if isinstance(asked, InvalidInput):
        return asked
    wanted = HandOver(input.code, input.lines)
    return await shown(context, input.fulfillment, await pickup.collect(context.work(), context.keys, asked, wanted))


async def pickup_extend(*, context: Context, input: PickupExtend) -> Answer:
    """For its buyer, and for staff who see the order."""
    if input.fulfillment not in await context.reads.orders.of_fulfillments(context.actor, [input.fulfillment]):
        return NO_SUCH_FULFILLMENT
    staff = context.actor.staff
    done = await pickup_end.extend(context.work(), input, await locations(context), context.now, staff=staff)
    return await shown(context, input.fulfillment, done)


# ------------------------------------------------------------------------------------------------ asked, and shown


def asked_of(context: Context, input: FulfillmentAction | FulfillmentCollect, key: IdempotencyKey | None = None) -> Asked:
    return Asked(
        actor=context.actor,
        fulfillment=input.fulfillment,
        expected_version=input.expected_version if isinstance(input, FulfillmentAction) else None,
        key=key,
        now=context.now,
    )


def keyed(context: Context, mutation: str, input: Keyed) -> Asked | InvalidInput:
    without: Any = replace(input, idempotency_key="")
    key = idempotency_key(context.keys, context.actor, mutation, input.idempotency_key, without, context.now)
    return key if isinstance(key, InvalidInput) else asked_of(context, input, key)


def picker_of(context: Context) -> Picker:
    sourcer = Sourcer(context.work(), context.reads, context.clock, context.budget.is_over)
    return Picker(context.work(), sourcer)


async def locations(context: Context) -> Mapping[LocationId, Location]:
    return {one.id: one for one in await context.once(every_location)}


async def shown(context: Context, id: FulfillmentId, done: OrderId | StepRefusal | CollectRefusal | ExtendRefusal) -> Answer:
    if not isinstance(done, OrderId):
        return done
    context.look_anew()
    orders = await context.reads.orders.of_fulfillments(context.actor, [id])
    return orders[id].fulfillment(id) if id in orders else NO_SUCH_FULFILLMENT
