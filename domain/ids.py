"""Ids: a UUIDv7 inside, opaque base64 of `Type:hex` outside."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import NewType, Self
from uuid import UUID

import uuid_utils.compat

OpaqueId = NewType("OpaqueId", str)  # as a client gave it, of whatever kind

KINDS: dict[str, type[Id]] = {}


@dataclass(frozen=True, slots=True, order=True)
class Id:
    """Names one thing of one kind; each kind is a class of its own, so that no id is taken for another's."""

    value: UUID

    def __init_subclass__(cls) -> None:
        KINDS[cls.kind()] = cls

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.value.int == other.value.int

    def __hash__(self) -> int:
        """By the number itself: an import looks ids up by the million."""
        return hash(self.value.int)

    @classmethod
    def kind(cls) -> str:
        """The name of the kind as clients see it: `ProductId` is of kind `Product`."""
        return cls.__name__.removesuffix("Id")

    @classmethod
    def new(cls) -> Self:
        """A fresh id; later ids sort after earlier ones."""
        return cls(uuid_utils.compat.uuid7())

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The id that `str` made this text from; None for any other text, and for an id of another kind."""
        found = parse_any(text)
        return found if isinstance(found, cls) else None

    def __str__(self) -> str:
        return urlsafe_b64encode(f"{self.kind()}:{self.value.hex}".encode()).decode().rstrip("=")


def parse_any(text: str) -> Id | None:
    """An id of whatever kind the text says, or None."""
    try:
        kind, _, digits = urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)).decode().partition(":")
        return KINDS[kind](UUID(hex=digits))
    except (ValueError, KeyError, binascii.Error):
        return None


class ChannelId(Id):
    __slots__ = ()


class PoolId(Id):
    """A stock pool: the shared one, or one MULTI channel's own."""

    __slots__ = ()


class ProductId(Id):
    __slots__ = ()


class VariantId(Id):
    __slots__ = ()


class CategoryId(Id):
    __slots__ = ()


class PromotionId(Id):
    __slots__ = ()


class LocationId(Id):
    __slots__ = ()


class MovementId(Id):
    __slots__ = ()


class CartId(Id):
    __slots__ = ()


class CartLineId(Id):
    __slots__ = ()


class CartActivityId(Id):
    __slots__ = ()


class SessionId(Id):
    __slots__ = ()


class CustomerId(Id):
    __slots__ = ()


class AddressId(Id):
    __slots__ = ()


class StaffMemberId(Id):
    __slots__ = ()


class EventId(Id):
    __slots__ = ()


class KioskId(Id):
    __slots__ = ()


class IncomingId(Id):
    __slots__ = ()


class StockTransferId(Id):
    __slots__ = ()


class StockDiscrepancyId(Id):
    __slots__ = ()


class HoldId(Id):
    __slots__ = ()


class CheckoutId(Id):
    __slots__ = ()


class FulfillmentGroupId(Id):
    __slots__ = ()


class OrderId(Id):
    __slots__ = ()
    ITEMS_MAX = 200  # named at once


class OrderLineId(Id):
    __slots__ = ()


class OrderEntryId(Id):
    __slots__ = ()


class FulfillmentId(Id):
    __slots__ = ()


class FulfillmentLineId(Id):
    __slots__ = ()


class TaskId(Id):
    """Something that is left to be done, such as to source units anew."""

    __slots__ = ()


class BackorderId(Id):
    __slots__ = ()


class PaymentAttemptId(Id):
    __slots__ = ()


class PaymentId(Id):
    __slots__ = ()


class PaymentStepId(Id):
    __slots__ = ()


class RefundId(Id):
    __slots__ = ()


class TerminalId(Id):
    __slots__ = ()


class StoreCreditId(Id):
    """An entry of somebody's store credit."""

    __slots__ = ()


SHARED_POOL = PoolId(UUID(int=0))
