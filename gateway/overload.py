"""Overload: what is more than a process can answer in good time is told to come again, while the rest is served."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gateway.answer import Refused

IN_FLIGHT_MAX = 64
SECONDS_MAX = 10  # for the answer to a query; a mutation that has begun is never cut short
RETRY_SECONDS = 1


class Gate:
    def __init__(self, most: int = IN_FLIGHT_MAX) -> None:
        self.most = most
        self.in_flight = 0

    @contextmanager
    def entered(self) -> Iterator[None]:
        if self.in_flight >= self.most:
            headers = {"Retry-After": str(RETRY_SECONDS)}
            raise Refused(
                503, "OVERLOADED", "Too much is asked of us at this moment; try again.", headers=headers, limit="overload"
            )
        with self.held():
            yield

    @contextmanager
    def held(self) -> Iterator[None]:
        """For what has been let in already, and goes on."""
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1
