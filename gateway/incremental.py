"""Answers in parts, for @defer and @stream: what is there at once, and then each piece as it comes.

The parts are those of https://github.com/graphql/graphql-wg/blob/main/rfcs/IncrementalDelivery.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

import orjson
from graphql import ExecutionResult, ExperimentalIncrementalExecutionResults
from starlette.responses import Response, StreamingResponse

from gateway.answer import HEADERS, MULTIPART, answer_of
from gateway.overload import SECONDS_MAX, Gate

BOUNDARY = b"-"
END = b"\r\n--" + BOUNDARY + b"--\r\n"


def streamed(results: ExperimentalIncrementalExecutionResults, extensions: Mapping[str, Any], gate: Gate) -> Response:
    """It is in flight until its last part has gone out, or its time is over."""

    async def parts() -> AsyncIterator[bytes]:
        with gate.entered(), suppress(TimeoutError):
            async with asyncio.timeout(SECONDS_MAX):
                async for part in parts_of(results, extensions):
                    yield part
        yield END

    media = f'{MULTIPART}; boundary="{BOUNDARY.decode()}"; deferSpec=20220824'
    return StreamingResponse(parts(), headers=HEADERS | {"Content-Type": media})


async def parts_of(results: ExperimentalIncrementalExecutionResults, extensions: Mapping[str, Any]) -> AsyncIterator[bytes]:
    first = results.initial_result
    pending = {one.id: one for one in first.pending}
    body = answer_of(ExecutionResult(first.data, first.errors), extensions).body
    yield part(body | {"pending": [one.formatted for one in first.pending], "hasNext": first.has_next})
    async for piece in results.subsequent_results:
        pending |= {one.id: one for one in piece.pending or ()}
        incremental = [placed(dict(one.formatted), pending[one.id]) for one in piece.incremental or ()]
        yield part(dict(piece.formatted) | ({"incremental": incremental} if incremental else {}))


def placed(piece: dict[str, Any], pending: Any) -> dict[str, Any]:
    """With its path and label too, which clients of the earlier draft look for."""
    path = [*pending.path, *piece.get("subPath", ())]
    return piece | {"path": path} | ({"label": pending.label} if pending.label else {})


def part(body: object) -> bytes:
    return b"\r\n--" + BOUNDARY + b"\r\nContent-Type: application/json; charset=utf-8\r\n\r\n" + orjson.dumps(body)
