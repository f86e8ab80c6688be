"""Checkouts, orders, what is done to fulfill them, and payments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
LIVE = sa.text("status IN ('OPEN', 'PAYING')")
UNDER_WAY = sa.text("status IN ('PENDING', 'ACTION_REQUIRED')")

CHANGES = (
    "change IN ('CREATED', 'LINES_ADDED', 'LINES_CHANGED', 'CONTACT_SET', 'CODES_SET', 'FULFILLMENT_CHOSEN', 'HANDED_OVER', "
    "'CLAIMED', 'MERGED_IN', 'MERGED_AWAY', 'ABANDONED', 'RESUMED', 'CHECKOUT_BEGUN', 'CHECKOUT_ENDED', 'ORDERED')"
)


def upgrade() -> None:
    with op.batch_alter_table("cart_activity") as activity:
        activity.drop_constraint(op.f("ck_cart_activity_change"), type_="check")
        activity.create_check_constraint(op.f("ck_cart_activity_change"), CHANGES)
    op.create_table(
        "checkout",
        sa.Column("id", ID, nullable=False),
        sa.Column("cart_id", ID, nullable=False),
        sa.Column("cart_version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("pool_id", ID, nullable=False),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("source_code", sa.Text(), nullable=True),
        sa.Column("frozen", JSON, nullable=False, comment="lines, groups, totals and promotions, without addresses"),
        sa.Column("due_minor", sa.BigInteger(), nullable=False),
        sa.Column("attempt_id", ID, nullable=True),
        sa.Column("order_id", ID, nullable=True),
        sa.Column("session_id", ID, nullable=True, comment="that holds it; these two bound how much one buyer holds"),
        sa.Column("contact_digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="when it stopped holding"),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_checkout_cart_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_checkout_channel_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_checkout_customer_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_checkout_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout")),
        sa.CheckConstraint("status IN ('OPEN', 'PAYING', 'COMPLETED', 'CANCELED', 'EXPIRED')", name=op.f("ck_checkout_status")),
    )
    op.create_index("ix_checkout_cart_id", "checkout", ["cart_id", "created_at"], unique=False)
    op.create_index(
        "ix_checkout_contact_digest", "checkout", ["contact_digest"], unique=False, sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_index(
        "ix_checkout_expires_at", "checkout", ["expires_at"], unique=False, sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_index("ix_checkout_live_of_cart", "checkout", ["cart_id"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_index(
        "ix_checkout_session_id", "checkout", ["session_id"], unique=False, sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_table(
        "sales_order",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", BYTEWISE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("pool_id", ID, nullable=False),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("source_code", sa.Text(), nullable=True),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("cart_id", ID, nullable=True),
        sa.Column("groups", JSON, nullable=False, comment="as it was planned, by domain/group_record.py, without addresses"),
        sa.Column("totals", JSON, nullable=False, comment="in minor units, by the names of domain/pricing.py"),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_sales_order_cart_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_sales_order_channel_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_sales_order_customer_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_sales_order_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_order")),
        sa.UniqueConstraint("cart_id", name=op.f("uq_sales_order_cart_id")),
        sa.UniqueConstraint("channel_id", "external_id", name=op.f("uq_sales_order_channel_id_external_id")),
        sa.UniqueConstraint("number", name=op.f("uq_sales_order_number")),
        sa.CheckConstraint(
            "status IN ('PLACED', 'IN_PROGRESS', 'ACTION_NEEDED', 'PARTIALLY_FULFILLED', 'FULFILLED', 'CANCELED')",
            name=op.f("ck_sales_order_status"),
        ),
    )
    op.create_index("ix_sales_order_customer_id", "sales_order", ["customer_id", "placed_at"], unique=False)
    op.create_index("ix_sales_order_placed_at", "sales_order", ["placed_at", "id"], unique=False)
    op.create_table(
        "fulfillment",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("location_id", ID, nullable=True, comment="where the goods leave from"),
        sa.Column("destination_id", ID, nullable=True, comment="where they are collected"),
        sa.Column("group_id", ID, nullable=False, comment="as which it was planned"),
        sa.Column("promise", JSON, nullable=True, comment="as domain/group_record.py writes it"),
        sa.Column(
            "expected_at", sa.DateTime(timezone=True), nullable=True, comment="by when goods come in that are not there yet"
        ),
        sa.Column("carrier", sa.Text(), nullable=True),
        sa.Column("tracking_number", sa.Text(), nullable=True),
        sa.Column("tracking_url", sa.Text(), nullable=True),
        sa.Column("collect_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["destination_id"], ["location.id"], name=op.f("fk_fulfillment_destination_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_fulfillment_location_id")),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_fulfillment_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fulfillment")),
        sa.CheckConstraint("method IN ('DELIVERY', 'PICKUP', 'RESERVE_IN_STORE')", name=op.f("ck_fulfillment_method")),
        sa.CheckConstraint(
            "status IN ('OPEN', 'ACCEPTED', 'PICKED', 'PACKED', 'IN_TRANSIT', 'ARRIVED', 'READY_FOR_PICKUP', 'COLLECTED', 'SHIPPED', 'DELIVERED', 'REJECTED', 'CANCELED', 'EXPIRED')",
            name=op.f("ck_fulfillment_status"),
        ),
    )
    op.create_index("ix_fulfillment_destination", "fulfillment", ["destination_id", "status", "created_at"], unique=False)
    op.create_index("ix_fulfillment_location", "fulfillment", ["location_id", "status", "created_at"], unique=False)
    op.create_index(op.f("ix_fulfillment_order_id"), "fulfillment", ["order_id"], unique=False)
    op.create_table(
        "order_address",
        sa.Column("group_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("line1", sa.Text(), nullable=False),
        sa.Column("line2", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("country_code", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True, comment="of the postal code; null where that is not known"),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_order_address_order_id")),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_order_address")),
    )
    op.create_index(op.f("ix_order_address_order_id"), "order_address", ["order_id"], unique=False)
    op.create_table(
        "order_contact",
        sa.Column("order_id", ID, nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_key", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_order_contact_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_contact")),
    )
    op.create_index(op.f("ix_order_contact_email_key"), "order_contact", ["email_key"], unique=False)
    op.create_table(
        "order_line",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("variant_id", ID, nullable=False),
        sa.Column("sku", BYTEWISE, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("unsourced", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("fulfilled", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("canceled", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("returned", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_order_line_order_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_order_line_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.CheckConstraint("canceled >= 0", name=op.f("ck_order_line_canceled")),
        sa.CheckConstraint("fulfilled >= 0", name=op.f("ck_order_line_fulfilled")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity")),
        sa.CheckConstraint("returned >= 0", name=op.f("ck_order_line_returned")),
        sa.CheckConstraint("returned <= fulfilled", name=op.f("ck_order_line_returned_within")),
        sa.CheckConstraint("unsourced + fulfilled + canceled <= quantity", name=op.f("ck_order_line_units_within")),
        sa.CheckConstraint("unsourced >= 0", name=op.f("ck_order_line_unsourced")),
    )
    op.create_index(op.f("ix_order_line_order_id"), "order_line", ["order_id"], unique=False)
    op.create_index(op.f("ix_order_line_sku"), "order_line", ["sku"], unique=False)
    op.create_table(
        "payment_attempt",
        sa.Column("id", ID, nullable=False),
        sa.Column("checkout_id", ID, nullable=True),
        sa.Column("order_id", ID, nullable=True, comment="that it pays, or that came of it"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False, comment="until then somebody is at work on it"),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False, comment="until then the buyer may confirm it"),
        sa.Column("decline_code", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["checkout_id"], ["checkout.id"], name=op.f("fk_payment_attempt_checkout_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_attempt")),
        sa.CheckConstraint(
            "status IN ('PENDING', 'ACTION_REQUIRED', 'FAILED', 'DONE')", name=op.f("ck_payment_attempt_status")
        ),
    )
    op.create_index(op.f("ix_payment_attempt_checkout_id"), "payment_attempt", ["checkout_id"], unique=False)
    op.create_index(op.f("ix_payment_attempt_order_id"), "payment_attempt", ["order_id"], unique=False)
    op.create_index(
        "ix_payment_attempt_under_way",
        "payment_attempt",
        ["lease_until"],
        unique=False,
        sqlite_where=UNDER_WAY,
        postgresql_where=UNDER_WAY,
    )
    op.create_table(
        "pickup_ticket",
        sa.Column("order_id", ID, nullable=False),
        sa.Column("location_id", ID, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="of the location and the code"),
        sa.Column("sealed", sa.Text(), nullable=False, comment="the code, which only this gateway's key opens"),
        sa.Column("collect_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_pickup_ticket_location_id")),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_pickup_ticket_order_id")),
        sa.PrimaryKeyConstraint("order_id", "location_id", name=op.f("pk_pickup_ticket")),
        sa.UniqueConstraint("digest", name=op.f("uq_pickup_ticket_digest")),
    )
    op.create_table(
        "session_order",
        sa.Column("session_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_session_order_order_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_session_order_session_id")),
        sa.PrimaryKeyConstraint("session_id", "order_id", name=op.f("pk_session_order")),
    )
    op.create_index(op.f("ix_session_order_order_id"), "session_order", ["order_id"], unique=False)
    op.create_table(
        "stock_backorder",
        sa.Column("id", ID, nullable=False),
        sa.Column("incoming_id", ID, nullable=False),
        sa.Column("sku", BYTEWISE, nullable=False),
        sa.Column("location_id", ID, nullable=False),
        sa.Column("pool_id", ID, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column(
            "expected_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="as it was promised; kept for its order when the goods come",
        ),
        sa.Column("checkout_id", ID, nullable=True, comment="that keeps it until it expires"),
        sa.Column("fulfillment_id", ID, nullable=True, comment="that it was sold for"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incoming_id"], ["stock_incoming.id"], name=op.f("fk_stock_backorder_incoming_id")),
        sa.ForeignKeyConstraint(
            ["sku", "location_id", "pool_id"],
            ["stock_level.sku", "stock_level.location_id", "stock_level.pool_id"],
            name=op.f("fk_stock_backorder_sku_location_id_pool_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_backorder")),
        sa.CheckConstraint("(checkout_id IS NULL) <> (fulfillment_id IS NULL)", name=op.f("ck_stock_backorder_owner")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_backorder_quantity")),
    )
    op.create_index(op.f("ix_stock_backorder_checkout_id"), "stock_backorder", ["checkout_id"], unique=False)
    op.create_index(op.f("ix_stock_backorder_expires_at"), "stock_backorder", ["expires_at"], unique=False)
    op.create_index(op.f("ix_stock_backorder_fulfillment_id"), "stock_backorder", ["fulfillment_id"], unique=False)
    op.create_index(op.f("ix_stock_backorder_incoming_id"), "stock_backorder", ["incoming_id"], unique=False)
    op.create_index("ix_stock_backorder_shelf", "stock_backorder", ["sku", "location_id", "pool_id"], unique=False)
    op.create_table(
        "fulfillment_line",
        sa.Column("id", ID, nullable=False),
        sa.Column("fulfillment_id", ID, nullable=False),
        sa.Column("order_line_id", ID, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("picked", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["fulfillment_id"], ["fulfillment.id"], name=op.f("fk_fulfillment_line_fulfillment_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_fulfillment_line_order_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fulfillment_line")),
        sa.CheckConstraint("picked >= 0", name=op.f("ck_fulfillment_line_picked")),
        sa.CheckConstraint("picked <= quantity", name=op.f("ck_fulfillment_line_picked_within")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_fulfillment_line_quantity")),
    )
    op.create_index(op.f("ix_fulfillment_line_fulfillment_id"), "fulfillment_line", ["fulfillment_id"], unique=False)
    op.create_index(op.f("ix_fulfillment_line_order_line_id"), "fulfillment_line", ["order_line_id"], unique=False)
    op.create_table(
        "order_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False, comment="ids and plain facts"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("channel_id", ID, nullable=True),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("fulfillment_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_order_entry_channel_id")),
        sa.ForeignKeyConstraint(["fulfillment_id"], ["fulfillment.id"], name=op.f("fk_order_entry_fulfillment_id")),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_order_entry_order_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_order_entry_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_entry")),
        sa.CheckConstraint(
            "kind IN ('CART', 'CHECKOUT', 'ORDER', 'PAYMENT', 'FULFILLMENT', 'PROMISE', 'RETURN', 'REFUND', 'NOTE', 'STAFF_ACTION')",
            name=op.f("ck_order_entry_kind"),
        ),
    )
    op.create_index("ix_order_entry_order_id", "order_entry", ["order_id", "id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", ID, nullable=False),
        sa.Column("attempt_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=True, comment="once it is the order's"),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("captured_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("change_minor", sa.BigInteger(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True, comment="what its provider calls it"),
        sa.Column("terminal_id", ID, nullable=True),
        sa.Column("location_id", ID, nullable=True, comment="where it was, or will be, paid"),
        sa.Column("customer_id", ID, nullable=True, comment="whose store credit it is"),
        sa.Column("decline_code", sa.Text(), nullable=True),
        sa.Column("authorized_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["payment_attempt.id"], name=op.f("fk_payment_attempt_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_payment_customer_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_payment_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_payment_amount_minor")),
        sa.CheckConstraint("captured_minor >= 0", name=op.f("ck_payment_captured_minor")),
        sa.CheckConstraint("captured_minor <= amount_minor", name=op.f("ck_payment_captured_within")),
        sa.CheckConstraint(
            "method IN ('CARD', 'TERMINAL', 'CASH', 'STORE_CREDIT', 'AT_PICKUP', 'EXTERNAL')", name=op.f("ck_payment_method")
        ),
        sa.CheckConstraint("refunded_minor >= 0", name=op.f("ck_payment_refunded_minor")),
        sa.CheckConstraint("refunded_minor <= captured_minor", name=op.f("ck_payment_refunded_within")),
        sa.CheckConstraint(
            "status IN ('PENDING', 'ACTION_REQUIRED', 'AUTHORIZED', 'CAPTURED', 'VOIDED', 'FAILED')",
            name=op.f("ck_payment_status"),
        ),
    )
    op.create_index(op.f("ix_payment_attempt_id"), "payment", ["attempt_id"], unique=False)
    op.create_index(op.f("ix_payment_order_id"), "payment", ["order_id"], unique=False)
    op.create_table(
        "resourcing_task",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("units", JSON, nullable=False, comment="[order line, units] pairs"),
        sa.Column("excluded", JSON, nullable=False, comment="locations that cannot give them"),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_resourcing_task_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resourcing_task")),
    )
    op.create_index(op.f("ix_resourcing_task_created_at"), "resourcing_task", ["created_at"], unique=False)
    op.create_index(op.f("ix_resourcing_task_order_id"), "resourcing_task", ["order_id"], unique=False)
