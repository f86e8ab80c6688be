"""Registered documents, and channels that answer no others."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")


def upgrade() -> None:
    op.add_column("channel", sa.Column("registered_only", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.create_table(
        "registered_document",
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False, comment="of the text, SHA-256 in hexadecimal"),
        sa.Column("name", sa.Text(), nullable=False, comment="for people"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_registered_document_channel_id")),
        sa.PrimaryKeyConstraint("channel_id", "hash", name=op.f("pk_registered_document")),
    )
