"""External sales: what a till or a marketplace has sold, checked as it is given; it is never priced anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from domain import contact as contacts
from domain.address import AddressFacts
from domain.channel import Channel
from domain.contact import Contact
from domain.ids import ChannelId, LocationId
from domain.money import MINOR_UNITS_MAX, Money
from domain.payment import PaymentMethod
from domain.pricing import Totals
from domain.refusal import InvalidInput

LINES_MAX = 10_000
UNITS_MAX = 1_000_000  # of one line
EXTERNAL_ID_CHARACTERS_MAX = 100
CLOCKS_DIFFER = timedelta(minutes=5)
PAID_ELSEWHERE = (PaymentMethod.EXTERNAL, PaymentMethod.CASH, PaymentMethod.CARD, PaymentMethod.TERMINAL)


class ImportedFulfillment(StrEnum):
    """HANDED_OVER: the goods left with the buyer. BY_US: we still fulfill it. ELSEWHERE: from stock that is not ours."""

    HANDED_OVER = "HANDED_OVER"
    BY_US = "BY_US"
    ELSEWHERE = "ELSEWHERE"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLine:
    """In major units; `discount` and `tax` are of the whole line, none where they are left out."""

    sku: str
    quantity: int
    unit_price: Decimal
    discount: Decimal | None = None
    tax: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderImport:
    """`location`: where it was handed over, or will be collected; `address`: where it goes, or went."""

    channel: ChannelId
    external_id: str
    currency_code: str
    fulfilled_by: ImportedFulfillment
    paid_by: PaymentMethod = PaymentMethod.EXTERNAL
    location: LocationId | None = None
    address: AddressFacts | None = None
    contact: Contact | None = None
    lines: tuple[ImportedLine, ...]
    fulfillment_price: Decimal | None = None
    placed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLine:
    sku: str
    quantity: int
    unit_price: Money
    discount: Money
    tax: Money

    @property
    def gross(self) -> Money:
        return self.unit_price.times(self.quantity)

    @property
    def total(self) -> Money:
        return self.gross - self.discount


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What was `asked`, whose amounts are sound. `fulfillment`: what bringing it cost the buyer."""

    asked: OrderImport
    lines: tuple[SaleLine, ...]
    fulfillment: Money
    contact: Contact | None

    @property
    def totals(self) -> Totals:
        nothing = Money(self.asked.currency_code, 0)
        subtotal = sum((line.gross for line in self.lines), nothing)
        discount = sum((line.discount for line in self.lines), nothing)
        return Totals(
            subtotal=subtotal,
            discount=discount,
            fulfillment=self.fulfillment,
            tax=sum((line.tax for line in self.lines), nothing),
            tax_included=True,
            total=subtotal - discount + self.fulfillment,
        )


def sale_of(asked: OrderImport, channel: Channel, now: datetime) -> Sale | InvalidInput:
    """Or the first thing that is wrong with it."""
    if refusal := next(mistakes(asked, channel, now), None):
        return refusal
    contact = contacts.checked(asked.contact, ("input", "contact")) if asked.contact else None
    if isinstance(contact, InvalidInput):
        return contact
    fulfillment = amount(asked.fulfillment_price, asked.currency_code, ("input", "fulfillmentPrice"))
    if isinstance(fulfillment, InvalidInput):
        return fulfillment
    lines = []
    for n, line in enumerate(asked.lines):
        if isinstance(found := line_of(line, asked.currency_code, ("input", "lines", str(n))), InvalidInput):
            return found
        lines.append(found)
    sale = Sale(asked=asked, lines=tuple(lines), fulfillment=fulfillment, contact=contact)
    if max(sale.totals.subtotal, sale.totals.total).minor_units > MINOR_UNITS_MAX:
        return InvalidInput(("input", "lines"), "All of it comes to more than an amount can be.")
    return sale


def mistakes(asked: OrderImport, channel: Channel, now: datetime) -> Iterator[InvalidInput]:
    """But for those in amounts and in the contact."""
    if not 1 <= len(asked.external_id.strip()) <= EXTERNAL_ID_CHARACTERS_MAX:
        message = f"`externalId` must have 1 to {EXTERNAL_ID_CHARACTERS_MAX} characters, and not be blank."
        yield InvalidInput(("input", "externalId"), message)
    if asked.currency_code != channel.currency_code:
        message = f"The channel {channel.code!r} sells in {channel.currency_code}, and not in {asked.currency_code}."
        yield InvalidInput(("input", "currencyCode"), message)
    if asked.paid_by not in PAID_ELSEWHERE:
        message = f"What was sold elsewhere was paid there; `paidBy` must be one of {', '.join(PAID_ELSEWHERE)}."
        yield InvalidInput(("input", "paidBy"), message)
    if not 1 <= len(asked.lines) <= LINES_MAX:
        yield InvalidInput(("input", "lines"), f"`lines` has {len(asked.lines)} items; it must have 1 to {LINES_MAX}.")
    if asked.placed_at > now + CLOCKS_DIFFER:
        yield InvalidInput(("input", "placedAt"), "`placedAt` is in the future; give the moment at which it was sold.")
    yield from misplaced(asked)


def misplaced(asked: OrderImport) -> Iterator[InvalidInput]:
    """Whether the place is given that it takes, and no other."""
    where, to = ("input", "location"), ("input", "address")
    match asked.fulfilled_by:
        case ImportedFulfillment.HANDED_OVER:
            if asked.location is None:
                yield InvalidInput(where, "Name the location where the goods were handed over.")
            if asked.address is not None:
                yield InvalidInput(to, "The goods left with their buyer; leave `address` out.")
        case ImportedFulfillment.BY_US:
            if (asked.location is None) == (asked.address is None):
                yield InvalidInput(to, "Give either `address`, where it is delivered, or `location`, where it is collected.")
        case ImportedFulfillment.ELSEWHERE:
            if asked.location is not None:
                yield InvalidInput(where, "What is fulfilled elsewhere leaves from no location of ours; leave `location` out.")


def line_of(line: ImportedLine, currency: str, path: tuple[str, ...]) -> SaleLine | InvalidInput:
    if not 1 <= line.quantity <= UNITS_MAX:
        message = f"`quantity` is {line.quantity}; it must be from 1 to {UNITS_MAX:,}."
        return InvalidInput((*path, "quantity"), message)
    amounts: dict[str, Money] = {}
    for name, value in (("unitPrice", line.unit_price), ("discount", line.discount), ("tax", line.tax)):
        if isinstance(found := amount(value, currency, (*path, name)), InvalidInput):
            return found
        amounts[name] = found
    sold = SaleLine(
        sku=line.sku,
        quantity=line.quantity,
        unit_price=amounts["unitPrice"],
        discount=amounts["discount"],
        tax=amounts["tax"],
    )
    if sold.discount > sold.gross:
        message = f"`discount` is {sold.discount.amount}, of goods for {sold.gross.amount}; it must be that at most."
        return InvalidInput((*path, "discount"), message)
    if sold.tax > sold.total:
        message = f"`tax` is {sold.tax.amount}, in a total of {sold.total.amount}; it must be that at most."
        return InvalidInput((*path, "tax"), message)
    return sold


def amount(value: Decimal | None, currency: str, path: tuple[str, ...]) -> Money | InvalidInput:
    """Nothing where it is left out."""
    try:
        money = Money.parse(format(value or Decimal(0), "f"), currency)
    except ValueError as error:
        return InvalidInput(path, f"`{path[-1]}` cannot be taken: {error}.")
    if money.minor_units < 0:
        return InvalidInput(path, f"`{path[-1]}` is {money.amount}; it must not be below 0.")
    return money
