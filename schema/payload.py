"""Mutations: one input, one payload; a refusal is data in its `errors`."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Annotated, Any, TypeVar, get_type_hints

import strawberry
from strawberry.types.base import StrawberryList, StrawberryOptional, get_object_definition
from strawberry.types.fields.resolver import Signature, StrawberryResolver

from domain.refusal import InvalidInput
from schema.edge import Info
from schema.error import UserError
from schema.view import INPUTS, VIEWS, object_type

Payload = TypeVar("Payload", bound=type)

ERRORS = "errors"


def payload(shown: Payload) -> Payload:
    """The class below is what a mutation answers: what came of it, or why nothing did."""
    shown.__annotations__[ERRORS] = list[UserError]
    declared = object_type(shown)
    errors = next(field for field in get_object_definition(declared, strict=True).fields if field.python_name == ERRORS)
    errors.description = "Why it was not done; empty where it was."
    return declared


class UseCase(StrawberryResolver[Any]):
    """Calls `async def use_case(*, context, input)` and puts its answer into the payload.

    The answer is a refusal, or a tuple of them; or what the payload's one other field shows; or, where it has several, an
    object with attributes of their names. A mutation without input has a use case without one.
    """

    is_async = True

    def __init__(self, function: Callable[..., Awaitable[Any]], shown: type) -> None:
        super().__init__(function)
        self.function, self.shown = function, shown

    @cached_property
    def signature(self) -> inspect.Signature:
        where = inspect.Parameter.KEYWORD_ONLY
        given = [inspect.Parameter("info", where, annotation=Info)]
        if command := get_type_hints(self.function).get("input"):
            given.append(inspect.Parameter("input", where, annotation=said_of(INPUTS[command])))
        return Signature(given, return_annotation=self.shown)

    @cached_property
    def nothing(self) -> dict[str, Any]:
        """What each field says of a mutation that was refused."""
        return {field.python_name: empty(field.type) for field in get_object_definition(self.shown, strict=True).fields}

    async def __call__(self, *, info: Info, **given: Any) -> Any:  # type: ignore[override]
        command = given.get("input")
        unreadable = isinstance(command, InvalidInput)
        answer = command if unreadable else await self.function(context=info.context, **given)
        info.context.look_anew()
        if errors := refusals(answer):
            return self.shown(**self.nothing | {ERRORS: errors})
        names = [name for name in self.nothing if name != ERRORS]
        found = {names[0]: answer} if len(names) == 1 else {name: getattr(answer, name) for name in names}
        return self.shown(**self.nothing | found)


def said_of(command: type) -> Any:
    return Annotated[command, strawberry.argument(description="What to do.")]


def empty(kind: object) -> Any:
    return None if isinstance(kind, StrawberryOptional) else [] if isinstance(kind, StrawberryList) else False


def refusals(answer: object) -> list[object]:
    several = list(answer) if isinstance(answer, tuple) else [answer]
    return several if several and issubclass(VIEWS.get(type(several[0]), object), UserError) else []


def mutation(shown: type, use_case: Callable[..., Awaitable[Any]]) -> Any:
    return strawberry.field(resolver=UseCase(use_case, shown))
