"""Hand-off: codes by which another device takes a cart over, and what it is given for them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain import handoff
from domain.cart import Cart
from domain.handoff import TTL_SECONDS, Accepted, CartHandoff, Offering
from domain.idempotency import idempotency_key
from domain.ids import CartId
from domain.opened_session import OpenedSession
from domain.refusal import (
    CartClosed,
    ChannelPolicy,
    CodeInvalid,
    Forbidden,
    IdempotencyKeyReused,
    InvalidInput,
    LimitReached,
    NotFound,
    RateLimited,
)
from domain.session import HandoffScope
from resolvers import qr
from resolvers.context import Context
from resolvers.session import opened


@dataclass(frozen=True, slots=True, kw_only=True)
class CartHandoffCreate:
    cart: CartId
    scope: HandoffScope = HandoffScope.EDIT
    ttl_seconds: int = TTL_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class CartHandoffAccept:
    code: str
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class AcceptAnswer:
    cart: Cart
    session: OpenedSession


async def cart_handoff_create(
    *, context: Context, input: CartHandoffCreate
) -> CartHandoff | CartClosed | ChannelPolicy | Forbidden | InvalidInput | LimitReached | NotFound:
    asked = Offering(cart=input.cart, scope=input.scope, ttl_seconds=input.ttl_seconds, now=context.now)
    return await handoff.offer(context.work(), context.keys, context.actor, asked)


async def cart_handoff_accept(
    *, context: Context, input: CartHandoffAccept
) -> AcceptAnswer | CartClosed | ChannelPolicy | CodeInvalid | IdempotencyKeyReused | InvalidInput | RateLimited:
    without = replace(input, idempotency_key=None)
    key = idempotency_key(context.keys, context.actor, "cartHandoffAccept", input.idempotency_key, without, context.now)
    if isinstance(key, InvalidInput):
        return key
    accepted = await handoff.accept(
        context.work(), context.keys, context.actor, input.code, key, client=context.client, now=context.now
    )
    if not isinstance(accepted, Accepted):
        return accepted
    return AcceptAnswer(accepted.cart, await opened(context, accepted.session))


def qr_svg(offered: CartHandoff, *, context: Context) -> str:
    """Of the storefront's address with the code in its fragment, which no server is told."""
    return qr.qr_svg(f"{context.letters.storefront}#handoff={offered.code}")
