"""Transfers between locations."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import domain.transfer
import resolvers.transfer
from domain.transfer import StockTransferStatus
from domain.transfer_changes import StockTransferReceive, StockTransferSend
from schema.edge import answered_by, answered_for_all
from schema.location import Location
from schema.node import Node
from schema.page import Edge, PageInfo
from schema.payload import mutation, payload
from schema.stock_changes import StockLineInput
from schema.view import command_of, enum, object_type, view_of

if TYPE_CHECKING:
    from schema.catalog import Variant

enum(StockTransferStatus)


@view_of(domain.transfer.StockTransferLine)
class StockTransferLine:
    """Units of one SKU on their way."""

    id: strawberry.ID
    """For a client's cache."""
    variant: Annotated[Variant, strawberry.lazy("schema.catalog")] = answered_for_all(resolvers.transfer.variants_of_lines)
    """What was sent."""
    quantity: int
    """How many were sent."""
    received_quantity: int
    """How many of them have come in."""


@view_of(domain.transfer.StockTransfer)
class StockTransfer(Node):
    """Goods on their way from one location to another: on no shelf, until they are taken in."""

    status: StockTransferStatus
    """Whether all of it has come in."""
    from_location: Location = answered_for_all(resolvers.transfer.origins_of_transfers)
    """Who sent it."""
    to_location: Location = answered_for_all(resolvers.transfer.destinations_of_transfers)
    """Whom it is for."""
    lines: list[StockTransferLine]
    """What was sent, by SKU."""
    expected_at: datetime.datetime | None
    """When it is expected; until it comes in, it is in `StockLevel.incoming` there. Null where nobody said."""
    created_at: datetime.datetime
    """When it left."""


@view_of(domain.transfer.TransferPage)
class StockTransferConnection:
    """A page of transfers."""

    edges: list[Edge[StockTransfer]]
    """The transfers with their cursors."""
    nodes: list[StockTransfer]
    """The transfers alone."""
    page_info: PageInfo
    """Where this page stands in the list."""


@payload
class StockTransferPayload:
    """A transfer as it is now, or why nothing was done."""

    transfer: StockTransfer | None
    """As it is now."""


@command_of(StockTransferSend)
class StockTransferInput:
    """What is sent, of the shared stock."""

    from_location: strawberry.ID
    """Who sends it."""
    to_location: strawberry.ID
    """Whom it is for."""
    lines: list[StockLineInput]
    """What, 1 to 100 lines."""
    expected_at: datetime.datetime | None = strawberry.UNSET
    """When it will be there, within 730 days; left out, it is not shown as incoming."""
    idempotency_key: str
    """Asked again with the same key, nothing is sent twice."""


@command_of(StockTransferReceive)
class StockTransferReceiveInput:
    """What came in of a transfer."""

    transfer: strawberry.ID
    """Which."""
    lines: list[StockLineInput]
    """What, 1 to 100 lines; never more than is still on its way."""
    idempotency_key: str
    """Asked again with the same key, nothing is taken in twice."""


@object_type
class TransferQuery:
    """Transfers, for staff: an associate is told of those from or to their own stores."""

    stock_transfers: StockTransferConnection | None = answered_by(
        resolvers.transfer.stock_transfers,
        location="Where they come from, or go to.",
        open="Only what is still on its way; false for all of them.",
    )
    """Staff only: transfers from or to a location, newest first."""


@object_type
class TransferMutation:
    """What staff send to each other."""

    stock_transfer: StockTransferPayload = mutation(StockTransferPayload, resolvers.transfer.stock_transfer)
    """Takes units off the shelf and on their way to another location, for staff of the one that sends: all of the lines or
    none. What is held or allocated stays; safety does not keep units from being sent."""
    stock_transfer_receive: StockTransferPayload = mutation(StockTransferPayload, resolvers.transfer.stock_transfer_receive)
    """Puts what came in on the shelf, for staff of the location it goes to: all of it, or some now and some later. What never
    comes stays in transit."""
