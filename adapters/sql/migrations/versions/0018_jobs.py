"""What jobs look for is found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0013"
branch_labels = None
depends_on = None

EXCEEDED = sa.text("held + allocated > on_hand")
AWAITS_GOODS = sa.text("expected_at IS NOT NULL AND status IN ('OPEN', 'ACCEPTED')")


def upgrade() -> None:
    op.create_index("ix_stock_level_exceeded", "stock_level", ["sku"], sqlite_where=EXCEEDED, postgresql_where=EXCEEDED)
    op.create_index(
        "ix_fulfillment_expected_at", "fulfillment", ["expected_at"], sqlite_where=AWAITS_GOODS, postgresql_where=AWAITS_GOODS
    )
