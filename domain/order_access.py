"""Access: a guest shows that an order is theirs, by a code that is sent to its own email address or phone.

Whether there is such an order is told to its buyer alone: every answer is the same and writes as much, and a code for nothing
is issued where there is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from domain.attempt import AttemptWork, Guesses, pay, pay_back
from domain.code import CodeWrites, OneTimeCode, Purpose, as_spoken, spoken
from domain.contact import checked_phone, wrong_email
from domain.ids import OrderId
from domain.mail import Letters
from domain.order import number_key
from domain.order_lookup import Inquirer, Lookup, Lookups
from domain.refusal import CodeInvalid, Forbidden, InvalidInput, RateLimited
from domain.session import Session, SessionWork, begun, begun_beside

CODE_FOR = timedelta(minutes=30)
REQUESTS = Guesses("order-access-request", per_subject=5, in_total=5_000)  # each is counted, not only the wrong ones
GUESSES = Guesses("order-access", per_subject=10, in_total=5_000)
STAFF_LOOK_UP = Forbidden((), "Staff look orders up themselves; codes are for buyers, on devices of their own.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAccessRequest:
    number: str
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class OrderAccessAccept:
    number: str
    code: str


@dataclass(frozen=True, slots=True)
class Granted:
    """`is_new`: the session was begun for it."""

    session: Session
    is_new: bool


class AccessWork(SessionWork, AttemptWork, Protocol):
    @property
    def codes(self) -> CodeWrites: ...


async def request(
    work: AccessWork, lookups: Lookups, letters: Letters, inquirer: Inquirer, asked: OrderAccessRequest
) -> bool | InvalidInput | RateLimited:
    lookup = lookup_of(asked)
    if isinstance(lookup, InvalidInput):
        return lookup
    if limited := await pay(work, REQUESTS, inquirer.subjects(lookup), inquirer.at):
        return limited
    found = await lookups.found(inquirer.actor, lookup)
    code = await issued(work, inquirer, lookup, found.order.id if found else None)
    if found and found.contact:
        to = found.contact.email if lookup.email else found.contact.phone
        assert to, "it was found by that"
        letters.order_access(to, found.order.number, code)
    return True


def lookup_of(asked: OrderAccessRequest) -> Lookup | InvalidInput:
    email, phone = (asked.email or "").strip() or None, (asked.phone or "").strip() or None
    if (email is None) is (phone is None):
        return InvalidInput(("input", "email"), "Give the order's `email`, or else its `phone`: the code is sent there.")
    if refusal := wrong_email(email, ("input", "email")):
        return refusal
    number = checked_phone(phone, ("input", "phone"))
    return number if isinstance(number, InvalidInput) else Lookup(number=asked.number, email=email, phone=number)


async def issued(work: AccessWork, inquirer: Inquirer, lookup: Lookup, order: OrderId | None) -> str:
    """A code that is good with this number alone."""
    meant = OneTimeCode(
        purpose=Purpose.ORDER_ACCESS,
        expires_at=inquirer.at + CODE_FOR,
        data={"order": str(order)} if order else None,
    )
    code = spoken()
    async with work:
        await work.codes.issue(replace(meant, digest=digest_of(inquirer, lookup.number, code)))
        await work.commit()
    return code


def digest_of(inquirer: Inquirer, number: str, code: str) -> str:
    return inquirer.keys.digest("order-access", f"{number_key(number)}\n{as_spoken(code)}")


async def accept(
    work: AccessWork, inquirer: Inquirer, asked: OrderAccessAccept
) -> Granted | CodeInvalid | Forbidden | RateLimited:
    """The session that asks opens the order from now on, or one that is begun for it; a kiosk's own, which is everybody's, does
    not."""
    actor, now = inquirer.actor, inquirer.at
    if actor.staff:
        return STAFF_LOOK_UP
    subjects = inquirer.subjects(Lookup(number=asked.number))
    if limited := await pay(work, GUESSES, subjects, now):
        return limited
    async with work:
        before = await work.sessions.lock(actor.session, now) if actor.session else None
        spent = await work.codes.spend(digest_of(inquirer, asked.number, asked.code), (Purpose.ORDER_ACCESS,), now)
        order = OrderId.parse(spent.data["order"]) if spent and spent.data else None
        if order is None:
            return CodeInvalid()
        is_new = before is None or (before.kiosk is not None and before.parent is None)
        session = opening(before, inquirer) if is_new else before
        assert session is not None, "it was begun just now, or before"
        if is_new:
            await work.sessions.open(session, now)
        await work.sessions.grant_order(session.id, order, now)
        await work.commit()
    await pay_back(work, GUESSES, subjects, now)
    return Granted(session, is_new)


def opening(before: Session | None, inquirer: Inquirer) -> Session:
    """At a kiosk, one that ends with the kiosk's own, or soon."""
    actor, now = inquirer.actor, inquirer.at
    return begun_beside(before, actor, now) if before else begun(actor.channel.id, now)
