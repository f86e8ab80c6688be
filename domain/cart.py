"""Carts: what a buyer means to buy, wherever they look at it from; each change makes one version and one entry of activity."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.actor import Actor
from domain.cart_activity import Activity
from domain.channel import Channel
from domain.contact import Contact
from domain.group import Group, kept
from domain.ids import (
    CartId,
    CartLineId,
    ChannelId,
    CustomerId,
    PoolId,
    VariantId,
)
from domain.money import MINOR_UNITS_MAX, Money
from domain.refusal import CartClosed, ChannelPolicy, Forbidden, LimitReached, VersionConflict
from domain.session import HandoffScope

LINES_MAX = 100
LINES = ("input", "lines")


class CartStatus(StrEnum):
    """An ABANDONED cart was left alone for long; whoever opens it may go on with it."""

    OPEN = "OPEN"
    CHECKOUT = "CHECKOUT"
    ORDERED = "ORDERED"
    MERGED = "MERGED"
    ABANDONED = "ABANDONED"


LIVE = (CartStatus.OPEN, CartStatus.CHECKOUT, CartStatus.ABANDONED)
EDITABLE = (CartStatus.OPEN, CartStatus.ABANDONED)
FOLLOWED_TO = (CartStatus.ORDERED, CartStatus.MERGED, CartStatus.ABANDONED)  # there is nothing to follow after


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLine:
    """`price_seen`: what the buyer was shown for one when they chose it; `version`: of the cart, when it changed last."""

    id: CartLineId
    variant: VariantId
    quantity: int
    price_seen: Money
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """As one actor may see it. `scope`: what they may do with it, or None for staff who may look and not touch;
    `is_masked`: they came by a link that somebody else may have got hold of.
    """

    id: CartId
    version: int
    status: CartStatus
    channel: ChannelId
    pool: PoolId
    currency_code: str
    customer: CustomerId | None = None
    contact: Contact | None = None
    lines: tuple[CartLine, ...] = ()
    groups: tuple[Group, ...] = ()
    discount_codes: tuple[str, ...] = ()
    source_code: str | None = None
    contact_version: int = 0
    codes_version: int = 0
    groups_version: int = 0
    lines_removed_version: int = 0
    merged_into: CartId | None = None
    scope: HandoffScope | None = HandoffScope.CHECKOUT
    is_masked: bool = False
    created_at: datetime
    updated_at: datetime

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def quantities(self) -> dict[CartLineId, int]:
        return {line.id: line.quantity for line in self.lines}


@dataclass(frozen=True, slots=True)
class CartEvent:
    """A cart as it is, and the change that is told of; none, of the first."""

    cart: Cart
    change: Activity | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Units of a variant to be added, at the price the buyer was shown; `title` is for the activity."""

    variant: VariantId
    quantity: int
    price: Money
    title: str


class CartReads(Protocol):
    """What the actor's session does not open is in none of these answers."""

    async def carts(self, actor: Actor, ids: Sequence[CartId]) -> Mapping[CartId, Cart]: ...

    async def open_of(self, actor: Actor) -> Cart | None:
        """The one that the session works on, in the actor's channel."""
        ...

    async def of_customers(self, actor: Actor, customers: Sequence[CustomerId]) -> Mapping[CustomerId, Cart]:
        """The live ones, in the actor's channel."""
        ...

    async def activities(self, actor: Actor, carts: Sequence[CartId], first: int) -> Mapping[CartId, tuple[Activity, ...]]:
        """Of carts that were read, newest first."""
        ...

    async def activities_since(self, cart: CartId, version: int) -> tuple[Activity, ...]:
        """Of a cart that was read, oldest first; of very many, the newest."""
        ...


class CartWrites(Protocol):
    async def lock(self, actor: Actor, id: CartId) -> Cart | None:
        """As the actor may see it; nobody else changes it until this unit of work ends."""
        ...

    async def lock_open_of(self, actor: Actor) -> Cart | None:
        """The one that the session works on; none other is begun for its customer until this unit of work ends."""
        ...

    async def lock_own(self, actor: Actor) -> Cart | None:
        """The customer's, in the actor's channel; none other is begun for them until this unit of work ends."""
        ...

    async def lock_any(self, id: CartId) -> Cart:
        """As nobody in particular sees it: for what is done without anybody asking for it. It is there."""
        ...

    async def create(self, cart: Cart, activity: Activity) -> None: ...

    async def save(self, before: Cart, after: Cart, activity: Activity) -> None: ...


# ------------------------------------------------------------------------------------------------ rules


