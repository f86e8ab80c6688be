"""How a checkout is paid: what is asked for becomes tenders, and what comes of them an order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from domain import till
from domain.channel import FulfillmentMethod
from domain.checkout import Checkout, amounts
from domain.idempotency import IdempotencyKey, idempotency_key
from domain.ids import CheckoutId, LocationId, OrderId, PaymentAttemptId, TerminalId
from domain.money import Money
from domain.order import Order
from domain.order_place import NO_SUCH_CHECKOUT, PlaceRefusal, Placing, attempt_named, may_pay, start
from domain.paying import PaymentActionRequired
from domain.payment_attempt import PaymentAttempt
from domain.refusal import Forbidden, IdempotencyInProgress, IdempotencyKeyReused, InvalidInput, NotFound
from domain.tender import Bill, ByTerminal, PaymentRequired, Tender, Tendered, tendered
from domain.till import NO_SUCH_ATTEMPT, Paid, Till
from resolvers.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlace:
    checkout: CheckoutId
    payments: tuple[Tender, ...]
    idempotency_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentContinue:
    attempt: PaymentAttemptId
    idempotency_key: str


OrderRefusal: TypeAlias = (
    PlaceRefusal | Forbidden | IdempotencyInProgress | InvalidInput | PaymentActionRequired | PaymentRequired
)


async def order_place(*, context: Context, input: OrderPlace) -> Order | OrderRefusal:
    key = key_of(context, "orderPlace", input.idempotency_key, replace(input, idempotency_key=""))
    if isinstance(key, InvalidInput):
        return key
    outcome = await context.reads.idempotency.known(key, context.now)
    if isinstance(outcome, IdempotencyKeyReused):
        return outcome
    if outcome is not None:
        return await told(context, await till.known(till_of(context), attempt_named(outcome["attempt"])))
    checkout = (await context.reads.checkouts.checkouts(context.actor, [input.checkout])).get(input.checkout)
    if checkout is None:
        return NO_SUCH_CHECKOUT
    if refusal := may_pay(checkout, context.now):
        return refusal
    given = tendered(input.payments, await bill_of(context, checkout, input.payments), context.actor)
    if not isinstance(given, Tendered):
        return given
    lease = till.lease_of(context.payments, given.payments)
    asked = Placing(checkout=checkout.id, tendered=given, key=key, lease=lease, now=context.now)
    attempt = await start(context.work(), context.actor, asked)
    if isinstance(attempt, PaymentAttempt):
        return await told(context, await till.pay(till_of(context), attempt))
    if isinstance(attempt, PaymentAttemptId):
        return await told(context, await till.known(till_of(context), attempt))
    return attempt


async def payment_continue(*, context: Context, input: PaymentContinue) -> Order | OrderRefusal:
    """For whoever opens the checkout, or sees the order, that is being paid."""
    key = key_of(context, "paymentContinue", input.idempotency_key, replace(input, idempotency_key=""))
    if isinstance(key, InvalidInput):
        return key
    attempt = (await context.reads.payments.attempts([input.attempt])).get(input.attempt)
    if attempt is None or not await is_open(context, attempt):
        return NO_SUCH_ATTEMPT
    async with context.work() as work:
        if isinstance(outcome := await work.idempotency.claim(key, context.now), IdempotencyKeyReused):
            return outcome
        await work.idempotency.settle(key, {"attempt": str(input.attempt)})
        await work.commit()
    return await told(context, await till.known(till_of(context), input.attempt))


async def is_open(context: Context, attempt: PaymentAttempt) -> bool:
    """May whoever asks see what it pays for?"""
    if attempt.checkout:
        return attempt.checkout in await context.reads.checkouts.checkouts(context.actor, [attempt.checkout])
    return attempt.order is not None and attempt.order in await context.reads.orders.orders(context.actor, [attempt.order])


def key_of(context: Context, mutation: str, text: str, command: object) -> IdempotencyKey | InvalidInput:
    key = idempotency_key(context.keys, context.actor, mutation, text, command, context.now)
    assert key is not None, "this mutation asks for a key"
    return key


def till_of(context: Context) -> Till:
    return Till(context.work(), context.reads.payments, context.payments, context.keys, context.clock)


async def told(context: Context, paid: Paid) -> Order | OrderRefusal:
    """The order, read anew by whoever asks."""
    if not isinstance(paid, OrderId):
        return paid
    context.look_anew()
    order = (await context.reads.orders.orders(context.actor, [paid])).get(paid)
    return order or NotFound(("input", "idempotencyKey"), "There is no such order, or it is not this session's.")


async def bill_of(context: Context, checkout: Checkout, tenders: tuple[Tender, ...] | None = None) -> Bill:
    """`tenders`: those that name a terminal; without them, those of the asker's own stores can be named."""
    each = amounts(checkout.lines, checkout.groups)
    at_pickup: dict[LocationId, Money] = {}
    for group in checkout.groups:
        if group.method is FulfillmentMethod.PICKUP and group.location:
            before = at_pickup.get(group.location, Money(checkout.currency_code, 0))
            at_pickup[group.location] = before + each[group.id]
    return Bill(due=checkout.due, at_pickup=at_pickup, terminals=await terminals(context, tenders), now=context.now)


async def terminals(context: Context, tenders: tuple[Tender, ...] | None) -> dict[TerminalId, LocationId]:
    """Those that the asker may start; a port leaves the others out."""
    if tenders is None:
        at = await context.reads.terminals.at(context.actor, sorted(context.actor.locations)) if context.actor.locations else {}
        return {one.id: one.location_id for some in at.values() for one in some}
    ids = [tender.by.terminal for tender in tenders if isinstance(tender.by, ByTerminal)]
    found = await context.reads.terminals.terminals(context.actor, ids) if ids else {}
    return {one.id: one.location_id for one in found.values() if one.ready}
