"""What operations cost before they are run: lists multiply, fragments merge, and variables count as what they are."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import get_introspection_query
from hypothesis import given
from hypothesis import strategies as st

from domain.page import FIRST_DEFAULT, FIRST_MAX
from schema.build import build
from schema.cost import LOOKED_UP, SIZES, WEIGHTS, Cost
from schema.document import Document

SCHEMA = build()
PRODUCTS, TOTAL, VARIANTS = WEIGHTS["Query.products"], WEIGHTS["ProductConnection.totalCount"], SIZES["Product.variants"]


def cost(text: str, **variables: Any) -> Cost:
    document = SCHEMA.documents.of(text)
    assert isinstance(document, Document), document
    operation = document.operation(None)
    assert operation is not None
    coerced = SCHEMA.coerced(operation, variables)
    assert not isinstance(coerced, list), coerced
    return SCHEMA.cost(document, operation, coerced)


def points(text: str, **variables: Any) -> int:
    return cost(text, **variables).points


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ __typename }", 1),
        ("{ products { totalCount } }", PRODUCTS + 1 + TOTAL),
        ("{ products(first: 3) { nodes { id title } } }", PRODUCTS + 1 + 1 + 3 * (1 + 2)),
        ("{ products(last: 3) { edges { node { id } cursor } } }", PRODUCTS + 1 + 1 + 3 * (1 + 1 + (1 + 1) + 1)),
        ("{ products { nodes { id } } }", PRODUCTS + 1 + 1 + FIRST_DEFAULT * 2),
        ("{ products(first: 1) { nodes { variants { sku } } } }", PRODUCTS + 1 + 1 + 1 + LOOKED_UP + VARIANTS * 2),
        ('{ nodes(ids: ["a", "b"]) { id } }', LOOKED_UP + 2 + 2 * 2),
    ],
)
def test_a_point_is_a_value_and_lists_multiply(text: str, expected: int) -> None:
    assert points(text) == expected


def test_sizes_come_from_variables_and_their_defaults() -> None:
    text = "query ($n: Int = 7) { products(first: $n) { nodes { id } } }"
    assert points(text) == points("{ products(first: 7) { nodes { id } } }")
    assert points(text, n=50) == points("{ products(first: 50) { nodes { id } } }")
    assert points("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["a"] * 9) == LOOKED_UP + 9 + 9 * 2


def test_a_page_beyond_the_limit_costs_as_the_largest() -> None:
    largest = points(f"{{ products(first: {FIRST_MAX}) {{ nodes {{ id }} }} }}")
    assert points("{ products(first: 2000000000) { nodes { id } } }") == largest
    assert points("{ products(first: -5) { nodes { id } } }") == points("{ products(first: 0) { nodes { id } } }")


def test_a_whole_number_is_a_size_however_it_is_written() -> None:
    text = "query ($n: Int) { products(first: $n) { nodes { id } } }"
    assert points(text, n=100.0) == points(text, n=100) == points("{ products(first: 100) { nodes { id } } }")


def test_variables_that_are_not_declared_count_and_keep_nothing() -> None:
    text = "{ __typename }"
    assert points(text, **{f"v{n}": n for n in range(9000)}) == 1
    document = SCHEMA.documents.of(text)
    assert isinstance(document, Document)
    assert list(document.costs) == [(None,)]


def test_a_list_that_is_given_is_read_for_each_parent() -> None:
    text = (
        "query ($at: [ID!]) { products(first: 10) { nodes { variants { availability(at: $at, first: 0) { totalCount } } } } }"
    )
    assert points(text, at=["x"] * 50) - points(text) == 10 * VARIANTS * 50


def test_what_goes_through_more_of_the_catalog_costs_more() -> None:
    plain = points("{ products(first: 1) { nodes { id } } }")
    for argument in ('search: "coat"', "sort: PRICE_ASC", 'filter: {vendor: "x"}'):
        assert points(f"{{ products(first: 1, {argument}) {{ nodes {{ id }} }} }}") > plain + 200


def test_what_is_skipped_costs_nothing() -> None:
    text = "query ($more: Boolean!) { products { nodes { id title @include(if: $more) vendor @skip(if: $more) } } }"
    assert points(text, more=True) == points(text, more=False) == points("{ products { nodes { id title } } }")


def test_fields_that_are_answered_as_one_cost_as_one() -> None:
    text = "{ products { nodes { id ...f ... on Product { id title } } } } fragment f on Product { title id }"
    assert points(text) == points("{ products { nodes { id title } } }")


def test_of_an_interface_every_type_is_counted() -> None:
    both = points('{ node(id: "x") { id ... on Product { title vendor } ... on Category { title handle } } }')
    assert both == points('{ node(id: "x") { id ... on Product { title vendor } } }') + 2


def test_reading_the_schema_is_counted_apart() -> None:
    assert cost(get_introspection_query()).points == 0
    mixed = cost("{ __schema { queryType { name } } products(first: 0) { totalCount } }")
    assert mixed.points == points("{ products(first: 0) { totalCount } }")
    assert 0 < mixed.introspection < SCHEMA.introspection_max


@given(outer=st.integers(0, 100), inner=st.integers(0, 100))
def test_nested_pages_multiply(outer: int, inner: int) -> None:
    at_stores = "availability(first: $n) { nodes { status } }"
    text = f"query ($m: Int, $n: Int) {{ products(first: $m) {{ nodes {{ variants {{ {at_stores} }} }} }} }}"
    each = LOOKED_UP + 1 + 1 + inner * 2
    assert points(text, m=outer, n=inner) == PRODUCTS + 1 + 1 + outer * (1 + LOOKED_UP + VARIANTS * (1 + each))