Step = Callable[[Cart], Cart | LimitReached | VersionConflict]


def begun(channel: Channel, now: datetime, *, customer: CustomerId | None = None, source_code: str | None = None) -> Cart:
    return Cart(
        id=CartId.new(),
        version=0,
        status=CartStatus.OPEN,
        channel=channel.id,
        pool=channel.pool,
        currency_code=channel.currency_code,
        customer=customer,
        source_code=source_code,
        created_at=now,
        updated_at=now,
    )


def may_edit(cart: Cart, actor: Actor) -> Forbidden | CartClosed | ChannelPolicy | None:
    """Why the actor may not change this cart from where they are, or None."""
    if cart.scope is None:
        return Forbidden(("input", "cart"), "Act for the customer to change their cart.")
    if not cart.scope.edits:
        return Forbidden(("input", "cart"), "This session may look at the cart, and not change it.")
    if not cart.is_editable:
        return CartClosed()
    return keeps_to_itself(cart, actor.channel)


def keeps_to_itself(cart: Cart, channel: Channel) -> ChannelPolicy | None:
    """A cart goes to channels that sell from the same stock in the same currency."""
    if cart.pool != channel.pool:
        return ChannelPolicy(("input", "cart"))
    if cart.currency_code != channel.currency_code:
        message = f"This cart is priced in {cart.currency_code}, and this channel sells in {channel.currency_code}."
        return ChannelPolicy(("input", "cart"), message)
    return None


def changed(cart: Cart, actor: Actor, now: datetime) -> Cart:
    """The next version of a cart, in the channel it is worked on in; an abandoned one is open again, and what is chosen for
    units that are gone is gone too."""
    return replace(
        cart,
        version=cart.version + 1,
        status=CartStatus.OPEN if cart.status is CartStatus.ABANDONED else cart.status,
        channel=actor.channel.id,
        groups=kept(cart.groups, cart.quantities),
        updated_at=now,
    )


def with_added(cart: Cart, wanted: Sequence[Wanted], quantity_max: int) -> Cart | LimitReached:
    """More units of a variant that is there already make its line longer; of its price, the last that was shown counts."""
    lines = {line.variant: line for line in cart.lines}
    for one in wanted:
        line = lines.get(one.variant) or CartLine(
            id=CartLineId.new(), variant=one.variant, quantity=0, price_seen=one.price, version=0
        )
        quantity = line.quantity + one.quantity
        if quantity > quantity_max:
            return LimitReached("quantity", f"{quantity} units of one line; it can have {quantity_max} at most.", LINES)
        lines[one.variant] = replace(line, quantity=quantity, price_seen=one.price, version=cart.version + 1)
    if len(lines) > LINES_MAX:
        return LimitReached("lines", f"{len(lines)} lines; a cart can have {LINES_MAX} at most.", LINES)
    return no_dearer(replace(cart, lines=tuple(lines.values())), cart)


def no_dearer(after: Cart, before: Cart) -> Cart | LimitReached:
    """Amounts of any cart can be told to any client; one that is too dear for that may still grow cheaper."""
    if goods_minor(after) <= max(goods_minor(before), MINOR_UNITS_MAX):
        return after
    return LimitReached("amount", "The cart would cost more than an amount can be.", LINES)


def goods_minor(cart: Cart) -> int:
    return sum(line.price_seen.minor_units * line.quantity for line in cart.lines)


def with_quantities(cart: Cart, quantities: Mapping[CartLineId, int], prices: Mapping[VariantId, Money]) -> Cart | LimitReached:
    """Absolute quantities, of which 0 removes the line; a line that is named has seen the price of now."""
    kept = []
    for line in cart.lines:
        quantity, price = quantities.get(line.id, line.quantity), prices.get(line.variant, line.price_seen)
        if line.id in quantities and (quantity, price) != (line.quantity, line.price_seen):
            line = replace(line, quantity=quantity, price_seen=price, version=cart.version + 1)
        if quantity > 0:
            kept.append(line)
    removed_at = cart.version + 1 if len(kept) < len(cart.lines) else cart.lines_removed_version
    return no_dearer(replace(cart, lines=tuple(kept), lines_removed_version=removed_at), cart)


def conflict(cart: Cart, expected: int | None, changed_at: int) -> VersionConflict | None:
    """`changed_at`: the version at which what is to be changed was changed last. Anything else can be rebased."""
    if expected is None or changed_at <= expected <= cart.version:
        return None
    return VersionConflict(("input", "expectedVersion"), cart)
