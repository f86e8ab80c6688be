"""Stock as staff see it: levels, the ledger behind them, and the proof that both agree."""

from __future__ import annotations

import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated

import strawberry

import domain.ledger
import domain.proof
import domain.stock
import resolvers.stock
from domain.ledger import StockCause
from domain.stock import StockSafetySet
from schema.channel import Channel
from schema.edge import answered_by, answered_for_all
from schema.location import Location
from schema.node import Node
from schema.page import Edge, PageInfo
from schema.payload import mutation, payload
from schema.view import command_of, enum, object_type, view_of

if TYPE_CHECKING:
    from schema.catalog import Variant

enum(StockCause)

by_shelf = attrgetter("shelf")


@view_of(domain.ledger.Incoming)
class IncomingStock:
    """Units on their way to a shelf."""

    id: strawberry.ID
    """For a client's cache."""
    quantity: int
    """How many come."""
    promised: int
    """How many of them are sold already."""
    expected_at: datetime.datetime
    """When they are expected."""


@view_of(domain.ledger.StockLevel)
class StockLevel:
    """What stands on one shelf: one SKU at one location in one pool."""

    id: strawberry.ID
    """For a client's cache."""
    variant: Annotated[Variant, strawberry.lazy("schema.catalog")] = answered_for_all(
        resolvers.stock.variants_of_levels, key=by_shelf
    )
    """What stands there, also if the asking channel does not sell it, or nobody any more."""
    location: Location = answered_for_all(resolvers.stock.locations_of_levels, key=by_shelf)
    """Where it stands."""
    pool: Channel | None = answered_for_all(resolvers.stock.pools_of_levels, key=by_shelf)
    """The channel whose own stock it is; null for the shared pool."""
    on_hand: int
    """Units on the shelf and fit for sale, also those that are held or allocated."""
    held: int
    """Kept for checkouts, until a moment."""
    allocated: int
    """Promised to placed orders, and not gone yet."""
    safety: int
    """Not for sale: set for this SKU, or else the location's buffer for walk-in sales."""
    quarantined: int
    """Set aside, and not part of `onHand`."""
    backordered: int = answered_for_all(resolvers.stock.backordered_of_levels, key=by_shelf)
    """Units sold of those that are on their way."""
    incoming: list[IncomingStock] = answered_for_all(resolvers.stock.incoming_of_levels, key=by_shelf)
    """What is on its way, by the time it is expected."""
    available: int = answered_by(resolvers.stock.available)
    """`onHand` less held, allocated and safety, never below 0. A channel may keep back more."""
    counted_at: datetime.datetime | None
    """When it was counted last; null if it never was."""
    as_of: datetime.datetime = answered_by(resolvers.stock.as_of)
    """When this was read; it is never taken from a cache."""


@view_of(domain.stock.LedgerEntry)
class StockMovement:
    """Units taken out of one account and put into another; written once, and never edited."""

    id: strawberry.ID
    """For a client's cache."""
    at: datetime.datetime
    """When they moved."""
    sku: str
    """What moved."""
    from_account: str = answered_for_all(resolvers.stock.sources_of_entries)
    """In words: `supplier`, `customer`, `loss`, `on hand LYON`, `quarantined LYON`; a channel's own pool in parentheses."""
    to_account: str = answered_for_all(resolvers.stock.targets_of_entries)
    """In the same words."""
    quantity: int
    """How many; always positive."""
    cause: StockCause
    """Why."""
    subject: Node | None = answered_by(resolvers.stock.subject)
    """What moved them, such as an order; null where that is not known."""
    balance: int
    """On hand at the location asked for, or over all, in all pools, after this movement."""


@view_of(domain.stock.LedgerPage)
class StockMovementConnection:
    """A page of the ledger."""

    edges: list[Edge[StockMovement]]
    """The movements with their cursors."""
    nodes: list[StockMovement]
    """The movements alone."""
    page_info: PageInfo
    """Where this page stands in the ledger."""


@view_of(domain.proof.StockProof)
class StockProof:
    """Whether levels, holds and allocations agree with the rows behind them."""

    balanced: bool
    """They do."""
    units: int
    """On hand, over all that was compared."""
    movements: int
    """How many they were rebuilt from."""
    problem: str | None
    """The first that does not agree, in words; null where all do."""


@payload
class StockPayload:
    """Levels as they are now, or why nothing was done."""

    levels: list[StockLevel]
    """Those that were changed."""


@command_of(StockSafetySet)
class StockSafetySetInput:
    """How many units of a SKU a location keeps back."""

    location: strawberry.ID
    """Where."""
    sku: str
    """The shop's own number for it."""
    safety: int
    """Units, 0 or more; they replace the location's buffer for this SKU."""
    channel: strawberry.ID | None = strawberry.UNSET
    """A MULTI channel, whose own stock is meant; left out, the shared stock."""


@object_type
class StockQuery:
    """Stock, for staff: an associate is told of their own stores."""

    stock_level: StockLevel | None = answered_by(
        resolvers.stock.stock_level,
        sku="The shop's own number for it.",
        location="Where.",
        pool="A MULTI channel, whose own stock is meant; left out, the shared stock.",
    )
    """Staff only: what stands on one shelf; null where nothing ever did."""
    stock_ledger: StockMovementConnection | None = answered_by(
        resolvers.stock.stock_ledger,
        sku="The shop's own number for it.",
        location="What moved into or out of it; left out, everywhere the asker works.",
    )
    """Staff only: every movement behind a level, newest first, with a running balance of on hand. Without a location an
    associate gets the movements, and the balance, of their own stores together."""
    stock_proof: StockProof | None = answered_by(
        resolvers.stock.stock_proof,
        sku="Of this SKU only.",
        location="At this location only; left out, everywhere the asker works.",
    )
    """Staff only: do levels, holds and allocations agree with movements, checkouts and orders? Names the first break
    otherwise."""


@object_type
class StockMutation:
    """What staff change of stock."""

    stock_safety_set: StockPayload = mutation(StockPayload, resolvers.stock.stock_safety_set)
    """Keeps units of a SKU back at a location, for staff who work there."""
