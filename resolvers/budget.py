"""How long one operation may think, in seconds of the processor; then what was found by then will do."""

from __future__ import annotations

from collections.abc import Callable
from math import inf


def standing_still() -> float:
    return 0.0


class Budget:
    """Counted from the first time that it is asked. Without a `clock`, there is no end to it."""

    def __init__(self, seconds: float = inf, clock: Callable[[], float] = standing_still) -> None:
        self.seconds, self.clock = seconds, clock
        self.until: float | None = None

    def is_over(self) -> bool:
        if self.until is None:
            self.until = self.clock() + self.seconds
        return self.clock() >= self.until

    def anew(self) -> Budget:
        return Budget(self.seconds, self.clock)
