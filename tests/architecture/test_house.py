"""The house as DESIGN.md draws it: who imports whom, how long things are, what they may be called."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("gateway", "schema", "resolvers", "domain", "adapters", "bench")
SOURCES = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py")) if "versions" not in file.parts]
ROLES = {"core", "common", "utils", "services", "models", "types", "helpers", "manager", "base", "handler"}
LINES_MAX, FUNCTION_LINES_MAX = 300, 40


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(file.read_text("utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def test_imports_go_one_way() -> None:
    """The contracts stand in pyproject.toml."""
    linter = Path(sys.executable).with_name("lint-imports")
    kept = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert kept.returncode == 0, kept.stdout


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_each_file_can_be_read_in_one_go(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    assert ast.get_docstring(tree), "a module opens with one sentence"
    assert file.stem not in ROLES, "a file is named after what it is about"
    assert len(file.read_text("utf-8").splitlines()) <= LINES_MAX
    long = [f.name for f in functions(file) if (f.end_lineno or 0) - f.lineno + 1 > FUNCTION_LINES_MAX]
    assert not long, f"functions stop at {FUNCTION_LINES_MAX} lines"
    deferred = [f.name for f in functions(file) for node in ast.walk(f) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert not deferred, "imports stand at the top"


def test_the_domain_reads_no_clock() -> None:
    """Nor names one for somebody else to read."""
    for file in (ROOT / "domain").rglob("*.py"):
        attributes = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Attribute)]
        clocks = {ast.unparse(one) for one in attributes if one.attr in ("now", "today", "utcnow")}
        assert not {one for one in clocks if one.split(".")[-2] in ("datetime", "date")}, file
