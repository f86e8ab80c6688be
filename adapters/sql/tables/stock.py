"""Levels, the movements behind them, what is expected, held and allocated, and what was found to differ."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from adapters.sql.columns import Bytewise, Instant
from adapters.sql.tables.metadata import key, metadata, one_of
from domain.discrepancy import DiscrepancyCause
from domain.ids import (
    BackorderId,
    CheckoutId,
    FulfillmentId,
    HoldId,
    IncomingId,
    LocationId,
    MovementId,
    PoolId,
    StaffMemberId,
    StockDiscrepancyId,
    StockTransferId,
)
from domain.ledger import AccountKind, StockCause


def units(name: str) -> Column[int]:
    return Column(name, Integer, CheckConstraint(f"{name} >= 0", name=name), nullable=False, server_default=text("0"))


def shelf() -> list[Column[Any]]:
    """Where a level is kept, as the first columns of its primary key."""
    return [
        Column("sku", Bytewise, primary_key=True),
        key("location_id", LocationId, primary_key=True),
        key("pool_id", PoolId, primary_key=True),
    ]


def on_a_shelf() -> list[Column[Any]]:
    return [
        Column("sku", Bytewise, nullable=False),
        key("location_id", LocationId, nullable=False),
        key("pool_id", PoolId, nullable=False),
    ]


def of_a_level() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["sku", "location_id", "pool_id"], ["stock_level.sku", "stock_level.location_id", "stock_level.pool_id"]
    )


LEFT = "on_hand - held - allocated - safety"

stock_level = Table(
    "stock_level",
    metadata,
    *shelf(),
    units("on_hand"),
    units("held"),
    units("allocated"),
    units("safety"),
    Column("safety_is_default", Boolean, nullable=False, server_default=text("true")),
    units("quarantined"),
    Column(
        "available",
        Integer,
        Computed(f"CASE WHEN {LEFT} > 0 THEN {LEFT} ELSE 0 END", persisted=True),
        nullable=False,
        comment="the law of domain/availability.py, before a channel's own safety",
    ),
    Column("counted_at", Instant),
    Column("short_picked_at", Instant, comment="units were missing then, and nobody has counted since"),
    ForeignKeyConstraint(["sku"], ["variant.sku"]),
    ForeignKeyConstraint(["location_id"], ["location.id"]),
    ForeignKeyConstraint(["pool_id"], ["pool.id"]),
    sqlite_with_rowid=False,
)
Index(
    "ix_stock_level_sellable",
    stock_level.c.location_id,
    stock_level.c.pool_id,
    stock_level.c.sku,
    sqlite_where=text("available > 0"),
    postgresql_where=text("available > 0"),
)
IS_EXCEEDED = text("held + allocated > on_hand")
Index(
    "ix_stock_level_exceeded",
    stock_level.c.sku,
    sqlite_where=IS_EXCEEDED,
    postgresql_where=IS_EXCEEDED,
)


def account(side: str) -> list[Column[Any]]:
    """A side of a movement; the place is null for the accounts outside."""
    return [
        Column(f"{side}_account", Text, one_of(f"{side}_account", AccountKind), nullable=False),
        key(f"{side}_location_id", LocationId, ForeignKey("location.id")),
        key(f"{side}_pool_id", PoolId, ForeignKey("pool.id")),
    ]


stock_movement = Table(
    "stock_movement",
    metadata,
    key("id", MovementId, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("sku", Bytewise, ForeignKey("variant.sku"), nullable=False),
    *account("from"),
    *account("to"),
    Column("quantity", Integer, CheckConstraint("quantity > 0", name="quantity"), nullable=False),
    Column(
        "cause",
        Text,
        one_of("cause", StockCause),
        nullable=False,
    ),
)
Index("ix_stock_movement_sku_at", stock_movement.c.sku, stock_movement.c.at)

stock_incoming = Table(
    "stock_incoming",
    metadata,
    key("id", IncomingId, primary_key=True),
    *on_a_shelf(),
    Column("quantity", Integer, CheckConstraint("quantity > 0", name="quantity"), nullable=False),
    units("promised"),
    Column("expected_at", Instant, nullable=False),
    key("transfer_id", StockTransferId, ForeignKey("stock_transfer.id"), comment="what brings it, if no supplier does"),
    CheckConstraint("promised <= quantity", name="promised_within"),
    of_a_level(),
)
Index(
    "ix_stock_incoming_shelf",
    *(stock_incoming.c[name] for name in ("sku", "location_id", "pool_id", "expected_at")),
)
Index(
    "uq_stock_incoming_of_suppliers",
    *(stock_incoming.c[name] for name in ("sku", "location_id", "pool_id", "expected_at")),
    unique=True,
    sqlite_where=text("transfer_id IS NULL"),
    postgresql_where=text("transfer_id IS NULL"),
)

stock_discrepancy = Table(
    "stock_discrepancy",
    metadata,
    key("id", StockDiscrepancyId, primary_key=True),
    Column("at", Instant, nullable=False),
    *on_a_shelf(),
    Column("quantity", Integer, CheckConstraint("quantity <> 0", name="quantity"), nullable=False),
    Column("cause", Text, one_of("cause", DiscrepancyCause), nullable=False),
    Column("subject", Text, comment="an opaque id"),
    key("staff_id", StaffMemberId, ForeignKey("staff_member.id")),
    of_a_level(),
)
Index("ix_stock_discrepancy_shelf", *(stock_discrepancy.c[name] for name in ("sku", "location_id", "pool_id", "at")))

stock_hold = Table(
    "stock_hold",
    metadata,
    key("id", HoldId, primary_key=True),
    *on_a_shelf(),
    Column("quantity", Integer, CheckConstraint("quantity > 0", name="quantity"), nullable=False),
    key("checkout_id", CheckoutId, nullable=False, index=True),
    Column("expires_at", Instant, nullable=False, index=True),
    of_a_level(),
)
Index("ix_stock_hold_shelf", stock_hold.c.sku, stock_hold.c.location_id, stock_hold.c.pool_id)

stock_allocation = Table(
    "stock_allocation",
    metadata,
    key("fulfillment_id", FulfillmentId, primary_key=True),
    *shelf(),
    Column("quantity", Integer, CheckConstraint("quantity > 0", name="quantity"), nullable=False),
    of_a_level(),
)

stock_backorder = Table(
    "stock_backorder",
    metadata,
    key("id", BackorderId, primary_key=True),
    key("incoming_id", IncomingId, ForeignKey("stock_incoming.id"), nullable=False, index=True),
    *on_a_shelf(),
    Column("quantity", Integer, CheckConstraint("quantity > 0", name="quantity"), nullable=False),
    Column("expected_at", Instant, nullable=False, comment="as it was promised; kept for its order when the goods come"),
    key("checkout_id", CheckoutId, index=True, comment="that keeps it until it expires"),
    key("fulfillment_id", FulfillmentId, index=True, comment="that it was sold for"),
    Column("expires_at", Instant, index=True),
    CheckConstraint("(checkout_id IS NULL) <> (fulfillment_id IS NULL)", name="owner"),
    of_a_level(),
)
Index("ix_stock_backorder_shelf", stock_backorder.c.sku, stock_backorder.c.location_id, stock_backorder.c.pool_id)
