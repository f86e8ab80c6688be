"""Sessions, the people behind them, and carts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="a digest of who tried, or empty for all"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", "since", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_since", "attempt", ["since"], unique=False)
    op.create_table(
        "customer",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_key", sa.Text(), nullable=True, comment="the address as it is compared"),
        sa.Column("email_verified", sa.Boolean(), nullable=False),
        sa.Column("new_email", sa.Text(), nullable=True, comment="counts once it is verified"),
        sa.Column("password_hash", sa.Text(), nullable=True, comment="Argon2id; null for who signs in elsewhere"),
        sa.Column("issuer", sa.Text(), nullable=True, comment="of OpenID Connect, with the issuer's own name for them"),
        sa.Column("issuer_subject", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("email_key", name=op.f("uq_customer_email_key")),
        sa.UniqueConstraint("issuer", "issuer_subject", name=op.f("uq_customer_issuer_issuer_subject")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("outcome", JSON, server_default=sa.text("'{}'"), nullable=False, comment="opaque ids"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_idempotency_key")),
    )
    op.create_index(op.f("ix_idempotency_key_expires_at"), "idempotency_key", ["expires_at"], unique=False)
    op.create_table(
        "staff_member",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=True, comment="null for who signs in elsewhere"),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("issuer_subject", sa.Text(), nullable=True),
        sa.Column("roles", JSON, nullable=False),
        sa.Column("location_ids", JSON, nullable=False, comment="of an associate, in hexadecimal"),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("email_key", name=op.f("uq_staff_member_email_key")),
        sa.UniqueConstraint("issuer", "issuer_subject", name=op.f("uq_staff_member_issuer_issuer_subject")),
    )
    op.create_table(
        "customer_address",
        sa.Column("id", ID, nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("line1", sa.Text(), nullable=False),
        sa.Column("line2", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("country_code", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_address_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_address")),
    )
    op.create_index("ix_customer_address_customer_id", "customer_address", ["customer_id", "position"], unique=False)
    op.create_table(
        "staff_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="an opaque id"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_staff_action_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_action")),
    )
    op.create_index("ix_staff_action_staff_id", "staff_action", ["staff_id", "id"], unique=False)
    op.create_index(op.f("ix_staff_action_subject"), "staff_action", ["subject"], unique=False)
    op.create_table(
        "cart",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("pool_id", ID, nullable=False, comment="the channel's"),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("discount_codes", JSON, nullable=False),
        sa.Column("source_code", sa.Text(), nullable=True),
        sa.Column("contact_version", sa.Integer(), nullable=False, comment="at which the contact was changed last"),
        sa.Column("codes_version", sa.Integer(), nullable=False, comment="at which the discount codes were changed last"),
        sa.Column("lines_removed_version", sa.Integer(), nullable=False, comment="at which a line was removed last"),
        sa.Column("merged_into", ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('OPEN', 'CHECKOUT', 'ORDERED', 'MERGED', 'ABANDONED')", name=op.f("ck_cart_status")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_cart_channel_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_cart_customer_id")),
        sa.ForeignKeyConstraint(["merged_into"], ["cart.id"], name=op.f("fk_cart_merged_into")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_cart_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart")),
    )
    op.create_index(op.f("ix_cart_merged_into"), "cart", ["merged_into"], unique=False)
    op.create_index(
        "ix_cart_one_of_a_customer",
        "cart",
        ["customer_id", "pool_id", "currency_code"],
        unique=True,
        sqlite_where=sa.text("status IN ('OPEN', 'CHECKOUT', 'ABANDONED')"),
        postgresql_where=sa.text("status IN ('OPEN', 'CHECKOUT', 'ABANDONED')"),
    )
    op.create_index("ix_cart_status", "cart", ["status", "updated_at"], unique=False)
    op.create_table(
        "kiosk",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("location_id", ID, nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_kiosk_channel_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_kiosk_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk")),
    )
    op.create_index(op.f("ix_kiosk_location_id"), "kiosk", ["location_id"], unique=False)
    op.create_table(
        "cart_activity",
        sa.Column("id", ID, nullable=False),
        sa.Column("cart_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("kiosk_id", ID, nullable=True),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("units", JSON, nullable=False, comment="[title, quantity] pairs"),
        sa.CheckConstraint(
            "change IN ('CREATED', 'LINES_ADDED', 'LINES_CHANGED', 'CONTACT_SET', 'CODES_SET', 'HANDED_OVER', 'CLAIMED', 'MERGED_IN', 'MERGED_AWAY', 'ABANDONED', 'RESUMED')",
            name=op.f("ck_cart_activity_change"),
        ),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_cart_activity_cart_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_cart_activity_channel_id")),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosk.id"], name=op.f("fk_cart_activity_kiosk_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_cart_activity_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_activity")),
        sa.UniqueConstraint("cart_id", "version", name=op.f("uq_cart_activity_cart_id_version")),
    )
    op.create_table(
        "cart_contact",
        sa.Column("cart_id", ID, nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_cart_contact_cart_id")),
        sa.PrimaryKeyConstraint("cart_id", name=op.f("pk_cart_contact")),
    )
    op.create_table(
        "cart_line",
        sa.Column("id", ID, nullable=False),
        sa.Column("cart_id", ID, nullable=False),
        sa.Column("variant_id", ID, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column(
            "price_seen_minor", sa.BigInteger(), nullable=False, comment="what the buyer was shown for one when they chose it"
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="of the cart, at which it was changed last"),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_cart_line_quantity")),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_cart_line_cart_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_cart_line_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_line")),
        sa.UniqueConstraint("cart_id", "variant_id", name=op.f("uq_cart_line_cart_id_variant_id")),
    )
    op.create_table(
        "one_time_code",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("cart_id", ID, nullable=True),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("location_id", ID, nullable=True),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("data", JSON, nullable=True, comment="plain facts, such as a kiosk's name"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('HANDOFF', 'RESUME', 'VERIFY_EMAIL', 'RESET_PASSWORD', 'ENROLL_KIOSK')",
            name=op.f("ck_one_time_code_purpose"),
        ),
        sa.CheckConstraint("scope IN ('VIEW', 'EDIT', 'CHECKOUT')", name=op.f("ck_one_time_code_scope")),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_one_time_code_cart_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_one_time_code_customer_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_one_time_code_location_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_one_time_code_staff_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_one_time_code")),
    )
    op.create_index(op.f("ix_one_time_code_cart_id"), "one_time_code", ["cart_id"], unique=False)
    op.create_index(op.f("ix_one_time_code_customer_id"), "one_time_code", ["customer_id"], unique=False)
    op.create_index(op.f("ix_one_time_code_expires_at"), "one_time_code", ["expires_at"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel_id", ID, nullable=False, comment="where it was begun"),
        sa.Column("customer_id", ID, nullable=True),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("kiosk_id", ID, nullable=True),
        sa.Column("parent_id", ID, nullable=True, comment="a cart was handed to, and this opened from"),
        sa.Column("reason", sa.Text(), nullable=True, comment="why somebody of the staff acts for the customer"),
        sa.Column("generation", sa.Integer(), nullable=False, comment="of its refresh tokens"),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_refreshable", sa.Boolean(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_session_channel_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_session_customer_id")),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosk.id"], name=op.f("fk_session_kiosk_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["session.id"], name=op.f("fk_session_parent_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_customer_id"), "session", ["customer_id"], unique=False)
    op.create_index(op.f("ix_session_ends_at"), "session", ["ends_at"], unique=False)
    op.create_index(op.f("ix_session_kiosk_id"), "session", ["kiosk_id"], unique=False)
    op.create_index(op.f("ix_session_parent_id"), "session", ["parent_id"], unique=False)
    op.create_index(op.f("ix_session_staff_id"), "session", ["staff_id"], unique=False)
    op.create_table(
        "session_cart",
        sa.Column("session_id", ID, nullable=False),
        sa.Column("cart_id", ID, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_masked", sa.Boolean(), nullable=False, comment="contact and addresses are shown in part"),
        sa.CheckConstraint("scope IN ('VIEW', 'EDIT', 'CHECKOUT')", name=op.f("ck_session_cart_scope")),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_session_cart_cart_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_session_cart_session_id")),
        sa.PrimaryKeyConstraint("session_id", "cart_id", name=op.f("pk_session_cart")),
    )
    op.create_index(op.f("ix_session_cart_cart_id"), "session_cart", ["cart_id"], unique=False)
