"""The README's query gives the README's answer, on the demo shop."""

from __future__ import annotations

import json
import re
from pathlib import Path

from httpx2 import ASGITransport, AsyncClient

from adapters.sql.database import Database
from gateway.app import application
from gateway.demo import load

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def block(kind: str) -> str:
    """The first of its kind."""
    found = re.search(rf"```{kind}\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


def query() -> str:
    found = re.search(r"'query=(.*)'", block("sh"), re.DOTALL)
    assert found is not None
    return found[1]


async def test_the_query_to_paste_gives_the_answer_that_is_shown(database: Database) -> None:
    await load(database)
    app = application(database)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://shop.example") as client:
        answer = await client.get("/graphql", params={"query": query()})
    assert answer.json() == json.loads(block("json"))


def test_the_commands_it_names_are_in_the_makefile() -> None:
    makefile = (Path(__file__).parents[2] / "Makefile").read_text("utf-8")
    targets = re.findall(r"^    make (\w+)$", README, re.MULTILINE)
    assert targets == ["serve", "test"]
    assert all(f"\n{target}:" in makefile for target in targets)
