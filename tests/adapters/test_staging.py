"""Counts put aside: in order, and in bounded memory however many there are."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import date

import pytest

from adapters.files.staging import SqliteStaging, staged
from domain.ids import SHARED_POOL, LocationId
from domain.intake.report import BAD_ROWS_MAX, BadRow, Rejected, Row, Source
from domain.intake.stock import Site, StockDraft

LYON, PARIS = (Site(LocationId.new(), "Europe/Paris") for _ in range(2))
SITES = {"LYON": LYON, "Maison Lyon": LYON, "PARIS": PARIS}


def rows(number: int) -> Iterator[Row[StockDraft]]:
    return (Row(Source("stock.csv", n + 2), StockDraft(f"SKU-{n:07}", "LYON", n % 50)) for n in range(number))


def settled(staging: SqliteStaging) -> SqliteStaging:
    for skus in staging.skus():
        staging.recognize(skus)
    staging.settle(SITES, SHARED_POOL)
    return staging


def test_counts_come_back_in_the_order_of_shelves_and_as_they_were() -> None:
    drafts = [StockDraft("B", "PARIS", 1, 2, (3, date(2026, 12, 1))), StockDraft("B", "LYON", 4), StockDraft("A", "PARIS", 0)]
    with staged(Row(Source("s.csv", n), draft) for n, draft in enumerate(drafts, start=2)) as staging:
        settled(staging)
        found = staging.after(None, 2)
        rest = staging.after(found[-1][0], 2)
        assert [draft for _, draft in [*found, *rest]] == [drafts[2], drafts[1], drafts[0]]
        assert len(staging) == 3


def test_the_same_count_by_code_and_by_name_is_one_and_another_is_a_bad_row() -> None:
    drafts = [StockDraft("A", "LYON", 1), StockDraft("A", "Maison Lyon", 1), StockDraft("A", "Maison Lyon", 2)]
    with staged(Row(Source("s.csv", n), draft) for n, draft in enumerate(drafts, start=2)) as staging:
        refused = settled(staging).rejected(skip_bad_rows=False)
        assert isinstance(refused, Rejected)
        assert [str(row) for row in refused.bad] == [
            "s.csv:4: SKU 'A' is counted twice at 'Maison Lyon', with different numbers"
        ]
        assert len(staging) == 1


def test_the_fingerprint_is_of_what_is_applied_and_not_of_how_it_was_written() -> None:
    prints = []
    for units, location in ((1, "LYON"), (1, "Maison Lyon"), (2, "LYON")):
        with staged([Row(Source("s.csv", 2), StockDraft("A", location, units))]) as staging:
            prints.append(settled(staging).fingerprint())
    assert prints[0] == prints[1] != prints[2]


def test_bad_rows_are_named_up_to_a_number_and_counted_beyond() -> None:
    with staged(BadRow(Source("s.csv", n), "On hand: '-1' is negative") for n in range(3 * BAD_ROWS_MAX)) as staging:
        bad, unnamed = staging.left_out()
    assert (len(bad), unnamed, bad[0].source.line) == (BAD_ROWS_MAX, 2 * BAD_ROWS_MAX, 0)


def peak(number: int) -> int:
    """The most that Python ever holds."""
    tracemalloc.start()
    with staged(rows(number)) as staging:
        settled(staging).fingerprint()
        last = None
        while some := staging.after(last, 1000):
            last = some[-1][0]
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return held


def test_five_times_the_counts_take_no_more_memory() -> None:
    assert peak(100_000) < 1.2 * peak(20_000)


@pytest.mark.parametrize("skip_bad_rows", [True, False])
def test_without_bad_rows_nothing_is_rejected(skip_bad_rows: bool) -> None:
    with staged(rows(3)) as staging:
        assert settled(staging).rejected(skip_bad_rows=skip_bad_rows) is None
