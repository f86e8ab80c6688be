"""What stories have in common."""

from __future__ import annotations

import pytest

from tests.device import Device
from tests.shop import Shop


@pytest.fixture
def phone(shop: Shop) -> Device:
    """Of whoever shops."""
    return Device(shop)
