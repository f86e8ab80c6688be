"""Card terminals: named in a location's file, and there for the store's own kiosks and staff."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.files.shop import read_locations
from adapters.sql.terminal import reference_of
from domain.actor import Actor
from domain.ids import TerminalId
from domain.intake.location import TerminalDraft, import_locations
from gateway.demo import FILES
from tests.people import agent, associate, customer, kiosk, signed_in
from tests.shop import Shop, done

TERMINALS = "query ($code: String!) { location(by: {code: $code}) { terminals { id name ready location { code } } } }"
NODE = "query ($id: ID!) { node(id: $id) { id ... on Terminal { name ready } } }"
TWO = (TerminalDraft("Caisse 1", "tmr_1"), TerminalDraft("Caisse 2"))


@pytest.fixture
async def stores(shop: Shop) -> Shop:
    await shop.locations("LYON", "PARIS", terminals=TWO)
    return shop


async def seen(shop: Shop, by: Actor | None, code: str = "LYON") -> Any:
    return (await shop.ask(TERMINALS, by=by, code=code))["location"]["terminals"]


async def test_a_stores_kiosks_and_staff_see_its_terminals_and_nobody_else_does(stores: Shop) -> None:
    device = await kiosk(stores, "LYON")
    for by in (device, await associate(stores, "LYON"), await agent(stores)):
        found = await seen(stores, by)
        assert [(one["name"], one["ready"], one["location"]["code"]) for one in found] == [
            ("Caisse 1", True, "LYON"),
            ("Caisse 2", True, "LYON"),
        ]
        assert (await stores.ask(NODE, by=by, id=found[0]["id"]))["node"] == {
            "id": found[0]["id"],
            "name": "Caisse 1",
            "ready": True,
        }
    terminal = (await seen(stores, device))[0]["id"]
    for other in (None, await signed_in(stores), await customer(stores, "Ada"), await associate(stores, "PARIS")):
        assert await seen(stores, other) is None
        assert (await stores.ask(NODE, by=other, id=terminal))["node"] is None
    assert await seen(stores, device, "PARIS") is None


async def test_a_terminal_that_its_file_no_longer_names_goes_out_of_use_and_comes_back_as_itself(stores: Shop) -> None:
    by = await associate(stores, "LYON")
    first, second = await seen(stores, by)
    await stores.locations("LYON", terminals=TWO[:1])
    assert await seen(stores, by) == [first]
    assert (await stores.ask(NODE, by=by, id=second["id"]))["node"]["ready"] is False
    assert len(await seen(stores, await agent(stores), "PARIS")) == 2
    assert (await stores.locations("LYON", terminals=TWO)).changed == 1
    assert (await stores.locations("LYON", terminals=TWO)).unchanged == 1
    assert await seen(stores, by) == [first, second]


async def test_the_provider_is_told_its_own_name_of_a_terminal(stores: Shop) -> None:
    ids = [TerminalId.parse(one["id"]) for one in await seen(stores, await agent(stores))]
    assert [await reference_of(stores.database, id) for id in ids if id] == ["tmr_1", None]
    assert await reference_of(stores.database, TerminalId.new()) is None


async def test_a_file_names_them_one_after_the_other(shop: Shop, tmp_path: Path) -> None:
    header = "code,name,kind,address,country_code,latitude,longitude,time_zone,services,terminals\n"
    row = "{},Lyon,STORE,1 rue,FR,45.7,4.8,Europe/Paris,PICKUP,{}\n"
    cells = ("Caisse 2=tmr_2| Caisse 1 ", "A|A", "A||B", "|".join(str(n) for n in range(51)))
    file = tmp_path / "locations.csv"
    file.write_text(header + "".join(row.format(n, cell) for n, cell in enumerate(cells)), "utf-8")
    sheet = read_locations([file])
    assert [one.terminals for one in sheet.drafts()] == [(TerminalDraft("Caisse 1"), TerminalDraft("Caisse 2", "tmr_2"))]
    assert [bad.reason.partition(":")[0] for bad in sheet.bad] == ["terminals"] * 3


async def test_every_store_of_the_demo_has_terminals(shop: Shop) -> None:
    done(await import_locations(shop.work, read_locations([FILES / "locations.csv"]), skip_bad_rows=False))
    by = await agent(shop)
    data = await shop.ask("{ locations(first: 20) { nodes { kind terminals { name } } } }", by=by)
    assert all(bool(one["terminals"]) is (one["kind"] == "STORE") for one in data["locations"]["nodes"])
