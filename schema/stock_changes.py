"""What staff do with stock: receive, expect, count and reallocate it."""

from __future__ import annotations

import datetime

import strawberry

import resolvers.stock_changes
from domain.incoming import StockIncomingSet
from domain.reallocation import StockReallocate
from domain.receiving import StockReceive
from domain.stock_changes import StockLine
from domain.stocktake import StockCount
from schema.payload import mutation
from schema.stock import StockPayload
from schema.view import command_of, input_of, object_type


@input_of(StockLine)
class StockLineInput:
    """Units of a SKU."""

    sku: str
    """The shop's own number for it."""
    quantity: int
    """How many, 1 or more; several lines of one SKU add up, to 1,000,000 at most."""


@command_of(StockReceive)
class StockReceiveInput:
    """What a supplier brought."""

    location: strawberry.ID
    """Where."""
    lines: list[StockLineInput]
    """What, 1 to 100 lines."""
    incoming: strawberry.ID | None = strawberry.UNSET
    """The expected goods that these are, of `StockLevel.incoming`: so many fewer are expected from now on."""
    pool: strawberry.ID | None = strawberry.UNSET
    """A MULTI channel, for whose own stock they are; left out, for the shared stock."""
    idempotency_key: str
    """Asked again with the same key, nothing is received twice."""


@command_of(StockCount)
class StockCountInput:
    """What somebody counted."""

    location: strawberry.ID
    """Where."""
    sku: str
    """The shop's own number for it."""
    counted: int
    """Units found on the shelf, 0 or more: all that stand there, held and allocated ones too."""
    expected_on_hand: int
    """`StockLevel.onHand` as it was when counting began; 0 for a shelf without a level. If it has changed
    since, nothing is done."""
    pool: strawberry.ID | None = strawberry.UNSET
    """A MULTI channel, whose own stock was counted; left out, the shared stock."""
    reason: str | None = strawberry.UNSET
    """Why it was counted, or what explains a difference; 500 characters at most."""
    idempotency_key: str
    """Asked again with the same key, the answer is the level as it is by then."""


@command_of(StockIncomingSet)
class StockIncomingSetInput:
    """What is expected of a supplier, in the shared stock."""

    location: strawberry.ID
    """Where."""
    sku: str
    """The shop's own number for it."""
    quantity: int
    """How many, never fewer than are promised of them; 0 removes what `incoming` names."""
    expected_at: datetime.datetime
    """When, within 730 days."""
    incoming: strawberry.ID | None = strawberry.UNSET
    """The expected goods to change, of `StockLevel.incoming`; left out, further ones are expected."""
    idempotency_key: str
    """Asked again with the same key, it is done once."""


@command_of(StockReallocate)
class StockReallocateInput:
    """Units that change pools where they stand."""

    location: strawberry.ID
    """Where."""
    lines: list[StockLineInput]
    """What, 1 to 100 lines."""
    from_pool: strawberry.ID | None = strawberry.UNSET
    """A MULTI channel, whose own stock gives; left out, the shared stock."""
    to_pool: strawberry.ID | None = strawberry.UNSET
    """A MULTI channel, whose own stock gets; left out, the shared stock."""
    idempotency_key: str
    """Asked again with the same key, nothing moves twice."""


@object_type
class StockChangeMutation:
    """What staff do with the stock of the locations they work at, and an integration with that of its channel."""

    stock_receive: StockPayload = mutation(StockPayload, resolvers.stock_changes.stock_receive)
    """Puts what a supplier brought on the shelf, also a SKU that the location never had. What was promised of it is allocated
    first."""
    stock_count: StockPayload = mutation(StockPayload, resolvers.stock_changes.stock_count)
    """Sets a counted quantity, if on hand still is what the counter was told; WrongState otherwise, whose `status` is what is
    on hand now. Fewer than are held and allocated can be counted: what is promised beyond that is sourced elsewhere."""
    stock_incoming_set: StockPayload = mutation(StockPayload, resolvers.stock_changes.stock_incoming_set)
    """Says how many units are expected of a supplier, and when."""
    stock_reallocate: StockPayload = mutation(StockPayload, resolvers.stock_changes.stock_reallocate)
    """Moves units between the shared stock and a MULTI channel's own, at one location: all of the lines or none. What is held
    or allocated stays; safety does not keep units from being moved."""
