"""Promotions and taxes, and what a channel needs to price a cart."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("channel", sa.Column("country_code", sa.Text(), nullable=True, comment="whose taxes its prices include"))
    op.add_column("channel", sa.Column("line_quantity_max", sa.Integer(), nullable=False, server_default=sa.text("50")))
    op.create_table(
        "promotion",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", BYTEWISE, nullable=False),
        sa.Column("code", sa.Text(), nullable=True, comment="as the shop writes it; null: everybody has it"),
        sa.Column(
            "code_key", BYTEWISE, nullable=True, comment="code, folded, to find it by; what has ended may have borne it too"
        ),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("basis_points", sa.Integer(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("minimum_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=True, comment="of its amounts"),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uses_max", sa.Integer(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False, server_default=sa.text("0"), comment="orders placed with it"),
        sa.CheckConstraint("scope IN ('ORDER', 'LINE')", name=op.f("ck_promotion_scope")),
        sa.CheckConstraint("basis_points BETWEEN 1 AND 10000", name=op.f("ck_promotion_basis_points")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_promotion_amount")),
        sa.CheckConstraint("minimum_minor > 0", name=op.f("ck_promotion_minimum")),
        sa.CheckConstraint("uses_max > 0", name=op.f("ck_promotion_uses_max")),
        sa.CheckConstraint("(basis_points IS NULL) <> (amount_minor IS NULL)", name=op.f("ck_promotion_discount")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
        sa.UniqueConstraint("name", name=op.f("uq_promotion_name")),
    )
    op.create_index(op.f("ix_promotion_code_key"), "promotion", ["code_key"], unique=False)
    op.create_table(
        "promotion_channel",
        sa.Column("promotion_id", ID, nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name=op.f("fk_promotion_channel_promotion_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_promotion_channel_channel_id")),
        sa.PrimaryKeyConstraint("promotion_id", "channel_id", name=op.f("pk_promotion_channel")),
        comment="none: every channel",
    )
    op.create_table(
        "promotion_category",
        sa.Column("promotion_id", ID, nullable=False),
        sa.Column("category_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name=op.f("fk_promotion_category_promotion_id")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_promotion_category_category_id")),
        sa.PrimaryKeyConstraint("promotion_id", "category_id", name=op.f("pk_promotion_category")),
        comment="none: all goods",
    )
    op.create_table(
        "tax_rate",
        sa.Column("country_code", sa.Text(), nullable=False),
        sa.Column("category_id", ID, nullable=True, comment="null: the standard rate"),
        sa.Column("basis_points", sa.Integer(), nullable=False),
        sa.CheckConstraint("basis_points BETWEEN 0 AND 10000", name=op.f("ck_tax_rate_basis_points")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_tax_rate_category_id")),
        sa.UniqueConstraint("country_code", "category_id", name=op.f("uq_tax_rate_country_code_category_id")),
    )
    standard = sa.text("category_id IS NULL")
    op.create_index(
        "ix_tax_rate_standard", "tax_rate", ["country_code"], unique=True, sqlite_where=standard, postgresql_where=standard
    )
