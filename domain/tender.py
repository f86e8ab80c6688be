"""Tenders: how somebody offers to pay, checked before anything is asked of a provider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, TypeAlias

from domain.actor import Actor, Role
from domain.card import card_number_in
from domain.ids import CustomerId, LocationId, PaymentId, TerminalId
from domain.money import Money, minor_digits
from domain.payment import PaymentMethod, PaymentStatus
from domain.payment_attempt import Payment
from domain.refusal import ErrorCode, Forbidden, InvalidInput

PAYMENTS = ("input", "payments")
TENDERS_MAX = 10
TOKEN_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class ByCard:
    """`token`: of the payment provider; card numbers never come here."""

    token: str
    return_url: str | None = None


@dataclass(frozen=True, slots=True)
class ByTerminal:
    terminal: TerminalId


@dataclass(frozen=True, slots=True)
class InCash:
    received: Decimal


@dataclass(frozen=True, slots=True)
class ByStoreCredit:
    customer: CustomerId


@dataclass(frozen=True, slots=True)
class AtPickup:
    location: LocationId


Means: TypeAlias = ByCard | ByTerminal | InCash | ByStoreCredit | AtPickup


@dataclass(frozen=True, slots=True)
class Tender:
    """`amount`: in the currency of what is paid; None for all that is left, of the last one."""

    by: Means
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PaymentRequired:
    code: ClassVar[ErrorCode] = ErrorCode.PAYMENT_REQUIRED
    due: Money
    path: tuple[str, ...] = PAYMENTS
    message: str = "The payments do not cover what is due."


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What is to be paid now. `at_pickup`: what the pickup goods of each store come to, which may be paid there;
    `terminals`: those that the actor may start, with where they stand."""

    due: Money
    at_pickup: Mapping[LocationId, Money]
    terminals: Mapping[TerminalId, LocationId]
    now: datetime


@dataclass(frozen=True, slots=True)
class Tendered:
    """`tokens`: by payment, with the address to come back to; they are never written down."""

    payments: tuple[Payment, ...]
    tokens: Mapping[PaymentId, tuple[str, str | None]]


def tendered(tenders: Sequence[Tender], bill: Bill, actor: Actor) -> Tendered | InvalidInput | Forbidden | PaymentRequired:
    """The payments that these tenders make, which together cover exactly what is due."""
    if len(tenders) > TENDERS_MAX:
        return InvalidInput(PAYMENTS, f"There are {len(tenders)} payments; give {TENDERS_MAX} at most.")
    payments: list[Payment] = []
    left = bill.due
    for n, tender in enumerate(tenders):
        is_last = n == len(tenders) - 1
        amount = amount_of(tender, left, (*PAYMENTS, str(n), "amount"), is_last=is_last)
        if isinstance(amount, InvalidInput):
            return amount
        left = left - amount
        payment = payment_of(tender.by, amount, bill, actor, (*PAYMENTS, str(n), "by"))
        if not isinstance(payment, Payment):
            return payment
        payments.append(payment)
    if left.minor_units > 0:
        return PaymentRequired(bill.due)
    tokens = {p.id: (t.by.token, t.by.return_url) for p, t in zip(payments, tenders, strict=True) if isinstance(t.by, ByCard)}
    return Tendered(tuple(payments), tokens)


def amount_of(tender: Tender, left: Money, path: tuple[str, ...], *, is_last: bool) -> Money | InvalidInput:
    if tender.amount is None and not is_last:
        return InvalidInput(path, "Only the last payment may leave `amount` out.")
    if tender.amount is None:
        return left if left.minor_units > 0 else InvalidInput(path, "Nothing is left to pay by this payment; leave it out.")
    amount = money_of(tender.amount, left.currency_code)
    if amount is None or amount.minor_units <= 0:
        return InvalidInput(path, f"`amount` must be an exact amount of {left.currency_code}, more than 0.")
    if amount > left:
        return InvalidInput(path, f"`amount` is {amount.amount}; {left.amount} {left.currency_code} are left to pay.")
    return amount


def money_of(amount: Decimal, currency: str) -> Money | None:
    minor = amount.scaleb(minor_digits(currency))
    return Money(currency, int(minor)) if minor == minor.to_integral_value() else None


def payment_of(by: Means, amount: Money, bill: Bill, actor: Actor, path: tuple[str, ...]) -> Payment | InvalidInput | Forbidden:
    """By its means; each says what it needs."""
    match by:
        case ByCard():
            return card(by, paying(PaymentMethod.CARD, amount, bill), path)
        case ByTerminal(terminal=terminal):
            if terminal not in bill.terminals:
                return InvalidInput((*path, "terminal", "terminal"), "There is no such terminal in this store.")
            here = bill.terminals[terminal]
            return replace(paying(PaymentMethod.TERMINAL, amount, bill), terminal=terminal, location=here)
        case InCash():
            return cash(by, paying(PaymentMethod.CASH, amount, bill), actor, path)
        case ByStoreCredit(customer=customer):
            if customer != actor.customer and not actor.is_everywhere:
                return Forbidden((*path, "storeCredit", "customer"), "Store credit is spent by whose it is.")
            return replace(paying(PaymentMethod.STORE_CREDIT, amount, bill), customer=customer)
        case AtPickup(location=location):
            most = bill.at_pickup.get(location, Money(amount.currency_code, 0))
            if amount > most:
                message = f"At this store {most.amount} can be paid at pickup, not {amount.amount}."
                return InvalidInput((*path, "atPickup"), message)
            return replace(paying(PaymentMethod.AT_PICKUP, amount, bill), location=location)


def paying(method: PaymentMethod, amount: Money, bill: Bill) -> Payment:
    nothing = Money(amount.currency_code, 0)
    return Payment(
        id=PaymentId.new(),
        method=method,
        status=PaymentStatus.PENDING,
        amount=amount,
        captured=nothing,
        released=nothing,
        refunded=nothing,
        created_at=bill.now,
    )


def card(by: ByCard, payment: Payment, path: tuple[str, ...]) -> Payment | InvalidInput:
    where = (*path, "card", "token")
    if refusal := card_number_in(by.token, where):
        return refusal
    if not 0 < len(by.token) <= TOKEN_CHARACTERS_MAX:
        return InvalidInput(where, f"`token` must have 1 to {TOKEN_CHARACTERS_MAX} characters.")
    return payment


def cash(by: InCash, payment: Payment, actor: Actor, path: tuple[str, ...]) -> Payment | InvalidInput | Forbidden:
    if Role.ASSOCIATE not in actor.roles:
        return Forbidden((*path, "cash"), "Cash is taken at the counter, by an associate.")
    received = money_of(by.received, payment.amount.currency_code)
    if received is None or received < payment.amount:
        return InvalidInput((*path, "cash", "received"), f"`received` must be {payment.amount.amount} or more.")
    return replace(payment, change=received - payment.amount)


def methods(bill: Bill, actor: Actor) -> tuple[PaymentMethod, ...]:
    """How the actor may pay a bill, from where they are."""
    if bill.due.minor_units <= 0:
        return ()
    offered = {
        PaymentMethod.CARD: True,
        PaymentMethod.TERMINAL: bool(bill.terminals),
        PaymentMethod.CASH: Role.ASSOCIATE in actor.roles,
        PaymentMethod.STORE_CREDIT: actor.customer is not None,
        PaymentMethod.AT_PICKUP: any(amount.minor_units for amount in bill.at_pickup.values()),
    }
    return tuple(method for method, is_offered in offered.items() if is_offered)
