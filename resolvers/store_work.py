"""What the staff of a location do with its fulfillments, unpacked for the domain; what came of it is read anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from domain import picking, pickup, pickup_end, shipping, till
from domain.cashier import Cashier, carried_out
from domain.fulfillment import Fulfillment, Tracking
from domain.idempotency import IdempotencyKey, idempotency_key
from domain.ids import FulfillmentId, LocationId, OrderId, PaymentAttemptId
from domain.location import Location
from domain.money import Money
from domain.order_pay import Paying
from domain.payment_attempt import PaymentAttempt
from domain.picked_line import PickedLine
from domain.picking import Picker
from domain.pickup import CollectRefusal, HandOver
from domain.pickup_end import ExtendRefusal, PickupExtend
from domain.refusal import InvalidInput
from domain.resourcing import Sourcer
from domain.store_work import NO_SUCH_FULFILLMENT, Asked
from domain.tender import Bill, PaymentRequired, Tender, Tendered, tendered
from resolvers.context import Context
from resolvers.location import every_location
from resolvers.order_pay import started
from resolvers.paying import OrderRefusal, key_of, terminals, till_of


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
    lines: tuple[PickedLine, ...]
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
    lines: tuple[PickedLine, ...] | None = None
    payments: tuple[Tender, ...] = ()
    idempotency_key: str


Keyed: TypeAlias = FulfillmentReject | FulfillmentPick | FulfillmentShip | FulfillmentCollect
Outcome: TypeAlias = OrderId | CollectRefusal | ExtendRefusal
Answer: TypeAlias = Fulfillment | CollectRefusal | ExtendRefusal | OrderRefusal


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
    shipped = await shipping.ship(context.work(), asked, tracking)
    return await shown(context, input.fulfillment, await paid_up(context, shipped))


async def fulfillment_arrive(*, context: Context, input: FulfillmentAction) -> Answer:
    return await shown(context, input.fulfillment, await shipping.arrive(context.work(), asked_of(context, input)))


async def fulfillment_deliver(*, context: Context, input: FulfillmentAction) -> Answer:
    return await shown(context, input.fulfillment, await shipping.deliver(context.work(), asked_of(context, input)))


async def fulfillment_collect(*, context: Context, input: FulfillmentCollect) -> Answer:
    """Nothing is paid before the code is found to be right, and nothing handed over before it is paid."""
    asked = keyed(context, "fulfillmentCollect", input)
    if isinstance(asked, InvalidInput):
        return asked
    wanted = HandOver(input.code, input.lines)
    done = await pickup.collect(context.work(), context.keys, asked, wanted)
    if isinstance(done, PaymentRequired) and input.payments:
        if refusal := await pay(context, input, done.due):
            return refusal
        done = await pickup.collect(context.work(), context.keys, asked, wanted)
    return await shown(context, input.fulfillment, await paid_up(context, done))


async def pay(context: Context, input: FulfillmentCollect, due: Money) -> OrderRefusal | None:
    """What is due, at the counter where it is handed over."""
    key = key_of(context, "fulfillmentCollect payment", input.idempotency_key, replace(input, idempotency_key=""))
    orders = await context.reads.orders.of_fulfillments(context.actor, [input.fulfillment])
    if isinstance(key, InvalidInput):
        return key
    if input.fulfillment not in orders:
        return NO_SUCH_FULFILLMENT
    order = orders[input.fulfillment]
    bill = Bill(due=due, at_pickup={}, terminals=await terminals(context, input.payments), now=context.now)
    given = tendered(input.payments, bill, context.actor)
    if not isinstance(given, Tendered):
        return given
    store = order.fulfillment(input.fulfillment).destination
    lease = till.lease_of(context.payments, given.payments)
    asked = Paying(order=order.id, tendered=given, key=key, lease=lease, now=context.now, most=due, at=store)
    attempt = await started(context, asked)
    if isinstance(attempt, PaymentAttempt):
        paid = await till.pay(till_of(context), attempt)
    elif isinstance(attempt, PaymentAttemptId):
        paid = await till.known(till_of(context), attempt)
    else:
        return attempt
    return None if isinstance(paid, OrderId) else paid


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


async def paid_up(context: Context, done: Outcome) -> Outcome:
    """Providers are asked for what has left, and give back what has not: once it has been written down, and never before."""
    if isinstance(done, OrderId):
        await carried_out(Cashier(context.work(), context.payments, context.clock), done)
    return done


async def shown(context: Context, id: FulfillmentId, done: Outcome) -> Answer:
    if not isinstance(done, OrderId):
        return done
    context.look_anew()
    orders = await context.reads.orders.of_fulfillments(context.actor, [id])
    return orders[id].fulfillment(id) if id in orders else NO_SUCH_FULFILLMENT
