"""`comptoir import` as processes that are killed, and as a merchant with files of other shapes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from adapters.sql.database import Database
from domain.ids import SHARED_POOL, MovementId
from domain.ledger import CUSTOMER, Movement, Shelf, StockCause, on_hand_at
from tests.gateway.test_command import COMPTOIR, Shell
from tests.shop import NOON, Shop, product

STORES = [f"S{n:02}" for n in range(40)]
SKUS = [f"COAT-{n:03}" for n in range(1000)]


@pytest.fixture
def anywhere(tmp_path: Path) -> Shell:
    """Over no database yet: a new file of SQLite."""
    return Shell(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}", tmp_path)


async def killed_halfway(shop: Shop, process: asyncio.subprocess.Process) -> Shelf:
    """While its next chunk waits for the checkpoint that is held here; answers the last shelf it has applied."""
    while True:
        async with shop.work as work:
            reached = await work.checkpoints.of(SHARED_POOL)
            if reached is not None and reached.last is not None:
                process.kill()
                await process.wait()
                return reached.last
        assert process.returncode is None, "it ended before it was killed"


async def test_a_killed_import_goes_on_where_it_was_and_what_was_sold_meanwhile_stays_sold(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    shop, comptoir = await Shop.opened(database), Shell(database_url, tmp_path)
    await shop.locations(*STORES)
    await shop.import_products(*(product(f"coat-{n}", *SKUS[n::10]) for n in range(10)))
    (tmp_path / "stock.csv").write_text("SKU,Location,On hand\n" + "".join(f"{k},{s},5\n" for k in SKUS for s in STORES))
    process = await asyncio.create_subprocess_exec(
        COMPTOIR, "import", "stock", "stock.csv", cwd=tmp_path, env=comptoir.environment, stdout=asyncio.subprocess.DEVNULL
    )
    last = await killed_halfway(shop, process)
    async with shop.work as work:
        sale = Movement(
            id=MovementId.new(),
            at=NOON,
            sku=last.sku,
            taken_from=on_hand_at(last),
            put_to=CUSTOMER,
            quantity=1,
            cause=StockCause.SALE,
        )
        assert await work.ledger.post([sale]) == ()
        await work.commit()
    again = comptoir("import", "stock", "stock.csv")
    assert again.stdout == "Stock levels: 40000 added, 0 changed, 0 as they were.\n", again.stderr
    assert "which an earlier run has done." in again.stderr
    async with shop.work as work:
        assert (await work.ledger.lock([last]))[last].on_hand == 4
    proof = await shop.prove()
    assert (proof.balanced, proof.units) == (True, 5 * 40_000 - 1)


def test_columns_by_other_names_and_columns_that_are_not_there(anywhere: Shell, tmp_path: Path) -> None:
    (tmp_path / "shops.csv").write_text("country,name,street,latitude,longitude\nBelgium,Midi,Rue 1,50.83,4.33\n")
    told = ("--set", "kind=STORE", "--set", "services=PICKUP", "--set", "time_zone=Europe/Brussels")
    said = anywhere.does("import", "locations", "--map", "country=country_code", "--map", "street=address", *told, "shops.csv")
    assert said == "Locations: 1 added, 0 changed, 0 as they were.\n"
    assert "there is no column 'land', of which --map speaks" in anywhere.fails(
        "import", "locations", "--map", "land=country_code", "shops.csv"
    )
    assert "--set: 'kind' is not of the form NAME=VALUE" in anywhere.fails("import", "locations", "--set", "kind", "shops.csv")


def test_an_encoding_that_is_assumed_is_said(anywhere: Shell, tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_bytes("Handle;Title;Variant SKU;Variant Price\nete;Été;E;9\n".encode("cp1252"))
    done = anywhere("import", "catalog", "products.csv")
    assert (done.returncode, done.stdout) == (0, "Products: 1 added, 0 changed, 0 as they were.\n")
    assert "Note: products.csv is not UTF-8; it was read as Windows-1252." in done.stderr
