"""The 61 audits of the GraphQL-over-HTTP group (npm `graphql-http`), run by Node against a served shop."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.gateway.test_serve import Serving

PACKAGES = ("graphql@16.15.0", "graphql-http@1.23.1")
SECONDS = 120


@pytest.fixture(scope="session")
def audits(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The harness in a folder of its own, with what it needs from npm."""
    if not shutil.which("npm"):
        missing("no npm on the PATH, which the audits need")
    folder = tmp_path_factory.mktemp("audits")
    shutil.copy(shared / "harness" / "a_http_audits.mjs", folder)
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", *PACKAGES]
    installed = subprocess.run(install, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    if installed.returncode:
        missing(f"npm could not install {' and '.join(PACKAGES)}: {installed.stderr[-200:]}")
    return folder


def test_all_audits_pass(audits: Path, tmp_path: Path) -> None:
    serving = Serving(f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}", tmp_path)
    try:
        url = f"http://127.0.0.1:{serving.port}/graphql"
        command = ["node", "a_http_audits.mjs", url, "--fail-on", "MUST,SHOULD,MAY"]
        ran = subprocess.run(command, cwd=audits, capture_output=True, text=True, timeout=SECONDS, check=False)
    finally:
        serving.process.kill()
        serving.process.communicate(timeout=SECONDS)
    assert ran.returncode == 0, ran.stdout
    assert "total=61 ok=61" in ran.stdout
