"""The guides for those who build clients: their documents, in their order, get the answers that are shown.

A page is a conversation with the demo shop. ```http has the headers from there on, ```graphql a document; after one that
takes variables come these, and after each its answer, without the cost. `<cartCreate.cart.id>` is what the newest answer of
that root field says there, and `…` stands for what is not shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient

from adapters.sql.database import Database
from gateway.app import application
from gateway.demo import load
from gateway.settings import Settings

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
PAGES = ("storefront", "mobile", "kiosk", "associate")
BLOCK = re.compile(r"^```(http|graphql|json)\n(.*?)^```", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"<([\w.]+)>")
LEFT_OUT = "…"


class Conversation:
    """What was said so far, by root field."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client
        self.headers: dict[str, str] = {}
        self.said: dict[str, Any] = {}

    def meant(self, text: str) -> str:
        return NAMED.sub(lambda found: str(self.named(found[1])), text)

    def named(self, path: str) -> Any:
        found: Any = self.said
        for step in path.split("."):
            found = found[int(step) if step.isdigit() else step]
        return found

    def from_now_on(self, headers: str) -> None:
        self.headers = dict(line.split(": ", 1) for line in self.meant(headers).splitlines())

    async def ask(self, document: str, variables: str) -> Any:
        body = {"query": document, "variables": json.loads(self.meant(variables))}
        answer = (await self.client.post("/graphql", json=body, headers=self.headers)).json()
        self.said |= answer.get("data") or {}
        return {name: value for name, value in answer.items() if name != "extensions"}


def steps(page: str) -> Iterator[tuple[str, str, str, str]]:
    """Headers, or a document with its variables and its answer."""
    blocks = iter(BLOCK.findall((GUIDES / f"{page}.md").read_text("utf-8")))
    for kind, text in blocks:
        if kind == "http":
            yield text, "", "", ""
            continue
        assert kind == "graphql", text
        variables = next(blocks)[1] if "($" in text else "{}"
        yield "", text, variables, next(blocks)[1]


def shortened(answer: Any, shown: Any) -> Any:
    """The answer, with that left out which is not shown."""
    if shown == LEFT_OUT:
        return LEFT_OUT
    if isinstance(answer, dict) and isinstance(shown, dict):
        return {name: shortened(value, shown.get(name)) for name, value in answer.items()}
    if isinstance(answer, list) and isinstance(shown, list):
        is_cut = shown[-1:] == [LEFT_OUT]
        kept = answer[: len(shown) - 1] if is_cut else answer
        pairs = zip(kept, [*shown, *[None] * len(kept)], strict=False)
        return [shortened(value, one) for value, one in pairs] + [LEFT_OUT] * is_cut
    if isinstance(answer, str) and isinstance(shown, str) and shown.endswith(LEFT_OUT):
        return answer[: len(shown) - 1] + LEFT_OUT
    return answer


@pytest.mark.parametrize("page", PAGES)
async def test_a_guides_documents_get_the_answers_that_are_shown(page: str, database: Database, tmp_path: Path) -> None:
    await load(database)
    app = application(database, Settings(mail_dir=tmp_path))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://shop.example") as client:
        talk, asked = Conversation(client), 0
        for headers, document, variables, shown in steps(page):
            if headers:
                talk.from_now_on(headers)
                continue
            answer, expected = await talk.ask(document, variables), json.loads(shown)
            assert shortened(answer, expected) == expected, document
            asked += 1
    assert asked > 5
