"""How the lines of a cart reach the buyer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

CHANGES = (
    "change IN ('CREATED', 'LINES_ADDED', 'LINES_CHANGED', 'CONTACT_SET', 'CODES_SET', 'FULFILLMENT_CHOSEN', 'HANDED_OVER', "
    "'CLAIMED', 'MERGED_IN', 'MERGED_AWAY', 'ABANDONED', 'RESUMED')"
)


def upgrade() -> None:
    op.add_column(
        "cart",
        sa.Column(
            "groups",
            JSON,
            nullable=False,
            server_default=sa.text("'[]'"),
            comment="as domain/group_record.py writes them, without addresses",
        ),
    )
    op.add_column(
        "cart",
        sa.Column(
            "groups_version",
            sa.Integer(),
            nullable=False,
            server_default=sa.text("0"),
            comment="at which the fulfillment groups were chosen last",
        ),
    )
    with op.batch_alter_table("cart_activity") as activity:
        activity.drop_constraint(op.f("ck_cart_activity_change"), type_="check")
        activity.create_check_constraint(op.f("ck_cart_activity_change"), CHANGES)
    op.create_table(
        "cart_address",
        sa.Column("group_id", ID, nullable=False),
        sa.Column("cart_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("line1", sa.Text(), nullable=False),
        sa.Column("line2", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("country_code", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True, comment="of the postal code; null where that is not known"),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_cart_address_cart_id")),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_cart_address")),
    )
    op.create_index(op.f("ix_cart_address_cart_id"), "cart_address", ["cart_id"], unique=False)
