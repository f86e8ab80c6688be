"""Orders that were taken in know what of."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    digest = sa.Column("import_digest", sa.Text(), nullable=True, comment="of what was given where it was taken in")
    op.add_column("sales_order", digest)
