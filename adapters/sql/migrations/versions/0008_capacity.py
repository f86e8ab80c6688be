"""How fast a location works, and how much it takes on."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

HANDLING = "handling_minutes INTEGER DEFAULT 60 NOT NULL CONSTRAINT ck_location_handling_minutes CHECK (handling_minutes >= 0)"
LIMITS = ("pickups_per_hour", "pickups_per_day", "parcels_per_day")


def upgrade() -> None:
    """In words of their own: SQLite takes a constraint with its column only, which Alembic would add after it."""
    op.execute(f"ALTER TABLE location ADD COLUMN {HANDLING}")
    for name in LIMITS:
        op.execute(f"ALTER TABLE location ADD COLUMN {name} INTEGER CONSTRAINT ck_location_{name} CHECK ({name} > 0)")
