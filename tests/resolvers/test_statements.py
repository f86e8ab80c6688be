"""How many SQL statements an operation needs: pinned, and the same however long its lists are."""

from __future__ import annotations

from typing import Any

import pytest

from domain.intake.location import PostalCodeDraft, import_postal_codes
from domain.intake.stock import StockDraft
from domain.location import PostalCode
from tests.people import agent
from tests.shop import CITIES, Shop, done, product, sheet
from tests.stories.test_people import CAMILLE, REQUEST, SECRET, SIGN_IN, SIGN_UP, UPDATE


@pytest.fixture
async def large(shop: Shop) -> Shop:
    """60 products of 2 variants, 20 locations, stock everywhere."""
    stores = [f"STORE-{n:02}" for n in range(20 - len(CITIES))]
    await shop.locations(*CITIES, *stores)
    handles = [f"coat-{n}" for n in range(60)]
    coats = (("Clothing", "Coats"),)
    await shop.import_products(*(product(one, one.upper(), f"{one.upper()}-B", categories=coats) for one in handles))
    await shop.count(*(StockDraft(sku=handle.upper(), location=code, on_hand=3) for handle in handles for code in CITIES))
    return shop


async def counted(shop: Shop, query: str, **variables: Any) -> int:
    with shop.statements() as seen:
        await shop.ask(query, **variables)
    return len(seen) - 1  # the channel is read by the test's own `ask`


@pytest.mark.parametrize("size", [1, 24, 60])
async def test_a_listing_with_variants_prices_and_availability(large: Shop, size: int) -> None:
    query = """query Listing($first: Int!) { products(first: $first) { totalCount nodes {
      title priceRange { min { amount } } variants { sku price { amount } availableQuantity availableForSale
        availability(first: 20) { totalCount nodes { quantity location { code openNow } } } } } } }"""
    assert await counted(large, query, first=size) == 8  # one of them: is anything sent to stores that lack it?


@pytest.mark.parametrize("size", [1, 24, 60])
async def test_the_plain_listing(large: Shop, size: int) -> None:
    query = """query Plain($first: Int!) { products(first: $first) { nodes {
      title priceRange { min { amount } max { amount } } variants { sku price { amount } } } } }"""
    assert await counted(large, query, first=size) == 2


@pytest.mark.parametrize("size", [1, 60])
@pytest.mark.parametrize("search", ["coat", "clothing coast 1", "coat-1-b", "?"])
async def test_a_search_needs_one_more_for_the_page_and_its_total_together(large: Shop, size: int, search: str) -> None:
    query = """query Find($search: String, $first: Int!) { products(search: $search, first: $first) {
      totalCount nodes { title } } }"""
    assert await counted(large, query, first=size) == 2
    assert await counted(large, query, first=size, search=search) == 3


@pytest.mark.parametrize("size", [1, 60])
async def test_categories_and_their_parents(large: Shop, size: int) -> None:
    query = """query C($first: Int!) { products(first: $first) { nodes {
      categories { handle parent { handle parent { handle } } } } } }"""
    assert await counted(large, query, first=size) == 3


async def test_one_variant_at_the_20_nearest_locations(large: Shop) -> None:
    query = """{ variant(by: {sku: "COAT-0"}) {
      availability(near: {coordinates: {latitude: 45.7, longitude: 4.8}}, first: 20) { totalCount nodes {
        distanceKm status quantity journeys reasons { code message } confidence asOf
        pickup { earliest latest orderBy validUntil timeZone }
        location { name openNow opensAt closesAt } } } } }"""
    assert await counted(large, query) == 5  # the last: is anything sent to stores that lack it?


async def test_the_same_with_what_is_in_stock_only_and_several_questions_at_once(large: Shop) -> None:
    query = """{ variant(by: {sku: "COAT-0"}) { availableQuantity availableForSale
      all: availability(first: 20) { nodes { quantity } }
      some: availability(inStockOnly: true, first: 20) { nodes { quantity } } } }"""
    assert await counted(large, query) == 7


async def test_two_edges_that_share_a_count_ask_once(large: Shop) -> None:
    query = '{ variant(by: {sku: "COAT-0"}) { availableQuantity availableForSale } }'
    assert await counted(large, query) == 2


@pytest.mark.parametrize("size", [1, 20])
async def test_locations(large: Shop, size: int) -> None:
    query = "query L($first: Int!) { locations(first: $first) { totalCount edges { distanceKm node { name openNow } } } }"
    assert await counted(large, query, first=size) == 1


