"""The clock: the one place that asks what time it is."""

from datetime import UTC, datetime


def system() -> datetime:
    return datetime.now(UTC)
