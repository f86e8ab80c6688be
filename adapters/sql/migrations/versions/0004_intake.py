"""Imports of stock that were cut short go on where they ended."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "intake",
        sa.Column("pool_id", ID, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False, comment="of all that is applied"),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sku", BYTEWISE, nullable=True, comment="with location_id: the last shelf that was applied"),
        sa.Column("location_id", ID, nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_intake_pool_id")),
        sa.PrimaryKeyConstraint("pool_id", name=op.f("pk_intake")),
    )
