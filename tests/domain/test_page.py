"""Pages: every item once, in order, whichever way they are turned."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.page import Page, PageRequest, cursor_of, page_of, page_request, position_of
from domain.quantities import WHOLE_MAX
from domain.refusal import InvalidInput
from domain.text import is_clean

TEXTS = st.text().filter(is_clean)
ITEMS = st.lists(st.tuples(st.integers(0, 5), TEXTS), unique_by=lambda item: item[1])
SIZES = st.integers(1, 4)
WHOLE = st.integers(-WHOLE_MAX, WHOLE_MAX)


def asked(**arguments: object) -> PageRequest:
    request = page_request(**arguments)  # type: ignore[arg-type]
    assert isinstance(request, PageRequest)
    return request


def taken(items: list[tuple[int, str]], request: PageRequest) -> Page[tuple[int, str]]:
    page = page_of(items, lambda item: item, request, parts=(int, str))
    assert isinstance(page, Page)
    return page


@given(ITEMS, SIZES)
def test_forward_every_item_comes_once_and_in_order(items: list[tuple[int, str]], size: int) -> None:
    seen: list[tuple[int, str]] = []
    cursor = None
    while True:
        page = taken(items, asked(first=size, after=cursor))
        seen += page.nodes
        assert page.total_count == len(items)
        if not page.page_info.has_next_page:
            break
        cursor = page.page_info.end_cursor
    assert seen == sorted(items)


@given(ITEMS, SIZES)
def test_backward_as_well(items: list[tuple[int, str]], size: int) -> None:
    seen: list[tuple[int, str]] = []
    cursor = None
    while True:
        page = taken(items, asked(last=size, before=cursor))
        seen = [*page.nodes, *seen]
        if not page.page_info.has_previous_page:
            break
        cursor = page.page_info.start_cursor
    assert seen == sorted(items)


@given(ITEMS.filter(bool), SIZES, st.data())
def test_a_cursor_stays_right_when_its_item_goes_and_others_come(
    items: list[tuple[int, str]], size: int, data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(items))
    others = [item for item in items if item != gone] + [(gone[0], gone[1] + "x" * 4)]
    page = taken(others, asked(first=size, after=cursor_of(gone)))
    assert list(page.nodes) == [item for item in sorted(others) if item > gone][:size]


@given(st.lists(st.one_of(TEXTS, WHOLE, st.floats(allow_nan=False, allow_infinity=False)), min_size=1))
def test_a_cursor_gives_its_position_back(parts: list[str | int | float]) -> None:
    assert position_of(cursor_of(tuple(parts))) == tuple(parts)


@given(st.text())
def test_any_text_is_a_cursor_or_none_and_never_an_exception(text: str) -> None:
    position = position_of(text)
    assert position is None or position_of(cursor_of(position)) == position


def test_sizes_are_bounded_and_not_given_twice() -> None:
    assert isinstance(page_request(first=101), InvalidInput)
    assert isinstance(page_request(first=-1), InvalidInput)
    assert isinstance(page_request(last=101), InvalidInput)
    assert isinstance(page_request(first=1, last=1), InvalidInput)
    assert page_request() == PageRequest(20)
    assert page_request(first=0) == PageRequest(0)


@pytest.mark.parametrize("position", [("text", 1), (1,), (1, "a", 2), (1.0, "a"), ()])
@pytest.mark.parametrize("name", ["after", "before"])
def test_a_cursor_of_another_list_is_refused_by_name(name: str, position: tuple[str | int | float, ...]) -> None:
    request = asked(first=1, **{name: cursor_of(position)})
    refusal = page_of([(1, "a")], lambda item: item, request, parts=(int, str))
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == (name,)


@pytest.mark.parametrize(
    "parts", ["[]x", "{}", "[null]", "[true]", "[2147483648]", "[1e999]", "[NaN]", '["\\u0000"]', '["\\ud800"]', "[[1]]"]
)
def test_a_crafted_cursor_is_none(parts: str) -> None:
    assert position_of(urlsafe_b64encode(parts.encode()).decode().rstrip("=")) is None


def test_a_deeply_nested_cursor_is_none() -> None:
    assert position_of(urlsafe_b64encode(b"[" * 50_000).decode()) is None
