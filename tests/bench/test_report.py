"""What a run of the benchmarks writes, and where."""

from __future__ import annotations

import re

from bench.__main__ import BENCHES, WITHOUT_SHOP
from bench.report import DOCUMENT, Row, between, table


def test_every_bench_has_its_place_in_the_document() -> None:
    places = re.findall(r"<!-- bench:(\w+) -->.*?<!-- /bench:\1 -->", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert set(places) == {"circumstances", *BENCHES, *WITHOUT_SHOP}


def test_a_table_has_numbers_to_the_right_and_a_dash_for_what_is_not_known() -> None:
    rows: list[Row] = [
        {"question": "Q1", "requests/s": 1234, "ratio": 1.5, "MB": None},
        {"question": "Q2", "requests/s": 5, "ratio": 2.0, "MB": 7},
    ]
    assert table(rows).splitlines() == [
        "| question | requests/s | ratio | MB |",
        "| --- | ---: | ---: | ---: |",
        "| Q1 | 1,234 | 1.5 | – |",
        "| Q2 | 5 | 2 | 7 |",
    ]


def test_a_table_takes_the_place_of_the_last_one_and_of_nothing_else() -> None:
    document = "before\n<!-- bench:a -->\nold\n<!-- /bench:a -->\n<!-- bench:b -->\n<!-- /bench:b -->\nafter\n"
    first = between("a", "new \\1", document)
    assert first == document.replace("old\n", "\nnew \\1\n\n")
    assert between("a", "new \\1", first) == first
