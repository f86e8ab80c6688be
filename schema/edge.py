"""Fields that resolvers answer: one at a time, or for all parents at once."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Hashable
from functools import cached_property, partial, reduce
from operator import attrgetter, or_
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import strawberry
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.fields.resolver import Signature, StrawberryResolver
from strawberry.utils.str_converters import to_camel_case

from domain.ids import Id, OpaqueId
from domain.page import FIRST_DEFAULT, FIRST_MAX
from resolvers.context import Context
from schema.given import decoded
from schema.view import INPUTS
from schema.words import ARGUMENTS

Info = strawberry.Info[Context, None]


class DomainResolver(StrawberryResolver[Any]):
    """A function `(parent, *, context, ...)` of domain types; root fields have no parent. Ids are decoded on the way in."""

    def __init__(self, function: Callable[..., Any], words: dict[str, str]) -> None:
        super().__init__(function)
        self.function = function
        self.words = ARGUMENTS | words

    @cached_property
    def kinds(self) -> dict[str, Any]:
        """The domain types of the arguments, by name."""
        hints = get_type_hints(self.function)
        return {name: hints[name] for name, p in self.parameters.items() if p.kind is p.KEYWORD_ONLY and name != "context"}

    @cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        return dict(inspect.signature(self.function).parameters)

    @cached_property
    def signature(self) -> inspect.Signature:
        where = inspect.Parameter.KEYWORD_ONLY
        fixed: dict[str, Any] = {"info": Info}
        if any(p.kind is p.POSITIONAL_OR_KEYWORD for p in self.parameters.values()):
            fixed["parent"] = strawberry.Parent[Any]  # type: ignore[misc]
        given = [self.parameters[name].replace(annotation=self.argument(name)) for name in self.kinds]
        return Signature(
            [*(inspect.Parameter(name, where, annotation=kind) for name, kind in fixed.items()), *given], return_annotation=Any
        )

    def argument(self, name: str) -> Any:
        return Annotated[shown(self.kinds[name]), strawberry.argument(description=self.words.get(name))]

    @cached_property
    def arguments(self) -> list[StrawberryArgument]:
        """A default of None is "left out", and not served as `= null`."""
        arguments = super().arguments
        for argument in arguments:
            if argument.default is None:
                argument.default = strawberry.UNSET
        return arguments

    def decoded(self, given: dict[str, Any]) -> dict[str, Any]:
        """Null is as good as left out."""
        return {
            name: decoded(self.kinds[name], value, (to_camel_case(name),)) for name, value in given.items() if value is not None
        }

    def __call__(self, *, info: Info, parent: Any = None, **given: Any) -> Any:  # type: ignore[override]
        parents = () if parent is None else (parent,)
        return self.function(*parents, context=info.context, **self.decoded(given))


class BatchResolver(DomainResolver):
    """A function `(parents, *, context, ...)` that answers for all; an Exception among the answers is that parent's error."""

    is_async = True

    @cached_property
    def answers_lists(self) -> bool:
        """By the resolver's annotation, which a test holds against the field's."""
        (answer,) = get_args(get_type_hints(self.function)["return"])
        return get_origin(answer) is tuple

    def __init__(self, function: Callable[..., Any], words: dict[str, str], key: Callable[[Any], Hashable]) -> None:
        super().__init__(function, words)
        self.key = key

    def __call__(self, *, info: Info, parent: Any, **given: Any) -> Any:  # type: ignore[override]
        arguments = self.decoded(given)
        question = (self.function, *arguments.items())
        ask = partial(self.function, context=info.context, **arguments)
        batches = info.context.batches
        if "first" in self.kinds:
            batches.count(min(max(arguments.get("first", FIRST_DEFAULT), 1), FIRST_MAX))
        answer = batches.loader(question, ask, self.key).load(parent)
        return batches.counted(answer) if self.answers_lists else answer


def shown(kind: Any) -> Any:
    """The GraphQL type of an argument of a domain type."""
    if kind in INPUTS:
        return INPUTS[kind]
    if get_origin(kind) in (typing.Union, types.UnionType):
        rest = [one for one in get_args(kind) if one is not type(None)]
        inner = shown(reduce(or_, rest))
        return inner | None if len(rest) < len(get_args(kind)) else inner
    if get_origin(kind) is tuple:
        return list[shown(get_args(kind)[0])]  # type: ignore[misc]
    if kind is OpaqueId or (isinstance(kind, type) and issubclass(kind, Id)):
        return strawberry.ID
    return kind


def answered_by(resolver: Callable[..., Any], **words: str) -> Any:
    """A root field, or a field computed from its parent alone. `words` describe arguments."""
    return strawberry.field(resolver=DomainResolver(resolver, words))


def answered_live(resolver: Callable[..., Any], **words: str) -> Any:
    """A root field of subscriptions: the resolver is an async generator, each of whose values is an event."""
    return strawberry.field(resolver=DomainResolver(resolver, words), is_subscription=True)


def answered_for_all(resolver: Callable[..., Any], *, key: Callable[[Any], Hashable] = attrgetter("id"), **words: str) -> Any:
    """An edge: asked once for all parents of an operation. `key` tells parents apart."""
    return strawberry.field(resolver=BatchResolver(resolver, words, key))
