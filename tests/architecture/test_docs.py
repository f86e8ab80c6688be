"""Documents speak of files and functions that exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.files.shop import NEEDED_OF_LOCATIONS
from adapters.sql.tables import metadata

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]


def quoted(document: Path) -> Iterator[str]:
    prose = re.sub(r"```.*?```", "", document.read_text("utf-8"), flags=re.DOTALL)
    return iter(re.findall(r"`([^`\n]+)`", prose))


def names() -> set[str]:
    """Everything that is defined anywhere in the code."""
    found: set[str] = set()
    for file in [*ROOT.glob("[a-z]*/**/*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found.add(node.name)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_files_that_are_named_are_there(document: Path) -> None:
    paths = [word for word in quoted(document) if re.fullmatch(r"[\w.-]+(/[\w.-]*)+", word) and not word.startswith("/")]
    assert [path for path in paths if not (ROOT / path).exists() and not path.startswith("../")] == []


def test_functions_and_classes_of_the_walk_are_there() -> None:
    document = ROOT / "docs" / "architecture.md"
    words = [word for word in quoted(document) if re.fullmatch(r"[A-Za-z]+(_[a-z]+)+|[A-Z][a-z]+([A-Z][a-z]+)*", word)]
    assert len(words) > 30
    known = names() | set(metadata.tables)
    assert [word for word in words if word not in known] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_decision_says_why_what_and_what_follows() -> None:
    for page in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        text = page.read_text("utf-8")
        assert all(part in text for part in ("**Context.**", "**Choice.**", "**Consequence.**")), page.name


def test_the_glossary_is_in_order_and_defines_each_word_once() -> None:
    words = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs" / "glossary.md").read_text("utf-8"), re.MULTILINE)[1:]
    words = [word for word in words if word != "---"]
    assert words == sorted(set(words), key=str.casefold)


def test_the_columns_that_locations_need_are_documented_as_needed() -> None:
    page = (ROOT / "docs" / "files.md").read_text("utf-8")
    section = page.partition("## Locations")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+`) \| needed", section, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(NEEDED_OF_LOCATIONS)
