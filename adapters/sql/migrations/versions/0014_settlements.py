"""What is done with payments after an order was placed: captures, voids and refunds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
AUTHORIZED, PENDING = sa.text("status = 'AUTHORIZED'"), sa.text("status = 'PENDING'")
METHODS = "method IN ('CARD', 'TERMINAL', 'CASH', 'STORE_CREDIT', 'AT_PICKUP', 'EXTERNAL')"


def upgrade() -> None:
    with op.batch_alter_table("payment") as payment:
        payment.add_column(sa.Column("released_minor", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
        payment.add_column(sa.Column("captures_in_parts", sa.Boolean(), nullable=False, server_default=sa.text("true")))
        payment.add_column(
            sa.Column(
                "told_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="when it was told that its authorization is about to end",
            )
        )
        payment.create_check_constraint(op.f("ck_payment_released_minor"), "released_minor >= 0")
        payment.drop_constraint(op.f("ck_payment_captured_within"), type_="check")
        payment.create_check_constraint(op.f("ck_payment_captured_within"), "captured_minor + released_minor <= amount_minor")
    op.create_index(
        "ix_payment_authorized_until",
        "payment",
        ["authorized_until"],
        unique=False,
        sqlite_where=AUTHORIZED,
        postgresql_where=AUTHORIZED,
    )
    op.create_table(
        "payment_step",
        sa.Column("id", ID, nullable=False, comment="by which its provider knows it, too"),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("payment_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False, comment="how it is given back"),
        sa.Column("is_last", sa.Boolean(), nullable=False, comment="nothing of the payment is captured after it"),
        sa.Column("key", sa.Text(), nullable=False, comment="of its cause, which has its steps once"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True, comment="when a provider is asked; null for never"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_step_amount_minor")),
        sa.CheckConstraint("kind IN ('CAPTURE', 'VOID', 'REFUND')", name=op.f("ck_payment_step_kind")),
        sa.CheckConstraint(METHODS, name=op.f("ck_payment_step_method")),
        sa.CheckConstraint("status IN ('PENDING', 'DONE', 'FAILED')", name=op.f("ck_payment_step_status")),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_payment_step_order_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_step_payment_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_payment_step_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_step")),
        sa.UniqueConstraint("order_id", "key", "payment_id", "kind", name=op.f("uq_payment_step_order_id_key_payment_id_kind")),
    )
    op.create_index("ix_payment_step_payment_id", "payment_step", ["payment_id", "id"], unique=False)
    op.create_index(
        "ix_payment_step_next_at",
        "payment_step",
        ["next_at"],
        unique=False,
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )
