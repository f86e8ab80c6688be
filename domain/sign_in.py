"""Signing in with a password, and setting a new one where it was forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.account import MAILED_CODES, MAILINGS, STAFF_SIGN_OUT, VERIFY_FOR, Account, Desk, SignedIn, issue, spent
from domain.attempt import Guesses, pay, pay_back
from domain.channel import Channel
from domain.code import Purpose
from domain.contact import email_key, wrong_email
from domain.password import wrong_password
from domain.refusal import BadCredentials, CodeInvalid, InvalidInput, RateLimited
from domain.session import begun_by_staff, ended, signed_in
from domain.staff import channel_of

RESET_FOR = timedelta(hours=1)
SIGN_INS = Guesses("sign-in", per_subject=20, in_total=5_000)
STAFF_SIGN_INS = Guesses("staff-sign-in", per_subject=10, in_total=500)


@dataclass(frozen=True, slots=True)
class Credentials:
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class StaffCredentials:
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class PasswordResetRequest:
    email: str


@dataclass(frozen=True, slots=True)
class PasswordReset:
    code: str
    password: str


async def sign_in(desk: Desk, asked: Credentials) -> SignedIn:
    if desk.actor.is_staff:
        return STAFF_SIGN_OUT
    subjects = desk.subjects(asked.email)
    if limited := await pay(desk.work, SIGN_INS, subjects, desk.at):
        return limited
    account = await desk.accounts.named(email_key(asked.email))
    if not await desk.passwords.matches(account.password_hash if account else None, asked.password) or account is None:
        return BadCredentials()
    if not account.email_verified:
        await mail_again(desk, account)
        return BadCredentials()
    async with desk.work as work:
        now_known = await work.accounts.lock(account.id)
        if now_known is None or now_known.password_hash != account.password_hash:
            return BadCredentials()  # it was changed while this one was compared
        session = await signed_in(work, account.id, desk.actor, desk.at)
        await work.commit()
    await pay_back(desk.work, SIGN_INS, subjects, desk.at)
    return session


async def mail_again(desk: Desk, account: Account) -> None:
    """To who knows the password and has not followed the first link; not too often."""
    email = account.email or ""
    if await pay(desk.work, MAILINGS, desk.subjects(email), desk.at):
        return
    async with desk.work as work:
        await work.accounts.lock(account.id)
        code = await issue(desk, Purpose.VERIFY_EMAIL, account.id, VERIFY_FOR)
        await work.commit()
    desk.letters.verify(email, code)


async def request_reset(desk: Desk, asked: PasswordResetRequest) -> bool | InvalidInput | RateLimited:
    email = asked.email.strip()
    refusal = wrong_email(email, ("input", "email")) or await pay(desk.work, MAILINGS, desk.subjects(email), desk.at)
    if refusal:
        return refusal
    async with desk.work as work:
        account = await work.accounts.lock_named(email_key(email))
        code = await issue(desk, Purpose.RESET_PASSWORD, account.id if account else None, RESET_FOR)
        await work.commit()
    if account and account.email:
        desk.letters.reset(account.email, code)
    return True


async def reset(desk: Desk, asked: PasswordReset) -> SignedIn:
    """All sessions of the customer end; the code has shown that the address is theirs."""
    if desk.actor.is_staff:
        return STAFF_SIGN_OUT
    if refusal := wrong_password(asked.password, ("input", "password")):
        return refusal
    if limited := await pay(desk.work, MAILED_CODES, (desk.client,), desk.at):
        return limited
    password_hash = await desk.passwords.hashed(asked.password)
    async with desk.work as work:
        account = await spent(desk, Purpose.RESET_PASSWORD, asked.code)
        if account is None or account.email is None:
            return CodeInvalid()
        await work.accounts.set_password(account.id, password_hash)
        await work.codes.revoke(account.id, (Purpose.RESET_PASSWORD, Purpose.VERIFY_EMAIL), desk.at)
        await ended(work, desk.at, customer=account.id)
        session = await signed_in(work, account.id, desk.actor, desk.at)
        await work.commit()
    await pay_back(desk.work, MAILED_CODES, (desk.client,), desk.at)
    desk.letters.password_changed(account.email)
    return session


async def sign_in_staff(desk: Desk, asked: StaffCredentials, channels: tuple[Channel, ...]) -> SignedIn:
    subjects = desk.subjects(asked.email)
    if limited := await pay(desk.work, STAFF_SIGN_INS, subjects, desk.at):
        return limited
    account = await desk.accounts.staff_named(email_key(asked.email))
    if not await desk.passwords.matches(account.password_hash if account else None, asked.password) or account is None:
        return BadCredentials()
    channel = channel_of(account.member.roles, channels) or desk.actor.channel
    session = begun_by_staff(account.member.id, channel.id, desk.at)
    async with desk.work as work:
        await work.sessions.open(session, desk.at)
        await work.commit()
    await pay_back(desk.work, STAFF_SIGN_INS, subjects, desk.at)
    return session
