"""A large import is applied in chunks: the shop sells on between them, and what is cut short ends right."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.sql.work import SqlWork
from domain.hold import InsufficientStock
from domain.ids import MovementId
from domain.intake.catalog import ProductDraft, import_catalog
from domain.intake.checkpoint import Overtaken
from domain.intake.report import Imported, Row, Sheet, Source, Watch
from domain.intake.stock import StockDraft
from domain.ledger import CUSTOMER, Movement, StockCause, on_hand_at
from tests.shop import CITIES, Shop, done, product

SKUS = [f"COAT-{n:02}" for n in range(6)]


@pytest.fixture
async def coats(shop: Shop) -> Shop:
    await shop.locations(*CITIES)
    await shop.product("coat", *SKUS)
    return shop


def counts(units: int) -> list[StockDraft]:
    """One for each of 24 shelves."""
    return [StockDraft(sku, code, units) for sku in SKUS for code in CITIES]


class CutShort(Exception):
    """What a process that is killed does not raise, and ends like."""


def cut_short_at(done: int) -> Watch:
    def watch(stage: str, so_far: int, total: int) -> None:
        if stage == "Applying" and so_far >= done:
            raise CutShort

    return watch


async def sell(shop: Shop, sku: str, code: str) -> None:
    shelf = await shop.shelf(sku, code)
    sold = Movement(
        id=MovementId.new(),
        at=shop.now,
        sku=sku,
        taken_from=on_hand_at(shelf),
        put_to=CUSTOMER,
        quantity=1,
        cause=StockCause.SALE,
    )
    async with SqlWork(shop.database) as work:
        assert await work.ledger.post([sold]) == ()
        await work.commit()


async def on_hand(shop: Shop) -> dict[tuple[str, str], int]:
    codes = {await shop.location_id(code): code for code in CITIES}
    return {(row[0], codes[row[1]]): row[3] for row in (await shop.rows())["stock_level"]}  # type: ignore[index, misc]


async def test_what_was_cut_short_goes_on_and_what_was_sold_meanwhile_stays_sold(coats: Shop) -> None:
    with pytest.raises(CutShort):
        await coats.try_count(*counts(5), at_once=5, watch=cut_short_at(10))
    assert len((await coats.rows())["intake"]) == 1
    first = min(await on_hand(coats))
    await sell(coats, *first)
    reported: list[tuple[str, int, int]] = []
    again = await coats.try_count(*counts(5), at_once=5, watch=lambda *step: reported.append(step))
    assert again == Imported(24, 0, 0), "both runs together"
    assert next(step for step in reported if step[0] == "Applying") == ("Applying", 10, 24)
    assert await on_hand(coats) == {(draft.sku, draft.location): 5 for draft in counts(5)} | {first: 4}
    assert (await coats.rows())["intake"] == []
    assert (await coats.prove()).balanced


async def test_another_file_begins_anew_and_so_does_the_first_one_after_it(coats: Shop) -> None:
    with pytest.raises(CutShort):
        await coats.try_count(*counts(5), at_once=5, watch=cut_short_at(10))
    assert await coats.try_count(*counts(6), at_once=5) == Imported(14, 10, 0)
    assert await coats.try_count(*counts(5), at_once=5) == Imported(0, 24, 0)
    assert set((await on_hand(coats)).values()) == {5}
    assert (await coats.prove()).balanced


async def test_what_was_cut_short_a_day_ago_begins_anew(coats: Shop) -> None:
    with pytest.raises(CutShort):
        await coats.try_count(*counts(5), at_once=5, watch=cut_short_at(10))
    coats.now += timedelta(days=1)
    assert await coats.try_count(*counts(5), at_once=5) == Imported(14, 0, 10)


async def test_a_finished_import_run_again_compares_everything_and_changes_nothing(coats: Shop) -> None:
    await coats.try_count(*counts(5), at_once=5)
    before = await coats.rows()
    assert await coats.try_count(*counts(5), at_once=5) == Imported(0, 0, 24)
    assert await coats.rows() == before


async def test_of_two_imports_of_one_stock_the_one_that_began_last_wins(coats: Shop) -> None:
    outcomes = await asyncio.gather(*(coats.try_count(*counts(units), at_once=5) for units in (5, 6)))
    (overtaken,) = [outcome for outcome in outcomes if isinstance(outcome, Overtaken)]
    assert overtaken.done < overtaken.total == 24
    (winner,) = [units for units, outcome in zip((5, 6), outcomes, strict=True) if isinstance(outcome, Imported)]
    assert set((await on_hand(coats)).values()) == {winner}
    assert (await coats.prove()).balanced


async def test_a_small_import_leaves_what_was_cut_short_alone(coats: Shop) -> None:
    with pytest.raises(CutShort):
        await coats.try_count(*counts(5), at_once=5, watch=cut_short_at(10))
    first = min(await on_hand(coats))
    await coats.count(StockDraft(*first, 3))
    assert await coats.try_count(*counts(5), at_once=5) == Imported(24, 0, 0)
    assert (await on_hand(coats))[first] == 3, "counted later than the file"


async def test_the_shop_reads_and_holds_while_stock_is_imported(coats: Shop) -> None:
    await coats.try_count(*counts(50))
    query = '{ variant(by: {sku: "COAT-00"}) { availableQuantity } }'

    async def buy(sku: str) -> object:
        await coats.ask(query)
        return await coats.hold(sku, "LYON", 1)

    answers = await asyncio.gather(coats.try_count(*counts(40), at_once=2), *(buy(sku) for sku in SKUS for _ in range(4)))
    assert answers[0] == Imported(0, 24, 0)
    assert not any(isinstance(answer, InsufficientStock) for answer in answers)
    assert (await coats.prove()).balanced


@pytest.mark.parametrize("size", [4, 12])
async def test_a_chunk_needs_the_same_statements_however_long_it_is(coats: Shop, size: int) -> None:
    """A unit that begins (SQLite) and the checkpoint are among them; new shelves, known ones that agree, ones that differ."""
    begins = 1 if coats.database.is_sqlite else 0
    made = []
    for units in (5, 5, 6):
        with coats.statements(writing=True) as seen:
            await coats.try_count(*counts(units), at_once=size)
        made.append(len(seen))
    chunks, outside = 24 // size, 4 + 3 * begins  # SKUs, sites, and the checkpoint that is begun
    assert made == [outside + chunks * (5 + begins), outside + chunks * (5 + begins), outside + chunks * (9 + begins)]


NUMBERS = count()  # SKUs of its own for each example, since they share a database
UNITS = st.lists(st.integers(0, 3), min_size=1, max_size=12)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(UNITS, UNITS, st.integers(1, 5))
async def test_chunks_make_what_one_unit_of_work_would(shop: Shop, first: list[int], second: list[int], at_once: int) -> None:
    await shop.locations("LYON", "PARIS")
    skus = [f"A{(number := next(NUMBERS))}", f"B{number}"]
    await shop.product(skus[0].lower(), *(f"{sku}-{n}" for sku in skus for n in range(12)))
    for units in (first, second):
        outcomes = [
            await shop.try_count(*(StockDraft(f"{sku}-{n}", "LYON", u) for n, u in enumerate(units)), at_once=size)
            for sku, size in zip(skus, (100, at_once), strict=True)
        ]
        assert outcomes[0] == outcomes[1]
    levels = {row[0]: row[3:] for row in (await shop.rows())["stock_level"]}
    assert all(levels[f"{skus[0]}-{n}"] == levels[f"{skus[1]}-{n}"] for n in range(max(len(first), len(second))))
    assert (await shop.prove()).balanced


def sourced(draft: ProductDraft, line: int) -> Row[ProductDraft]:
    """Each variant on a line of its own."""
    parts = tuple(Source("test.csv", line + n) for n in range(len(draft.variants)))
    return Row(parts[0], draft, parts)


async def test_a_catalog_that_was_cut_short_ends_right_when_it_is_run_again(shop: Shop) -> None:
    rows = [sourced(product(f"coat-{line}"), line) for line in range(2, 9)]
    with pytest.raises(CutShort):
        await import_catalog(shop.work, Sheet(rows=rows), skip_bad_rows=False, at_once=2, watch=cut_short_at(4))
    assert await import_catalog(shop.work, Sheet(rows=rows), skip_bad_rows=False, at_once=2) == Imported(3, 0, 4)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_sku_moves_between_products_of_two_chunks_in_either_order(shop: Shop, order: tuple[int, int]) -> None:
    await shop.import_products(product("coat", "A", "BB-2"), product("hat", "C"))
    moved = [product("coat", "A"), product("hat", "C", "BB-2")]
    rows = [sourced(moved[n], line) for line, n in zip((2, 4), order, strict=True)]
    done(await import_catalog(shop.work, Sheet(rows=rows), skip_bad_rows=False, at_once=1))
    query = "{ products(first: 9) { nodes { handle variants { sku } } } }"
    nodes = (await shop.ask(query))["products"]["nodes"]
    assert {node["handle"]: [one["sku"] for one in node["variants"]] for node in nodes} == {"coat": ["A"], "hat": ["C", "BB-2"]}
    found = (await shop.ask('{ products(search: "BB-2") { nodes { handle } } }'))["products"]["nodes"]
    assert found == [{"handle": "hat"}]


async def test_a_thousand_products_at_twenty_locations_are_imported(shop: Shop) -> None:
    codes = [f"STORE-{n:02}" for n in range(20)]
    await shop.locations(*codes)
    assert (await shop.import_products(*(product(f"coat-{n}") for n in range(1000)))).added == 1000
    stocked = await shop.try_count(*(StockDraft(f"COAT-{n}", code, 2) for n in range(1000) for code in codes))
    assert stocked == Imported(20_000, 0, 0)
    proof = await shop.prove()
    assert (proof.balanced, proof.units) == (True, 40_000)
