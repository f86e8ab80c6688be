"""Views say what their sources are, and edges what their resolvers answer."""

from __future__ import annotations

import types
import typing
from collections.abc import AsyncGenerator, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, get_args, get_origin, get_type_hints

import pytest
import strawberry
from strawberry.types.base import StrawberryList, StrawberryOptional, get_object_definition
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType

import domain.page
import schema.build
from domain.ids import Id
from schema.edge import BatchResolver, DomainResolver
from schema.page import Connection, Edge
from schema.scalar import CountryCode, CurrencyCode
from schema.view import INPUTS, VIEWS

SCHEMA = schema.build.build()
SHOWN = {view: source for source, view in VIEWS.items()}
GENERIC: dict[type, Any] = {Connection: domain.page.Page, Edge: domain.page.Edge}
TEXTS = {CurrencyCode, CountryCode}


def declared(view: type) -> list[StrawberryField]:
    return get_object_definition(view, strict=True).fields


def said(kind: Any) -> Any:
    """A view's type as the domain would say it: `T`, `T | None`, or a tuple of `T`."""
    if isinstance(kind, StrawberryOptional):
        return said(kind.of_type) | None
    if isinstance(kind, StrawberryList):
        return tuple[said(kind.of_type), ...]  # type: ignore[misc]
    if isinstance(kind, LazyType):
        kind = kind.resolve_type()
    if kind in TEXTS:
        return str
    if definition := get_object_definition(kind):
        if definition.concrete_of:
            return GENERIC[definition.concrete_of.origin][said(next(iter(definition.type_var_map.values())))]
        return SHOWN.get(definition.origin, definition.origin)
    return getattr(kind, "wrapped_cls", kind)


def fits(shown: Any, meant: Any) -> bool:
    """Is what the domain means what the view says? It may mean less, such as never or only null; an answer may be an error."""
    if meant is types.NoneType:
        return is_optional(shown)
    return is_optional(shown) >= is_optional(meant) and fits_bare(bare(shown), bare(meant))


def is_optional(kind: Any) -> bool:
    return type(None) in get_args(kind)


def bare(kind: Any) -> Any:
    """Without null, and without errors."""
    if get_origin(kind) not in (typing.Union, types.UnionType):
        return kind
    rest = [one for one in get_args(kind) if not (isinstance(one, type) and issubclass(one, types.NoneType | Exception))]
    return reduce(or_, rest)


def fits_bare(shown: Any, meant: Any) -> bool:
    if shown is strawberry.ID:
        return meant is str or (isinstance(meant, type) and issubclass(meant, Id | types.NoneType))
    if get_origin(shown) is tuple:
        return get_origin(meant) in (tuple, list) and fits(get_args(shown)[0], get_args(meant)[0])
    one_by_one = get_args(meant) if get_origin(meant) in (typing.Union, types.UnionType) else (meant,)
    return bool(shown == meant) or all(is_interface_of(shown, one) for one in one_by_one)


def is_interface_of(shown: Any, meant: Any) -> bool:
    """A protocol stands for whatever fits it."""
    definition = get_object_definition(shown) if isinstance(shown, type) else None
    is_one = getattr(meant, "_is_protocol", False) or issubclass(VIEWS.get(meant, object), shown)
    return bool(definition and definition.is_interface and is_one)


def attributes(source: type) -> dict[str, Any]:
    """What objects of a domain class have: its fields, and what its properties answer."""
    found = {
        name: get_args(kind)[0] if get_origin(kind) is typing.ClassVar else kind
        for name, kind in get_type_hints(source).items()
    }
    for one in reversed(source.__mro__):
        for name, value in vars(one).items():
            if isinstance(value, property):
                found[name] = get_type_hints(value.fget)["return"]
    return found


PLAIN = [
    pytest.param(view, source, field, id=f"{view.__name__}.{field.python_name} of {source.__name__}")
    for source, view in VIEWS.items()
    for field in declared(view)
    if field.base_resolver is None
]
EDGES = [
    pytest.param(field, id=f"{view.__name__}.{field.python_name}")
    for view in [*dict.fromkeys(VIEWS.values()), schema.build.Query, schema.build.Subscription]
    for field in declared(view)
    if isinstance(field.base_resolver, DomainResolver)
]


@pytest.mark.parametrize(("view", "source", "field"), PLAIN)
def test_a_plain_field_is_an_attribute_of_its_source(view: type, source: type, field: StrawberryField) -> None:
    meant = attributes(source)[field.python_name]
    shown = said(field.resolve_type(type_definition=get_object_definition(view, strict=True)))
    assert fits(shown, meant), f"shown as {shown}, is {meant}"


@pytest.mark.parametrize("field", EDGES)
def test_an_edge_shows_what_its_resolver_answers(field: StrawberryField) -> None:
    assert isinstance(field.base_resolver, DomainResolver)
    answer = get_type_hints(field.base_resolver.function)["return"]
    if isinstance(field.base_resolver, BatchResolver):
        assert get_origin(answer) in (list, Sequence), "one answer for each parent"
        (answer,) = get_args(answer)
    if field.is_subscription:
        assert get_origin(answer) is AsyncGenerator, "one answer for each event"
        answer = get_args(answer)[0]
    shown = said(field.resolve_type())
    nodes = get_args(answer) if field.python_name in ("node", "nodes") else ()
    assert nodes or fits(shown, answer), f"shown as {shown}, answers {answer}"


def test_edges_below_the_root_that_need_io_are_asked_for_all_parents_at_once() -> None:
    for view in VIEWS.values():
        for field in declared(view):
            resolver = field.base_resolver
            assert resolver is None or isinstance(resolver, BatchResolver) or not resolver.is_async, field.python_name


@pytest.mark.parametrize("source", [source for source in INPUTS if is_dataclass(source)], ids=lambda source: source.__name__)
def test_an_input_has_the_fields_of_the_command_it_makes(source: type) -> None:
    assert {field.python_name for field in declared(INPUTS[source])} == {field.name for field in fields(source)}


def test_domain_objects_that_are_shown_are_frozen() -> None:
    for source in VIEWS:
        assert source.__dataclass_params__.frozen, source  # type: ignore[attr-defined]


def test_amounts_are_decimals_and_never_floats() -> None:
    money = SCHEMA.get_type_by_name("Money")
    assert next(field.type for field in money.fields if field.python_name == "amount") is Decimal  # type: ignore[union-attr]
