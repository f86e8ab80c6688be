"""Customers: whom a cart or an order is for, if they have told us who they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from domain.account import MAILINGS, VERIFY_FOR, Desk, issue
from domain.actor import Actor
from domain.address import Address, AddressFacts, checked_address
from domain.attempt import pay
from domain.code import Purpose
from domain.contact import checked_phone, email_key, wrong_email, wrong_name
from domain.ids import AddressId, CustomerId
from domain.refusal import Forbidden, InvalidInput, LimitReached, NotFound, RateLimited
from domain.work import UnitOfWork

ADDRESSES_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Without an `email` it is nobody yet who could sign in."""

    id: CustomerId
    email: str | None
    email_verified: bool
    name: str | None
    phone: str | None
    created_at: datetime


class CustomerReads(Protocol):
    async def customers(self, actor: Actor, ids: Sequence[CustomerId]) -> Mapping[CustomerId, Customer]:
        """Oneself; for agents and admins, everybody."""
        ...

    async def addresses(self, actor: Actor, ids: Sequence[CustomerId]) -> Mapping[CustomerId, tuple[Address, ...]]:
        """In the order they were saved; of whom the actor may not see, none."""
        ...


class CustomerWrites(Protocol):
    async def addresses(self, customer: CustomerId) -> tuple[AddressId, ...]:
        """From now on nobody else changes them."""
        ...

    async def save_address(self, customer: CustomerId, id: AddressId, address: AddressFacts) -> None: ...

    async def remove_address(self, customer: CustomerId, id: AddressId) -> bool: ...


class CustomerWork(UnitOfWork, Protocol):
    @property
    def customers(self) -> CustomerWrites: ...


@dataclass(frozen=True, slots=True)
class CustomerUpdate:
    """None for what stays as it is; a blank name or phone number is taken away."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class AddressSave:
    address: AddressFacts
    id: AddressId | None = None


@dataclass(frozen=True, slots=True)
class AddressRemove:
    id: AddressId


Changed: TypeAlias = CustomerId | Forbidden | InvalidInput | LimitReached | NotFound | RateLimited


def oneself(actor: Actor) -> CustomerId | Forbidden:
    if actor.customer is None:
        return Forbidden((), "Sign in first: this is a customer's to change.")
    if actor.is_acting:
        return Forbidden((), "Only customers change who they are; whoever acts for one does not.")
    return actor.customer


async def update(desk: Desk, known: Customer, asked: CustomerUpdate) -> Changed:
    """A new email address gets a mail, and counts once that is answered; whether it is somebody else's is not told."""
    customer = oneself(desk.actor)
    if isinstance(customer, Forbidden):
        return customer
    name = known.name if asked.name is None else asked.name.strip() or None
    phone = known.phone if asked.phone is None else checked_phone(asked.phone.strip() or None, ("input", "phone"))
    email = None if asked.email is None else asked.email.strip()
    if isinstance(phone, InvalidInput):
        return phone
    if refusal := wrong_name(name, ("input", "name")) or wrong_email(email, ("input", "email")):
        return refusal
    if email and (limited := await pay(desk.work, MAILINGS, desk.subjects(email), desk.at)):
        return limited
    owner = await desk.accounts.named(email_key(email)) if email else None
    is_taken = owner is not None and owner.email_verified and owner.id != customer
    async with desk.work as work:
        await work.accounts.lock(customer)
        await work.accounts.change(customer, name=name, phone=phone)
        code = await planned(desk, customer, email, is_taken=is_taken) if email else ""
        await work.commit()
    if email and is_taken:
        desk.letters.account_exists(email)
    elif email and email != known.email:
        desk.letters.verify(email, code)
    return customer


async def planned(desk: Desk, customer: CustomerId, email: str, *, is_taken: bool) -> str:
    """Within a unit of work: the code of what is planned now; no earlier one is good any more."""
    await desk.work.codes.revoke(customer, (Purpose.VERIFY_EMAIL,), desk.at)
    await desk.work.accounts.plan_email(customer, None if is_taken else email)
    return await issue(desk, Purpose.VERIFY_EMAIL, None if is_taken else customer, VERIFY_FOR)


async def save_address(work: CustomerWork, actor: Actor, asked: AddressSave) -> Changed:
    """A new one, or one of theirs anew; a name in it is that of who lives there."""
    customer = oneself(actor)
    if isinstance(customer, Forbidden):
        return customer
    address = checked_address(asked.address, ("input", "address"))
    if isinstance(address, InvalidInput):
        return address
    async with work:
        there = await work.customers.addresses(customer)
        if asked.id and asked.id not in there:
            return NotFound(("input", "id"), "There is no such address.")
        if asked.id is None and len(there) >= ADDRESSES_MAX:
            return LimitReached("addresses", f"A customer has {ADDRESSES_MAX} addresses at most; remove one first.", ("input",))
        await work.customers.save_address(customer, asked.id or AddressId.new(), address)
        await work.commit()
    return customer


async def remove_address(work: CustomerWork, actor: Actor, asked: AddressRemove) -> Changed:
    customer = oneself(actor)
    if isinstance(customer, Forbidden):
        return customer
    async with work:
        if not await work.customers.remove_address(customer, asked.id):
            return NotFound(("input", "id"), "There is no such address.")
        await work.commit()
    return customer
