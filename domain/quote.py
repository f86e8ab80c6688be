"""Quotes: what a cart comes to in its channel, line by line, and all that stands between it and an order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import ClassVar, TypeAlias

from domain.actor import Actor
from domain.address import Address
from domain.cart import Cart
from domain.catalog import Variant
from domain.channel import FulfillmentMethod
from domain.contact import Contact
from domain.discount import Line
from domain.group import Group, unassigned
from domain.ids import CartLineId, FulfillmentGroupId, LocationId, PromotionId, VariantId
from domain.money import Money
from domain.offer import NetworkState
from domain.pricing import Terms, Totals, price
from domain.promise import Promise
from domain.promotion import DiscountCode
from domain.refusal import ErrorCode


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedLine:
    """`price_seen`: what the buyer was shown when they chose it; of what is no longer sold, it is the price."""

    id: CartLineId
    variant: Variant
    quantity: int
    unit_price: Money
    discount: Money
    total: Money
    tax: Money
    price_seen: Money
    is_sold: bool
    cart: Cart = field(repr=False, compare=False)

    @property
    def cart_line(self) -> QuotedLine:
        return self

    @property
    def order_line(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class GroupLine:
    """Some or all of a line."""

    group: FulfillmentGroupId
    line: QuotedLine
    quantity: int

    @property
    def id(self) -> str:
        return f"{self.group}.{self.line.id}"


@dataclass(frozen=True, slots=True)
class QuotedGroup:
    """A fulfillment group of a cart, with its lines."""

    cart: Cart = field(repr=False)
    group: Group
    lines: tuple[GroupLine, ...]

    @property
    def id(self) -> FulfillmentGroupId:
        return self.group.id

    @property
    def method(self) -> FulfillmentMethod:
        return self.group.method

    @property
    def price(self) -> Money:
        return self.group.price

    @property
    def promise(self) -> Promise | None:
        return self.group.promise


@dataclass(frozen=True, slots=True)
class Quote:
    lines: tuple[QuotedLine, ...]
    groups: tuple[QuotedGroup, ...]
    totals: Totals
    codes: tuple[DiscountCode, ...]
    promotions: frozenset[PromotionId] = frozenset()


@dataclass(frozen=True, slots=True)
class Goods:
    """The variants of carts, whether they are still sold or not, and which of them are, at which price."""

    variants: Mapping[VariantId, Variant]
    prices: Mapping[VariantId, Money]


def quoted(cart: Cart, goods: Goods, terms: Terms, now: datetime) -> Quote:
    """At the prices of now."""
    priced = price(
        [
            Line(
                key=line.id,
                unit_price=goods.prices.get(line.variant, line.price_seen),
                quantity=line.quantity,
                categories=terms.categories[goods.variants[line.variant].product_id],
            )
            for line in cart.lines
        ],
        terms,
        now=now,
        fulfillment=sum((group.price for group in cart.groups), Money(cart.currency_code, 0)),
    )
    lines = tuple(
        QuotedLine(
            id=line.id,
            variant=goods.variants[line.variant],
            quantity=line.quantity,
            unit_price=one.unit_price,
            discount=one.discount,
            total=one.total,
            tax=one.tax,
            price_seen=line.price_seen,
            is_sold=line.variant in goods.prices,
            cart=cart,
        )
        for line, one in zip(cart.lines, priced.lines, strict=True)
    )
    by_id = {line.id: line for line in lines}
    groups = tuple(quoted_group(cart, group, by_id) for group in cart.groups)
    return Quote(lines, groups, priced.totals, priced.codes, priced.promotions)


def quoted_group(cart: Cart, group: Group, lines: Mapping[CartLineId, QuotedLine]) -> QuotedGroup:
    return QuotedGroup(cart, group, tuple(GroupLine(group.id, lines[line], quantity) for line, quantity in group.units))


# ------------------------------------------------------------------------------------------------ problems


@dataclass(frozen=True, slots=True)
class InsufficientStock:
    """`available`: in the whole network, or at the store that was chosen (`at`); None where policy shows a band only."""

    code: ClassVar[ErrorCode] = ErrorCode.INSUFFICIENT_STOCK
    path: tuple[str, ...]
    variant: Variant
    requested: int
    available: int | None
    at: LocationId | None = None


@dataclass(frozen=True, slots=True)
class PriceChanged:
    line: QuotedLine
    before: Money
    now: Money


@dataclass(frozen=True, slots=True)
class VariantUnavailable:
    line: QuotedLine


@dataclass(frozen=True, slots=True)
class PromiseChanged:
    """What was promised when it was chosen no longer holds; `now`: None where nothing can be promised any more."""

    group: QuotedGroup
    before: Promise | None
    now: Promise | None


@dataclass(frozen=True, slots=True)
class FulfillmentPriceChanged:
    """What bringing it costs is no longer what it was when it was chosen."""

    group: QuotedGroup
    before: Money
    now: Money


@dataclass(frozen=True, slots=True)
class FulfillmentNotChosen:
    lines: tuple[QuotedLine, ...]


@dataclass(frozen=True, slots=True)
class ContactMissing:
    """The order could not be told of to anybody."""


Problem: TypeAlias = (
    InsufficientStock
    | PriceChanged
    | VariantUnavailable
    | PromiseChanged
    | FulfillmentPriceChanged
    | FulfillmentNotChosen
    | ContactMissing
)


def problems(
    cart: Cart, quote: Quote, networks: Mapping[str, NetworkState], of_groups: Sequence[Problem], *, shows_quantity: bool
) -> Iterator[Problem]:
    """What is wrong with the goods comes first, in the order of lines; then with what was chosen; then what is still to be
    told."""
    for n, line in enumerate(quote.lines):
        if not line.is_sold:
            yield VariantUnavailable(line)
            continue
        if line.unit_price != line.price_seen:
            yield PriceChanged(line, before=line.price_seen, now=line.unit_price)
        network = networks.get(line.variant.sku, NetworkState())
        if line.quantity > network.available + (network.expected if line.variant.backorders else 0):
            available = network.available if shows_quantity else None
            yield InsufficientStock(("lines", str(n)), line.variant, line.quantity, available)
    yield from of_groups
    unchosen = unassigned(cart.groups, cart.quantities)
    if unchosen:
        yield FulfillmentNotChosen(tuple(line for line in quote.lines if line.id in unchosen))
    if cart.contact is None or not cart.contact.is_reachable:
        yield ContactMissing()


# ------------------------------------------------------------------------------------------------ whom it is for


def contact_shown(cart: Cart, actor: Actor) -> Contact | None:
    """Whoever may change the cart sees it, and staff of the desk; by a resume link only enough of it to know it again."""
    if cart.contact is None or not (actor.is_everywhere or (cart.scope and cart.scope.edits)):
        return None
    return masked(cart.contact) if cart.is_masked else cart.contact


def address_shown(group: QuotedGroup, actor: Actor) -> Address | None:
    """Of a delivery, to those who are shown the contact as it is."""
    cart, to = group.cart, group.group.destination
    if to is None or cart.is_masked or not (actor.is_everywhere or (cart.scope and cart.scope.edits)):
        return None
    return Address(**asdict(to.address)) if to.address else None


def masked(contact: Contact) -> Contact:
    """`ada@example.org` is `a…@example.org`, `+33472000000` is `…00`."""
    email = contact.email and f"{contact.email[0]}…@{contact.email.rpartition('@')[2]}"
    return Contact(email, contact.name and f"{contact.name[0]}…", contact.phone and f"…{contact.phone[-2:]}")
