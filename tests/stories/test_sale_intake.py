"""Files of sales made elsewhere: each becomes an order once, and one with a bad line is left out whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.files.sales import read_sales
from adapters.sql.tables import order_line, sales_order
from domain.intake.report import Imported, Rejected
from domain.intake.sale import Intake, import_sales
from tests.people import customer
from tests.shop import KEYS, Shop
from tests.stories.test_order_import import on_hand
from tests.stories.test_stock_changes import rows_of

HEAD = "channel,external_id,location,sku,quantity,unit_price,time,email\n"
TWO = """web,T-1,LYON,COAT,1,100.00,2026-11-20 18:00:00,
web,W-1,,HAT,2,20.00,2026-11-20T18:00:00Z,zoe@mail.example
web,T-1,LYON,HAT,3,19.50,2026-11-20 18:00:00,
"""


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.locations("LYON")
    await shop.product("coat", "COAT", price="120.00")
    await shop.product("hat", "HAT", price="20.00")
    await shop.stock("COAT", LYON=2)
    await shop.stock("HAT", LYON=5)
    return shop


async def taken(shop: Shop, folder: Path, text: str, *, skip_bad_rows: bool = False, at_once: int = 200) -> Imported | Rejected:
    file = folder / "sales.csv"
    file.write_text(HEAD + text, "utf-8")
    intake = Intake(work=shop.work, reads=shop.reads, keys=KEYS, now=shop.now, at_once=at_once)
    return await import_sales(intake, read_sales([file]), skip_bad_rows=skip_bad_rows)


@pytest.mark.parametrize("at_once", [1, 200])
async def test_the_lines_of_a_sale_make_one_order_and_a_second_time_nothing_changes(
    shop: Shop, tmp_path: Path, at_once: int
) -> None:
    zoe = await customer(shop, "Zoe")
    assert await taken(shop, tmp_path, TWO, at_once=at_once) == Imported(2, 0, 0)
    before = await shop.rows()
    assert await taken(shop, tmp_path, TWO, at_once=at_once) == Imported(0, 0, 2)
    assert await shop.rows() == before
    sales = {external: rest for external, *rest in await rows_of(shop, sales_order, "external_id", "placed_at", "customer_id")}
    assert [sales["T-1"][0].hour, sales["W-1"][0].hour] == [17, 18], "a till's clock is its store's"
    assert [sales["T-1"][1], sales["W-1"][1]] == [None, zoe.customer]
    assert sorted(await rows_of(shop, order_line, "sku", "quantity", "total_minor")) == [
        ("COAT", 1, 10_000),
        ("HAT", 2, 4_000),
        ("HAT", 3, 5_850),
    ]
    assert (await on_hand(shop, "COAT", "LYON"), await on_hand(shop, "HAT", "LYON")) == ((1, 0), (2, 0))
    assert (await shop.prove()).balanced


async def test_bad_rows_are_named_and_their_sales_left_out_whole(shop: Shop, tmp_path: Path) -> None:
    await taken(shop, tmp_path, "web,T-0,,HAT,1,20.00,2026-11-20T18:00:00Z,\n")
    before = await shop.rows()
    text = TWO + "".join(
        f"{row}\n"
        for row in (
            "web,T-0,,HAT,2,20.00,2026-11-20T18:00:00Z,",
            "web,T-2,LYON,HAT,1,20.00,2026-11-20T18:00:00Z,",
            "web,T-2,LYON,NONE,1,20.00,2026-11-20T18:00:00Z,",
            "web,T-3,LYON,HAT,-1,20.00,2026-11-20T18:00:00Z,",
            "moon,T-4,,HAT,1,20.00,2026-11-20T18:00:00Z,",
            "web,T-5,NICE,HAT,1,20.00,2026-11-20T18:00:00Z,",
            "web,T-6,,HAT,1,20.001,2026-11-20T18:00:00Z,",
            "web,T-7,,HAT,1,20.00,2027-11-20T18:00:00Z,",
            "web,T-8,,HAT,1,20.00,2026-11-20T18:00:00Z,",
            "web,T-8,,HAT,1,20.00,2026-11-20T19:00:00Z,",
            "web,,,HAT,1,20.00,2026-11-20T19:00:00Z,",
        )
    )
    refused = await taken(shop, tmp_path, text)
    assert isinstance(refused, Rejected)
    assert await shop.rows() == before
    assert [(bad.source.line, bad.reason.partition(";")[0]) for bad in refused.bad] == [
        (5, "another sale was taken in as 'T-0' before"),
        (7, "no variant has SKU 'NONE'"),
        (8, "quantity: '-1' is negative"),
        (9, "no channel has code 'moon'"),
        (10, "no location has the code or name 'NICE'"),
        (11, "`unitPrice` cannot be taken: '20.001' is not an exact amount of EUR (2 decimals)."),
        (12, "`placedAt` is in the future"),
        (14, "location, time and email of 'T-8' are not those of its first line"),
        (15, "external_id is missing"),
    ]
    done = await taken(shop, tmp_path, text, skip_bad_rows=True)
    assert isinstance(done, Imported)
    assert (done.added, len(done.skipped)) == (2, 9)
