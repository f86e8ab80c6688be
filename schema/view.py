"""GraphQL types as views of domain objects: nothing is copied, plain fields are read off the object in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar, get_type_hints

import strawberry
from graphql import GraphQLAbstractType, GraphQLResolveInfo
from strawberry.types.arguments import InputContext
from strawberry.types.base import get_object_definition

from resolvers.refusal import Refused
from schema.given import decoded
from schema.words import words_of

View = TypeVar("View", bound=type)

VIEWS: dict[type, type] = {}  # domain class -> the view that shows it
INPUTS: dict[Any, type] = {}  # domain class, or union of alternatives -> the input that makes it


def view_of(*sources: type) -> Callable[[View], View]:
    """The class below is a GraphQL type; its plain fields are attributes of objects of `sources`."""

    def declare(view: View) -> View:
        view.is_type_of = staticmethod(lambda value, info: type(value) in sources)  # type: ignore[attr-defined]
        VIEWS.update(dict.fromkeys(sources, view))
        return object_type(view)

    return declare


def object_type(view: View) -> View:
    """Root types and connections, which no one domain class stands behind."""
    return worded(strawberry.type(view, description=view.__doc__))


def interface(view: View) -> View:
    """Which type a domain object is, is one look-up."""
    view.resolve_type = staticmethod(type_name)  # type: ignore[attr-defined]
    return worded(strawberry.interface(view, description=view.__doc__))


def type_name(value: object, info: GraphQLResolveInfo[Any], abstract: GraphQLAbstractType) -> str:
    return VIEWS[type(value)].__name__


def enum(source: type[Enum]) -> None:
    """A domain enum, shown under its own name."""
    strawberry.enum(source, description=source.__doc__)


def input_of(source: type) -> Callable[[View], View]:
    """The class below is a GraphQL input of the same fields as `source`; resolvers receive a `source`."""
    return made_by(source, lambda given: source(**given))


def command_of(source: type) -> Callable[[View], View]:
    """The input of a mutation. What cannot be read of it is not raised: the use case's payload tells it, as `InvalidInput`."""
    return made_by(source, lambda given: source(**given), is_command=True)


def one_of(source: Any, **kinds: type) -> Callable[[View], View]:
    """The class below is a GraphQL @oneOf; resolvers receive the member given, as one of `kinds` where that is named."""
    return made_by(source, lambda given: next(iter(given.values())), kinds=kinds, one_of=True)


def made_by(
    source: Any,
    make: Callable[[dict[str, Any]], object],
    *,
    kinds: Mapping[str, type] | None = None,
    one_of: bool = False,
    is_command: bool = False,
) -> Callable[[View], View]:
    """`kinds`: the domain types of the input's fields, unless they are those of `source` itself."""

    def declare(view: View) -> View:
        declared = worded(strawberry.input(view, description=view.__doc__, one_of=one_of))
        definition = get_object_definition(declared, strict=True)
        means = get_type_hints(source) if kinds is None else kinds

        def from_input(view: type, given: Mapping[str, Any], context: InputContext) -> object:
            try:
                return make(members(view, given, context, means))
            except Refused as refused:
                if is_command:
                    return refused.refusal
                raise

        definition.from_input = from_input
        INPUTS[source] = declared
        return declared

    return declare


def members(view: type, given: Mapping[str, Any], context: InputContext, kinds: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, by Python name, as the domain means it; what was left out or null is not in it."""
    definition = get_object_definition(view, strict=True)
    found = {}
    for field in definition.fields:
        name = context.config.name_converter.from_field(field)
        if given.get(name) is not None:
            value = context.convert(given[name], field.resolve_type(type_definition=definition), name)
            path = (*(str(step) for step in context.path), name)
            found[field.python_name] = decoded(kinds.get(field.python_name, object), value, path)
    return found


def worded(view: View) -> View:
    """A field inherited from an interface keeps its words, unless the view has its own."""
    for one in view.__mro__[:-1]:
        words = words_of(one.__module__).get(one.__name__, {})
        for field in get_object_definition(view, strict=True).fields:
            field.description = field.description or words.get(field.python_name)
    return view
