"""A small share of each proof comes out as it was written down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.orders import ALONE, LIMITED
from bench.proof import PROOFS, SHARE, file_of


def figures(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file_of(name).read_text("utf-8"))["figures"]
    return found


@pytest.mark.parametrize("name", PROOFS)
def test_a_share_of_each_proof_gives_the_figures_that_are_committed(name: str, shared: Path) -> None:
    assert PROOFS[name](SHARE)["exact"] == figures(name)["share"]


def test_every_order_beside_the_oracle_was_sourced_at_the_least_cost() -> None:
    for setting in (*ALONE, *LIMITED):
        exact = figures("sourcing")["exact"][setting.name]
        assert exact["orders"] == exact["optimal"] == exact["proven"] == 200
        assert exact["cost ÷ optimum"] == 1
