"""Checkouts: a cart is planned, frozen and held; paid for, or let go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from domain import order_place
from domain.actor import Actor
from domain.booking import holds
from domain.cart import Cart, CartStatus
from domain.cart_changes import NO_SUCH_CART, title_of
from domain.checkout import Checkout, CheckoutLine, CheckoutStatus, Holder
from domain.checkout_begin import Beginning, BeginRefusal, CartNotReady, Moved, Planned, begin, may_check_out, sourced
from domain.group import Group
from domain.idempotency import IdempotencyKey, idempotency_key
from domain.ids import CartId, CheckoutId, OrderId, PaymentAttemptId, ProductId, VariantId
from domain.order import Order
from domain.payment import PaymentMethod
from domain.quote import (
    FulfillmentPriceChanged,
    GroupLine,
    InsufficientStock,
    PromiseChanged,
    Quote,
    QuotedGroup,
    QuotedLine,
)
from domain.refusal import IdempotencyKeyReused, InvalidInput, NotFound, WrongState
from domain.session import HandoffScope
from domain.tender import methods
from domain.till import call_off
from resolvers.cart_changes import CartAnswer
from resolvers.context import Context
from resolvers.fulfillment import ways_of_groups
from resolvers.paying import bill_of, till_of
from resolvers.problem import moved_since, problems_of_carts
from resolvers.quote import by_channel, quotes
from resolvers.supply import supply_once

TRIES = 3  # at a cart whose goods others take at the same time
ENDED_MAX = 50  # checkouts that are over, for one that lacks what they hold


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutBegin:
    cart: CartId
    expected_version: int | None = None
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class CheckoutCancel:
    checkout: CheckoutId


CheckoutRefusal: TypeAlias = BeginRefusal | CartNotReady | InvalidInput


async def checkout_begin(*, context: Context, input: CheckoutBegin) -> Checkout | CheckoutRefusal:
    without = replace(input, idempotency_key="")
    key = idempotency_key(context.keys, context.actor, "checkoutBegin", input.idempotency_key, without, context.now)
    if not isinstance(key, IdempotencyKey):
        return key or InvalidInput(("input", "idempotencyKey"), "`idempotencyKey` is missing.")
    outcome = await context.reads.idempotency.known(key, context.now)
    if isinstance(outcome, IdempotencyKeyReused):
        return outcome
    if outcome is not None:
        return await named(context, CheckoutId.parse(outcome["checkout"]))
    refusal = CartNotReady(())
    for _ in range(TRIES):
        cart = await may_begin(context, input)
        if not isinstance(cart, Cart):
            return cart
        planned = await plan(context, cart)
        if isinstance(planned, InvalidInput):
            return planned
        if isinstance(planned, CartNotReady):
            refusal = planned
            if not await has_freed(context, planned):
                return planned
        else:
            begun = await begun_in(context, planned, key, input.expected_version)
            if isinstance(begun, CheckoutId):
                return await named(context, begun)
            if not isinstance(begun, Moved):
                return begun
        context.look_anew()
    return refusal


async def has_freed(context: Context, refusal: CartNotReady) -> bool:
    """Where goods are missing, those of checkouts that are over are anybody's at once: nobody waits for the next sweep."""
    is_short = any(isinstance(one, InsufficientStock | PromiseChanged | FulfillmentPriceChanged) for one in refusal.problems)
    return is_short and await order_place.expire(context.work(), context.now, ENDED_MAX) > 0


async def named(context: Context, id: CheckoutId | None) -> Checkout | NotFound:
    found = await context.reads.checkouts.checkouts(context.actor, [id]) if id else {}
    return next(iter(found.values()), order_place.NO_SUCH_CHECKOUT)


async def may_begin(context: Context, input: CheckoutBegin) -> Cart | Checkout | CheckoutRefusal:
    """The cart; or the checkout that it is in already, begun by this device or another."""
    cart = (await context.reads.carts.carts(context.actor, [input.cart])).get(input.cart)
    if cart is None:
        return NO_SUCH_CART
    if cart.status is CartStatus.CHECKOUT and cart.scope is HandoffScope.CHECKOUT:
        before = (await context.reads.checkouts.of_carts(context.actor, [cart.id])).get(cart.id)
        if before and before.status_at(context.now) is CheckoutStatus.OPEN:
            return before
        if before and before.status is CheckoutStatus.OPEN:
            await order_place.expire_one(context.work(), cart.id, before.id, context.now)
            context.look_anew()
            cart = (await context.reads.carts.carts(context.actor, [input.cart]))[input.cart]
    return may_check_out(cart, input.expected_version) or cart


async def plan(context: Context, cart: Cart) -> Planned | CartNotReady | InvalidInput:
    """What the cart is frozen as: nothing stands between it and an order, and its goods are there."""
    if not cart.lines:
        return InvalidInput(("input", "cart"), "This cart is empty; add something to it.")
    (quote,), (problems,) = await quotes([cart], context), await problems_of_carts([cart], context=context)
    if problems:
        return CartNotReady(problems)
    actor = await priced_for(context, cart)
    groups = await kept_groups(context, actor, cart, quote)
    if groups is None:
        return CartNotReady(await moved_since(context, actor, quote))
    titles = await titles_of(context, actor, [line.variant.product_id for line in quote.lines])
    return Planned(
        cart=cart,
        quote=quote,
        groups=groups,
        promotions=quote.promotions,
        lines=tuple(frozen(line, titles) for line in quote.lines),
    )


