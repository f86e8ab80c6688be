"""Card terminals, store credit, and what the test provider keeps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
SPENT = sa.text("cause = 'SPENT'")


def upgrade() -> None:
    op.create_table(
        "terminal",
        sa.Column("id", ID, nullable=False),
        sa.Column("location_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True, comment="the payment provider's own name for it"),
        sa.Column(
            "ready", sa.Boolean(), nullable=False, comment="false: not in use any more, and kept for what was paid at it"
        ),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_terminal_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal")),
        sa.UniqueConstraint("location_id", "name", name=op.f("uq_terminal_location_id_name")),
    )
    op.create_table(
        "store_credit",
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("minor >= 0", name=op.f("ck_store_credit_minor")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_store_credit_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "currency_code", name=op.f("pk_store_credit")),
    )
    op.create_table(
        "store_credit_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False, comment="negative where it was spent"),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("payment_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cause IN ('GRANTED', 'SPENT', 'RETURNED')", name=op.f("ck_store_credit_entry_cause")),
        sa.ForeignKeyConstraint(
            ["customer_id", "currency_code"],
            ["store_credit.customer_id", "store_credit.currency_code"],
            name=op.f("fk_store_credit_entry_customer_id_currency_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_credit_entry")),
    )
    op.create_index("ix_store_credit_entry_customer_id", "store_credit_entry", ["customer_id", "currency_code"], unique=False)
    op.create_index(
        "ix_store_credit_entry_spent",
        "store_credit_entry",
        ["payment_id"],
        unique=True,
        sqlite_where=SPENT,
        postgresql_where=SPENT,
    )
    op.create_table(
        "test_charge",
        sa.Column("payment_id", ID, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True, comment="null: it was voided before it arrived"),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("decline_code", sa.Text(), nullable=True),
        sa.Column("return_url", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("captures", JSON, nullable=False, server_default=sa.text("'{}'"), comment="minor units by their key"),
        sa.Column("refunds", JSON, nullable=False, server_default=sa.text("'{}'"), comment="minor units by their key"),
        sa.CheckConstraint(
            "status IN ('PENDING', 'ACTION_REQUIRED', 'AUTHORIZED', 'CAPTURED', 'VOIDED', 'FAILED')",
            name=op.f("ck_test_charge_status"),
        ),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_test_charge")),
    )
