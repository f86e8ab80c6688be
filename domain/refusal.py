"""Refusals: expected failures, which are values and never raised inside the domain.

    InvalidInput                    what was asked cannot be meant; names the field and the fix
    NotFound                        no such thing, or not for this actor
    Forbidden                       this actor may not do that, wherever they may look
    LimitReached, RateLimited       too much, or too often
    BadCredentials, CodeInvalid     what should open something does not
    ChannelPolicy                   a MULTI channel keeps to itself
    CartClosed, WrongState          too late for that
    VersionConflict                 somebody else changed it
    IdempotencyKeyReused            the key stands for another input
    IdempotencyInProgress           what it stands for is still under way
    hold.InsufficientStock          shelves that had less than was asked for
    stock_changes.TooFew            shelves that had less to take elsewhere than was asked for
    intake.report.Rejected          rows of a file that cannot be taken
    intake.report.UnknownNames      a file speaks of channels or categories that the shop does not have
    intake.channel.StrategyChange   a file that would part a channel from its stock

A use case that returns one has left its unit of work uncommitted, so nothing changed.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol


class ErrorCode(StrEnum):
    """What went wrong, for a program."""

    INVALID_INPUT = "INVALID_INPUT"
    NOT_FOUND = "NOT_FOUND"
    FORBIDDEN = "FORBIDDEN"
    VERSION_CONFLICT = "VERSION_CONFLICT"
    CART_CLOSED = "CART_CLOSED"
    INSUFFICIENT_STOCK = "INSUFFICIENT_STOCK"
    FULFILLMENT_UNAVAILABLE = "FULFILLMENT_UNAVAILABLE"
    OPTION_EXPIRED = "OPTION_EXPIRED"
    CART_NOT_READY = "CART_NOT_READY"
    CHECKOUT_EXPIRED = "CHECKOUT_EXPIRED"
    PAYMENT_DECLINED = "PAYMENT_DECLINED"
    PAYMENT_ACTION_REQUIRED = "PAYMENT_ACTION_REQUIRED"
    PAYMENT_REQUIRED = "PAYMENT_REQUIRED"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    IDEMPOTENCY_IN_PROGRESS = "IDEMPOTENCY_IN_PROGRESS"
    WRONG_STATE = "WRONG_STATE"
    CHANNEL_POLICY = "CHANNEL_POLICY"
    NOT_RETURNABLE = "NOT_RETURNABLE"
    BAD_CREDENTIALS = "BAD_CREDENTIALS"
    CODE_INVALID = "CODE_INVALID"
    RATE_LIMITED = "RATE_LIMITED"
    LIMIT_REACHED = "LIMIT_REACHED"


@dataclass(frozen=True, slots=True)
class InvalidInput:
    """`path` names the input field from the outside in; `message` says what is wrong and what would be right."""

    code: ClassVar[ErrorCode] = ErrorCode.INVALID_INPUT
    path: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class NotFound:
    code: ClassVar[ErrorCode] = ErrorCode.NOT_FOUND
    path: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Forbidden:
    code: ClassVar[ErrorCode] = ErrorCode.FORBIDDEN
    path: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class LimitReached:
    """`limit` is its name, such as depth; `message` says how much was asked for, and how much may be."""

    code: ClassVar[ErrorCode] = ErrorCode.LIMIT_REACHED
    limit: str
    message: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RateLimited:
    code: ClassVar[ErrorCode] = ErrorCode.RATE_LIMITED
    retry_after_seconds: int
    path: tuple[str, ...] = ()
    message: str = "That was tried too often; try again later."


@dataclass(frozen=True, slots=True)
class BadCredentials:
    """Whether the address is unknown or the password wrong is not told."""

    code: ClassVar[ErrorCode] = ErrorCode.BAD_CREDENTIALS
    path: tuple[str, ...] = ()
    message: str = "This email address and password do not belong together."


@dataclass(frozen=True, slots=True)
class CodeInvalid:
    """Whether there was such a code once is not told."""

    code: ClassVar[ErrorCode] = ErrorCode.CODE_INVALID
    path: tuple[str, ...] = ("input", "code")
    message: str = "This code is wrong, used up or expired; ask for a new one."


@dataclass(frozen=True, slots=True)
class ChannelPolicy:
    code: ClassVar[ErrorCode] = ErrorCode.CHANNEL_POLICY
    path: tuple[str, ...]
    message: str = "This channel stands alone: what is begun in it cannot be taken elsewhere."


@dataclass(frozen=True, slots=True)
class CartClosed:
    code: ClassVar[ErrorCode] = ErrorCode.CART_CLOSED
    path: tuple[str, ...] = ("input", "cart")
    message: str = "This cart can no longer be changed."


@dataclass(frozen=True, slots=True)
class WrongState:
    """`status`: the state it was found in."""

    code: ClassVar[ErrorCode] = ErrorCode.WRONG_STATE
    path: tuple[str, ...]
    message: str
    status: str


class Versioned(Protocol):
    @property
    def version(self) -> int: ...


@dataclass(frozen=True, slots=True)
class VersionConflict:
    """Somebody else changed the same thing; `current` is how it is now."""

    code: ClassVar[ErrorCode] = ErrorCode.VERSION_CONFLICT
    path: tuple[str, ...]
    current: Versioned
    message: str = "This was changed by somebody else in the meantime; look at it as it is now."

    @property
    def current_version(self) -> int:
        return self.current.version


@dataclass(frozen=True, slots=True)
class IdempotencyInProgress:
    code: ClassVar[ErrorCode] = ErrorCode.IDEMPOTENCY_IN_PROGRESS
    path: tuple[str, ...] = ("input", "idempotencyKey")
    message: str = "What was asked for with this key is still under way; ask again with the same key in a moment."


@dataclass(frozen=True, slots=True)
class IdempotencyKeyReused:
    code: ClassVar[ErrorCode] = ErrorCode.IDEMPOTENCY_KEY_REUSED
    path: tuple[str, ...] = ("input", "idempotencyKey")
    message: str = "This key was used with another input; take a new one."
