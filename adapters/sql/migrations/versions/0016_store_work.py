"""The work of stores: until when it is accepted, why it is theirs, how tickets end, and what channels wrap goods in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)
IS_OPEN, IS_UNSPENT = sa.text("status = 'OPEN'"), sa.text("spent_at IS NULL")


def upgrade() -> None:
    op.add_column(
        "fulfillment", sa.Column("accept_before", INSTANT, nullable=True, comment="after which another location is asked")
    )
    op.add_column("fulfillment", sa.Column("reasons", JSON, nullable=True, comment="why this location, as codes"))
    op.create_index(
        "ix_fulfillment_accept_before",
        "fulfillment",
        ["accept_before"],
        unique=False,
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_index("ix_fulfillment_updated_at", "fulfillment", ["updated_at"], unique=False)
    op.add_column("pickup_ticket", sa.Column("reminded_at", INSTANT, nullable=True))
    op.add_column(
        "pickup_ticket",
        sa.Column(
            "extensions", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="how often it was made longer"
        ),
    )
    op.create_index(
        "ix_pickup_ticket_collect_before",
        "pickup_ticket",
        ["collect_before"],
        unique=False,
        sqlite_where=IS_UNSPENT,
        postgresql_where=IS_UNSPENT,
    )
    op.add_column(
        "channel",
        sa.Column("packing", JSON, server_default=sa.text("'[]'"), nullable=False, comment="wrapping and inserts, in words"),
    )
