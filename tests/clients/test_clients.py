"""Clients that others wrote (graphql-ws, graphql-sse, Apollo, urql, Relay) against a served shop; compilers on its schema."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from schema.build import build
from tests.conftest import missing
from tests.gateway.test_live import serving

SECONDS = 300
SKU = "MTX-MLL-NOI-38"  # of the demo shop

CUSTOMER = {"email": "customer@demo.example", "password": "demo-customer"}

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


class Shopper:
    """Whoever asks the served shop, with the token they were given last."""

    def __init__(self, url: str) -> None:
        self.url, self.token = url, ""

    def ask(self, query: str, **variables: Any) -> Any:
        """The answer's one field; a session in it is taken."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        request = Request(self.url, json.dumps({"query": query, "variables": variables}).encode(), headers)
        with urlopen(request, timeout=SECONDS) as answer:
            (found,) = json.load(answer)["data"].values()
        assert not found.get("errors"), found
        if session := found.get("session"):
            self.token = session["accessToken"]
        return found


BEGIN = "mutation Begin { cartCreate(input: {}) { cart { id } session { accessToken } errors { message } } }"
SIGN_IN = """mutation SignIn($input: CustomerSignInInput!) {
  customerSignIn(input: $input) { session { accessToken } errors { message } } }"""
CLAIM = "mutation Claim($input: CartClaimInput!) { cartClaim(input: $input) { errors { message } } }"


def merged_cart(url: str) -> tuple[Shopper, str]:
    """A guest, and a cart of theirs that has gone into that of a customer."""
    guest, customer = Shopper(url), Shopper(url)
    cart: str = guest.ask(BEGIN)["cart"]["id"]
    customer.ask(SIGN_IN, input=CUSTOMER)
    customer.ask(BEGIN)
    customer.ask(CLAIM, input={"cart": cart, "cartSession": guest.token})
    return guest, cart


def test_real_clients_are_served(clients: Path, tmp_path: Path) -> None:
    """The subscription that ends is that of a cart which has been merged."""
    database = f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"
    with serving(database, tmp_path, "--demo") as server:
        url = f"http://127.0.0.1:{server.port}/graphql"
        guest, cart = merged_cart(url)
        lyon = guest.ask('{ location(by: {code: "LYON"}) { id } }')["id"]
        ends = f'subscription {{ cartChanged(id: "{cart}") {{ cart {{ status }} }} }}'
        endless = f'subscription {{ availabilityChanged(skus: ["{SKU}"], locations: ["{lyon}"]) {{ id quantity }} }}'
        command = ["node", "c_clients.mjs", url, "--auth", f"Bearer {guest.token}", "--mutation", BEGIN]
        command += ["--subscription", ends, "--long-subscription", endless]
        ran = subprocess.run(command, cwd=clients, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert "RESULT clients total=30 ok=30 fail=0" in ran.stdout, ran.stdout + ran.stderr


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
