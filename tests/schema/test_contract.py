"""The served schema against the contract. What is not served yet stands in pending.txt, which may only shrink."""

from __future__ import annotations

import subprocess
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from shutil import which
from types import ModuleType

import pytest
from graphql import build_schema, validate_schema

from schema.build import Schema, build
from tests.conftest import missing

PENDING = Path(__file__).with_name("pending.txt")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def harness(shared: Path) -> ModuleType:
    spec = spec_from_file_location("contract", shared / "harness" / "contract.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_differs_from_the_contract_is_pending_and_nothing_else_is(shared: Path, harness: ModuleType) -> None:
    contract = build_schema((shared / "contract" / "schema.graphql").read_text("utf-8"))
    differences = set(harness.differences(contract, build_schema(build().as_str())))
    pending = set(PENDING.read_text("utf-8").splitlines())
    assert differences - pending == set(), "the contract is broken"
    assert pending - differences == set(), "these are served now: take them off the list"


def test_what_is_pending_is_only_not_served_yet() -> None:
    assert [line for line in PENDING.read_text("utf-8").splitlines() if not line.endswith(": not served")] == []


def git(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)


def test_the_pending_list_only_shrinks() -> None:
    """Compared with every version of it in this branch's history; of a type that was all pending, fields may be left."""
    name = str(PENDING.relative_to(ROOT))
    log = git("log", "--format=%H", "--", name) if which("git") else None
    if log is None or log.returncode != 0:
        missing("no git history here to compare with")
        return
    now = set(PENDING.read_text("utf-8").splitlines())
    whole = {line: f"type {line.split('.')[0]}: not served" for line in now}  # of a type that was pending, a part may be
    for commit in log.stdout.split():
        shown = git("show", f"{commit}:{name}")
        then = set(shown.stdout.splitlines())
        added = [line for line in now if line not in then and whole[line] not in then]
        assert shown.returncode != 0 or not added, f"added since {commit[:9]}"


def test_the_schema_is_valid_and_says_the_same_twice() -> None:
    assert validate_schema(build_schema(build().as_str())) == []
    assert Schema(incremental=False).as_str() == Schema(incremental=False).as_str()
