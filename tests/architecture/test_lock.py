"""The locks: everything pinned with hashes, from nowhere in particular, and nothing that takes our names."""

import re
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
SMALLER = [(ROOT / name).read_text("utf-8") for name in ("requirements-serve.lock", "requirements-build.lock")]
OURS = {"schema", "domain", "resolvers", "gateway", "adapters", "web", "bench"}


def pinned(lock: str = LOCK) -> dict[str, set[str]]:
    """The versions of each package; some have one for older Pythons and one for newer."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", lock, re.MULTILINE):
        found.setdefault(name.lower().replace("_", "-"), set()).add(version)
    return found


def entries(lock: str) -> list[str]:
    return lock.replace("\\\n", " ").strip().splitlines()


@pytest.mark.parametrize("lock", [LOCK, *SMALLER], ids=["all", "serve", "build"])
def test_every_package_has_its_hash_and_no_registry_is_named(lock: str) -> None:
    assert len(entries(lock)) == sum(len(versions) for versions in pinned(lock).values())
    assert all("--hash=sha256:" in entry for entry in entries(lock))
    assert not re.search(r"://|--index|--find-links|--extra", lock)


@pytest.mark.parametrize("lock", SMALLER, ids=["serve", "build"])
def test_what_the_image_installs_is_what_was_tested(lock: str) -> None:
    named = {entry.split()[0]: set(re.findall(r"--hash=\S+", entry)) for entry in entries(LOCK)}
    differing = [entry for entry in entries(lock) if set(re.findall(r"--hash=\S+", entry)) - named.get(entry.split()[0], set())]
    assert differing == []


def test_what_is_served_needs_nothing_that_tests_need() -> None:
    serve, _ = SMALLER
    assert not {"pytest", "mypy", "ruff", "hypothesis", "schemathesis"} & pinned(serve).keys()


def test_what_is_installed_is_what_is_locked() -> None:
    installed = {d.metadata["Name"].lower().replace("_", "-"): d.version for d in distributions()}
    differing = {name: found for name, found in installed.items() if found not in pinned().get(name, {found})}
    assert not differing


def test_no_dependency_ships_a_top_level_package_of_our_names() -> None:
    """Two packages of one name shadow each other without a word."""
    for distribution in distributions():
        if distribution.metadata["Name"].lower() == "comptoir":
            continue
        shipped = {file.parts[0].removesuffix(".py") for file in distribution.files or ()}
        assert not shipped & OURS, distribution.metadata["Name"]


def test_the_data_reader_that_is_called_dataloader_is_not_among_them() -> None:
    assert "dataloader" not in pinned()
