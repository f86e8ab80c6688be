"""A shopper looks through the catalog: filters, orders, pages, and one thing by its name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.intake.catalog import ProductDraft
from domain.money import Money
from tests.shop import Shop, product

PAGE = """
query Page($sort: ProductSort!, $filter: ProductFilter, $first: Int, $after: String, $last: Int, $before: String) {
  products(sort: $sort, filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { handle } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
GOODS = {
    "echarpe": ("Écharpe", "49.00", "Tramontane", ("Accessoires", "Écharpes")),
    "elan": ("élan", "9.00", "Mistral", ("Maison",)),
    "manteau": ("Manteau", "289.00", "Tramontane", ("Vêtements", "Manteaux")),
    "zebre": ("Zèbre", "49.00", None, ("Maison",)),
    "manteau-court": ("Manteau court", "199.00", "Mistral", ("Vêtements", "Manteaux", "Courts")),
}
ORDERS = {
    "RELEVANCE": ["echarpe", "elan", "manteau", "zebre", "manteau-court"],
    "NEWEST": ["manteau-court", "zebre", "manteau", "elan", "echarpe"],
    "TITLE": ["echarpe", "elan", "manteau", "manteau-court", "zebre"],
    "PRICE_ASC": ["elan", "echarpe", "zebre", "manteau-court", "manteau"],
    "PRICE_DESC": ["manteau", "manteau-court", "zebre", "echarpe", "elan"],
}


def goods() -> list[ProductDraft]:
    return [
        product(handle, title=title, price=price, vendor=vendor, categories=(path,))
        for handle, (title, price, vendor, path) in GOODS.items()
    ]


@pytest.fixture
async def filled(shop: Shop) -> Shop:
    await shop.locations("LYON", "PARIS")
    await shop.import_products(*goods())
    return shop


async def page(shop: Shop, sort: str = "RELEVANCE", **variables: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await shop.ask(PAGE, sort=sort, **variables))["products"]
    return found | {"handles": [node["handle"] for node in found["nodes"]]}


@pytest.mark.parametrize("sort", ORDERS)
async def test_orders(filled: Shop, sort: str) -> None:
    assert (await page(filled, sort))["handles"] == ORDERS[sort]


@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize("size", [1, 2, 5])
async def test_pages_forward_and_backward_hold_everything_once(filled: Shop, sort: str, size: int) -> None:
    forward: list[str] = []
    cursor = None
    for _ in range(len(GOODS)):
        found = await page(filled, sort, first=size, after=cursor)
        forward += found["handles"]
        cursor = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert forward == ORDERS[sort]
    backward: list[str] = []
    cursor = None
    for _ in range(len(GOODS)):
        found = await page(filled, sort, last=size, before=cursor)
        backward = found["handles"] + backward
        cursor = found["pageInfo"]["startCursor"]
        if not found["pageInfo"]["hasPreviousPage"]:
            break
    assert backward == ORDERS[sort]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(ORDERS)), st.integers(0, 5), st.integers(0, 5), st.integers(1, 5), st.booleans())
async def test_between_two_cursors_lies_what_lies_between_them(
    filled: Shop, sort: str, start: int, end: int, size: int, backward: bool
) -> None:
    if not (await page(filled, sort))["totalCount"]:
        await filled.import_products(*goods())
    everything = await page(filled, sort, first=100)
    cursors = [edge["cursor"] for edge in everything["edges"]]
    after, before = (cursors[start - 1] if start else None), (cursors[end] if end < len(cursors) else None)
    between = ORDERS[sort][start:end]
    found = await page(filled, sort, **({"last": size} if backward else {"first": size}), after=after, before=before)
    assert found["handles"] == (between[-size:] if backward else between[:size])
    assert found["pageInfo"]["hasPreviousPage" if backward else "hasNextPage"] is (len(between) > size)


async def test_a_cursor_stays_right_while_goods_come_and_go(filled: Shop) -> None:
    first = await page(filled, "TITLE", first=2)
    await filled.import_products(product("aaa", title="Aaa"), product("fff", title="Fff"))
    second = await page(filled, "TITLE", first=10, after=first["pageInfo"]["endCursor"])
    assert first["handles"] + second["handles"] == ["echarpe", "elan", "fff", "manteau", "manteau-court", "zebre"]


@pytest.mark.parametrize(
    ("wanted", "handles"),
    [
        ({}, ["echarpe", "elan", "manteau", "zebre", "manteau-court"]),
        ({"category": "maison"}, ["elan", "zebre"]),
        ({"category": "vetements"}, ["manteau", "manteau-court"]),
        ({"category": "vetements-manteaux-courts"}, ["manteau-court"]),
        ({"category": "nowhere"}, []),
        ({"vendor": "Tramontane"}, ["echarpe", "manteau"]),
        ({"vendor": "tramontane"}, []),
        ({"price": {"min": "49.00", "max": "199"}}, ["echarpe", "zebre", "manteau-court"]),
        ({"price": {"max": "8.999"}}, []),
        ({"price": {"min": "8.999", "max": "9.001"}}, ["elan"]),
        ({"price": {"min": "-5"}}, ["echarpe", "elan", "manteau", "zebre", "manteau-court"]),
        ({"price": {"max": "-5"}}, []),
        ({"price": {"min": "100000000000000000000"}}, []),
        ({"price": {"max": "100000000000000000000"}}, ["echarpe", "elan", "manteau", "zebre", "manteau-court"]),
        ({"category": "maison", "vendor": "Mistral"}, ["elan"]),
        ({"availableForSale": True}, []),
        ({"availableForSale": False}, ["echarpe", "elan", "manteau", "zebre", "manteau-court"]),
        ({"category": None, "price": {"min": None}}, ["echarpe", "elan", "manteau", "zebre", "manteau-court"]),
    ],
)
async def test_filters(filled: Shop, wanted: dict[str, Any], handles: list[str]) -> None:
    found = await page(filled, filter=wanted)
    assert found["handles"] == handles
    assert found["totalCount"] == len(handles)


