"""Who may ask a root field at all: others get null, and an error that says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from domain.refusal import Forbidden
from resolvers.context import Context
from resolvers.refusal import Refused

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def staff_only(resolver: Callable[Given, Awaitable[Answer]]) -> Callable[Given, Awaitable[Answer]]:
    """For `async def field(*, context, …)` and edges alike."""

    @wraps(resolver)
    async def guarded(*parents: Given.args, **given: Given.kwargs) -> Answer:
        require_staff(given["context"])
        return await resolver(*parents, **given)

    return guarded


def require_staff(context: Any) -> None:
    assert isinstance(context, Context)
    if not context.actor.is_staff:
        raise Refused(Forbidden((), "Only staff may see this."))
