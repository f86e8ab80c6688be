"""Sessions of other systems."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "session", sa.Column("integration", sa.Text(), nullable=True, comment="the system that acts by it, such as a till")
    )
    op.create_index(op.f("ix_session_integration"), "session", ["integration"], unique=False)
