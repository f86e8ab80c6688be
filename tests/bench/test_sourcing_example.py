"""The example of docs/sourcing.md, worked out again from the demo shop's files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sql.database import Database
from bench.sourcing_example import COLUMNS, Example, considered_told, example, parts_told
from bench.sourcing_map import FILE, draw
from gateway.demo import load

PAGE = Path(__file__).parents[2] / "docs" / "sourcing.md"


FOUND: dict[bool, Example] = {}  # it takes a demo shop, so it is worked out once for each kind of database


@pytest.fixture
async def found(database: Database) -> Example:
    if database.is_sqlite not in FOUND:
        await load(database)
        FOUND[database.is_sqlite] = await example(database)
    return FOUND[database.is_sqlite]


def table(head: Iterator[str], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [tuple(head), *rows]
    lines.insert(1, ("---",) * len(lines[0]))
    return "\n".join("".join(f"| {cell} " if cell else "| " for cell in cells) + "|" for cells in lines)


def on_the_page(name: str) -> str:
    block = re.search(rf"<!-- {name} -->\n\n(.*?)\n\n<!-- /{name} -->", PAGE.read_text("utf-8"), re.DOTALL)
    assert block is not None
    return block[1]


async def test_the_parcels_and_what_each_weight_adds_are_those_of_the_plan(found: Example) -> None:
    assert on_the_page("parcels") == table(iter(("from", "sends", *COLUMNS, "together")), parts_told(found))


async def test_so_are_the_locations_that_were_considered(found: Example) -> None:
    assert on_the_page("considered") == table(
        iter(("location", "km", "cost of all it has", "sends", "why")), considered_told(found)
    )


async def test_the_sum_is_the_one_that_is_told(found: Example) -> None:
    plan = found.plan
    assert plan.optimal
    assert f"The plan costs {plan.cost.amount}" in PAGE.read_text("utf-8")
    assert f"carriers are paid {plan.shipping.amount}" in PAGE.read_text("utf-8")
    assert f"{plan.carbon_grams} g of CO2" in PAGE.read_text("utf-8")
    for part, told in zip(plan.parts, parts_told(found), strict=True):
        assert abs(sum(map(float, told[2:-1])) - float(part.cost.amount)) < 0.01 * len(COLUMNS), "each is rounded by itself"


async def test_the_map_is_drawn_from_that_plan(found: Example, tmp_path: Path) -> None:
    draw(found, tmp_path / "map.svg")
    assert (tmp_path / "map.svg").read_bytes() == FILE.read_bytes()
