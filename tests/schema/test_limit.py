"""Limits on the shape of documents: each is named, and what is just within it passes."""

from __future__ import annotations

import pytest
from graphql import parse
from hypothesis import given
from hypothesis import strategies as st

from resolvers.refusal import Refused
from schema.build import build
from schema.document import CHARACTERS_KEPT, Document
from schema.limit import (
    ALIASES_MAX,
    DEPTH_MAX,
    DIRECTIVES_MAX,
    FRAGMENTS_MAX,
    OPERATIONS_MAX,
    REPEATS_MAX,
    TOKENS_MAX,
    Sizes,
    require_bounded,
)
from schema.selection import fragments_of

SCHEMA = build(suggest=False)


def limit_of(text: str) -> str | None:
    """The limit that stops a document; None if it is made ready, or is wrong in another way."""
    found = SCHEMA.documents.of(text)
    return None if isinstance(found, Document) else (found[0].extensions or {}).get("limit")


def deep(levels: int) -> str:
    return "{" + "parent {" * (levels - 1) + "id" + "}" * levels


def spread(fragments: int) -> str:
    return (
        "{ ...f0 } "
        + " ".join(f"fragment f{i} on Query {{ __typename ...f{i + 1} }}" for i in range(fragments - 1))
        + (f" fragment f{fragments - 1} on Query {{ __typename }}")
    )


@pytest.mark.parametrize(
    ("limit", "within", "beyond"),
    [
        ("tokens", *("{" + " ".join(f"f{i}" for i in range(n - 2)) + "}" for n in (TOKENS_MAX, TOKENS_MAX + 1))),
        ("depth", deep(DEPTH_MAX), deep(DEPTH_MAX + 1)),
        ("depth", deep(DEPTH_MAX), deep(1500)),
        ("depth", "{ ...f } fragment f on Query " + deep(DEPTH_MAX), "{ a { ...f } } fragment f on Query " + deep(DEPTH_MAX)),
        ("aliases", *("{" + " ".join(f"a{i}: id" for i in range(n)) + "}" for n in (ALIASES_MAX, ALIASES_MAX + 1))),
        (
            "aliases",
            "{ a: x { ...f } } fragment f on Query { b: id }",
            "{" + " ".join(f"a{i} {{ ...f }}" for i in range(31)) + "} fragment f on Query { b: id c: id }",
        ),
        ("repeats", "{" + "x { id } " * REPEATS_MAX + "}", "{" + "x { id } " * (REPEATS_MAX + 1) + "}"),
        ("repeats", "{" + "x { id } " * REPEATS_MAX + "}", "{" + "x { id title } " * REPEATS_MAX + "}"),
        ("directives", *("{ x " + "@include(if: true) " * n + "}" for n in (DIRECTIVES_MAX, DIRECTIVES_MAX + 1))),
        ("operations", *(" ".join(f"query Q{i} {{ id }}" for i in range(n)) for n in (OPERATIONS_MAX, OPERATIONS_MAX + 1))),
        ("fragments", spread(FRAGMENTS_MAX // 2), spread(FRAGMENTS_MAX + 1)),
        (
            "fields",
            spread(80),
            "{ ...f0 } " + " ".join(f"fragment f{i} on Query {{ x ...f{i + 1} ...f{i + 2} }}" for i in range(98)),
        ),
    ],
)
def test_a_limit_is_named_and_what_is_within_it_passes(limit: str, within: str, beyond: str) -> None:
    assert limit_of(within) is None
    assert limit_of(beyond) == limit


def test_a_refusal_says_how_much_there_was_and_how_much_may_be() -> None:
    with pytest.raises(Refused) as refused:
        require_bounded(parse(deep(12)))
    assert refused.value.message == "The document is 12 levels deep; 10 is the limit."


@pytest.mark.parametrize(
    "text", ["{ ...f } fragment f on Query { ...f }", "{ ...f } fragment f on Query { ...g } fragment g on Query { ...f }"]
)
def test_a_fragment_within_itself_is_measured_and_refused(text: str) -> None:
    require_bounded(parse(text))
    assert not isinstance(SCHEMA.documents.of(text), Document)


def test_the_query_of_tools_passes() -> None:
    assert SCHEMA.cost_of_introspection() < SCHEMA.introspection_max


@given(
    st.recursive(
        st.just("id"), lambda inner: st.lists(inner, min_size=1, max_size=4).map(lambda fields: f"x {{ {' '.join(fields)} }}")
    )
)
def test_sizes_are_the_same_with_and_without_fragments(selection: str) -> None:
    plain = parse(f"{{ {selection} }}")
    spread = parse(f"{{ ...f ... {{ id }} }} fragment f on Query {{ {selection} }}")
    whole, parted = ((Sizes(fragments_of(one)).of(one.definitions[0].selection_set)) for one in (plain, spread))  # type: ignore[attr-defined]
    assert (parted.depth, parted.aliases, parted.fields) == (whole.depth, whole.aliases, whole.fields + 1)


def test_documents_are_read_once_and_the_least_used_are_forgotten() -> None:
    documents = build().documents
    first = documents.of("{ __typename }")
    hits, misses = documents.hits, documents.misses
    assert documents.of("{ __typename }") is first
    assert (documents.hits, documents.misses) == (hits + 1, misses)
    for n in range(20):
        documents.of(f"{{ __typename }} #{n}{' ' * 50_000}")
    assert documents.characters <= CHARACTERS_KEPT
    assert documents.of("{ __typename }") is not first


def test_strangers_are_not_told_what_a_field_may_be_called() -> None:
    (helped,) = build(suggest=True).documents.of("{ produts { totalCount } }")  # type: ignore[misc]
    (plain,) = build(suggest=False).documents.of("{ produts { totalCount } }")  # type: ignore[misc]
    assert "products" in helped.message
    assert "products" not in plain.message
