"""The jobs of a shop, for tests, at the shop's own time.

done = await jobs_of(shop).once()
"""

from __future__ import annotations

from gateway.jobs import Jobs
from gateway.metrics import Metrics
from gateway.settings import Settings
from tests.shop import KEYS, Shop


def jobs_of(shop: Shop) -> Jobs:
    return Jobs(
        database=shop.database,
        chosen=Settings(),
        keys=KEYS,
        letters=shop.letters("en"),
        payments=shop.payments,
        clock=lambda: shop.now,
        metrics=Metrics(),
    )
