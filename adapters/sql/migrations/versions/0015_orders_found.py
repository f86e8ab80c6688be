"""What orders are found by: indexes of each filter, keys of names and phones; and codes that open an order."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
PURPOSES = "purpose IN ('HANDOFF', 'RESUME', 'VERIFY_EMAIL', 'RESET_PASSWORD', 'ENROLL_KIOSK', 'ORDER_ACCESS')"


def upgrade() -> None:
    op.create_index("ix_sales_order_status", "sales_order", ["status", "placed_at"], unique=False)
    op.create_index("ix_sales_order_channel_id", "sales_order", ["channel_id", "placed_at"], unique=False)
    op.create_index("ix_sales_order_external_id", "sales_order", ["external_id"], unique=False)
    op.add_column("order_contact", sa.Column("name_key", BYTEWISE, nullable=True, comment="as it is searched"))
    op.add_column(
        "order_contact", sa.Column("name_key_backward", BYTEWISE, nullable=True, comment="the same, its last word first")
    )
    op.add_column("order_contact", sa.Column("phone_key", sa.Text(), nullable=True, comment="its last digits"))
    for name in ("name_key", "name_key_backward", "phone_key"):
        op.create_index(f"ix_order_contact_{name}", "order_contact", [name], unique=False)
    with op.batch_alter_table("one_time_code") as code:
        code.drop_constraint(op.f("ck_one_time_code_purpose"), type_="check")
        code.create_check_constraint(op.f("ck_one_time_code_purpose"), PURPOSES)
