"""Checkouts: a cart with its prices, promises and stock frozen and held, until it is paid or a moment has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol

from domain.actor import Actor
from domain.carrier import Destination
from domain.channel import FulfillmentMethod
from domain.contact import Contact
from domain.group import Group
from domain.hold import Demand, HoldWork
from domain.ids import (
    CartId,
    CartLineId,
    ChannelId,
    CheckoutId,
    CustomerId,
    FulfillmentGroupId,
    OrderId,
    PaymentAttemptId,
    PoolId,
    PromotionId,
    SessionId,
    VariantId,
)
from domain.ledger import Shelf
from domain.money import Money
from domain.pricing import Totals
from domain.quantities import Quantities
from domain.refusal import ErrorCode

HELD_FOR = timedelta(minutes=15)


class CheckoutStatus(StrEnum):
    """PAYING: a payment is under way; nothing can change until its outcome is known."""

    OPEN = "OPEN"
    PAYING = "PAYING"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"


LIVE = (CheckoutStatus.OPEN, CheckoutStatus.PAYING)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutLine:
    """A line of the cart as it was priced; `title` is what it is called in the channel."""

    id: CartLineId
    variant: VariantId
    sku: str
    title: str
    quantity: int
    unit_price: Money
    discount: Money
    total: Money
    tax: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """`cart_version`: of the cart since it is in checkout; `due`: what tenders must cover; `attempt`: to pay it, the latest."""

    id: CheckoutId
    cart: CartId
    cart_version: int
    status: CheckoutStatus
    channel: ChannelId
    pool: PoolId
    currency_code: str
    customer: CustomerId | None
    source_code: str | None
    lines: tuple[CheckoutLine, ...]
    groups: tuple[Group, ...]
    totals: Totals
    promotions: frozenset[PromotionId]
    due: Money
    attempt: PaymentAttemptId | None = None
    order: OrderId | None = None
    created_at: datetime
    expires_at: datetime

    def status_at(self, now: datetime) -> CheckoutStatus:
        """What is over is expired, also before it is swept."""
        is_over = self.status is CheckoutStatus.OPEN and self.expires_at <= now
        return CheckoutStatus.EXPIRED if is_over else self.status


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds units, and where they go; `digest`: of a contact, which says no more than whether it is the same person."""

    session: SessionId | None
    digest: str
    contact: Contact
    destinations: tuple[Destination, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckoutExpired:
    code: ClassVar[ErrorCode] = ErrorCode.CHECKOUT_EXPIRED
    path: tuple[str, ...] = ("input", "checkout")
    message: str = "This checkout is over, and nothing is held any more; begin a new one."


class CheckoutReads(Protocol):
    """Those of carts that the actor may check out; to anybody else they look missing."""

    async def checkouts(self, actor: Actor, ids: Sequence[CheckoutId]) -> Mapping[CheckoutId, Checkout]: ...

    async def of_carts(self, actor: Actor, carts: Sequence[CartId]) -> Mapping[CartId, Checkout]:
        """The newest of each."""
        ...


class CheckoutWrites(Protocol):
    async def lock(self, id: CheckoutId) -> Checkout | None:
        """Nobody else changes it, nor its cart's checkout, until this unit of work ends."""
        ...

    async def cart_of(self, id: CheckoutId) -> CartId | None:
        """Without waiting for anybody."""
        ...

    async def live_of(self, cart: CartId) -> Checkout | None:
        """The one that is open or being paid, locked."""
        ...

    async def create(self, checkout: Checkout, holder: Holder) -> None: ...

    async def save(self, checkout: Checkout, *, ended_at: datetime | None = None) -> None:
        """Its status, attempt, order and end."""
        ...

    async def live_with(self, holder: Holder, now: datetime) -> tuple[int, int]:
        """How many live ones there are of the same session or contact, whichever has more; and that go to the same street and
        number, of whichever destination has most."""
        ...

    async def units_with(self, holder: Holder, skus: Sequence[str], now: datetime) -> Mapping[str, int]:
        """By SKU, what live checkouts of the same session or contact hold of it."""
        ...

    async def reservations_with(self, contact: Contact) -> int:
        """How many reservations of this contact wait in stores to be paid and collected."""
        ...

    async def held(self, cart: CartId, since: datetime) -> Sequence[tuple[datetime, datetime]]:
        """From when until when checkouts of this cart that began since then have held units, or will."""
        ...

    async def expired(self, now: datetime, most: int) -> Sequence[tuple[CartId, CheckoutId]]:
        """Open ones that are over, with their carts, the oldest first."""
        ...


class CheckoutWork(HoldWork, Protocol):
    @property
    def checkouts(self) -> CheckoutWrites: ...


async def ended(work: CheckoutWork, checkout: Checkout, status: CheckoutStatus, now: datetime) -> None:
    """Within a unit of work that has locked it: what it holds is anybody's again."""
    await work.holds.release(checkout.id)
    await work.checkouts.save(replace(checkout, status=status), ended_at=now)


def demand_of(checkout: Checkout) -> Demand:
    """What it is to hold, whatever the number of its lines: units by shelf, and those that are still to come in."""
    skus = {line.id: line.sku for line in checkout.lines}
    units = [
        (Shelf(skus[line], part.location, checkout.pool), part.expected_at, quantity)
        for group in checkout.groups
        for part in group.parts
        for line, quantity in part.units
    ]
    return Demand(
        Quantities((shelf, n) for shelf, at, n in units if at is None),
        Quantities(((shelf, at), n) for shelf, at, n in units if at is not None),
    )


def amounts(lines: Sequence[CheckoutLine], groups: Sequence[Group]) -> Mapping[FulfillmentGroupId, Money]:
    """What each group comes to, with what bringing it costs; they add up to the whole where all units are in one of them."""
    found = {group.id: group.price for group in groups}
    for line in lines:
        units = [(group.id, dict(group.units).get(line.id, 0)) for group in groups]
        for id, share in zip(found, shares(line.total, line.quantity, [n for _, n in units]), strict=True):
            found[id] = found[id] + share
    return found


def shares(total: Money, quantity: int, parts: Iterable[int]) -> tuple[Money, ...]:
    """What some parts of a line's units come to, in their order; parts that add up to the quantity add up to the total."""
    units = list(parts)
    return total.shared([*units, quantity - sum(units)])[:-1]


def due_now(lines: Sequence[CheckoutLine], groups: Sequence[Group], total: Money) -> Money:
    """All but what is reserved in stores, which is paid there."""
    each = amounts(lines, groups)
    reserved = [each[group.id] for group in groups if group.method is FulfillmentMethod.RESERVE_IN_STORE]
    return total - sum(reserved, Money(total.currency_code, 0))
