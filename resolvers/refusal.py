"""Refusals of a query: an error that names what was refused and why, since a query has no payload to say it in."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

from graphql import GraphQLError

from domain.refusal import Forbidden, InvalidInput, LimitReached, NotFound, RateLimited

Refusal: TypeAlias = InvalidInput | NotFound | LimitReached | Forbidden | RateLimited
Answer = TypeVar("Answer")


class Refused(GraphQLError):
    """`extensions.code` is an ErrorCode; `path` names the argument from the outside in, `limit` the limit."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.message, extensions={"code": refusal.code.value, **told(refusal)})


def told(refusal: Refusal) -> dict[str, Any]:
    if isinstance(refusal, RateLimited):
        return {"retryAfterSeconds": refusal.retry_after_seconds}
    return {"limit": refusal.limit} if isinstance(refusal, LimitReached) else {"path": list(refusal.path)}


def granted(answer: Answer | Refusal) -> Answer:
    """The answer, unless it is a refusal."""
    if isinstance(answer, (InvalidInput, NotFound, LimitReached, Forbidden, RateLimited)):
        raise Refused(answer)
    return answer
