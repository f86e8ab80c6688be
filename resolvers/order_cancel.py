"""Canceling orders, or some of what was ordered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.card import card_number_in
from domain.cashier import Cashier, carried_out
from domain.ids import OrderId
from domain.order import Order
from domain.order_cancel import REASON_CHARACTERS_MAX, Canceling, CancelRefusal, LineUnits, cancel
from domain.order_pay import NO_SUCH_ORDER
from domain.refusal import InvalidInput
from resolvers.context import Context
from resolvers.paying import key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancel:
    order: OrderId
    lines: tuple[LineUnits, ...] | None = None
    reason: str | None = None
    expected_version: int | None = None
    idempotency_key: str


async def order_cancel(*, context: Context, input: OrderCancel) -> Order | CancelRefusal:
    key = key_of(context, "orderCancel", input.idempotency_key, replace(input, idempotency_key=""))
    if isinstance(key, InvalidInput):
        return key
    if refusal := wrong_reason(input.reason):
        return refusal
    if await seen(context, input.order) is None:
        return NO_SUCH_ORDER
    asked = Canceling(
        order=input.order,
        lines=input.lines,
        reason=input.reason,
        expected_version=input.expected_version,
        key=key,
        now=context.now,
    )
    canceled = await cancel(context.work(), context.actor, asked)
    if not isinstance(canceled, OrderId):
        return canceled
    await carried_out(Cashier(context.work(), context.payments, context.clock), canceled)
    context.look_anew()
    return await seen(context, canceled) or NO_SUCH_ORDER


def wrong_reason(reason: str | None) -> InvalidInput | None:
    path = ("input", "reason")
    if reason is not None and len(reason) > REASON_CHARACTERS_MAX:
        return InvalidInput(path, f"`reason` has {len(reason)} characters; it must have {REASON_CHARACTERS_MAX} at most.")
    return card_number_in(reason, path)


async def seen(context: Context, id: OrderId) -> Order | None:
    return (await context.reads.orders.orders(context.actor, [id])).get(id)
