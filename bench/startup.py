"""From nothing to the first answer: seconds until /readyz, and what is resident then; the median of some starts."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench.report import Row
from bench.server import FLOOR, GATEWAY, serving

STARTS = 5


def measure(kind: str, url: str) -> Iterator[Row]:
    for name, command in (("gateway", GATEWAY), ("floor", FLOOR)):
        seconds, resident = [], []
        for _ in range(STARTS):
            with serving(command, url) as server:
                seconds.append(server.seconds_to_ready)
                resident.append(server.memory_mb or 0)
        yield {"server": name, "database": kind, "seconds": round(median(seconds), 2), "MB": round(median(resident)) or None}
