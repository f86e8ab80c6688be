"""Who may ask: what only staff may see answers anybody else with null, and an error that says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from domain.ids import LocationId
from domain.refusal import Forbidden
from resolvers.context import Context
from resolvers.refusal import Refused

P = ParamSpec("P")
Answer = TypeVar("Answer")


def staff_only(resolver: Callable[P, Awaitable[Answer]]) -> Callable[P, Awaitable[Answer]]:
    """For root fields and edges alike: `async def field(*, context, ...)`, `async def edge(parents, *, context, ...)`."""

    @wraps(resolver)
    async def guarded(*parents: P.args, **given: P.kwargs) -> Answer:
        context = given["context"]
        assert isinstance(context, Context)
        require_staff(context)
        return await resolver(*parents, **given)

    return guarded


def require_staff(context: Context) -> None:
    if not context.actor.is_staff:
        raise Refused(Forbidden((), "Only staff may see this."))


def require_serving(context: Context, location: LocationId | None, path: tuple[str, ...] = ("location",)) -> None:
    """An associate asks of their own stores; what is asked of no one location, each is answered of those they serve."""
    if location is not None and not context.actor.serves(location):
        raise Refused(Forbidden(path, "Only staff of this location may see this."))
