"""Accounts: customers and staff who show who they are by an email address and a password.

Whether an address has an account is told to its owner alone, by mail: every answer is the same, takes as many hashes, and
writes as much. A code for nobody is issued where there is nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from domain.actor import Actor
from domain.attempt import AttemptWork, AttemptWrites, Guesses, pay, pay_back
from domain.code import CodeWrites, OneTimeCode, Purpose, mailed
from domain.contact import email_key, wrong_email, wrong_name
from domain.ids import CustomerId
from domain.mail import Letters
from domain.password import Passwords, wrong_password
from domain.refusal import BadCredentials, CodeInvalid, Forbidden, InvalidInput, RateLimited
from domain.session import Keys, Session, SessionWork, signed_in
from domain.staff import StaffMember

VERIFY_FOR = timedelta(days=2)
MAILINGS = Guesses("mailing", per_subject=10, in_total=5_000)  # each is counted, not only the wrong ones
MAILED_CODES = Guesses("mailed-code", per_subject=20, in_total=5_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Of a customer. `new_email`: an address that counts once it is verified."""

    id: CustomerId
    email: str | None
    email_verified: bool
    new_email: str | None = None
    password_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCustomer:
    email: str
    name: str | None
    password_hash: str


@dataclass(frozen=True, slots=True)
class StaffAccount:
    member: StaffMember
    password_hash: str | None


class AccountReads(Protocol):
    """What is compared with what somebody claims; they are nobody yet, so there is no actor."""

    async def named(self, email_key: str) -> Account | None: ...

    async def staff_named(self, email_key: str) -> StaffAccount | None:
        """Only who still works here."""
        ...


class AccountWrites(Protocol):
    async def lock(self, customer: CustomerId) -> Account | None: ...

    async def lock_named(self, email_key: str) -> Account | None: ...

    async def add(self, customer: NewCustomer, now: datetime) -> Account | None:
        """None where the address was taken a moment ago."""
        ...

    async def sign_up_again(self, customer: CustomerId, anew: NewCustomer) -> None:
        """Nobody has shown that the address is theirs: who signs up last is as good as who did first."""
        ...

    async def verify(self, customer: CustomerId) -> None: ...

    async def change(self, customer: CustomerId, *, name: str | None, phone: str | None) -> None: ...

    async def plan_email(self, customer: CustomerId, email: str | None) -> None: ...

    async def change_email(self, customer: CustomerId, email: str) -> bool:
        """To one that is verified; False where it is somebody else's who has verified it too."""
        ...

    async def set_password(self, customer: CustomerId, password_hash: str) -> None:
        """By who has shown that the address is theirs."""
        ...


class AccountWork(SessionWork, AttemptWork, Protocol):
    @property
    def accounts(self) -> AccountWrites: ...

    @property
    def attempts(self) -> AttemptWrites: ...

    @property
    def codes(self) -> CodeWrites: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where accounts are dealt with: what that needs, who asks (`client` is a digest of their address), and when."""

    work: AccountWork
    accounts: AccountReads
    passwords: Passwords
    keys: Keys
    letters: Letters
    actor: Actor
    client: str
    at: datetime

    def subjects(self, email: str) -> tuple[str, str]:
        return self.client, self.keys.digest("address", email_key(email))


@dataclass(frozen=True, slots=True)
class SignUp:
    email: str
    password: str
    name: str | None = None


SignedIn: TypeAlias = Session | BadCredentials | CodeInvalid | Forbidden | InvalidInput | RateLimited
STAFF_SIGN_OUT = Forbidden((), "A customer signs in on a device of their own; end the session of the staff first.")


async def sign_up(desk: Desk, asked: SignUp) -> bool | InvalidInput | RateLimited:
    email, name = asked.email.strip(), (asked.name or "").strip() or None
    refusal = (
        wrong_email(email, ("input", "email"))
        or wrong_password(asked.password, ("input", "password"))
        or wrong_name(name, ("input", "name"))
        or await pay(desk.work, MAILINGS, desk.subjects(email), desk.at)
    )
    if refusal:
        return refusal
    anew = NewCustomer(email=email, name=name, password_hash=await desk.passwords.hashed(asked.password))
    async with desk.work as work:
        account = await work.accounts.lock_named(email_key(email))
        is_taken = account is not None and account.email_verified
        if account is None:
            account = await work.accounts.add(anew, desk.at)
        elif not is_taken:
            await work.accounts.sign_up_again(account.id, anew)
        is_new = account is not None and not is_taken
        code = await issue(desk, Purpose.VERIFY_EMAIL, account.id if account and is_new else None, VERIFY_FOR)
        await work.commit()
    if is_new:
        desk.letters.verify(email, code)
    else:
        desk.letters.account_exists(email)
    return True


async def verify(desk: Desk, code: str) -> SignedIn:
    """Signs in, too. A new address of an old account is verified in its own session: the mail may have gone astray."""
    if desk.actor.is_staff:
        return STAFF_SIGN_OUT
    if limited := await pay(desk.work, MAILED_CODES, (desk.client,), desk.at):
        return limited
    async with desk.work as work:
        account = await spent(desk, Purpose.VERIFY_EMAIL, code)
        if account is None or not await verified(desk, account):
            return CodeInvalid()
        before = account.email if account.new_email else None
        session = await signed_in(work, account.id, desk.actor, desk.at)
        await work.commit()
    await pay_back(desk.work, MAILED_CODES, (desk.client,), desk.at)
    if before:
        desk.letters.address_changed(before)
    return session


async def verified(desk: Desk, account: Account) -> bool:
    """Within a unit of work: the new address, or the first."""
    if account.new_email:
        is_own = desk.actor.customer == account.id and not desk.actor.is_acting
        return is_own and await desk.work.accounts.change_email(account.id, account.new_email)
    if account.email is None or account.email_verified:
        return False
    await desk.work.accounts.verify(account.id)
    return True


async def issue(desk: Desk, purpose: Purpose, customer: CustomerId | None, life: timedelta) -> str:
    """Within a unit of work. The one before it is good for nothing any more: it may stand for another's password."""
    code = mailed()
    await desk.work.codes.revoke(customer, (purpose,), desk.at)
    digest = desk.keys.digest("code", code)
    await desk.work.codes.issue(OneTimeCode(digest=digest, purpose=purpose, expires_at=desk.at + life, customer=customer))
    return code


async def spent(desk: Desk, purpose: Purpose, code: str) -> Account | None:
    """Within a unit of work: whose code it is. Customers are locked before their codes, here as everywhere."""
    digest = desk.keys.digest("code", code)
    customer = await desk.work.codes.customer_of(digest)
    account = await desk.work.accounts.lock(customer) if customer else None
    return account if account and await desk.work.codes.spend(digest, (purpose,), desk.at) else None
