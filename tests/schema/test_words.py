"""Every public type, field and argument is described, in whole sentences or clear phrases."""

from collections.abc import Iterator

from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, build_schema, is_specified_scalar_type

from schema.build import build

SERVED = build_schema(build().as_str())


def described() -> Iterator[tuple[str, str | None]]:
    for name, kind in SERVED.type_map.items():
        if name.startswith("__") or is_specified_scalar_type(kind):
            continue
        yield name, kind.description
        if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)):
            for field, of in kind.fields.items():
                yield f"{name}.{field}", of.description
                yield from ((f"{name}.{field}({argument})", a.description) for argument, a in getattr(of, "args", {}).items())


def test_everything_public_is_described() -> None:
    assert [name for name, words in described() if not words] == []


def test_descriptions_are_whole() -> None:
    assert [name for name, words in described() if words and not words.strip().endswith((".", "?"))] == []


def test_more_than_a_hundred_things_are_described() -> None:
    """Guards the walk itself."""
    assert sum(1 for _ in described()) > 100
