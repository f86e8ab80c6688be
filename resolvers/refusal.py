"""Refusals of a query: an error that names what was refused and why, since a query has no payload to say it in."""

from typing import TypeVar

from graphql import GraphQLError

from domain.refusal import InvalidInput, NotFound

Answer = TypeVar("Answer")

CODES = {InvalidInput: "INVALID_INPUT", NotFound: "NOT_FOUND"}


class Refused(GraphQLError):
    """`extensions.code` is an ErrorCode; `extensions.path` names the argument from the outside in."""

    def __init__(self, refusal: InvalidInput | NotFound) -> None:
        super().__init__(refusal.message, extensions={"code": CODES[type(refusal)], "path": list(refusal.path)})


def granted(answer: Answer | InvalidInput | NotFound) -> Answer:
    """The answer, unless it is a refusal."""
    if isinstance(answer, (InvalidInput, NotFound)):
        raise Refused(answer)
    return answer
