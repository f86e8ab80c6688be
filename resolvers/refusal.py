"""Refusals of a query: an error that names what was refused and why, since a query has no payload to say it in."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

from graphql import GraphQLError

from domain.refusal import InvalidInput, LimitReached, NotFound

Refusal: TypeAlias = InvalidInput | NotFound | LimitReached
Answer = TypeVar("Answer")

CODES = {InvalidInput: "INVALID_INPUT", NotFound: "NOT_FOUND", LimitReached: "LIMIT_REACHED"}


class Refused(GraphQLError):
    """`extensions.code` is an ErrorCode; `path` names the argument from the outside in, `limit` the limit."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message, extensions={"code": CODES[type(refusal)], **told(refusal)})


def told(refusal: Refusal) -> dict[str, Any]:
    return {"limit": refusal.limit} if isinstance(refusal, LimitReached) else {"path": list(refusal.path)}


def granted(answer: Answer | Refusal) -> Answer:
    """The answer, unless it is a refusal."""
    if isinstance(answer, (InvalidInput, NotFound, LimitReached)):
        raise Refused(answer)
    return answer