async def test_what_is_for_sale_is_what_some_location_can_sell(filled: Shop) -> None:
    await filled.stock("ELAN", LYON=1)
    await filled.stock("ZEBRE", LYON=0, PARIS=2)
    assert (await page(filled, filter={"availableForSale": True}))["handles"] == ["elan", "zebre"]
    assert (await page(filled, filter={"availableForSale": False}))["handles"] == ["echarpe", "manteau", "manteau-court"]


async def test_one_thing_by_each_of_its_names(shop: Shop) -> None:
    await shop.product("coat", "COAT", variant={"barcode": "2000000000015"})
    query = """query One($product: ProductBy!, $variant: VariantBy!) {
      product(by: $product) { id handle } variant(by: $variant) { id sku product { handle } } }"""
    found = await shop.ask(query, product={"handle": "coat"}, variant={"sku": "COAT"})
    again = await shop.ask(query, product={"id": found["product"]["id"]}, variant={"id": found["variant"]["id"]})
    assert found == again
    assert (await shop.ask(query, product={"handle": "coat"}, variant={"barcode": "2000000000015"})) == found
    assert await shop.ask(query, product={"handle": "nope"}, variant={"barcode": "nope"}) == {"product": None, "variant": None}


async def test_a_barcode_on_two_variants_names_the_first(shop: Shop) -> None:
    await shop.product("coat", "COAT-S", "COAT-M", variant={"barcode": "2000000000015"})
    await shop.product("scarf", "SCARF", variant={"barcode": "2000000000015"})
    assert (await shop.ask('{ variant(by: {barcode: "2000000000015"}) { sku } }'))["variant"] == {"sku": "COAT-S"}


async def test_any_thing_by_its_id(filled: Shop) -> None:
    data = await filled.ask(
        "{ products(first: 1) { nodes { id categories { id } variants { id } } } locations(first: 1) { nodes { id } } }"
    )
    found = data["products"]["nodes"][0]
    ids = [found["id"], found["variants"][0]["id"], found["categories"][0]["id"], data["locations"]["nodes"][0]["id"]]
    query = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    nodes = (await filled.ask(query, ids=[*ids, "nonsense", ids[0]]))["nodes"]
    assert [node and node["__typename"] for node in nodes] == ["Product", "Variant", "Category", "Location", None, "Product"]
    assert [node and node["id"] for node in nodes] == [*ids, None, ids[0]]
    assert (await filled.ask("query One($id: ID!) { node(id: $id) { id } }", id=ids[0]))["node"] == {"id": ids[0]}
    assert (await filled.refused(query, ids=["x"] * 101))["message"] == "`ids` has 101 items; it must have 100 at most."


async def test_a_product_tells_all_it_is(shop: Shop) -> None:
    await shop.product("coat", "S", "M", price="20.00", categories=(("Clothing", "Coats"),), description="Warm.")
    await shop.product("scarf", "SCARF", variant={"price": Money("EUR", 900), "compare_at_price": Money("EUR", 1200)})
    query = """{ product(by: {handle: "coat"}) {
      title description vendor images { url altText } categories { handle title parent { handle parent { handle } } }
      options { name values } priceRange { min { amount minorUnits currencyCode } }
      variants { sku title barcode selectedOptions { name value } image { url } price { amount } } } }"""
    coat = (await shop.ask(query))["product"]
    assert coat["categories"] == [
        {"handle": "clothing-coats", "title": "Coats", "parent": {"handle": "clothing", "parent": None}}
    ]
    assert coat["priceRange"] == {"min": {"amount": "20.00", "minorUnits": 2000, "currencyCode": "EUR"}}
    assert [variant["selectedOptions"] for variant in coat["variants"]] == [
        [{"name": "Taille", "value": "S"}],
        [{"name": "Taille", "value": "M"}],
    ]
    reduced = await shop.ask('{ variant(by: {sku: "SCARF"}) { price { amount } compareAtPrice { amount } } }')
    assert reduced["variant"] == {"price": {"amount": "9.00"}, "compareAtPrice": {"amount": "12.00"}}
    assert [c["handle"] for c in (await shop.ask("{ categories { handle } }"))["categories"]] == ["clothing", "clothing-coats"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("first: 101", "`first` is 101; it must be from 0 to 100."),
        ("last: -1", "`last` is -1; it must be from 0 to 100."),
        ("first: 1, last: 1", "Give `first` or `last`, not both."),
        ('after: "nonsense"', "`after` is not a cursor of this list; take one from an edge or from pageInfo."),
        ('before: "WyJhIiwxXQ"', "`before` is a cursor of another list or order; start again without it."),
        ('filter: {availableAt: "x"}', "`availableAt` is not the id of a Location; take it from an `id` field of one."),
    ],
)
async def test_bad_input_names_the_argument_and_the_fix(filled: Shop, arguments: str, message: str) -> None:
    error = await filled.refused(f"{{ products({arguments}) {{ totalCount }} }}")
    assert error["message"] == message
    assert error["extensions"]["code"] == "INVALID_INPUT"


@pytest.mark.parametrize("wrong", ['"abc"', "1.5", '"NaN"', '"1e999999999"', "true", '"' + "9" * 31 + '"'])
async def test_what_is_no_exact_decimal_is_refused(filled: Shop, wrong: str) -> None:
    error = await filled.refused(f"{{ products(filter: {{price: {{min: {wrong}}}}}) {{ totalCount }} }}")
    assert "exact decimal" in error["message"]