async def priced_for(context: Context, cart: Cart) -> Actor:
    ((actor, _),) = await by_channel(context, [cart])
    return actor


async def kept_groups(context: Context, actor: Actor, cart: Cart, quote: Quote) -> tuple[Group, ...] | None:
    """Where nothing has changed on the shelves they are as they were chosen, and no way need be looked for."""
    supply = await supply_once(context, actor, [line.variant.sku for line in quote.lines])
    ways = {}
    if not all(holds(replace(group, valid_until=context.now), quote.lines, supply) for group in cart.groups):
        ways = await ways_of_groups(context, actor, supply, cart.groups)
    return sourced(supply, quote, cart.groups, ways)


async def titles_of(context: Context, actor: Actor, products: Sequence[ProductId]) -> dict[ProductId, str]:
    found = await context.reads.catalog.products_by(actor, sorted(set(products)))
    return {product.id: product.title for product in found if product}


def frozen(line: QuotedLine, titles: dict[ProductId, str]) -> CheckoutLine:
    variant = line.variant
    return CheckoutLine(
        id=line.id,
        variant=variant.id,
        sku=variant.sku,
        title=title_of(variant, titles.get(variant.product_id, variant.title)),
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        total=line.total,
        tax=line.tax,
    )


async def begun_in(
    context: Context, planned: Planned, key: IdempotencyKey, expected_version: int | None
) -> Checkout | CheckoutId | Moved | BeginRefusal:
    contact = planned.cart.contact
    assert contact is not None, "without one the cart is not ready"
    digest = context.keys.digest("contact", (contact.email or contact.phone or "").casefold())
    destinations = tuple(group.destination for group in planned.groups if group.destination)
    holder = Holder(context.actor.session, digest, contact, destinations)
    asked = Beginning(holder=holder, key=key, expected_version=expected_version, now=context.now)
    return await begin(context.work(), await priced_for(context, planned.cart), planned, asked)


async def checkout_cancel(*, context: Context, input: CheckoutCancel) -> CartAnswer | NotFound | WrongState:
    outcome = await order_place.cancel(context.work(), context.actor, input.checkout, context.now)
    if isinstance(outcome, PaymentAttemptId):
        if refusal := await call_off(till_of(context), outcome, ("input", "checkout")):
            return refusal
        outcome = await order_place.cancel(context.work(), context.actor, input.checkout, context.now)
    assert not isinstance(outcome, PaymentAttemptId), "it was called off"
    return CartAnswer(outcome) if isinstance(outcome, Cart) else outcome


# ------------------------------------------------------------------------------------------------ edges


async def checkouts_of_carts(carts: Sequence[Cart], *, context: Context) -> list[Checkout | None]:
    """The newest of each, for those who may check it out."""
    found = await context.reads.checkouts.of_carts(context.actor, [cart.id for cart in carts])
    return [found.get(cart.id) for cart in carts]


async def carts_of_checkouts(checkouts: Sequence[Checkout], *, context: Context) -> list[Cart]:
    found = await context.reads.carts.carts(context.actor, [checkout.cart for checkout in checkouts])
    return [found[checkout.cart] for checkout in checkouts]


async def groups_of_checkouts(checkouts: Sequence[Checkout], *, context: Context) -> list[tuple[QuotedGroup, ...]]:
    """As they were frozen, with lines at the prices that were."""
    carts = await carts_of_checkouts(checkouts, context=context)
    ids: list[VariantId] = sorted({line.variant for checkout in checkouts for line in checkout.lines})
    variants = {one.id: one for one in await context.reads.catalog.variants_any(context.actor, ids) if one}
    found = []
    for checkout, cart in zip(checkouts, carts, strict=True):
        lines = {
            line.id: QuotedLine(
                id=line.id,
                variant=variants[line.variant],
                quantity=line.quantity,
                unit_price=line.unit_price,
                discount=line.discount,
                total=line.total,
                tax=line.tax,
                price_seen=line.unit_price,
                is_sold=True,
                cart=cart,
            )
            for line in checkout.lines
        }
        found.append(
            tuple(
                QuotedGroup(cart, group, tuple(GroupLine(group.id, lines[line], units) for line, units in group.units))
                for group in checkout.groups
            )
        )
    return found


async def orders_of_checkouts(checkouts: Sequence[Checkout], *, context: Context) -> list[Order | None]:
    ids: list[OrderId] = [checkout.order for checkout in checkouts if checkout.order]
    found = await context.reads.orders.orders(context.actor, ids) if ids else {}
    return [found.get(checkout.order) if checkout.order else None for checkout in checkouts]


async def methods_of_checkouts(checkouts: Sequence[Checkout], *, context: Context) -> list[tuple[PaymentMethod, ...]]:
    """By which it can be paid from where the asker stands."""
    return [methods(await bill_of(context, checkout), context.actor) for checkout in checkouts]


def status(checkout: Checkout, *, context: Context) -> CheckoutStatus:
    return checkout.status_at(context.now)


def attempt(checkout: Checkout, *, context: Context) -> str | None:
    """While its buyer is waited for."""
    return str(checkout.attempt) if checkout.attempt and checkout.status is CheckoutStatus.PAYING else None
