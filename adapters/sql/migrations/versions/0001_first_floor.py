"""The first floor: channels, catalog, locations and the stock ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SHARED_POOL = {"sqlite": "zeroblob(16)", "postgresql": "'00000000-0000-0000-0000-000000000000'"}


def upgrade() -> None:
    op.create_table(
        "category",
        sa.Column("id", ID, nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("parent_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["category.id"], name=op.f("fk_category_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("handle", name=op.f("uq_category_handle")),
    )
    op.create_table(
        "location",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Text(),
            sa.CheckConstraint(
                "kind IN ('STORE', 'WAREHOUSE', 'THIRD_PARTY', 'POP_UP', 'CONCESSION')", name=op.f("ck_location_kind")
            ),
            nullable=False,
        ),
        sa.Column("line1", sa.Text(), nullable=False),
        sa.Column("line2", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("country_code", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column(
            "latitude",
            sa.Float(),
            sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_location_latitude")),
            nullable=False,
        ),
        sa.Column(
            "longitude",
            sa.Float(),
            sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_location_longitude")),
            nullable=False,
        ),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("opening_hours", sa.Text(), nullable=True),
        sa.Column("pickup", sa.Boolean(), nullable=False),
        sa.Column("reserve_in_store", sa.Boolean(), nullable=False),
        sa.Column("ship_from", sa.Boolean(), nullable=False),
        sa.Column("accept_returns", sa.Boolean(), nullable=False),
        sa.Column("kiosk", sa.Boolean(), nullable=False),
        sa.Column(
            "walk_in_buffer",
            sa.Integer(),
            sa.CheckConstraint("walk_in_buffer >= 0", name=op.f("ck_location_walk_in_buffer")),
            nullable=False,
        ),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("trades_from", INSTANT, nullable=True, comment="opens_on, there, as a moment"),
        sa.Column("trades_until", INSTANT, nullable=True, comment="the end of closes_on, there, as a moment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("code", name=op.f("uq_location_code")),
    )
    op.create_table("pool", sa.Column("id", ID, nullable=False), sa.PrimaryKeyConstraint("id", name=op.f("pk_pool")))
    op.create_table(
        "postal_code",
        sa.Column("country_code", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("country_code", "postal_code", name=op.f("pk_postal_code")),
    )
    op.create_table(
        "product",
        sa.Column("id", ID, nullable=False),
        sa.Column("handle", BYTEWISE, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", BYTEWISE, nullable=False, comment="title, folded, to sort by"),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("vendor", sa.Text(), nullable=True),
        sa.Column("images", JSON, nullable=False, comment="[url, alt text] pairs"),
        sa.Column("options", JSON, nullable=False, comment="[name, [values]] pairs"),
        sa.Column("published", sa.Boolean(), nullable=False, comment="if not, sold only where a listing says so"),
        sa.Column("position", sa.Integer(), nullable=False, comment="the order of arrival"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("handle", name=op.f("uq_product_handle")),
        sa.UniqueConstraint("position", name=op.f("uq_product_position")),
    )
    op.create_index("ix_product_title_key", "product", ["title_key", "position"], unique=False)
    op.create_index("ix_product_vendor", "product", ["vendor"], unique=False)
    op.create_table(
        "channel",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Text(),
            sa.CheckConstraint(
                "kind IN ('WEB', 'MOBILE', 'KIOSK', 'PHONE', 'STORE', 'SOCIAL', 'MARKETPLACE')", name=op.f("ck_channel_kind")
            ),
            nullable=False,
        ),
        sa.Column(
            "strategy",
            sa.Text(),
            sa.CheckConstraint("strategy IN ('OMNI', 'MULTI')", name=op.f("ck_channel_strategy")),
            nullable=False,
        ),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("fulfillment_methods", JSON, nullable=False),
        sa.Column(
            "shows",
            sa.Text(),
            sa.CheckConstraint("shows IN ('QUANTITY', 'BAND')", name=op.f("ck_channel_shows")),
            nullable=False,
        ),
        sa.Column(
            "low_stock", sa.Integer(), sa.CheckConstraint("low_stock >= 0", name=op.f("ck_channel_low_stock")), nullable=False
        ),
        sa.Column("safety", sa.Integer(), sa.CheckConstraint("safety >= 0", name=op.f("ck_channel_safety")), nullable=False),
        sa.Column(
            "assortment",
            sa.Text(),
            sa.CheckConstraint("assortment IN ('ALL', 'LISTED')", name=op.f("ck_channel_assortment")),
            nullable=False,
        ),
        sa.Column("pool_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_channel_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sa.UniqueConstraint("code", name=op.f("uq_channel_code")),
    )
    op.create_table(
        "product_category",
        sa.Column("product_id", ID, nullable=False),
        sa.Column("category_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_product_category_category_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_category_product_id")),
        sa.PrimaryKeyConstraint("product_id", "category_id", name=op.f("pk_product_category")),
    )
    op.create_index(op.f("ix_product_category_category_id"), "product_category", ["category_id"], unique=False)
    op.create_table(
        "variant",
        sa.Column("id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", BYTEWISE, nullable=False),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("selected_options", JSON, nullable=False, comment="[name, value] pairs"),
        sa.Column("image", JSON, nullable=True, comment="[url, alt text]"),
        sa.Column("currency_code", sa.Text(), nullable=False),
        sa.Column(
            "price_minor",
            sa.BigInteger(),
            sa.CheckConstraint("price_minor >= 0", name=op.f("ck_variant_price")),
            nullable=False,
        ),
        sa.Column("compare_at_minor", sa.BigInteger(), nullable=True),
        sa.Column("backorders", sa.Boolean(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False, comment="its product no longer names it"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_variant_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant")),
        sa.UniqueConstraint("sku", name=op.f("uq_variant_sku")),
    )
    op.create_index(op.f("ix_variant_barcode"), "variant", ["barcode"], unique=False)
    op.create_index("ix_variant_product_id", "variant", ["product_id", "position"], unique=False)
    op.create_table(
        "product_listing",
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("title_key", BYTEWISE, nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_product_listing_channel_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_listing_product_id")),
        sa.PrimaryKeyConstraint("channel_id", "product_id", name=op.f("pk_product_listing")),
    )
    op.create_table(
        "stock_level",
        sa.Column("sku", BYTEWISE, nullable=False),
        sa.Column("location_id", ID, nullable=False),
        sa.Column("pool_id", ID, nullable=False),
        sa.Column(
            "on_hand",
            sa.Integer(),
            sa.CheckConstraint("on_hand >= 0", name=op.f("ck_stock_level_on_hand")),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "held",
            sa.Integer(),
            sa.CheckConstraint("held >= 0", name=op.f("ck_stock_level_held")),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "allocated",
            sa.Integer(),
            sa.CheckConstraint("allocated >= 0", name=op.f("ck_stock_level_allocated")),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "safety",
            sa.Integer(),
            sa.CheckConstraint("safety >= 0", name=op.f("ck_stock_level_safety")),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("safety_is_default", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "quarantined",
            sa.Integer(),
            sa.CheckConstraint("quarantined >= 0", name=op.f("ck_stock_level_quarantined")),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "available",
            sa.Integer(),
            sa.Computed(
                "CASE WHEN on_hand - held - allocated - safety > 0 THEN on_hand - held - allocated - safety ELSE 0 END",
                persisted=True,
            ),
            nullable=False,
            comment="the law of domain/availability.py, before a channel's own safety",
        ),
        sa.Column("counted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_stock_level_location_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_stock_level_pool_id")),
        sa.ForeignKeyConstraint(["sku"], ["variant.sku"], name=op.f("fk_stock_level_sku")),
        sa.PrimaryKeyConstraint("sku", "location_id", "pool_id", name=op.f("pk_stock_level")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_stock_level_sellable",
        "stock_level",
        ["location_id", "pool_id", "sku"],
        unique=False,
        sqlite_where=sa.text("available > 0"),
        postgresql_where=sa.text("available > 0"),
    )
    op.create_table(
        "stock_movement",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("sku", BYTEWISE, nullable=False),
        sa.Column(
            "from_account",
            sa.Text(),
            sa.CheckConstraint(
                "from_account IN ('ON_HAND', 'QUARANTINED', 'SUPPLIER', 'CUSTOMER', 'LOSS')",
                name=op.f("ck_stock_movement_from_account"),
            ),
            nullable=False,
        ),
        sa.Column("from_location_id", ID, nullable=True),
        sa.Column("from_pool_id", ID, nullable=True),
        sa.Column(
            "to_account",
            sa.Text(),
            sa.CheckConstraint(
                "to_account IN ('ON_HAND', 'QUARANTINED', 'SUPPLIER', 'CUSTOMER', 'LOSS')",
                name=op.f("ck_stock_movement_to_account"),
            ),
            nullable=False,
        ),
        sa.Column("to_location_id", ID, nullable=True),
        sa.Column("to_pool_id", ID, nullable=True),
        sa.Column(
            "quantity",
            sa.Integer(),
            sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_movement_quantity")),
            nullable=False,
        ),
        sa.Column(
            "cause",
            sa.Text(),
            sa.CheckConstraint(
                "cause IN ('RECEIPT', 'SALE', 'RETURN', 'TRANSFER', 'COUNT', 'DAMAGE', 'DISPOSITION', 'REALLOCATION')",
                name=op.f("ck_stock_movement_cause"),
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["from_location_id"], ["location.id"], name=op.f("fk_stock_movement_from_location_id")),
        sa.ForeignKeyConstraint(["from_pool_id"], ["pool.id"], name=op.f("fk_stock_movement_from_pool_id")),
        sa.ForeignKeyConstraint(["sku"], ["variant.sku"], name=op.f("fk_stock_movement_sku")),
        sa.ForeignKeyConstraint(["to_location_id"], ["location.id"], name=op.f("fk_stock_movement_to_location_id")),
        sa.ForeignKeyConstraint(["to_pool_id"], ["pool.id"], name=op.f("fk_stock_movement_to_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
    )
    op.create_index("ix_stock_movement_sku_at", "stock_movement", ["sku", "at"], unique=False)
    op.create_table(
        "variant_listing",
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("variant_id", ID, nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=False, comment="the channel's when it was listed"),
        sa.Column(
            "price_minor",
            sa.BigInteger(),
            sa.CheckConstraint("price_minor >= 0", name=op.f("ck_variant_listing_price")),
            nullable=True,
        ),
        sa.Column("compare_at_minor", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_variant_listing_channel_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_variant_listing_variant_id")),
        sa.PrimaryKeyConstraint("channel_id", "variant_id", name=op.f("pk_variant_listing")),
    )
    op.create_table(
        "stock_allocation",
        sa.Column("fulfillment_id", ID, nullable=False),
        sa.Column("sku", BYTEWISE, nullable=False),
        sa.Column("location_id", ID, nullable=False),
        sa.Column("pool_id", ID, nullable=False),
        sa.Column(
            "quantity",
            sa.Integer(),
            sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_allocation_quantity")),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["sku", "location_id", "pool_id"],
            ["stock_level.sku", "stock_level.location_id", "stock_level.pool_id"],
            name=op.f("fk_stock_allocation_sku_location_id_pool_id"),
        ),
        sa.PrimaryKeyConstraint("fulfillment_id", "sku", "location_id", "pool_id", name=op.f("pk_stock_allocation")),
    )
    op.create_table(
        "stock_hold",
        sa.Column("id", ID, nullable=False),
        sa.Column("sku", BYTEWISE, nullable=False),
        sa.Column("location_id", ID, nullable=False),
        sa.Column("pool_id", ID, nullable=False),
        sa.Column(
            "quantity", sa.Integer(), sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_hold_quantity")), nullable=False
        ),
        sa.Column("checkout_id", ID, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["sku", "location_id", "pool_id"],
            ["stock_level.sku", "stock_level.location_id", "stock_level.pool_id"],
            name=op.f("fk_stock_hold_sku_location_id_pool_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_hold")),
    )
    op.create_index(op.f("ix_stock_hold_checkout_id"), "stock_hold", ["checkout_id"], unique=False)
    op.create_index(op.f("ix_stock_hold_expires_at"), "stock_hold", ["expires_at"], unique=False)
    op.create_index("ix_stock_hold_shelf", "stock_hold", ["sku", "location_id", "pool_id"], unique=False)
    op.create_table(
        "stock_incoming",
        sa.Column("id", ID, nullable=False),
        sa.Column("sku", BYTEWISE, nullable=False),
        sa.Column("location_id", ID, nullable=False),
        sa.Column("pool_id", ID, nullable=False),
        sa.Column(
            "quantity",
            sa.Integer(),
            sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_incoming_quantity")),
            nullable=False,
        ),
        sa.Column(
            "promised",
            sa.Integer(),
            sa.CheckConstraint("promised >= 0", name=op.f("ck_stock_incoming_promised")),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("expected_at", INSTANT, nullable=False),
        sa.CheckConstraint("promised <= quantity", name=op.f("ck_stock_incoming_promised_within")),
        sa.ForeignKeyConstraint(
            ["sku", "location_id", "pool_id"],
            ["stock_level.sku", "stock_level.location_id", "stock_level.pool_id"],
            name=op.f("fk_stock_incoming_sku_location_id_pool_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_incoming")),
        sa.UniqueConstraint(
            "sku", "location_id", "pool_id", "expected_at", name=op.f("uq_stock_incoming_sku_location_id_pool_id_expected_at")
        ),
    )
    op.execute(f"INSERT INTO pool (id) VALUES ({SHARED_POOL[op.get_bind().dialect.name]})")
