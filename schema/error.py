"""Expected failures: data in a payload's `errors`, each with what a client needs to go on."""

from __future__ import annotations

import domain.checkout
import resolvers.error
from domain import refusal
from domain.refusal import ErrorCode
from schema.edge import answered_by
from schema.node import Node
from schema.view import enum, interface, view_of

enum(ErrorCode)


@interface
class UserError:
    """Why a mutation did nothing."""

    code: ErrorCode
    """What went wrong, for a program."""
    message: str = answered_by(resolvers.error.message)
    """The same in words: for shoppers in the language of `Accept-Language` (en or fr), for developers in English."""
    path: list[str]
    """The input field it is about, from the outside in; empty where it is about none."""


@view_of(
    domain.checkout.CheckoutExpired,
    refusal.BadCredentials,
    refusal.CartClosed,
    refusal.ChannelPolicy,
    refusal.CodeInvalid,
    refusal.Forbidden,
    refusal.IdempotencyInProgress,
    refusal.IdempotencyKeyReused,
    refusal.InvalidInput,
    refusal.LimitReached,
    refusal.NotFound,
)
class PlainError(UserError):
    """Any failure that carries nothing but its code."""


@view_of(refusal.VersionConflict)
class VersionConflict(UserError):
    """Somebody else changed it; here is how it is now."""

    current_version: int
    """Its version now."""
    current: Node | None
    """How it is now."""


@view_of(refusal.WrongState)
class WrongState(UserError):
    """It is too early or too late for that."""

    status: str
    """The state it was found in."""


@view_of(refusal.RateLimited)
class RateLimited(UserError):
    """That was tried too often."""

    retry_after_seconds: int
    """When it may be tried again."""


ERRORS = [PlainError, RateLimited, VersionConflict, WrongState]
