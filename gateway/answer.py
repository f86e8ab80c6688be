"""Answers over HTTP, as the GraphQL-over-HTTP draft has them: media types, status codes, and what may be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import uuid_utils
from graphql import ExecutionResult, GraphQLError
from starlette.requests import Request
from starlette.responses import Response

from gateway.accept import liking, weights_of
from gateway.logs import log

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
MULTIPART = "multipart/mixed"
EVENT_STREAM = "text/event-stream"
HEADERS = {"Cache-Control": "private, no-store"}
ERRORS_MAX = 100


class Refused(Exception):
    """A request that is not answered at all, with its HTTP status."""

    def __init__(self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None, **told: Any) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers or {})
        self.error = GraphQLError(message, extensions={"code": code} | told)


@dataclass(frozen=True, slots=True)
class Answer:
    """To one operation. Without `data` nothing was run, or nothing could be; null data is an answer all the same."""

    errors: Sequence[GraphQLError] = ()
    data: Mapping[str, Any] | None = None
    is_run: bool = False
    extensions: Mapping[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {}
        if self.errors:
            body["errors"] = [error.formatted for error in self.errors]
        if self.is_run:
            body["data"] = self.data
        if self.extensions:
            body["extensions"] = self.extensions
        return body


def answer_of(result: ExecutionResult, extensions: Mapping[str, Any]) -> Answer:
    """An execution without data whose errors have no path never began: its variables could not be read."""
    errors = presentable(result.errors or [])
    is_run = result.data is not None or any(error.path for error in errors)
    return Answer(errors, result.data, is_run, extensions)


def presentable(errors: Sequence[GraphQLError]) -> list[GraphQLError]:
    """What was not foreseen is masked; of very many errors the first are told."""
    told = [coded(error) if is_foreseen(error) else masked(error) for error in errors[:ERRORS_MAX]]
    if len(errors) > ERRORS_MAX:
        message = f"There are {len(errors) - ERRORS_MAX:,} more errors; {ERRORS_MAX} are told at most."
        told.append(GraphQLError(message, extensions={"code": "LIMIT_REACHED", "limit": "errors"}))
    return told


def coded(error: GraphQLError) -> GraphQLError:
    """What the library itself finds wrong while it reads variables and arguments has no code yet."""
    error.extensions = error.extensions or {"code": "INVALID_INPUT"}
    return error


def is_foreseen(error: GraphQLError) -> bool:
    return error.original_error is None or isinstance(error.original_error, GraphQLError)


def masked(error: GraphQLError) -> GraphQLError:
    incident = uuid_utils.uuid7().hex
    log.error("unforeseen", incident=incident, path=error.path, exc_info=error.original_error)
    message = f"Something went wrong on our side; it is recorded as {incident}."
    return GraphQLError(message, nodes=error.nodes, path=error.path, extensions={"code": "INTERNAL", "incident": incident})


# ------------------------------------------------------------------------------------------------ over HTTP


def accepted(request: Request) -> str:
    """The media type to answer in: the one of ours that the client likes best, or JSON if it says nothing."""
    weights = weights_of(request.headers.get("accept") or "*/*")
    best = max((JSON, GRAPHQL_JSON), key=lambda media: liking(media, weights))
    if liking(best, weights)[0] == 0 and not {MULTIPART, EVENT_STREAM, "text/html"} & weights.keys():
        raise Refused(406, "INVALID_INPUT", f"Accept: the answer can be {JSON} or {GRAPHQL_JSON}, and none of these is wanted.")
    return best


def response(answers: Answer | Sequence[Answer], media: str) -> Response:
    """In `application/json` a request that was understood is answered with 200, whatever came of it."""
    if isinstance(answers, Answer):
        status = 400 if media == GRAPHQL_JSON and not answers.is_run else 200
        return written(answers.body, status, media)
    return written([answer.body for answer in answers], 200, media)


def refusal(refused: Refused, media: str) -> Response:
    return written({"errors": [refused.error.formatted]}, refused.status, media, refused.headers)


def written(body: object, status: int, media: str, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), status, HEADERS | dict(headers or {}), media_type=f"{media}; charset=utf-8")
