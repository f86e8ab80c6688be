"""Ids: opaque, typed, in order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import KINDS, Id, LocationId, ProductId, parse_any


@given(st.uuids(), st.sampled_from(sorted(KINDS)))
def test_an_id_is_read_back_as_what_it_was(value: object, kind: str) -> None:
    made = KINDS[kind](value)  # type: ignore[arg-type]
    assert parse_any(str(made)) == made
    assert type(parse_any(str(made))) is type(made)


@given(st.text())
def test_any_text_is_an_id_or_none_and_never_an_exception(text: str) -> None:
    found = parse_any(text)
    assert found is None or parse_any(str(found)) == found


@pytest.mark.parametrize("text", ["", "=", "Product:1", "UHJvZHVjdDox", "\0", "é", "A" * 10_000])
def test_what_is_no_id_is_none(text: str) -> None:
    assert parse_any(text) is None


def test_an_id_of_one_kind_is_none_of_another() -> None:
    product = ProductId.new()
    assert LocationId.parse(str(product)) is None
    assert {product}.isdisjoint({LocationId(product.value)})


def test_later_ids_sort_after_earlier_ones() -> None:
    made: list[Id] = [ProductId.new() for _ in range(1000)]
    assert made == sorted(made)
    assert len(set(made)) == 1000
