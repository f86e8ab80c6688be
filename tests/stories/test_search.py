"""A shopper searches: words of titles, vendors, categories and options, codes, beginnings, mistakes; the best comes first."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapters.files.products import read_products
from adapters.sql.database import Database
from adapters.sql.search_index import index
from adapters.sql.tables import product as catalog
from adapters.sql.work import SqlWork
from domain.catalog import SelectedOption
from domain.intake.catalog import import_catalog
from domain.intake.listing import Listed, ListingDraft, import_listings
from tests.shop import WEB, Shop, done, product, sheet

CLOTHES = ("Vêtements", "Manteaux")


@pytest.fixture
async def filled(shop: Shop) -> Shop:
    await shop.import_products(
        product("milly", "MTX-MLL-NOI-38", "MTX-MLL-NOI-40", title="Manteau Milly", vendor="Tramontane", categories=(CLOTHES,)),
        product("cape", "CAP-01", title="Cape écologique", vendor="Manteau & Fils"),
        product("horse", "HRS-01", title="Selle pour cheval", vendor="Écurie", variant={"barcode": "3 614270 001234"}),
        product("parka", "PRK-01", title="Parka matelassée", vendor="Tramontane", categories=(CLOTHES,)),
        product("shoe", "RUN-01", title="Running shoe", variant={"selected_options": (SelectedOption("Couleur", "Écru"),)}),
    )
    return shop


async def found(shop: Shop, search: str, *, channel: str = "web", **arguments: Any) -> list[str]:
    query = """query Find($search: String, $filter: ProductFilter, $sort: ProductSort! = RELEVANCE) {
      products(search: $search, filter: $filter, sort: $sort, first: 100) { totalCount nodes { handle } } }"""
    page = (await shop.ask(query, channel=channel, search=search, **arguments))["products"]
    assert page["totalCount"] == len(page["nodes"])
    return [node["handle"] for node in page["nodes"]]


async def listed(shop: Shop, *listings: ListingDraft) -> None:
    done(await import_listings(shop.work, sheet(*listings), skip_bad_rows=False))


@pytest.mark.parametrize(
    ("search", "handles"),
    [
        ("milly", ["milly"]),
        ("MANTEAUX MILLY", ["milly"]),
        ("milly manteau", ["milly"]),
        ("chevaux", ["horse"]),
        ("la selle du cheval", ["horse"]),
        ("ecologique", ["cape"]),
        ("matelassé", ["parka"]),
        ("tramontane", ["milly", "parka"]),
        ("vetement", ["milly", "parka"]),
        ("running shoes", ["shoe"]),
        ("ecru", ["shoe"]),
        ("MTX-MLL-NOI-38", ["milly"]),
        ("mtx mll noi", ["milly"]),
        ("mtxmll", ["milly"]),
        ("noi 40", ["milly"]),
        ("3614270001234", ["horse"]),
        ("3-614270", ["horse"]),
        ("pa", ["parka"]),
        ("parak", ["parka"]),
        ("matelasee", ["parka"]),
        ("tramontanne", ["milly", "parka"]),
        ("manteau p", ["milly", "cape", "parka"]),
        ("manteau introuvable", []),
        ("36142700012345", []),
        ("?!", []),
    ],
)
async def test_what_is_found_and_in_which_order(filled: Shop, search: str, handles: list[str]) -> None:
    assert await found(filled, search) == handles


@pytest.mark.parametrize("blank", ["", "  "])
async def test_a_blank_search_is_none(filled: Shop, blank: str) -> None:
    assert await found(filled, blank) == ["milly", "cape", "horse", "parka", "shoe"]


async def test_titles_before_vendors_whole_words_before_stems_beginnings_and_mistakes(shop: Shop) -> None:
    await shop.import_products(
        product("beginning", "A", title="Robertine"),
        product("stem", "B", title="Robes"),
        product("vendor", "C", title="Jupe", vendor="Robe"),
        product("title", "D", title="Robe"),
        product("code", "ROBE", title="Pull"),
    )
    assert await found(shop, "robe") == ["code", "title", "stem", "vendor", "beginning"]


@pytest.mark.parametrize("sort", ["TITLE", "NEWEST", "PRICE_ASC"])
async def test_other_orders_and_filters_hold_within_what_is_found(filled: Shop, sort: str) -> None:
    whole = await found(filled, "", sort=sort)
    assert await found(filled, "tramontane", sort=sort) == [handle for handle in whole if handle in ("milly", "parka")]
    assert await found(filled, "manteau", filter={"vendor": "Tramontane"}) == ["milly", "parka"]


async def test_a_title_that_changed_is_forgotten(filled: Shop) -> None:
    await filled.import_products(product("milly", "MTX-MLL-NOI-38", title="Trench Odette", categories=(CLOTHES,)))
    assert await found(filled, "milly") == []
    assert await found(filled, "odette") == ["milly"]


async def test_a_retired_variant_is_not_found_by_its_sku(filled: Shop) -> None:
    assert await found(filled, "MTX-MLL-NOI-40") == ["milly"]
    await filled.import_products(product("milly", "MTX-MLL-NOI-38", title="Manteau Milly"))
    assert await found(filled, "MTX-MLL-NOI-40") == []


async def test_a_product_that_moved_is_found_by_its_new_category_alone(filled: Shop) -> None:
    await filled.import_products(product("parka", "PRK-01", title="Parka matelassée", categories=(("Sport", "Montagne"),)))
    assert await found(filled, "vetements") == ["milly"]
    assert await found(filled, "sport montagne") == ["parka"]


async def test_a_title_of_one_channel_is_searched_there_alone_and_instead_of_the_catalogs(filled: Shop) -> None:
    shop = await Shop.opened(filled.database, replace(WEB, code="mobile"))
    await listed(shop, ListingDraft(of=Listed("mobile", "milly", None), title="Trench Odette"))
    assert await found(shop, "odette", channel="mobile") == ["milly"]
    assert await found(shop, "milly", channel="mobile") == []
    assert await found(shop, "MTX-MLL-NOI-38", channel="mobile") == ["milly"]
    assert await found(shop, "odette") == []
    assert await found(shop, "odete", channel="web") == []
    assert await found(shop, "milly") == ["milly"]
    await listed(shop, ListingDraft(of=Listed("mobile", "milly", None)))
    assert (await found(shop, "milly", channel="mobile"), await found(shop, "odette", channel="mobile")) == (["milly"], [])


async def test_a_title_of_a_channel_outlives_a_change_of_the_product(filled: Shop) -> None:
    await listed(filled, ListingDraft(of=Listed("web", "milly", None), title="Trench Odette"))
    await filled.import_products(product("milly", "MTX-MLL-NOI-42", title="Manteau Milly"))
    assert await found(filled, "odette") == await found(filled, "MTX-MLL-NOI-42") == ["milly"]
    assert await found(filled, "milly") == []


async def test_what_a_channel_does_not_sell_is_not_found_there(filled: Shop) -> None:
    await listed(filled, ListingDraft(of=Listed("web", "milly", None), listed=False))
    assert await found(filled, "MTX-MLL-NOI-38") == []
    assert await found(filled, "tramontane") == ["parka"]


async def test_imports_of_the_same_products_at_once_leave_the_index_of_what_they_are_now(shop: Shop) -> None:
    """Each in a unit of work of its own, as in processes of their own."""
    handles = [f"coat-{n}" for n in range(30)]

    async def titled(title: str) -> None:
        async with SqlWork(shop.database) as work:
            await work.catalog.save([product(handle, title=title) for handle in handles])
            await work.commit()

    async def titled_in_web(title: str) -> None:
        async with SqlWork(shop.database) as work:
            await work.listings.save([ListingDraft(of=Listed("web", handle, None), title=title) for handle in handles])
            await work.commit()

    await titled("Manteau")
    for turn in range(6):
        await asyncio.gather(titled_in_web(f"Trench {turn}"), titled(f"Cape {turn}"))
        left = await shop.rows()
        async with shop.database.writing() as connection:
            await connection.run_sync(index, (await connection.execute(select(catalog.c.id))).scalars().all())
            await connection.commit()
        assert await shop.rows() == left


async def test_an_import_that_is_not_committed_leaves_the_index_as_it_was(filled: Shop) -> None:
    before = await filled.rows()
    async with filled.work as work:
        await work.catalog.save([product("milly", "MTX-MLL-NOI-38", title="Trench Odette")])
    assert await filled.rows() == before


@pytest.mark.parametrize("text", ["x" * 201, " ".join("bcefghijkmnop")])
async def test_a_search_that_is_too_long_is_refused_by_name(filled: Shop, text: str) -> None:
    error = await filled.refused("query Find($search: String) { products(search: $search) { totalCount } }", search=text)
    assert error["extensions"] == {"code": "INVALID_INPUT", "path": ["search"]}


# ------------------------------------------------------------------------------------------------ pages

PAGE = """
query Page($search: String, $sort: ProductSort! = RELEVANCE, $first: Int, $after: String, $last: Int, $before: String) {
  products(search: $search, sort: $sort, first: $first, after: $after, last: $last, before: $before) {
    nodes { handle } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


async def test_pages_of_ranked_results_with_ties_go_both_ways(shop: Shop) -> None:
    titles = ["Jupe", "Robe longue", "Robertine", "Robe", "Robes", "Pull", "Robe courte", "Robette"]
    await shop.import_products(*(product(f"p{n}", title=title) for n, title in enumerate(titles)))
    expected = ["p1", "p3", "p6", "p4", "p2", "p7"]
    for size in (1, 2, 4):
        assert await turned(shop, "first", "after", "endCursor", "hasNextPage", size) == expected
        assert await turned(shop, "last", "before", "startCursor", "hasPreviousPage", size) == expected


async def turned(shop: Shop, size_name: str, cursor_name: str, edge: str, more: str, size: int) -> list[str]:
    """All pages, one after the other, in the order of the list."""
    handles: list[str] = []
    variables: dict[str, Any] = {"search": "robe", size_name: size}
    while True:
        page = (await shop.ask(PAGE, **variables))["products"]
        some = [node["handle"] for node in page["nodes"]]
        handles = handles + some if size_name == "first" else some + handles
        if not page["pageInfo"][more]:
            return handles
        variables[cursor_name] = page["pageInfo"][edge]


@pytest.mark.parametrize("sort", ["TITLE", "NEWEST"])
async def test_a_cursor_of_another_order_is_refused(filled: Shop, sort: str) -> None:
    cursor = (await filled.ask(PAGE, search="tramontane", first=1))["products"]["pageInfo"]["endCursor"]
    assert (await filled.refused(PAGE, search="tramontane", sort=sort, after=cursor))["extensions"]["path"] == ["after"]
    other = (await filled.ask(PAGE, search="tramontane", sort=sort, first=1))["products"]["pageInfo"]["endCursor"]
    assert (await filled.refused(PAGE, search="tramontane", after=other))["extensions"]["path"] == ["after"]


# ------------------------------------------------------------------------------------------------ both databases

QUERIES = [
    *(
        "bike",
        "bikes",
        "bikse",
        "bicycle",
        "bicicle",
        "road",
        "tire",
        "tires",
        "wheelset",
        "whelesets",
        "700c",
        "pedal",
        "pedlas",
    ),
    *("helmet", "hemlet", "kryptonite", "cryptonite", "sram", "pure fix", "black", "red", "earring", "earrings", "necklace"),
    *("neckalce", "bracelet", "gold", "sterling", "leather", "ca", "co", "st", "26", "levi's", "city bike", "pu cy"),
    *("gold earrings", "the bike", "leather saddles", "brooks saddle", "zzyzx"),
]


async def filled_from(shared: Path, url: str) -> Shop:
    shop = await Shop.opened(Database(url))
    files = sorted((shared / "data" / "catalog").glob("shopify*.csv"))
    rows = read_products(files, currency="EUR")
    done(await import_catalog(shop.work, rows, skip_bad_rows=True))
    return shop


async def test_the_same_real_shop_answers_alike_on_both_databases(shared: Path, sqlite_url: str, postgres_url: str) -> None:
    shops = [await filled_from(shared, url) for url in (sqlite_url, postgres_url)]
    answers = [{search: await ordered(shop, search) for search in QUERIES} for shop in shops]
    for shop in shops:
        await shop.database.close()
    assert answers[0] == answers[1]
    assert [search for search, handles in answers[0].items() if not handles] == [QUERIES[-1]]


async def ordered(shop: Shop, search: str) -> list[str]:
    page = (await shop.ask(PAGE, search=search, first=100))["products"]
    return [node["handle"] for node in page["nodes"]]
