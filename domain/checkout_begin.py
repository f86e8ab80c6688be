"""How a checkout begins: what was planned is held, all of it or nothing, at the prices and promises that were shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, TypeAlias

from domain.actor import Actor
from domain.booking import alike, holds
from domain.cart import Cart, CartStatus
from domain.cart_activity import Change
from domain.cart_changes import NO_SUCH_CART, CartWork, Step, saved
from domain.catalog import Variant
from domain.channel import FulfillmentMethod
from domain.checkout import HELD_FOR, Checkout, CheckoutLine, CheckoutStatus, Holder, demand_of, due_now
from domain.fulfillment_options import Asked, Ways, options
from domain.group import Group
from domain.hold import HoldFor, InsufficientStock, give_back, hold
from domain.idempotency import IdempotencyKey, Outcome
from domain.ids import CartLineId, CheckoutId, FulfillmentGroupId, PromotionId
from domain.ledger import Shelf
from domain.option import Wish
from domain.quantities import Quantities
from domain.quote import Problem, Quote
from domain.refusal import CartClosed, ErrorCode, Forbidden, IdempotencyKeyReused, LimitReached, NotFound, VersionConflict
from domain.session import HandoffScope
from domain.supply import Supply

LIVE_MAX = 3  # checkouts at once of one session or contact; staff serve many from one session
AT_ONE_DOOR_MAX = 10  # behind which many may live
RESERVATIONS_MAX = 5  # of one contact, unpaid
HOLDING_MAX, HOLDING_WINDOW = timedelta(hours=1), timedelta(hours=12)  # of one cart, over all its checkouts


@dataclass(frozen=True, slots=True)
class CartNotReady:
    """`problems`: all that stands between the cart and an order."""

    code: ClassVar[ErrorCode] = ErrorCode.CART_NOT_READY
    problems: tuple[Problem, ...]
    path: tuple[str, ...] = ("input", "cart")
    message: str = "This cart cannot be ordered as it is; see `problems`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a cart is frozen as: its quote, the groups with where their goods come from, and the promotions that took part."""

    cart: Cart
    quote: Quote
    groups: tuple[Group, ...]
    promotions: frozenset[PromotionId]
    lines: tuple[CheckoutLine, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """The cart, or what the shelves have, is no longer what was planned for: plan anew. `short`: where too little was left."""

    short: tuple[Shelf, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    holder: Holder
    key: IdempotencyKey
    expected_version: int | None
    now: datetime


BeginRefusal: TypeAlias = CartClosed | Forbidden | IdempotencyKeyReused | LimitReached | NotFound | VersionConflict


def sourced(
    supply: Supply, quote: Quote, groups: Sequence[Group], ways: Mapping[FulfillmentGroupId, Ways]
) -> tuple[Group, ...] | None:
    """The groups as they can be held: as they were chosen while the goods stand where they were planned to come from; else
    from elsewhere, for no more money and no later. None where one of them cannot be kept. `ways`: none where all are as chosen.
    """
    lines = {line.id: line for line in quote.lines}
    variants: dict[CartLineId, Variant] = {id: line.variant for id, line in lines.items()}
    kept: list[Group] = []
    for group in groups:
        found = group if holds(honored(group, supply), quote.lines, supply) else None
        if found is None and group.id not in ways:
            return None
        if found is None:
            cart = quote.lines[0].cart
            wishes = tuple(Wish(lines[line], units) for line, units in group.units)
            option = alike(options(supply, Asked(cart.id, wishes, cart.currency_code), ways[group.id]), group)
            if option is None or not option.complete or not option.group.is_as_good_as(group):
                return None
            found = replace(option.group, id=group.id, destination=group.destination, price=group.price)
        kept.append(found)
        supply = supply.after(found, variants)
    return tuple(kept)


def honored(group: Group, supply: Supply) -> Group:
    """What has moved since it was chosen is one of the cart's problems; here only the shelves count."""
    return replace(group, valid_until=max(group.valid_until, supply.now))


async def begin(
    work: CartWork, actor: Actor, planned: Planned, asked: Beginning
) -> Checkout | CheckoutId | Moved | BeginRefusal:
    """The checkout; its id, where the same key or another device has begun it already."""
    now, cart = asked.now, planned.cart
    async with work:
        if (outcome := await work.idempotency.claim(asked.key, now)) is not None:
            return outcome if isinstance(outcome, IdempotencyKeyReused) else begun_before(outcome)
        before = await work.carts.lock(actor, cart.id)
        if before is None:
            return NO_SUCH_CART
        if refusal := may_check_out(before, asked.expected_version):
            return refusal
        if before.version != cart.version:
            return Moved()
        if limit := await too_much(work, actor, asked, planned):
            return limit
        checkout = frozen(planned, before, now)
        short = await hold(work, actor, demand_of(checkout), HoldFor(checkout.id, checkout.expires_at))
        if short is None:
            in_checkout = Step(replace(before, status=CartStatus.CHECKOUT), Change.CHECKOUT_BEGUN)
            await saved(work, actor, before, in_checkout, now)
            await work.checkouts.create(checkout, asked.holder)
            await work.idempotency.settle(asked.key, {"checkout": str(checkout.id)})
            await work.commit()
    if isinstance(short, InsufficientStock):
        await give_back(work, short.shelves, now)
        return Moved(short.shelves)
    return checkout


def begun_before(outcome: Outcome) -> CheckoutId:
    id = CheckoutId.parse(outcome["checkout"])
    assert id is not None, "we wrote it"
    return id


def may_check_out(cart: Cart, expected_version: int | None) -> CartClosed | Forbidden | VersionConflict | None:
    if cart.scope is not HandoffScope.CHECKOUT:
        return Forbidden(("input", "cart"), "This session may not check this cart out.")
    if not cart.is_editable:
        return CartClosed()
    if expected_version is not None and expected_version != cart.version:
        return VersionConflict(("input", "expectedVersion"), cart)
    return None


async def too_much(work: CartWork, actor: Actor, asked: Beginning, planned: Planned) -> LimitReached | None:
    """Units that are held for somebody cannot be sold to anybody else, so nobody holds very many for very long."""
    holder = replace(asked.holder, session=None) if actor.is_staff else asked.holder
    of_buyer, at_door = await work.checkouts.live_with(holder, asked.now)
    if of_buyer >= LIVE_MAX or at_door >= AT_ONE_DOOR_MAX:
        message = f"There are {max(of_buyer, at_door)} checkouts under way already; place or cancel one of them."
        return LimitReached("checkouts", message, ("input", "cart"))
    wanted = Quantities((line.sku, line.quantity) for line in planned.lines)
    mine, most = await work.checkouts.units_with(holder, sorted(wanted), asked.now), actor.channel.line_quantity_max
    if over := next((sku for sku, units in wanted.items() if mine.get(sku, 0) + units > most), None):
        return LimitReached("quantity", f"Of {over} one buyer can hold {most} at most.", ("input", "cart"))
    reserved = any(group.method is FulfillmentMethod.RESERVE_IN_STORE for group in planned.groups)
    if reserved and await work.checkouts.reservations_with(holder.contact) >= RESERVATIONS_MAX:
        message = f"{RESERVATIONS_MAX} reservations wait to be collected already; collect or cancel one of them."
        return LimitReached("reservations", message, ("input", "cart"))
    held = await work.checkouts.held(planned.cart.id, asked.now - HOLDING_WINDOW)
    if sum((until - since for since, until in held), timedelta()) >= HOLDING_MAX:
        return LimitReached("holding", "This cart has held its goods for very long; try again later.", ("input", "cart"))
    return None


def frozen(planned: Planned, cart: Cart, now: datetime) -> Checkout:
    """Its groups have ids of their own, so that they stay what they are when the cart's are chosen anew."""
    groups = tuple(replace(group, id=FulfillmentGroupId.new()) for group in planned.groups)
    totals = planned.quote.totals
    return Checkout(
        id=CheckoutId.new(),
        cart=cart.id,
        cart_version=cart.version + 1,
        status=CheckoutStatus.OPEN,
        channel=cart.channel,
        pool=cart.pool,
        currency_code=cart.currency_code,
        customer=cart.customer,
        source_code=cart.source_code,
        lines=planned.lines,
        groups=groups,
        totals=totals,
        promotions=planned.promotions,
        due=due_now(planned.lines, groups, totals.total),
        created_at=now,
        expires_at=now + HELD_FOR,
    )
