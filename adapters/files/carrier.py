"""A shop's carrier table, from TOML."""

from __future__ import annotations

from pathlib import Path

from adapters.files.toml import read_whole
from domain.carrier_table import CarrierTable


def read_carriers(file: Path) -> CarrierTable:
    """Raises ValueError, naming the file and the place in it, for what has not the shape of a carrier table."""
    return read_whole(file, CarrierTable)
