"""Paying what is due of an order that was placed before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain import order_pay as paying
from domain import till
from domain.ids import OrderId, PaymentAttemptId
from domain.order import Order
from domain.order_pay import NO_SUCH_ORDER, OtherAttempt, Paying, nothing_due
from domain.order_place import attempt_named
from domain.order_worth import due
from domain.payment_attempt import PaymentAttempt
from domain.refusal import IdempotencyKeyReused, InvalidInput, WrongState
from domain.tender import Bill, Tender, Tendered, tendered
from resolvers.context import Context
from resolvers.paying import OrderRefusal, key_of, terminals, till_of, told


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPay:
    order: OrderId
    payments: tuple[Tender, ...]
    idempotency_key: str


async def order_pay(*, context: Context, input: OrderPay) -> Order | OrderRefusal:
    """By anybody who sees it; each means says who may use it."""
    key = key_of(context, "orderPay", input.idempotency_key, replace(input, idempotency_key=""))
    if isinstance(key, InvalidInput):
        return key
    outcome = await context.reads.idempotency.known(key, context.now)
    if isinstance(outcome, IdempotencyKeyReused):
        return outcome
    if outcome is not None:
        return await told(context, await till.known(till_of(context), attempt_named(outcome["attempt"])))
    given = await offered(context, input)
    if not isinstance(given, Tendered):
        return given
    asked = Paying(
        order=input.order, tendered=given, key=key, lease=till.lease_of(context.payments, given.payments), now=context.now
    )
    attempt = await started(context, asked)
    if isinstance(attempt, PaymentAttempt):
        return await told(context, await till.pay(till_of(context), attempt))
    if isinstance(attempt, PaymentAttemptId):
        return await told(context, await till.known(till_of(context), attempt))
    return attempt


async def offered(context: Context, input: OrderPay) -> Tendered | OrderRefusal:
    order = (await context.reads.orders.orders(context.actor, [input.order])).get(input.order)
    if order is None:
        return NO_SUCH_ORDER
    if refusal := nothing_due(order):
        return refusal
    may_start = await terminals(context, input.payments)
    return tendered(input.payments, Bill(due=due(order), at_pickup={}, terminals=may_start, now=context.now), context.actor)


async def started(context: Context, asked: Paying) -> PaymentAttempt | PaymentAttemptId | OrderRefusal:
    """An attempt that its buyer walked away from gives way."""
    attempt = await paying.start(context.work(), asked)
    if isinstance(attempt, OtherAttempt):
        if refusal := await till.call_off(till_of(context), attempt.id, ("input", "order")):
            return refusal
        attempt = await paying.start(context.work(), asked)
    if isinstance(attempt, OtherAttempt):
        return WrongState(("input", "order"), "A payment is under way; ask again in a moment.", "PAYING")
    return attempt
