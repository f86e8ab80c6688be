"""A merchant brings files: twice changes nothing, a changed file changes just what differs, bad rows change nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.intake.catalog import ProductDraft, import_catalog
from domain.intake.listing import Listed, ListingDraft, import_listings
from domain.intake.location import import_locations
from domain.intake.report import Imported, Rejected, Row, Sheet, Source, Unusable
from domain.intake.stock import StockDraft
from domain.money import Money
from tests.shop import Shop, done, location, product, sheet

CATALOG = """{ products(first: 100) { nodes {
  handle title description vendor images { url } categories { handle } options { name values }
  variants { id sku title price { amount } } } } }"""


async def shown(shop: Shop) -> dict[str, Any]:
    return {node["handle"]: node for node in (await shop.ask(CATALOG))["products"]["nodes"]}


COAT = product("coat", "COAT-S", "COAT-M", categories=(("Clothing", "Coats"),))
SCARF = product("scarf", "SCARF", categories=(("Clothing",),))


@pytest.fixture
async def stocked(shop: Shop) -> Shop:
    await shop.locations("LYON", "PARIS")
    await shop.import_products(COAT, SCARF)
    await shop.stock("COAT-S", LYON=3, PARIS=0)
    await shop.stock("SCARF", LYON=9)
    done(
        await import_listings(
            shop.work, sheet(ListingDraft(of=Listed("web", "coat", None), title="Mantel")), skip_bad_rows=False
        )
    )
    return shop


async def test_a_sku_that_one_row_gives_to_two_products_is_of_the_first(shop: Shop) -> None:
    """As one row of Magento may, which two configurables name."""
    shirt, sale = product("shirt", "S1", "S2"), product("sale", "S1")
    rows: Sheet[ProductDraft] = Sheet()
    source = Source("products.csv", 2)
    rows.rows += [Row(source, draft, (source,) * len(draft.variants)) for draft in (shirt, sale)]
    rejected = await import_catalog(shop.work, rows, skip_bad_rows=False)
    assert isinstance(rejected, Rejected)
    assert [row.reason for row in rejected.bad] == ["SKU 'S1' stands in products.csv:2 already"]


async def test_a_product_of_too_much_is_a_bad_row(shop: Shop) -> None:
    rejected = await shop.try_products(product("screw", *(f"SCREW-{n}" for n in range(201))), SCARF)
    assert isinstance(rejected, Rejected)
    (row,) = rejected.bad
    assert row.reason == "product 'screw' has 201 variants; 200 are the most there may be"
    assert (await shop.ask("{ products { totalCount } }"))["products"]["totalCount"] == 0


async def test_importing_twice_changes_nothing(stocked: Shop) -> None:
    before = await stocked.rows()
    assert await stocked.locations("LYON", "PARIS") == Imported(0, 0, 2)
    assert await stocked.import_products(COAT, SCARF) == Imported(0, 0, 2)
    assert await stocked.stock("COAT-S", LYON=3, PARIS=0) == Imported(0, 0, 2)
    listing = sheet(ListingDraft(of=Listed("web", "coat", None), title="Mantel"))
    assert await import_listings(stocked.work, listing, skip_bad_rows=False) == Imported(0, 0, 1)
    await Shop.opened(stocked.database)
    assert await stocked.rows() == before


async def test_a_changed_file_changes_just_what_differs(stocked: Shop) -> None:
    before = await shown(stocked)
    dearer = replace(COAT, variants=(replace(COAT.variants[0], price=Money("EUR", 2500)), COAT.variants[1]))
    assert await stocked.import_products(dearer, SCARF) == Imported(0, 1, 1)
    after = await shown(stocked)
    assert after["coat"]["variants"][0].pop("price") == {"amount": "25.00"}
    assert before["coat"]["variants"][0].pop("price") == {"amount": "20.00"}
    assert after == before, "ids, titles and all the rest are as they were"


async def test_a_variant_that_is_no_longer_named_is_not_sold_and_keeps_its_stock(stocked: Shop) -> None:
    await stocked.import_products(replace(COAT, variants=COAT.variants[1:]))
    assert [variant["sku"] for variant in (await shown(stocked))["coat"]["variants"]] == ["COAT-M"]
    assert (await stocked.ask('{ variant(by: {sku: "COAT-S"}) { id } }'))["variant"] is None
    assert (await stocked.prove()).units == 12
    await stocked.import_products(COAT)
    assert (await stocked.ask('{ variant(by: {sku: "COAT-S"}) { availableQuantity } }'))["variant"] == {"availableQuantity": 3}


async def test_a_count_that_differs_is_a_movement_and_the_ledger_still_adds_up(stocked: Shop) -> None:
    assert await stocked.stock("COAT-S", LYON=5, PARIS=0) == Imported(0, 1, 1)
    proof = await stocked.prove()
    assert (proof.balanced, proof.units, proof.movements) == (True, 14, 3)


async def test_a_count_of_less_than_is_held_is_taken_and_nothing_is_sold_twice(stocked: Shop) -> None:
    await stocked.hold("COAT-S", "LYON", 3)
    await stocked.stock("COAT-S", LYON=1)
    data = await stocked.ask('{ variant(by: {sku: "COAT-S"}) { availableQuantity } }')
    assert data["variant"]["availableQuantity"] == 0
    assert (await stocked.prove()).balanced


async def test_with_one_bad_row_nothing_is_imported_unless_bad_rows_are_skipped(stocked: Shop) -> None:
    before = await stocked.rows()
    counts = (
        StockDraft(sku="COAT-M", location="LYON", on_hand=1),
        StockDraft(sku="NOPE", location="LYON", on_hand=1),
        StockDraft(sku="COAT-M", location="MARS", on_hand=1),
        StockDraft(sku="COAT-M", location="LYON", on_hand=2),
        StockDraft(sku="COAT-M", location="LYON", on_hand=1),
    )
    refused = await stocked.try_count(*counts)
    assert isinstance(refused, Rejected)
    assert [str(row) for row in refused.bad] == [
        "test.csv:3: no variant has SKU 'NOPE'; import the catalog first",
        "test.csv:4: no location has the code or name 'MARS'; import the locations first",
        "test.csv:5: SKU 'COAT-M' is counted twice at 'LYON', with different numbers",
    ]
    assert await stocked.rows() == before
    taken = done(await stocked.try_count(*counts, skip_bad_rows=True))
    assert (taken.added, len(taken.skipped)) == (1, 3)


async def test_a_file_of_which_nothing_can_be_read_is_never_skipped(stocked: Shop) -> None:
    other = Unusable(Source("other.csv", 1), "is empty; its first line must name the columns")
    refused = await stocked.try_count(StockDraft(sku="COAT-M", location="LYON", on_hand=1), other, skip_bad_rows=True)
    assert isinstance(refused, Rejected)
    assert [row.source.file for row in refused.unusable] == ["other.csv"]


async def test_stock_may_name_a_location_by_its_sign_if_no_other_has_it(stocked: Shop) -> None:
    await stocked.import_locations(location("NICE", name="Twin"), location("LILLE", name="Twin"))
    await stocked.count(StockDraft(sku="SCARF", location="Maison Paris", on_hand=2))
    assert isinstance(await stocked.try_count(StockDraft(sku="SCARF", location="Twin", on_hand=2)), Rejected)


async def test_a_sku_names_one_variant(stocked: Shop) -> None:
    before = await stocked.rows()
    thief = product("thief", "COAT-S", "THIEF")
    catalog = sheet_of(thief, product("twins", "TWIN", "TWIN"))
    refused = await import_catalog(stocked.work, catalog, skip_bad_rows=False)
    assert isinstance(refused, Rejected)
    assert [str(row) for row in refused.bad] == [
        "test.csv:2: SKU 'COAT-S' of 'thief' is already that of a variant of 'coat'",
        "test.csv:5: SKU 'TWIN' stands in test.csv:4 already",
    ]
    assert await stocked.rows() == before
    taken = done(await import_catalog(stocked.work, sheet_of(thief), skip_bad_rows=True))
    assert (taken.added, len(taken.skipped)) == (1, 1)


def sheet_of(*drafts: ProductDraft) -> Sheet[ProductDraft]:
    """Each variant on a line of its own."""
    made: Sheet[ProductDraft] = Sheet()
    line = 2
    for draft in drafts:
        lines = range(line, line := line + len(draft.variants))
        parts = tuple(Source("test.csv", n) for n in lines)
        made.rows.append(Row(parts[0], draft, parts))
    return made


async def test_the_second_of_two_locations_fails_and_the_first_is_not_there_either(shop: Shop) -> None:
    bad = sheet(location("LYON"))
    bad.refuse(Source("test.csv", 3), "kind is missing")
    assert isinstance(await import_locations(shop.work, bad, skip_bad_rows=False), Rejected)
    assert (await shop.ask("{ locations { totalCount } }"))["locations"]["totalCount"] == 0


async def test_a_bad_row_of_a_known_product_takes_none_of_its_variants_off_sale(stocked: Shop) -> None:
    readable = sheet_of(replace(COAT, title="Overcoat", variants=COAT.variants[:1]))
    readable.rows[0] = readable.rows[0]._replace(incomplete=True)
    readable.refuse(Source("test.csv", 3), "Variant Price: '1l' is not an amount such as 19.90")
    done(await import_catalog(stocked.work, readable, skip_bad_rows=True))
    coat = (await shown(stocked))["coat"]
    assert [variant["sku"] for variant in coat["variants"]] == ["COAT-S", "COAT-M"]


async def test_a_sku_may_move_between_two_products_of_one_file(stocked: Shop) -> None:
    moved = sheet_of(replace(COAT, variants=COAT.variants[1:]), product("overcoat", "COAT-S"))
    assert done(await import_catalog(stocked.work, moved, skip_bad_rows=False)).touched == 2
    found = await shown(stocked)
    assert [v["sku"] for v in found["coat"]["variants"]] == ["COAT-M"]
    assert [v["sku"] for v in found["overcoat"]["variants"]] == ["COAT-S"]
    assert (await stocked.ask('{ variant(by: {sku: "COAT-S"}) { availableQuantity } }'))["variant"] == {"availableQuantity": 3}


async def test_a_sku_that_moves_is_not_taken_back_by_a_product_with_a_bad_row(shop: Shop) -> None:
    await shop.import_products(product("coat", "COAT"), product("bag", "BAG"), product("hat", "HAT", "HAT-L"))
    for expected in (Imported(0, 2, 0), Imported(0, 0, 2)):
        moved = sheet_of(product("bag", "BAG", "HAT"), product("hat", "COAT", "HAT-L"))  # COAT is another's: a bad row
        outcome = done(await import_catalog(shop.work, moved, skip_bad_rows=True))
        assert replace(outcome, skipped=()) == expected
    skus = {handle: [variant["sku"] for variant in node["variants"]] for handle, node in (await shown(shop)).items()}
    assert skus == {"coat": ["COAT"], "bag": ["BAG", "HAT"], "hat": ["HAT-L"]}


async def test_a_safety_that_equals_the_buffer_is_still_the_shelfs_own(shop: Shop) -> None:
    await shop.locations("LYON", walk_in_buffer=1)
    await shop.product("coat", "COAT")
    await shop.stock("COAT", LYON=10)
    assert (await shop.count(StockDraft(sku="COAT", location="LYON", on_hand=10, safety=1))).touched == 1
    await shop.locations("LYON", walk_in_buffer=5)
    assert (await shop.ask('{ variant(by: {sku: "COAT"}) { availableQuantity } }'))["variant"] == {"availableQuantity": 9}


async def test_goods_are_expected_on_the_day_as_the_store_counts_days(shop: Shop) -> None:
    await shop.locations("LYON", time_zone="America/Montreal")
    await shop.product("coat", "COAT")
    await shop.count(StockDraft(sku="COAT", location="LYON", on_hand=0, expected=(5, date(2026, 12, 1))))
    query = '{ variant(by: {sku: "COAT"}) { availability { nodes { reasons { code message } } } } }'
    reasons = (await shop.ask(query))["variant"]["availability"]["nodes"][0]["reasons"]
    assert reasons[1] == {"code": "INCOMING", "message": "More are expected on 2026-12-01."}
    shop.now += timedelta(days=30)
    reasons = (await shop.ask(query))["variant"]["availability"]["nodes"][0]["reasons"]
    assert reasons[1] == {"code": "INCOMING", "message": "More are on their way."}


async def test_a_sum_beyond_what_a_client_can_read_is_capped(shop: Shop) -> None:
    codes = ("LYON", "PARIS", "LILLE")
    await shop.locations(*codes)
    await shop.product("coat", "COAT")
    await shop.count(*(StockDraft(sku="COAT", location=code, on_hand=999_999_999) for code in codes))
    assert (await shop.ask('{ variant(by: {sku: "COAT"}) { availableQuantity } }'))["variant"] == {
        "availableQuantity": 2**31 - 1
    }
