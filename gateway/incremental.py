"""Answers in parts, for @defer and @stream: what is there at once, and then each piece as it comes.

The parts are those of https://github.com/graphql/graphql-wg/blob/main/rfcs/IncrementalDelivery.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import Any

import orjson
from graphql import ExperimentalIncrementalExecutionResults, GraphQLError
from starlette.responses import Response, StreamingResponse

from gateway.answer import HEADERS, MULTIPART, presentable
from gateway.overload import SECONDS_MAX, Gate
from gateway.telemetry import Telemetry

BOUNDARY = b"-"
END = b"\r\n--" + BOUNDARY + b"--\r\n"


class InParts:
    """One operation's answer; its errors are masked and counted, in whatever part they come."""

    def __init__(self, results: ExperimentalIncrementalExecutionResults, telemetry: Telemetry) -> None:
        self.first, self.rest, self.telemetry = results.initial_result, results.subsequent_results, telemetry
        self.pending: dict[str, Any] = {one.id: one for one in self.first.pending}

    def response(self, extensions: Mapping[str, Any], gate: Gate) -> Response:
        """It is in flight until its last part has gone out, or its time is over."""

        async def parts() -> AsyncIterator[bytes]:
            with gate.held(), suppress(TimeoutError):
                async with asyncio.timeout(SECONDS_MAX), aclosing(self.rest):
                    async for body in self.bodies(extensions):
                        yield part(body)
            yield END

        media = f'{MULTIPART}; boundary="{BOUNDARY.decode()}"; deferSpec=20220824'
        at_once = {"X-Accel-Buffering": "no"}  # which nginx heeds, and would otherwise keep the parts back
        return StreamingResponse(parts(), headers=HEADERS | at_once | {"Content-Type": media})

    async def bodies(self, extensions: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
        first = {"data": self.first.data, "extensions": extensions, "hasNext": self.first.has_next}
        yield first | {"pending": [one.formatted for one in self.first.pending]} | self.told(self.first.errors)
        async for piece in self.rest:
            self.pending |= {one.id: one for one in piece.pending or ()}
            body: dict[str, Any] = dict(piece.formatted)
            if piece.incremental:
                body["incremental"] = [self.placed(one) for one in piece.incremental]
            if piece.completed:
                body["completed"] = [{"id": one.id} | self.told(one.errors) for one in piece.completed]
            yield body

    def placed(self, one: Any) -> dict[str, Any]:
        """With its path and label too, which clients of the earlier draft look for."""
        pending, piece = self.pending[one.id], dict(one.formatted)
        label = {"label": pending.label} if pending.label else {}
        return piece | {"path": [*pending.path, *piece.get("subPath", ())]} | label | self.told(one.errors)

    def told(self, errors: Sequence[GraphQLError] | None) -> dict[str, Any]:
        if not errors:
            return {}
        shown = presentable(errors)
        self.telemetry.refused(shown)
        return {"errors": [error.formatted for error in shown]}


def part(body: object) -> bytes:
    return b"\r\n--" + BOUNDARY + b"\r\nContent-Type: application/json; charset=utf-8\r\n\r\n" + orjson.dumps(body)
