"""How an order is placed: a checkout is being paid, and becomes an order, or is open again with nothing charged.

Three steps, of which only the first and the last are units of work of the database: what pays is written down; the providers
are asked, while nothing is locked (`domain/paying.py`); the holds become allocations, and the order exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from domain.actor import Actor
from domain.cart import Cart, CartStatus
from domain.cart_activity import Change
from domain.cart_changes import CartWork, moved_on
from domain.checkout import Checkout, CheckoutExpired, CheckoutStatus, demand_of, ended
from domain.idempotency import IdempotencyKey
from domain.ids import CartId, CheckoutId, PaymentAttemptId, PromotionId
from domain.paying import PaymentDeclined, StoreCreditWork, spent
from domain.payment_attempt import AttemptStatus, PaymentAttempt, PaymentWrites
from domain.refusal import IdempotencyKeyReused, NotFound, WrongState
from domain.session import HandoffScope
from domain.tender import Tendered

FAR = timedelta(days=365)  # holds of a checkout that is being paid do not expire; what comes of it decides
NO_SUCH_CHECKOUT = NotFound(("input", "checkout"), "There is no such checkout, or this session does not open its cart.")


class PromotionUses(Protocol):
    async def use(self, promotions: Sequence[PromotionId]) -> bool:
        """Counts an order for each; False, where one of them has been used as often as it may be."""
        ...

    async def give_back(self, promotions: Sequence[PromotionId]) -> None: ...


class PlaceWork(CartWork, StoreCreditWork, Protocol):
    @property
    def payments(self) -> PaymentWrites: ...

    @property
    def promotions(self) -> PromotionUses: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """`lease`: how long the providers may take, all together."""

    checkout: CheckoutId
    tendered: Tendered
    key: IdempotencyKey
    lease: timedelta
    now: datetime


PlaceRefusal: TypeAlias = CheckoutExpired | IdempotencyKeyReused | NotFound | PaymentDeclined | WrongState


async def start(work: PlaceWork, actor: Actor, asked: Placing) -> PaymentAttempt | PaymentAttemptId | PlaceRefusal:
    """The checkout is being paid from now on, by this attempt; the id of the one that the same key began before."""
    now = asked.now
    async with work:
        if (outcome := await work.idempotency.claim(asked.key, now)) is not None:
            return outcome if isinstance(outcome, IdempotencyKeyReused) else attempt_named(outcome["attempt"])
        checkout = await opened(work, actor, asked.checkout)
        if not isinstance(checkout, Checkout):
            return checkout
        if refusal := may_pay(checkout, now):
            return refusal
        if (await work.holds.keep(checkout.id, now + FAR)).units != demand_of(checkout).units:
            return CheckoutExpired()  # others have given back what had expired, while this waited for its turn
        if not await work.promotions.use(sorted(checkout.promotions)):
            return await used_up(work, checkout, now)
        attempt = PaymentAttempt(
            id=PaymentAttemptId.new(),
            checkout=checkout.id,
            status=AttemptStatus.PENDING,
            payments=asked.tendered.payments,
            lease_until=now + asked.lease,
            ends_at=now + asked.lease,
            tokens=asked.tendered.tokens,
        )
        if declined := await spent(work, attempt, now):
            return declined
        await work.payments.create(attempt)
        await work.checkouts.save(replace(checkout, status=CheckoutStatus.PAYING, attempt=attempt.id))
        await work.idempotency.settle(asked.key, {"attempt": str(attempt.id)})
        await work.commit()
    return attempt


def attempt_named(text: str) -> PaymentAttemptId:
    id = PaymentAttemptId.parse(text)
    assert id is not None, "we wrote it"
    return id


async def opened(work: PlaceWork, actor: Actor, id: CheckoutId) -> Checkout | NotFound:
    """Within a unit of work, with its cart locked before it, as everybody does."""
    known = await work.checkouts.cart_of(id)
    cart = await work.carts.lock(actor, known) if known else None
    if cart is None or cart.scope is not HandoffScope.CHECKOUT:
        return NO_SUCH_CHECKOUT
    return await work.checkouts.lock(id) or NO_SUCH_CHECKOUT


def may_pay(checkout: Checkout, now: datetime) -> CheckoutExpired | WrongState | None:
    match checkout.status_at(now):
        case CheckoutStatus.OPEN:
            return None
        case CheckoutStatus.PAYING:
            return WrongState(("input", "checkout"), "It is being paid already.", checkout.status)
        case CheckoutStatus.COMPLETED:
            return WrongState(("input", "checkout"), "It has been ordered; see `order` of it.", checkout.status)
        case _:
            return CheckoutExpired()


async def used_up(work: PlaceWork, checkout: Checkout, now: datetime) -> CheckoutExpired:
    """The price it was frozen at cannot be had any more: nothing is charged, and nothing held."""
    await ended(work, checkout, CheckoutStatus.CANCELED, now)
    await reopened(work, checkout, now)
    await work.commit()
    return CheckoutExpired(message="A discount in it has been used up by others; look at the cart's prices, and begin anew.")


async def reopened(work: PlaceWork, checkout: Checkout, now: datetime) -> None:
    """Within a unit of work: the cart of a checkout that has ended can be changed again."""
    cart = await work.carts.lock_any(checkout.cart)
    if cart.status is CartStatus.CHECKOUT:
        await moved_on(work, cart, CartStatus.OPEN, Change.CHECKOUT_ENDED, now)


async def cancel(
    work: PlaceWork, actor: Actor, id: CheckoutId, now: datetime
) -> Cart | PaymentAttemptId | NotFound | WrongState:
    """The cart, which is open again; the attempt that has to be voided first, where one waits for the buyer."""
    async with work:
        checkout = await opened(work, actor, id)
        if not isinstance(checkout, Checkout):
            return checkout
        if checkout.status is CheckoutStatus.PAYING and checkout.attempt:
            return checkout.attempt
        if checkout.status is CheckoutStatus.COMPLETED:
            return WrongState(("input", "checkout"), "It has been ordered.", checkout.status)
        if checkout.status is CheckoutStatus.OPEN:
            await ended(work, checkout, CheckoutStatus.CANCELED, now)
            await reopened(work, checkout, now)
            await work.commit()
        cart = await work.carts.lock(actor, checkout.cart)
    return cart or NO_SUCH_CHECKOUT


async def expire(work: PlaceWork, now: datetime, most: int) -> int:
    """Ends checkouts that are over, each in a unit of work of its own; answers how many there were."""
    async with work:
        over = await work.checkouts.expired(now, most)
    for cart, id in over:
        await expire_one(work, cart, id, now)
    return len(over)


async def expire_one(work: PlaceWork, cart: CartId, id: CheckoutId, now: datetime) -> None:
    async with work:
        await work.carts.lock_any(cart)
        checkout = await work.checkouts.lock(id)
        if checkout and checkout.status is CheckoutStatus.OPEN and checkout.status_at(now) is CheckoutStatus.EXPIRED:
            await ended(work, checkout, CheckoutStatus.EXPIRED, now)
            await reopened(work, checkout, now)
            await work.commit()
