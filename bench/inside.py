"""What a request costs inside the gateway, counted: SQL statements, documents parsed, documents validated."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from types import CodeType, FrameType
from typing import Any

from graphql.language.parser import Parser
from graphql.validation.validate import validate
from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import event

from adapters.clock import system
from adapters.sql.database import Database
from bench.questions import Question, questions
from bench.report import Row
from gateway.app import application

REQUESTS = 50


def measure(kind: str, url: str) -> Iterator[Row]:
    for question in questions(url):
        counted = asyncio.run(inside(url, question, requests=REQUESTS))
        yield {"question": question.name, "database": kind} | asdict(counted)


@dataclass(frozen=True, slots=True)
class Inside:
    """Per request, over many of the same document; a cache that hits parses and validates none of them."""

    statements: float
    parsed: float
    validated: float


async def inside(url: str, question: Question, *, requests: int) -> Inside:
    database, now = Database(url), system()
    transport = ASGITransport(application(database, clock=lambda: now))  # time stands still: what is kept for a moment is kept
    async with AsyncClient(transport=transport, base_url="http://shop.example") as client:

        async def ask(turn: int) -> None:
            variables = question.variables[turn % len(question.variables)]
            body = {"query": question.query, "variables": variables}
            answer = await client.post("/graphql", json=body, headers=question.headers)
            assert "errors" not in answer.json(), answer.text

        await ask(0)
        with statements_of(database) as statements, calls_of(Parser.parse_document, validate) as calls:
            for turn in range(requests):
                await ask(turn)
    await database.close()
    parsed, validated = calls[Parser.parse_document.__code__], calls[validate.__code__]
    return Inside(len(statements) / requests, parsed / requests, validated / requests)


@contextmanager
def statements_of(database: Database) -> Iterator[list[str]]:
    """Those that are made within the block; a transaction's end is none."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    engines = [database.readers.sync_engine, database.writer.sync_engine]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


@contextmanager
def calls_of(*functions: Any) -> Iterator[Counter[CodeType]]:
    """How often each is called within the block, whoever calls it."""
    counted = {function.__code__ for function in functions}
    calls: Counter[CodeType] = Counter()

    def note(frame: FrameType, happened: str, argument: object) -> None:
        if happened == "call" and frame.f_code in counted:
            calls[frame.f_code] += 1

    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(None)
