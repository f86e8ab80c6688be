"""Stock against a plain model: whatever staff do with it, levels are what the model has, and the ledger is balanced."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from adapters.sql.database import Database
from domain.hold import InsufficientStock
from tests.people import admin
from tests.shop import Shop
from tests.stockroom import Stockroom
from tests.stories.test_staff_stock import OUTLET

STORES = ("LYON", "PARIS")
SOON = "2026-12-24T10:00:00+00:00"
SKUS, CODES, UNITS = st.sampled_from(["A", "B"]), st.sampled_from(STORES), st.integers(1, 6)
LINES = st.lists(st.tuples(SKUS, UNITS), min_size=1, max_size=3)


def summed(lines: list[tuple[str, int]]) -> Counter[str]:
    units: Counter[str] = Counter()
    for sku, quantity in lines:
        units[sku] += quantity
    return units


class Stock(RuleBasedStateMachine):
    """Two stores and a pool of its own in the first, with two SKUs."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name) / "shop.db"
        shutil.copy(self.template, file)
        self.database = Database(f"sqlite+aiosqlite:///{file}")
        self.on_hand: Counter[tuple[str, str]] = Counter()  # by SKU, and by store or "own"
        self.held: Counter[tuple[str, str]] = Counter()
        self.on_the_way: dict[str, tuple[str, Counter[str]]] = {}  # by transfer: where it goes, and what has not come in

    def run(self, step: Any) -> Any:
        return self.runner.run(step)

    @initialize()
    def opens(self) -> None:
        async def open_shop() -> tuple[Stockroom, Any]:
            shop = await Shop.opened(self.database)
            await Shop.opened(self.database, OUTLET)
            await shop.locations(*STORES)
            await shop.product("goods", "A", "B")
            return Stockroom(shop, await admin(shop)), (await shop.actor("outlet")).channel.id

        self.room, self.own = self.run(open_shop())

    def has(self, units: Counter[str], place: str) -> bool:
        return all(self.on_hand[sku, place] - self.held[sku, place] >= n for sku, n in units.items())

    def tried(self, may: bool, mutation: str, **given: Any) -> Any:
        """None where it is refused, as it is if and only if the model has too little."""
        answer = self.run(self.room.answer(mutation, **given))
        assert [error["code"] for error in answer["errors"][:1]] == ([] if may else ["INSUFFICIENT_STOCK"])
        return answer if may else None

    @rule(code=CODES, lines=LINES)
    def receives(self, code: str, lines: list[tuple[str, int]]) -> None:
        self.tried(True, "stockReceive", location=code, lines=lines)
        for sku, n in lines:
            self.on_hand[sku, code] += n

    @rule(code=CODES, sku=SKUS, counted=st.integers(0, 8), is_late=st.booleans())
    def counts(self, code: str, sku: str, counted: int, is_late: bool) -> None:
        """Also fewer than are held."""
        found = self.on_hand[sku, code]
        asked = {"location": code, "sku": sku, "counted": counted, "expectedOnHand": found + is_late}
        answer = self.run(self.room.answer("stockCount", **asked))
        assert [error["status"] for error in answer["errors"]] == ([str(found)] if is_late else [])
        if not is_late:
            self.on_hand[sku, code] = counted

    @rule(code=CODES, sku=SKUS, units=UNITS)
    def holds(self, code: str, sku: str, units: int) -> None:
        may = self.has(Counter({sku: units}), code)
        assert isinstance(self.run(self.room.shop.hold(sku, code, units)), InsufficientStock) is not may
        self.held[sku, code] += units * may

    @rule(lines=LINES, is_back=st.booleans())
    def reallocates(self, lines: list[tuple[str, int]], is_back: bool) -> None:
        here, there = ("own", "LYON") if is_back else ("LYON", "own")
        units = summed(lines)
        pool = {"fromPool" if is_back else "toPool": str(self.own)}
        if self.tried(self.has(units, here), "stockReallocate", location="LYON", lines=lines, **pool):
            for sku, n in units.items():
                self.on_hand[sku, here] -= n
                self.on_hand[sku, there] += n

    @rule(here=CODES, lines=LINES, is_known_when=st.booleans())
    def sends(self, here: str, lines: list[tuple[str, int]], is_known_when: bool) -> None:
        there, units = next(code for code in STORES if code != here), summed(lines)
        when = {"expectedAt": SOON} if is_known_when else {}
        ends = {"fromLocation": here, "toLocation": there}
        if sent := self.tried(self.has(units, here), "stockTransfer", lines=lines, **ends, **when):
            self.on_the_way[sent["transfer"]["id"]] = there, units
            for sku, n in units.items():
                self.on_hand[sku, here] -= n

    @precondition(lambda self: any(left for _, left in self.on_the_way.values()))
    @rule(data=st.data())
    def takes_in(self, data: st.DataObject) -> None:
        open_ones = sorted(id for id, (_, left) in self.on_the_way.items() if left)
        transfer = open_ones[data.draw(st.integers(0, len(open_ones) - 1))]
        code, left = self.on_the_way[transfer]
        sku = data.draw(st.sampled_from(sorted(left)))
        units = data.draw(st.integers(1, left[sku]))
        answer = self.run(self.room.done("stockTransferReceive", transfer=transfer, lines=[(sku, units)]))
        self.on_the_way[transfer] = code, left - Counter({sku: units})
        self.on_hand[sku, code] += units
        assert answer["transfer"]["status"] == ("IN_TRANSIT" if self.on_the_way[transfer][1] else "RECEIVED")

    @invariant()
    def the_ledger_is_balanced_and_has_what_the_model_has(self) -> None:
        proof = self.run(self.room.shop.prove())
        assert (proof.problem, proof.units) == (None, self.on_hand.total())
        for sku, place in self.on_hand:
            code, pool = ("LYON", self.own) if place == "own" else (place, None)
            level = self.run(self.room.level(sku, code, pool))
            found = (level["onHand"], level["held"]) if level else (0, 0)
            assert found == (self.on_hand[sku, place], self.held[sku, place])

    def teardown(self) -> None:
        self.run(self.database.close())
        self.runner.close()
        self.folder.cleanup()


def test_stock_is_what_a_plain_model_says(sqlite_template: Path) -> None:
    Stock.template = sqlite_template
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run = settings(max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=checks, derandomize=True)
    run_state_machine_as_test(Stock, settings=run)
