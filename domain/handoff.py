"""Hand-off: a short one-time code by which another device takes a cart over or joins it; nobody need be signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.actor import Actor
from domain.attempt import AttemptWrites, Guesses, pay, pay_back
from domain.cart import LIVE, Cart, keeps_to_itself
from domain.cart_activity import Change
from domain.cart_changes import NO_SUCH_CART, CartWork, Step, saved
from domain.channel import ChannelStrategy
from domain.code import CodeWrites, OneTimeCode, Purpose, as_spoken, issue_spoken
from domain.idempotency import IdempotencyKey, Outcome
from domain.ids import CartId, SessionId
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
from domain.session import HandoffScope, Keys, Session, begun_beside

TTL_SECONDS, TTL_SECONDS_MIN, TTL_SECONDS_MAX = 600, 30, 3_600
CODES_OF_A_CART_MAX = 5
MASKED = "masked"  # whoever is shown a contact in part hands no more of it on
GUESSES = Guesses("handoff", per_subject=20, in_total=1_000)
RANK = {HandoffScope.VIEW: 0, HandoffScope.EDIT: 1, HandoffScope.CHECKOUT: 2}


class HandoffWork(CartWork, Protocol):
    @property
    def codes(self) -> CodeWrites: ...

    @property
    def attempts(self) -> AttemptWrites: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CartHandoff:
    code: str
    scope: HandoffScope
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """`session`: what the accepting device acts with from now on."""

    cart: Cart
    session: Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    cart: CartId
    scope: HandoffScope
    ttl_seconds: int
    now: datetime


async def offer(
    work: HandoffWork, keys: Keys, actor: Actor, asked: Offering
) -> CartHandoff | CartClosed | ChannelPolicy | Forbidden | InvalidInput | LimitReached | NotFound:
    if not TTL_SECONDS_MIN <= asked.ttl_seconds <= TTL_SECONDS_MAX:
        wrong = f"`ttlSeconds` is {asked.ttl_seconds}; it must be from {TTL_SECONDS_MIN} to {TTL_SECONDS_MAX}."
        return InvalidInput(("input", "ttlSeconds"), wrong)
    async with work:
        cart = await work.carts.lock(actor, asked.cart)
        if cart is None:
            return NO_SUCH_CART
        if refusal := may_offer(cart, actor, asked.scope):
            return refusal
        if await work.codes.unspent_of(cart.id, asked.now) >= CODES_OF_A_CART_MAX:
            return LimitReached("codes", f"There are {CODES_OF_A_CART_MAX} codes for this cart already; use one of them.")
        expires_at = asked.now + timedelta(seconds=asked.ttl_seconds)
        masked = {MASKED: True} if cart.is_masked else None
        meant = OneTimeCode(purpose=Purpose.HANDOFF, cart=cart.id, scope=asked.scope, expires_at=expires_at, data=masked)
        code = await issue_spoken(work.codes, keys, meant)
        await work.commit()
    return CartHandoff(code=code, scope=asked.scope, expires_at=expires_at)


def may_offer(cart: Cart, actor: Actor, scope: HandoffScope) -> CartClosed | ChannelPolicy | Forbidden | None:
    """Nobody gives away more than they have, and nothing out of a channel that stands alone."""
    if cart.scope is None or RANK[cart.scope] < RANK[scope]:
        return Forbidden(("input", "scope"), "This session may not do as much with the cart itself.")
    if cart.status not in LIVE:
        return CartClosed()
    if actor.channel.strategy is ChannelStrategy.MULTI:
        return ChannelPolicy(("input", "cart"))
    return keeps_to_itself(cart, actor.channel)


# ------------------------------------------------------------------------------------------------ accepted


async def accept(
    work: HandoffWork, keys: Keys, actor: Actor, code: str, key: IdempotencyKey | None, *, client: str, now: datetime
) -> Accepted | CartClosed | ChannelPolicy | CodeInvalid | IdempotencyKeyReused | RateLimited:
    """By the digest of the `client`'s address wrong codes are counted, and by its session."""
    guessers = tuple({client, str(actor.session or "")} - {""})
    if refusal := await pay(work, GUESSES, guessers, now):
        return refusal
    accepted = await taken(work, keys, actor, code, key, now)
    if not isinstance(accepted, CodeInvalid):
        await pay_back(work, GUESSES, guessers, now)
    return accepted


async def taken(
    work: HandoffWork, keys: Keys, actor: Actor, code: str, key: IdempotencyKey | None, now: datetime
) -> Accepted | CartClosed | ChannelPolicy | CodeInvalid | IdempotencyKeyReused:
    """The code is spent, the cart moved and a session opened, all at once or not at all."""
    async with work:
        if key and (outcome := await work.idempotency.claim(key, now)) is not None:
            return outcome if isinstance(outcome, IdempotencyKeyReused) else await taken_before(work, actor, outcome, now)
        before = await work.sessions.lock(actor.session, now) if actor.session else None
        if actor.session and before is None:
            return CodeInvalid()
        purposes = (Purpose.HANDOFF, Purpose.RESUME)
        spent = await work.codes.spend(keys.digest("code", as_spoken(code)), purposes, now)
        if spent is None or spent.cart is None or spent.scope is None:
            return CodeInvalid()
        session = begun_beside(before, actor, now)
        await work.sessions.open(session, now)
        is_resumed = spent.purpose is Purpose.RESUME
        is_masked = is_resumed or bool((spent.data or {}).get(MASKED))
        await work.sessions.grant(session.id, spent.cart, spent.scope, now, is_masked=is_masked)
        cart = await moved(
            work, holder_of(actor, session), spent.cart, Change.RESUMED if is_resumed else Change.HANDED_OVER, now
        )
        if not isinstance(cart, Cart):
            return cart
        if key:
            await work.idempotency.settle(key, {"cart": str(cart.id), "session": str(session.id)})
        await work.commit()
    return Accepted(cart, session)


def holder_of(actor: Actor, session: Session) -> Actor:
    """The same device and person, with the session that the code opens."""
    return Actor(actor.channel, session.id, actor.roles, actor.customer, actor.staff, actor.kiosk, actor.locations)


async def moved(
    work: HandoffWork, actor: Actor, id: CartId, change: Change, now: datetime
) -> Cart | CartClosed | ChannelPolicy | CodeInvalid:
    """Whoever may change the cart works on it in their channel from now on; who may look, looks at it where it is."""
    cart = await work.carts.lock(actor, id)
    if cart is None:
        return CodeInvalid()
    if cart.status not in LIVE:
        return CartClosed(("input", "code"))
    if refusal := keeps_to_itself(cart, actor.channel):
        return ChannelPolicy(("input", "code"), refusal.message)
    if not (cart.scope and cart.scope.edits) or not cart.is_editable:
        return cart
    return await saved(work, actor, cart, Step(cart, change), now)


async def taken_before(work: HandoffWork, actor: Actor, outcome: Outcome, now: datetime) -> Accepted | CodeInvalid:
    """The answer was lost; the code is spent, and the session it opened is given again."""
    id, opened = CartId.parse(outcome["cart"]), SessionId.parse(outcome["session"])
    session = await work.sessions.lock(opened, now) if opened else None
    is_theirs = session is not None and session.parent == actor.session
    cart = await work.carts.lock(holder_of(actor, session), id) if session and is_theirs and id else None
    return Accepted(cart, session) if session and cart else CodeInvalid()
