"""Clients that others wrote (graphql-ws, graphql-sse, Apollo, urql, Relay) against a served shop; compilers on its schema."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from schema.build import build
from tests.conftest import missing
from tests.gateway.test_live import serving

SECONDS = 300
SKU = "MTX-MLL-NOI-38"  # of the demo shop

# Some checks need a subscription that ends by itself. There is none yet; a query stands in for it where clients let it.
FINITE = "query { __typename }"
NEED_FINITE = {
    "Apollo Client 4: multipart HTTP subscription (HttpLink)",
    "Apollo Client 4: subscription over GraphQLWsLink",
    "urql: subscription over fetch/SSE (fetchSubscriptions)",
    "urql: subscription over graphql-ws",
}

COMPILERS = ("graphql@16", "relay-compiler", "typescript@5", "@graphql-codegen/cli", "@graphql-codegen/client-preset")


def installed(folder: Path, *packages: str) -> Path:
    """With what the folder's package.json names, and these."""
    if not shutil.which("npm"):
        missing("no npm on the PATH, which the clients need")
    options = ["--legacy-peer-deps", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    command = ["npm", "install", *options, *packages]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode:
        missing(f"npm could not install the clients: {done.stderr[-200:]}")
    return folder


@pytest.fixture(scope="session")
def clients(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clients")
    for name in ("c_clients.mjs", "package.json"):
        shutil.copy(shared / "harness" / name, folder)
    return installed(folder)


def asked(url: str, query: str) -> dict[str, dict[str, str]]:
    body = json.dumps({"query": query}).encode()
    with urlopen(Request(url, body, {"Content-Type": "application/json"}), timeout=SECONDS) as answer:
        data: dict[str, dict[str, str]] = json.load(answer)["data"]
    return data


def test_real_clients_are_served(clients: Path, tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"
    with serving(database, tmp_path, "--demo") as server:
        url = f"http://127.0.0.1:{server.port}/graphql"
        lyon = asked(url, '{ location(by: {code: "LYON"}) { id } }')["location"]["id"]
        endless = f'subscription {{ availabilityChanged(skus: ["{SKU}"], locations: ["{lyon}"]) {{ id quantity }} }}'
        command = ["node", "c_clients.mjs", url, "--subscription", FINITE, "--long-subscription", endless]
        ran = subprocess.run(command, cwd=clients, capture_output=True, text=True, timeout=SECONDS, check=False)
    failed = set(re.findall(r"^FAIL +\d+ms (.*?) -- ", ran.stdout, re.MULTILINE))
    assert "total=29" in ran.stdout, ran.stdout + ran.stderr
    assert failed == NEED_FINITE, ran.stdout


def test_compilers_take_the_schema(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("compilers")
    overrides = {"@graphql-tools/batch-execute": "10.2.0"}
    (folder / "package.json").write_text(json.dumps({"private": True, "type": "module", "overrides": overrides}), "utf-8")
    installed(folder, *COMPILERS)
    (folder / "served.graphql").write_text(build().as_str(), "utf-8")
    ran = subprocess.run(
        ["sh", str(shared / "harness" / "d_schema_lint.sh"), str(folder / "served.graphql")],
        env={**os.environ, "LINT_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert "RESULT validateSchema errors=0" in ran.stdout, ran.stdout + ran.stderr
    assert "RESULT relay-compiler ok" in ran.stdout, ran.stdout
    assert "RESULT codegen ok" in ran.stdout, ran.stdout
