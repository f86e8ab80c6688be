"""Transfers, discrepancies, and counts that short picks make doubtful."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)

ACCOUNTS = "IN ('ON_HAND', 'QUARANTINED', 'IN_TRANSIT', 'SUPPLIER', 'CUSTOMER', 'LOSS')"
EXPECTED = ["sku", "location_id", "pool_id", "expected_at"]


def upgrade() -> None:
    op.add_column(
        "stock_level",
        sa.Column("short_picked_at", INSTANT, nullable=True, comment="units were missing then, and nobody has counted since"),
    )
    with op.batch_alter_table("stock_movement") as movement:
        for side in ("from_account", "to_account"):
            movement.drop_constraint(op.f(f"ck_stock_movement_{side}"), type_="check")
            movement.create_check_constraint(op.f(f"ck_stock_movement_{side}"), f"{side} {ACCOUNTS}")
    transfers()
    incoming()
    discrepancies()


def transfers() -> None:
    op.create_table(
        "stock_transfer",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "status",
            sa.Text(),
            sa.CheckConstraint("status IN ('IN_TRANSIT', 'RECEIVED', 'CANCELED')", name=op.f("ck_stock_transfer_status")),
            nullable=False,
        ),
        sa.Column("from_location_id", ID, nullable=False),
        sa.Column("to_location_id", ID, nullable=False),
        sa.Column("pool_id", ID, nullable=False),
        sa.Column("expected_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["from_location_id"], ["location.id"], name=op.f("fk_stock_transfer_from_location_id")),
        sa.ForeignKeyConstraint(["to_location_id"], ["location.id"], name=op.f("fk_stock_transfer_to_location_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_stock_transfer_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_transfer")),
    )
    op.create_index("ix_stock_transfer_from", "stock_transfer", ["from_location_id", "id"])
    op.create_index("ix_stock_transfer_to", "stock_transfer", ["to_location_id", "id"])
    op.create_table(
        "stock_transfer_line",
        sa.Column("transfer_id", ID, nullable=False),
        sa.Column("sku", BYTEWISE, nullable=False),
        sa.Column(
            "quantity",
            sa.Integer(),
            sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_transfer_line_quantity")),
            nullable=False,
        ),
        sa.Column(
            "received_quantity",
            sa.Integer(),
            sa.CheckConstraint("received_quantity >= 0", name=op.f("ck_stock_transfer_line_received_quantity")),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.CheckConstraint("received_quantity <= quantity", name=op.f("ck_stock_transfer_line_received_within")),
        sa.ForeignKeyConstraint(["transfer_id"], ["stock_transfer.id"], name=op.f("fk_stock_transfer_line_transfer_id")),
        sa.ForeignKeyConstraint(["sku"], ["variant.sku"], name=op.f("fk_stock_transfer_line_sku")),
        sa.PrimaryKeyConstraint("transfer_id", "sku", name=op.f("pk_stock_transfer_line")),
    )


def incoming() -> None:
    """Several transfers may be expected on one shelf at one moment; of suppliers there is one row for each moment, as before."""
    with op.batch_alter_table("stock_incoming") as expected:
        expected.drop_constraint(op.f("uq_stock_incoming_sku_location_id_pool_id_expected_at"), type_="unique")
        expected.add_column(sa.Column("transfer_id", ID, nullable=True, comment="what brings it, if no supplier does"))
        expected.create_foreign_key(op.f("fk_stock_incoming_transfer_id"), "stock_transfer", ["transfer_id"], ["id"])
    op.create_index("ix_stock_incoming_shelf", "stock_incoming", EXPECTED)
    of_suppliers = sa.text("transfer_id IS NULL")
    op.create_index(
        "uq_stock_incoming_of_suppliers",
        "stock_incoming",
        EXPECTED,
        unique=True,
        sqlite_where=of_suppliers,
        postgresql_where=of_suppliers,
    )


def discrepancies() -> None:
    op.create_table(
        "stock_discrepancy",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("sku", BYTEWISE, nullable=False),
        sa.Column("location_id", ID, nullable=False),
        sa.Column("pool_id", ID, nullable=False),
        sa.Column(
            "quantity",
            sa.Integer(),
            sa.CheckConstraint("quantity <> 0", name=op.f("ck_stock_discrepancy_quantity")),
            nullable=False,
        ),
        sa.Column(
            "cause",
            sa.Text(),
            sa.CheckConstraint("cause IN ('COUNT', 'SHORT_PICK', 'TILL_SALE')", name=op.f("ck_stock_discrepancy_cause")),
            nullable=False,
        ),
        sa.Column("subject", sa.Text(), nullable=True, comment="an opaque id"),
        sa.Column("staff_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["sku", "location_id", "pool_id"],
            ["stock_level.sku", "stock_level.location_id", "stock_level.pool_id"],
            name=op.f("fk_stock_discrepancy_sku_location_id_pool_id"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_stock_discrepancy_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_discrepancy")),
    )
    op.create_index("ix_stock_discrepancy_shelf", "stock_discrepancy", ["sku", "location_id", "pool_id", "at"])
