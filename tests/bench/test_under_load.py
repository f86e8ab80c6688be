"""A small share of what is proven on servers of their own: one that is killed, on SQLite, and two that many ask, on PostgreSQL.

`make proof` does both on both.
"""

from __future__ import annotations

from bench import crashes, races
from bench.databases import kinds
from bench.truth import COUNTS


def test_whatever_dies_each_order_is_paid_or_nothing_is_held_and_nothing_charged() -> None:
    for found in crashes.measure(2, on=kinds()[:1])["exact"].values():
        lost = found["lost answers"]
        assert lost["orders"] == lost["purchases"]
        assert {found[name] for name in COUNTS} == {lost[name] for name in COUNTS} == {0}
        assert found["acknowledged orders that are missing"] == found["proofs that failed"] == lost["proofs that failed"] == 0


def test_of_many_buyers_on_all_servers_as_many_order_as_there_are_units() -> None:
    for found in races.measure(4, on=kinds()[-1:])["exact"].values():
        assert found["orders each time"] == [4]
        assert {found[name] for name in COUNTS} == {found["proofs that failed"]} == {0}
