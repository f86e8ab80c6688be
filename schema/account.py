"""Accounts: signing up and in, by customers and staff."""

from __future__ import annotations

import strawberry

import domain.account
import domain.acting
import domain.sign_in
import resolvers.account
from schema.payload import mutation
from schema.session import BooleanPayload, SessionPayload
from schema.view import command_of, object_type


@command_of(domain.account.SignUp)
class CustomerSignUpInput:
    """Whom an account is for."""

    email: str
    """Where the code to verify it is mailed."""
    password: str
    """From 8 to 200 characters."""
    name: str | None
    """As they want to be called."""


@command_of(domain.sign_in.Credentials)
class CustomerSignInInput:
    """What a customer signs in with."""

    email: str
    """The address of the account."""
    password: str
    """Its password."""


@command_of(domain.sign_in.PasswordResetRequest)
class PasswordResetRequestInput:
    """Whose password was forgotten."""

    email: str
    """Where the code is mailed, if it is the address of an account."""


@command_of(domain.sign_in.PasswordReset)
class PasswordResetInput:
    """The new password."""

    code: str
    """As it was mailed; good for an hour."""
    password: str
    """From 8 to 200 characters."""


@command_of(domain.sign_in.StaffCredentials)
class StaffSignInInput:
    """What somebody of the staff signs in with."""

    email: str
    """Their address at work."""
    password: str
    """Its password."""


@command_of(domain.acting.ActAs)
class ActAsInput:
    """For whom, why, and how long."""

    customer: strawberry.ID
    """Who asked for it."""
    reason: str
    """Kept on record; 500 characters at most."""
    minutes: int = 30
    """From 1 to 60."""


@object_type
class AccountMutation:
    """Who somebody is."""

    customer_sign_up: BooleanPayload = mutation(BooleanPayload, resolvers.account.customer_sign_up)
    """Mails a code that `customerVerify` takes. The answer is the same where the address has an account, whose owner is told by
    mail."""
    customer_verify: SessionPayload = mutation(SessionPayload, resolvers.account.customer_verify)
    """Verifies the address that the code was mailed to, and signs in. An anonymous session that asks hands on its carts. A new
    address of an account is verified in a session of that account."""
    customer_sign_in: SessionPayload = mutation(SessionPayload, resolvers.account.customer_sign_in)
    """Signs in. An anonymous session that asks hands on its carts; at a kiosk the session lasts for a quarter of an hour."""
    password_reset_request: BooleanPayload = mutation(BooleanPayload, resolvers.account.password_reset_request)
    """Mails a code that `passwordReset` takes. The answer is the same where the address has no account."""
    password_reset: SessionPayload = mutation(SessionPayload, resolvers.account.password_reset)
    """Sets a new password, ends all other sessions of the customer, and signs in."""
    staff_sign_in: SessionPayload = mutation(SessionPayload, resolvers.account.staff_sign_in)
    """Signs in somebody of the staff, in the channel they work in."""
    act_as: SessionPayload = mutation(SessionPayload, resolvers.account.act_as)
    """A session in a customer's name, on record with its reason; it cannot be refreshed, nor change who they are. For agents
    and admins."""
