"""The gateway beside the floor: requests per second, latency and memory."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.request import Request, urlopen

from bench.load import Load, load, require_wrk
from bench.questions import Question, questions
from bench.report import Row
from bench.server import FLOOR, GATEWAY, Server, serving

SECONDS = 5
CONNECTIONS = (1, 16)
ANSWER_SECONDS_MAX = 30
TRIES = 2


def measure(kind: str, url: str) -> Iterator[Row]:
    """Gateway and floor by turns, so that what else the machine does meets both."""
    require_wrk()
    with serving(GATEWAY, url) as gateway, serving(FLOOR, url) as floor:
        for question in questions(url):
            require_equal_answers(question, gateway, floor)
            for connections in CONNECTIONS:
                ours = asked(f"{gateway.address}/graphql", bodies(question), question.headers, connections)
                least = asked(floor.address + question.path, floor_bodies(question), {}, connections)
                yield {
                    "question": question.name,
                    "database": kind,
                    "clients": connections,
                    "requests/s": round(ours.requests_per_second),
                    "p50 ms": round(ours.p50_ms, 2),
                    "p99 ms": round(ours.p99_ms, 2),
                    "floor requests/s": round(least.requests_per_second),
                    "floor p50 ms": round(least.p50_ms, 2),
                    "floor p99 ms": round(least.p99_ms, 2),
                    "cost ÷ floor": round(least.requests_per_second / ours.requests_per_second, 2),
                    "MB": memory(gateway),
                    "floor MB": memory(floor),
                }


def asked(url: str, sent: list[str], headers: Mapping[str, str], connections: int) -> Load:
    return load(url, sent, headers, connections=connections, seconds=SECONDS)


def memory(server: Server) -> int | None:
    return None if server.memory_mb is None else round(server.memory_mb)


def bodies(question: Question) -> list[str]:
    return [json.dumps({"query": question.query, "variables": variables}) for variables in question.variables]


def floor_bodies(question: Question) -> list[str]:
    return [json.dumps(variables) for variables in question.floor_variables or question.variables]


def require_equal_answers(question: Question, gateway: Server, floor: Server) -> None:
    """A promise may become another one between the two, so what differs is asked once more."""
    for ours, least in zip(bodies(question), floor_bodies(question), strict=True):
        for _ in range(1 if question.floor_variables else TRIES):
            answer = answered(f"{gateway.address}/graphql", ours, question.headers)
            expected = answered(floor.address + question.path, least, {})
            if answer["data"] == expected["data"]:
                break
        else:
            sys.exit(f"{question.name}: to {least} the gateway answers {answer}, and the floor {expected}")


def answered(url: str, body: str, headers: Mapping[str, str]) -> Any:
    request = Request(url, body.encode(), {"Content-Type": "application/json", **headers})
    with urlopen(request, timeout=ANSWER_SECONDS_MAX) as response:
        return json.load(response)
