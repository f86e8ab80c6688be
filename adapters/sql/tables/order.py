"""Orders, what is done to fulfill them, and whom they are for. `order` is a word of SQL, so the table is `sales_order`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from adapters.sql.columns import Bytewise, Instant, Json
from adapters.sql.tables.metadata import address_columns, key, metadata, one_of
from domain.channel import FulfillmentMethod
from domain.fulfillment import NOT_BEGUN, FulfillmentStatus
from domain.ids import (
    CartId,
    ChannelId,
    CustomerId,
    FulfillmentGroupId,
    FulfillmentId,
    FulfillmentLineId,
    LocationId,
    OrderEntryId,
    OrderId,
    OrderLineId,
    PoolId,
    SessionId,
    StaffMemberId,
    TaskId,
    VariantId,
)
from domain.order import EntryKind, OrderStatus

sales_order = Table(
    "sales_order",
    metadata,
    key("id", OrderId, primary_key=True),
    Column("number", Bytewise, unique=True, nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", Text, one_of("status", OrderStatus), nullable=False),
    key("channel_id", ChannelId, ForeignKey("channel.id"), nullable=False),
    key("pool_id", PoolId, ForeignKey("pool.id"), nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("external_id", Text),
    Column("import_digest", Text, comment="of what was given where it was taken in"),
    Column("source_code", Text),
    key("customer_id", CustomerId, ForeignKey("customer.id")),
    key("cart_id", CartId, ForeignKey("cart.id"), unique=True),
    Column("groups", Json, nullable=False, comment="as it was planned, by domain/group_record.py, without addresses"),
    Column("totals", Json, nullable=False, comment="in minor units, by the names of domain/pricing.py"),
    Column("placed_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("channel_id", "external_id"),
)
Index("ix_sales_order_placed_at", sales_order.c.placed_at, sales_order.c.id)
Index("ix_sales_order_customer_id", sales_order.c.customer_id, sales_order.c.placed_at)
Index("ix_sales_order_status", sales_order.c.status, sales_order.c.placed_at)
Index("ix_sales_order_channel_id", sales_order.c.channel_id, sales_order.c.placed_at)
Index("ix_sales_order_external_id", sales_order.c.external_id)


def units(name: str) -> Column[int]:
    return Column(name, Integer, CheckConstraint(f"{name} >= 0", name=name), nullable=False, server_default=text("0"))


order_line = Table(
    "order_line",
    metadata,
    key("id", OrderLineId, primary_key=True),
    key("order_id", OrderId, ForeignKey("sales_order.id"), nullable=False, index=True),
    key("variant_id", VariantId, ForeignKey("variant.id"), nullable=False),
    Column("sku", Bytewise, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("quantity", Integer, CheckConstraint("quantity > 0", name="quantity"), nullable=False),
    Column("unit_price_minor", BigInteger, nullable=False),
    Column("discount_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    units("unsourced"),
    units("fulfilled"),
    units("canceled"),
    units("returned"),
    CheckConstraint("unsourced + fulfilled + canceled <= quantity", name="units_within"),
    CheckConstraint("returned <= fulfilled", name="returned_within"),
)

order_contact = Table(
    "order_contact",
    metadata,
    key("order_id", OrderId, ForeignKey("sales_order.id"), primary_key=True),
    Column("email", Text),
    Column("email_key", Text, index=True),
    Column("name", Text),
    Column("name_key", Bytewise, index=True, comment="as it is searched"),
    Column("name_key_backward", Bytewise, index=True, comment="the same, its last word first"),
    Column("phone", Text),
    Column("phone_key", Text, index=True, comment="its last digits"),
)

order_address = Table(
    "order_address",
    metadata,
    key("group_id", FulfillmentGroupId, primary_key=True),
    key("order_id", OrderId, ForeignKey("sales_order.id"), nullable=False, index=True),
    *address_columns(),
    Column("latitude", Float, comment="of the postal code; null where that is not known"),
    Column("longitude", Float),
)

session_order = Table(
    "session_order",
    metadata,
    key("session_id", SessionId, ForeignKey("session.id"), primary_key=True),
    key("order_id", OrderId, ForeignKey("sales_order.id"), primary_key=True, index=True),
    Column("granted_at", Instant, nullable=False),
)

fulfillment = Table(
    "fulfillment",
    metadata,
    key("id", FulfillmentId, primary_key=True),
    key("order_id", OrderId, ForeignKey("sales_order.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("method", Text, one_of("method", FulfillmentMethod), nullable=False),
    Column("status", Text, one_of("status", FulfillmentStatus), nullable=False),
    key("location_id", LocationId, ForeignKey("location.id"), comment="where the goods leave from"),
    key("destination_id", LocationId, ForeignKey("location.id"), comment="where they are collected"),
    key("group_id", FulfillmentGroupId, nullable=False, comment="as which it was planned"),
    Column("promise", Json, comment="as domain/group_record.py writes it"),
    Column("expected_at", Instant, comment="by when goods come in that are not there yet"),
    Column("carrier", Text),
    Column("tracking_number", Text),
    Column("tracking_url", Text),
    Column("collect_before", Instant),
    Column("accept_before", Instant, comment="after which another location is asked"),
    Column("reasons", Json, comment="why this location, as codes"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
IS_OPEN = text("status = 'OPEN'")
Index("ix_fulfillment_accept_before", fulfillment.c.accept_before, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
Index("ix_fulfillment_updated_at", fulfillment.c.updated_at)
Index("ix_fulfillment_location", fulfillment.c.location_id, fulfillment.c.status, fulfillment.c.created_at)
Index("ix_fulfillment_destination", fulfillment.c.destination_id, fulfillment.c.status, fulfillment.c.created_at)
AWAITS_GOODS = text(f"expected_at IS NOT NULL AND status IN ({', '.join(repr(status.value) for status in NOT_BEGUN)})")
Index("ix_fulfillment_expected_at", fulfillment.c.expected_at, sqlite_where=AWAITS_GOODS, postgresql_where=AWAITS_GOODS)

fulfillment_line = Table(
    "fulfillment_line",
    metadata,
    key("id", FulfillmentLineId, primary_key=True),
    key("fulfillment_id", FulfillmentId, ForeignKey("fulfillment.id"), nullable=False, index=True),
    key("order_line_id", OrderLineId, ForeignKey("order_line.id"), nullable=False, index=True),
    Column("quantity", Integer, CheckConstraint("quantity > 0", name="quantity"), nullable=False),
    units("picked"),
    CheckConstraint("picked <= quantity", name="picked_within"),
)

pickup_ticket = Table(
    "pickup_ticket",
    metadata,
    key("order_id", OrderId, ForeignKey("sales_order.id"), primary_key=True),
    key("location_id", LocationId, ForeignKey("location.id"), primary_key=True),
    Column("digest", Text, nullable=False, unique=True, comment="of the location and the code"),
    Column("sealed", Text, nullable=False, comment="the code, which only this gateway's key opens"),
    Column("collect_before", Instant),
    Column("spent_at", Instant),
    Column("reminded_at", Instant),
    Column("extensions", Integer, nullable=False, server_default=text("0"), comment="how often it was made longer"),
)
IS_UNSPENT = text("spent_at IS NULL")
Index(
    "ix_pickup_ticket_collect_before",
    pickup_ticket.c.collect_before,
    sqlite_where=IS_UNSPENT,
    postgresql_where=IS_UNSPENT,
)

order_entry = Table(
    "order_entry",
    metadata,
    key("id", OrderEntryId, primary_key=True),
    key("order_id", OrderId, ForeignKey("sales_order.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", Text, one_of("kind", EntryKind), nullable=False),
    Column("change", Text, nullable=False),
    Column("data", Json, nullable=False, comment="ids and plain facts"),
    Column("reason", Text),
    key("channel_id", ChannelId, ForeignKey("channel.id")),
    key("staff_id", StaffMemberId, ForeignKey("staff_member.id")),
    key("fulfillment_id", FulfillmentId, ForeignKey("fulfillment.id")),
)
Index("ix_order_entry_order_id", order_entry.c.order_id, order_entry.c.id)

resourcing_task = Table(
    "resourcing_task",
    metadata,
    key("id", TaskId, primary_key=True),
    key("order_id", OrderId, ForeignKey("sales_order.id"), nullable=False, index=True),
    key("group_id", FulfillmentGroupId, nullable=False),
    Column("units", Json, nullable=False, comment="[order line, units] pairs"),
    Column("excluded", Json, nullable=False, comment="locations that cannot give them"),
    Column("cause", Text, nullable=False),
    Column("created_at", Instant, nullable=False, index=True),
)