async def test_things_by_their_ids_one_statement_a_kind(large: Shop) -> None:
    found = await large.ask("{ products(first: 30) { nodes { id variants { id } } } locations(first: 20) { nodes { id } } }")
    ids = [node["id"] for node in found["products"]["nodes"] + found["locations"]["nodes"]]
    ids += [variant["id"] for node in found["products"]["nodes"][:20] for variant in node["variants"]]
    assert await counted(large, "query N($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids) == 3


@pytest.mark.parametrize(
    ("near", "statements"),
    [('{postalCode: {countryCode: "FR", postalCode: "69002"}}', 7), ("{coordinates: {latitude: 45.7, longitude: 4.8}}", 6)],
)
async def test_the_walk_of_the_architecture(large: Shop, near: str, statements: int) -> None:
    """docs/architecture.md counts them."""
    lyon = PostalCodeDraft(PostalCode("FR", "69002"), "Lyon", CITIES["LYON"])
    done(await import_postal_codes(large.work, sheet(lyon), skip_bad_rows=False))
    query = f"""{{ variant(by: {{sku: "COAT-0"}}) {{ availableQuantity availability(near: {near}, first: 2) {{
      nodes {{ location {{ name }} distanceKm status quantity journeys }} }} }} }}"""
    assert await counted(large, query) == statements


async def test_a_level_with_all_that_stands_behind_it(large: Shop) -> None:
    query = """query L($at: ID!) { stockLevel(sku: "COAT-0", location: $at) { onHand available backordered
      incoming { quantity } variant { sku price { amount } } location { code } pool { code } } }"""
    by, at = await agent(large), str(await large.location_id("LYON"))
    with large.statements() as seen:
        await large.ask(query, by=by, at=at)
    assert len(seen) - 1 == 4


@pytest.mark.parametrize("size", [1, 100])
async def test_a_page_of_the_ledger_with_its_accounts(large: Shop, size: int) -> None:
    query = """query L($first: Int!) { stockLedger(sku: "COAT-0", first: $first) {
      nodes { fromAccount toAccount balance } pageInfo { hasNextPage } } }"""
    by = await agent(large)
    with large.statements() as seen:
        await large.ask(query, by=by, first=size)
    assert len(seen) - 1 == 2


async def test_the_safety_of_a_shelf_is_set_in_one_unit_of_work(large: Shop) -> None:
    mutation = (
        "mutation S($input: StockSafetySetInput!) { stockSafetySet(input: $input) { levels { safety } errors { code } } }"
    )
    by, at = await agent(large), str(await large.location_id("LYON"))
    with large.statements(writing=True) as seen:
        await large.ask(mutation, by=by, input={"location": at, "sku": "COAT-0", "safety": 1})
    assert [one.split()[0] for one in seen if one != "BEGIN IMMEDIATE"] == [
        "SELECT",
        "INSERT",
        "SELECT",
        "UPDATE",
        "INSERT",
        "INSERT",
    ]


async def test_who_is_asked_for_by_a_signed_in_customer(shop: Shop) -> None:
    token = await shop.as_customer()
    with shop.statements() as seen:
        await shop.ask("{ viewer { id roles channel { code } customer { email addresses { line1 } } } }", token=token)
    assert len(seen) == 4  # the channels, the session, the customer, the addresses


@pytest.mark.parametrize(
    ("mutation", "input", "read", "written"),
    [
        (SIGN_UP, {"email": "new@shop.test", "password": SECRET}, 0, 7),
        (SIGN_UP, {"email": CAMILLE, "password": SECRET}, 0, 6),
        (SIGN_IN, {"email": CAMILLE, "password": SECRET}, 4, 8),
        (SIGN_IN, {"email": CAMILLE, "password": "wrong"}, 1, 3),
        (REQUEST, {"email": CAMILLE}, 0, 6),
        (REQUEST, {"email": "nobody@shop.test"}, 0, 6),
    ],
)
async def test_what_becoming_somebody_takes(shop: Shop, mutation: str, input: dict[str, str], read: int, written: int) -> None:
    await shop.as_customer(CAMILLE, SECRET)
    with shop.statements() as reading, shop.statements(writing=True) as writing:
        await shop.ask(mutation, input=input)
    assert (len(reading) - 1, changes(writing)) == (read, written)


@pytest.mark.parametrize(("input", "written"), [({"name": "Camille"}, 2), ({"email": "new@shop.test"}, 9)])
async def test_what_changing_oneself_takes(shop: Shop, input: dict[str, str], written: int) -> None:
    token = await shop.as_customer(CAMILLE)
    with shop.statements(writing=True) as writing:
        await shop.ask(UPDATE, token=token, input=input)
    assert changes(writing) == written


def changes(writing: list[str]) -> int:
    """SQLite begins by a statement, PostgreSQL by none."""
    return len([statement for statement in writing if not statement.startswith("BEGIN")])
