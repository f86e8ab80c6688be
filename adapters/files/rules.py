"""A shop's sourcing rules, from TOML."""

from __future__ import annotations

from pathlib import Path

from adapters.files.toml import read_whole
from domain.rules import RuleBook


def read_rules(file: Path) -> RuleBook:
    """Raises ValueError, naming the file and the place in it, for what has not the shape of sourcing rules."""
    return read_whole(file, RuleBook)
