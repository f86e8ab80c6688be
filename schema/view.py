"""GraphQL types as views of domain objects: nothing is copied, plain fields are read off the object in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar, get_type_hints

import strawberry
from graphql import GraphQLAbstractType, GraphQLResolveInfo
from strawberry.types.arguments import InputContext
from strawberry.types.base import get_object_definition

from schema.ids import decoded
from schema.words import words_of

View = TypeVar("View", bound=type)

VIEWS: dict[type, type] = {}  # domain class -> the view that shows it
INPUTS: dict[Any, type] = {}  # domain class, or union of alternatives -> the input that makes it


def view_of(source: type) -> Callable[[View], View]:
    """The class below is a GraphQL type; its plain fields are attributes of objects of `source`."""

    def declare(view: View) -> View:
        view.is_type_of = staticmethod(lambda value, info: type(value) is source)  # type: ignore[attr-defined]
        VIEWS[source] = view
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

    def make(given: Mapping[str, Any]) -> object:
        kinds = get_type_hints(source)
        return source(**{name: decoded(kinds[name], value, name) for name, value in given.items()})

    return made_by(source, make)


def one_of(source: Any, **kinds: type) -> Callable[[View], View]:
    """The class below is a GraphQL @oneOf; resolvers receive the member given, as what its kind makes of it."""

    def choose(given: Mapping[str, Any]) -> object:
        ((name, value),) = given.items()
        return decoded(kinds[name], value, name) if name in kinds else value

    return made_by(source, choose, one_of=True)


def made_by(source: Any, make: Callable[[Mapping[str, Any]], object], *, one_of: bool = False) -> Callable[[View], View]:
    def declare(view: View) -> View:
        declared = worded(strawberry.input(view, description=view.__doc__, one_of=one_of))
        definition = get_object_definition(declared, strict=True)
        definition.from_input = lambda view, given, context: make(members(view, given, context))
        INPUTS[source] = declared
        return declared

    return declare


def members(view: type, given: Mapping[str, Any], context: InputContext) -> dict[str, Any]:
    """What was given, by Python name; what was left out or null is not in it."""
    definition = get_object_definition(view, strict=True)
    name_of = context.config.name_converter.from_field
    return {
        field.python_name: context.convert(given[name], field.resolve_type(type_definition=definition), name)
        for field in definition.fields
        if given.get(name := name_of(field)) is not None
    }


def worded(view: View) -> View:
    words = words_of(view.__module__).get(view.__name__, {})
    for field in get_object_definition(view, strict=True).fields:
        field.description = field.description or words.get(field.python_name)
    return view
