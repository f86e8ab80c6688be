"""Letters about orders, and indexes by which jobs find what is to be done."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
DUE = sa.text("due_at IS NOT NULL")
EXCEEDED = sa.text("held + allocated > on_hand")
AWAITS_GOODS = sa.text("expected_at IS NOT NULL AND status IN ('OPEN', 'ACCEPTED')")


def upgrade() -> None:
    op.create_index("ix_stock_level_exceeded", "stock_level", ["sku"], sqlite_where=EXCEEDED, postgresql_where=EXCEEDED)
    op.create_index(
        "ix_fulfillment_expected_at", "fulfillment", ["expected_at"], sqlite_where=AWAITS_GOODS, postgresql_where=AWAITS_GOODS
    )
    letters()


def letters() -> None:
    op.create_table(
        "outbox_cursor",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="up to there nothing new will be seen"),
        sa.PrimaryKeyConstraint("consumer", name=op.f("pk_outbox_cursor")),
    )
    op.create_table(
        "letter",
        sa.Column("event_id", ID, nullable=False, comment="what it tells of, once"),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="of the event"),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("fulfillment_id", ID, nullable=True),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("due_at", INSTANT, nullable=True, comment="null: it was sent, given up, or there was nothing to tell"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_letter")),
    )
    op.create_index(op.f("ix_letter_at"), "letter", ["at"])
    op.create_index("ix_letter_due_at", "letter", ["due_at"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_index("ix_letter_order_id", "letter", ["order_id", "position"], sqlite_where=DUE, postgresql_where=DUE)
