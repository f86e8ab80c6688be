"""Orders: what was bought, how it reaches its buyer, and how it was paid; one model for every channel."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from domain.actor import Actor
from domain.carrier import Destination
from domain.code import ALPHABET
from domain.contact import Contact
from domain.fulfillment import HANDED_OVER, UNDER_WAY, Fulfillment, FulfillmentStatus
from domain.group import Group
from domain.ids import (
    CartId,
    ChannelId,
    CustomerId,
    FulfillmentGroupId,
    FulfillmentId,
    OrderEntryId,
    OrderId,
    OrderLineId,
    PoolId,
    StaffMemberId,
    VariantId,
)
from domain.money import Money
from domain.payment_attempt import Payment
from domain.pricing import Totals

NUMBER_PARTS, NUMBER_PART_CHARACTERS = 3, 3  # of 31 characters: 44 random bits


class OrderStatus(StrEnum):
    """ACTION_NEEDED: something could not be sourced, or a promise cannot be kept, and the buyer or an agent must choose."""

    PLACED = "PLACED"
    IN_PROGRESS = "IN_PROGRESS"
    ACTION_NEEDED = "ACTION_NEEDED"
    PARTIALLY_FULFILLED = "PARTIALLY_FULFILLED"
    FULFILLED = "FULFILLED"
    CANCELED = "CANCELED"


class EntryKind(StrEnum):
    """What an entry of the timeline is about."""

    CART = "CART"
    CHECKOUT = "CHECKOUT"
    ORDER = "ORDER"
    PAYMENT = "PAYMENT"
    FULFILLMENT = "FULFILLMENT"
    PROMISE = "PROMISE"
    RETURN = "RETURN"
    REFUND = "REFUND"
    NOTE = "NOTE"
    STAFF_ACTION = "STAFF_ACTION"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """Units of a variant, called and priced as they were sold. `unsourced`: of them nobody knows yet where they come from."""

    id: OrderLineId
    variant: VariantId
    sku: str
    title: str
    quantity: int
    unit_price: Money
    discount: Money
    tax: Money
    total: Money
    unsourced: int = 0
    fulfilled: int = 0
    canceled: int = 0
    returned: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`pool`: of stock, the channel's; `groups`: as it was planned, by which rules and at what cost. `cart`: it was made of;
    `import_digest`: of what was given where it was taken in by its `external_id`."""

    id: OrderId
    number: str
    version: int
    status: OrderStatus
    channel: ChannelId
    pool: PoolId
    currency_code: str
    external_id: str | None = None
    import_digest: str | None = None
    source_code: str | None = None
    customer: CustomerId | None = None
    cart: CartId | None = None
    lines: tuple[OrderLine, ...]
    groups: tuple[Group, ...] = ()
    fulfillments: tuple[Fulfillment, ...] = ()
    payments: tuple[Payment, ...] = ()
    totals: Totals
    placed_at: datetime
    updated_at: datetime

    def line(self, id: OrderLineId) -> OrderLine:
        return next(line for line in self.lines if line.id == id)

    def fulfillment(self, id: FulfillmentId) -> Fulfillment:
        return next(one for one in self.fulfillments if one.id == id)

    @property
    def paid(self) -> Money:
        """Authorized or captured."""
        return sum((one.paid for one in self.payments), Money(self.currency_code, 0))

    @property
    def refunded(self) -> Money:
        """Given back, or about to be."""
        return sum((one.refunded for one in self.payments), Money(self.currency_code, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of an order's timeline. `change` names what happened, for words to be found; `data`: ids and plain facts."""

    id: OrderEntryId
    order: OrderId
    at: datetime
    kind: EntryKind
    change: str
    data: Mapping[str, Any]
    reason: str | None = None
    channel: ChannelId | None = None
    staff: StaffMemberId | None = None
    fulfillment: FulfillmentId | None = None


OF_STAFF = (EntryKind.NOTE, EntryKind.STAFF_ACTION)  # what staff tell each other


class Imported(NamedTuple):
    """An order that was taken in, and what of."""

    order: OrderId
    digest: str | None


@dataclass(frozen=True, slots=True)
class TimelineAsked:
    """So many entries at most, of those before one of them."""

    most: int
    after: OrderEntryId | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """Whom an order is for, and where its parts go: what is known of a person, kept apart from the order itself."""

    contact: Contact | None
    destinations: Mapping[FulfillmentGroupId, Destination]


class OrderReads(Protocol):
    """Those that the actor may see: their own, those of carts they check out, and for staff those of their locations."""

    async def orders(self, actor: Actor, ids: Sequence[OrderId]) -> Mapping[OrderId, Order]: ...

    async def orders_any(self, actor: Actor, ids: Sequence[OrderId]) -> Mapping[OrderId, Order]:
        """Of which something was read, also by a receipt."""
        ...

    async def numbered(self, actor: Actor, number: str) -> Order | None: ...

    async def of_carts(self, actor: Actor, carts: Sequence[CartId]) -> Mapping[CartId, Order]: ...

    async def of_fulfillments(self, actor: Actor, ids: Sequence[FulfillmentId]) -> Mapping[FulfillmentId, Order]: ...

    async def lines(self, actor: Actor, ids: Sequence[OrderLineId]) -> Mapping[OrderLineId, OrderLine]:
        """Of orders that were read."""
        ...

    async def people(self, actor: Actor, orders: Sequence[OrderId]) -> Mapping[OrderId, Delivered]:
        """Of orders that were read."""
        ...

    async def people_shown(self, actor: Actor, orders: Sequence[OrderId]) -> Mapping[OrderId, Delivered]:
        """Nobody and nowhere, of orders that the actor knows by their receipt alone."""
        ...

    async def entries(self, actor: Actor, orders: Sequence[OrderId], asked: TimelineAsked) -> Mapping[OrderId, list[Entry]]:
        """Of orders that were read, the newest first; what staff keep to themselves is told to staff."""
        ...


class OrderWrites(Protocol):
    async def lock(self, id: OrderId) -> Order | None:
        """Nobody else changes it, nor its fulfillments, until this unit of work ends."""
        ...

    async def lock_of(self, id: FulfillmentId) -> Order | None:
        """The same of the order that a fulfillment is of."""
        ...

    async def create(self, order: Order, people: Delivered) -> bool:
        """False where there is one of this number, or of this external id in its channel, already."""
        ...

    async def imported(self, channel: ChannelId, external_ids: Sequence[str]) -> Mapping[str, Imported]:
        """By external id, those that were taken in."""
        ...

    async def save(self, before: Order, after: Order) -> None:
        """What has changed of it, its lines and its fulfillments; a fulfillment that is new is added, and a line of one that
        is no more is gone."""
        ...

    async def bring(self, order: OrderId, group: FulfillmentGroupId, to: Destination) -> None:
        """A group that it was not placed with goes there."""
        ...

    async def write_down(self, entries: Sequence[Entry]) -> None: ...


def number() -> str:
    """Such as K7M-2QX-9TB: read aloud without mistakes, and not to be guessed."""
    parts = ["".join(secrets.choice(ALPHABET) for _ in range(NUMBER_PART_CHARACTERS)) for _ in range(NUMBER_PARTS)]
    return "-".join(parts)


def number_key(text: str) -> str:
    """As people type it, in any case, with or without hyphens; what cannot be a number is left as it is."""
    plain = text.replace("-", "").replace(" ", "").upper()
    if len(plain) != NUMBER_PARTS * NUMBER_PART_CHARACTERS:
        return text
    return "-".join(plain[start : start + NUMBER_PART_CHARACTERS] for start in range(0, len(plain), NUMBER_PART_CHARACTERS))


def status_of(lines: Iterable[OrderLine], fulfillments: Iterable[Fulfillment]) -> OrderStatus:
    """Where an order stands, by what has become of its units."""
    lines, under_way = tuple(lines), [one for one in fulfillments if one.status in UNDER_WAY]
    if any(line.unsourced for line in lines):
        return OrderStatus.ACTION_NEEDED
    left = sum(line.quantity - line.canceled for line in lines)
    if left == 0:
        return OrderStatus.CANCELED
    fulfilled = sum(line.fulfilled for line in lines)
    if fulfilled == left:
        return OrderStatus.FULFILLED
    if fulfilled:
        return OrderStatus.PARTIALLY_FULFILLED
    has_begun = any(one.status is not FulfillmentStatus.OPEN for one in under_way)
    return OrderStatus.IN_PROGRESS if has_begun else OrderStatus.PLACED


def is_over(order: Order) -> bool:
    """Can nothing more happen to it?"""
    done = order.status in (OrderStatus.FULFILLED, OrderStatus.CANCELED)
    return done and all(one.status in HANDED_OVER or one.status not in UNDER_WAY for one in order.fulfillments)
