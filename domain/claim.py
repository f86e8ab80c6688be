"""Claiming: an anonymous cart becomes its shopper's once they have signed in, merged into the one they have already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.actor import Actor, Role
from domain.cart import LIVE, Cart, CartReads, CartStatus, keeps_to_itself
from domain.cart_activity import Change
from domain.cart_changes import NO_SUCH_CART, CartRefusal, CartWork, Step, saved
from domain.idempotency import IdempotencyKey, Outcome
from domain.ids import CartId, VariantId
from domain.merge import CartMergeOutcome, CartMergePolicy, Merged, MergeLimit, MergeLine, Preview, as_they_are, merged
from domain.refusal import CartClosed, Forbidden, IdempotencyKeyReused, NotFound
from domain.session import RefreshToken, Session

SIGN_IN = Forbidden(("input", "cart"), "Sign in first: a cart is claimed by a customer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`opened_by`: what the session acted with that opened the cart before its owner signed in."""

    cart: CartId
    opened_by: RefreshToken | None
    policy: CartMergePolicy
    key: IdempotencyKey | None
    now: datetime


async def claim(work: CartWork, actor: Actor, asked: Claim) -> Merged | CartRefusal:
    """The customer's cart with the claimed one in it; a second time changes nothing."""
    if actor.customer is None:
        return SIGN_IN
    async with work:
        if asked.key and (outcome := await work.idempotency.claim(asked.key, asked.now)) is not None:
            return outcome if isinstance(outcome, IdempotencyKeyReused) else await claimed_before(work, actor, outcome)
        own = await work.carts.lock_own(actor)
        source = await claimable(work, actor, asked)
        if not isinstance(source, Cart):
            return source
        if own is not None and own.id in (source.id, source.merged_into):
            return Merged(own, tuple(as_they_are(own)))
        if refusal := why_not(source, own, actor):
            return refusal
        result = await joined(work, actor, source, own, asked)
        if asked.key:
            await work.idempotency.settle(asked.key, outcome_of(result))
        await work.commit()
    return result


async def claimable(work: CartWork, actor: Actor, asked: Claim) -> Cart | NotFound | Forbidden:
    """The cart, if that session opens it to be changed."""
    session = await work.sessions.lock(asked.opened_by.session, asked.now) if asked.opened_by else None
    if session is None or asked.opened_by is None or not is_good(asked.opened_by, session):
        return NotFound(("input", "cartSession"), "This session has ended, or its token is not of this gateway.")
    opener = Actor(actor.channel, session=session.id, roles=(Role.SHOPPER,))
    cart = await work.carts.lock(opener, asked.cart)
    if cart is None or cart.customer not in (None, actor.customer):
        return NO_SUCH_CART
    if cart.scope is None or not cart.scope.edits:
        return Forbidden(("input", "cartSession"), "That session may look at the cart, and not change it.")
    return cart


def is_good(token: RefreshToken, session: Session) -> bool:
    """One that was used before the last may be somebody else's by now."""
    return token.generation is None or token.generation >= session.generation - 1


def why_not(source: Cart, own: Cart | None, actor: Actor) -> CartRefusal | None:
    """Nothing is merged into or out of a cart that is being paid."""
    if source.status not in LIVE or CartStatus.CHECKOUT in (source.status, own and own.status):
        return CartClosed()
    return keeps_to_itself(source, actor.channel)


def known(source: Cart) -> Cart:
    """Without the contact that whoever claims it was shown in part, and what was to be sent to their address."""
    return replace(source, contact=None, groups=()) if source.is_masked else source


async def joined(work: CartWork, actor: Actor, source: Cart, own: Cart | None, asked: Claim) -> Merged:
    if own is None:
        theirs = replace(known(source), customer=actor.customer)
        after = await saved(work, actor, source, Step(theirs, Change.CLAIMED), asked.now)
        return Merged(after, tuple(as_they_are(after)))
    result = merged(known(source), own, asked.policy, actor.channel.line_quantity_max)
    after = await saved(work, actor, own, Step(result.cart, Change.MERGED_IN), asked.now)
    gone = replace(source, status=CartStatus.MERGED, merged_into=own.id)
    await saved(work, actor, source, Step(gone, Change.MERGED_AWAY), asked.now)
    return Merged(after, result.lines)


# ------------------------------------------------------------------------------------------------ the same once more


def outcome_of(result: Merged) -> Outcome:
    return {
        "cart": str(result.cart.id),
        "lines": [
            [str(one.variant), one.outcome, one.source_quantity, one.target_quantity, one.result_quantity, one.limit]
            for one in result.lines
        ],
    }


async def claimed_before(work: CartWork, actor: Actor, outcome: Outcome) -> Merged | NotFound:
    id = CartId.parse(outcome["cart"])
    cart = await work.carts.lock(actor, id) if id else None
    return Merged(cart, tuple(line_told(told) for told in outcome["lines"])) if cart else NO_SUCH_CART


def line_told(told: list[Any]) -> MergeLine:
    variant, outcome, source, target, result, limit = told
    id = VariantId.parse(variant)
    assert id is not None, "we wrote it"
    return MergeLine(
        variant=id,
        outcome=CartMergeOutcome(outcome),
        source_quantity=source,
        target_quantity=target,
        result_quantity=result,
        limit=MergeLimit(limit) if limit else None,
    )


# ------------------------------------------------------------------------------------------------ looked at before


async def preview(carts: CartReads, actor: Actor, source: CartId, target: CartId, policy: CartMergePolicy) -> Preview | None:
    """What merging would do; None where one of the two is not open to the actor, or not to be changed."""
    found = await carts.carts(actor, [source, target])
    two = [found.get(id) for id in (source, target)]
    opened = [cart for cart in two if cart and cart.scope and cart.scope.edits and keeps_to_itself(cart, actor.channel) is None]
    if len(opened) < len(two) or source == target:
        return None
    result = merged(opened[0], opened[1], policy, actor.channel.line_quantity_max)
    return Preview(replace(result.cart, channel=actor.channel.id), result.lines)
