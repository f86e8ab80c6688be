"""Accounts: signing up and in, by customers and staff."""

from __future__ import annotations

import domain.account
import domain.acting
import domain.sign_in
from domain.account import Desk, SignUp
from domain.acting import ActAs
from domain.opened_session import OpenedSession
from domain.refusal import BadCredentials, CodeInvalid, Forbidden, InvalidInput, NotFound, RateLimited
from domain.session import Session
from domain.sign_in import Credentials, PasswordReset, PasswordResetRequest, StaffCredentials
from resolvers.context import Context, every_channel
from resolvers.session import Code, opened

Refusal = BadCredentials | CodeInvalid | Forbidden | InvalidInput | NotFound | RateLimited


def desk(context: Context) -> Desk:
    return Desk(
        work=context.work(),
        accounts=context.reads.accounts,
        passwords=context.passwords,
        keys=context.keys,
        letters=context.letters,
        actor=context.actor,
        client=context.client,
        at=context.now,
    )


async def customer_sign_up(*, context: Context, input: SignUp) -> bool | InvalidInput | RateLimited:
    return await domain.account.sign_up(desk(context), input)


async def customer_verify(*, context: Context, input: Code) -> OpenedSession | Refusal:
    return await begun(context, await domain.account.verify(desk(context), input.code))


async def customer_sign_in(*, context: Context, input: Credentials) -> OpenedSession | Refusal:
    return await begun(context, await domain.sign_in.sign_in(desk(context), input))


async def password_reset_request(*, context: Context, input: PasswordResetRequest) -> bool | InvalidInput | RateLimited:
    return await domain.sign_in.request_reset(desk(context), input)


async def password_reset(*, context: Context, input: PasswordReset) -> OpenedSession | Refusal:
    return await begun(context, await domain.sign_in.reset(desk(context), input))


async def staff_sign_in(*, context: Context, input: StaffCredentials) -> OpenedSession | Refusal:
    channels = await context.once(every_channel)
    return await begun(context, await domain.sign_in.sign_in_staff(desk(context), input, channels))


async def act_as(*, context: Context, input: ActAs) -> OpenedSession | Refusal:
    return await begun(context, await domain.acting.act_as(context.work(), context.actor, input, context.now))


async def begun(context: Context, outcome: Session | Refusal) -> OpenedSession | Refusal:
    return await opened(context, outcome) if isinstance(outcome, Session) else outcome
