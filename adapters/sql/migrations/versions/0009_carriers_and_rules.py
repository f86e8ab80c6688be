"""What variants weigh, carriers, and sourcing rules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    # spelled out, since SQLite takes a check only together with its column
    op.execute("ALTER TABLE variant ADD COLUMN grams INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_variant_grams CHECK (grams >= 0)")
    for name in ("carrier_table", "sourcing_rules"):
        op.create_table(
            name,
            sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("body", JSON, nullable=False),
            sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
            sa.PrimaryKeyConstraint("version", name=op.f(f"pk_{name}")),
        )
