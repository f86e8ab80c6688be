"""Carbon by the factors of a shop's own table, whose file cites their sources."""

from __future__ import annotations

from collections.abc import Mapping

from domain.carbon import Carbon


class TableCarbon:
    """`modes`: by name; every carrier's are alike."""

    def __init__(self, modes: Mapping[str, Carbon]) -> None:
        self.modes = modes

    def of(self, carrier: str, mode: str) -> Carbon:
        return self.modes[mode]
