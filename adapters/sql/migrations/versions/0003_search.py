"""Search: what products are found by, made of the catalog as it stands."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from adapters.sql.search_index import index
from adapters.sql.tables import product

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "search_form",
        sa.Column("form", BYTEWISE, nullable=False, comment="the word, a stem, or ~ and its beginning with letters left out"),
        sa.Column("word", BYTEWISE, nullable=False),
        sa.PrimaryKeyConstraint("form", "word", name=op.f("pk_search_form")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_word",
        sa.Column("word", BYTEWISE, nullable=False, comment="folded; a code is joined and marked with #"),
        sa.Column("channel_id", ID, nullable=True, comment="that has a title of its own for it; else null"),
        sa.Column("position", sa.Integer(), nullable=False, comment="the product's, smaller than its id"),
        sa.Column("weight", sa.Integer(), nullable=False, comment="of the field, by domain/search.py"),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_search_word_channel_id")),
        sa.ForeignKeyConstraint(["position"], ["product.position"], name=op.f("fk_search_word_position")),
    )
    op.create_index("ix_search_word_word", "search_word", ["word", "channel_id", "position", "weight"], unique=False)
    op.create_index("ix_search_word_position", "search_word", ["position", "word", "channel_id", "weight"], unique=False)
    # The index is written as the program that runs this would write it; a migration that changes its tables fills them
    # again, and takes this out.
    index(op.get_bind(), list(op.get_bind().execute(sa.select(product.c.id)).scalars()))
