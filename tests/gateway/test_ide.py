"""The IDE: what a browser finds at /graphql, and that it brings all it needs itself."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from graphql import parse, print_ast
from httpx2 import ASGITransport, AsyncClient, Response
from pydantic import SecretStr

from adapters.sql.database import Database
from gateway.accept import weights_of
from gateway.app import application
from gateway.ide import FETCHED_FILES, GRAPHIQL, WEB, Ide
from gateway.settings import Settings
from tests.conftest import missing
from tests.gateway.test_readme import query

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}
SECRET = SecretStr("x" * 32)


def client_of(database: Database, ide: Ide | None) -> AsyncClient:
    app = application(database, ide=ide)
    return AsyncClient(transport=ASGITransport(app), base_url="http://shop.example")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """Empty: pages come without it."""
    opened = Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")
    yield opened
    await opened.close()


@pytest.fixture(params=["graphiql", "plain"])
async def client(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    """Of a gateway with GraphiQL, and of one where Node was absent."""
    ide = Ide(GRAPHIQL if request.param == "graphiql" else tmp_path)
    if request.param == "graphiql" and ide.is_plain:
        missing(f"GraphiQL is not in {GRAPHIQL.relative_to(WEB.parents[1])} (`make ide` fetches it with npm)")
    async with client_of(database, ide) as made:
        yield made


def links(page: Response) -> list[str]:
    return re.findall(r'(?:src|href)="([^"]+)"', page.text)


async def test_a_browser_finds_a_page_with_all_its_files(client: AsyncClient) -> None:
    page = await client.get("/graphql", headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert (page.headers["cache-control"], page.headers["vary"]) == ("no-cache", "Accept")
    assert len(links(page)) >= 3
    for link in links(page):
        file = await client.get(f"/{link}")
        assert (file.status_code, file.headers["x-content-type-options"]) == (200, "nosniff")
        assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
        kind = {"css": "text/css", "js": "text/javascript", "svg": "image/svg"}[link.rpartition(".")[2]]
        assert file.headers["content-type"].startswith(kind)


async def test_a_script_finds_what_it_imports(client: AsyncClient) -> None:
    page = await client.get("/graphql", headers=BROWSER)
    (script,) = re.findall(r'type="module" src="([^"]+)"', page.text)
    imported = re.findall(r'from "\./([\w.]+)"', (await client.get(f"/{script}")).text)
    assert "query.js" in imported
    for name in imported:
        assert (await client.get(f"/{script.rpartition('/')[0]}/{name}")).status_code == 200


async def test_the_page_runs_its_own_scripts_only_and_stands_in_no_frame(client: AsyncClient) -> None:
    page = await client.get("/graphql", headers=BROWSER)
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "script-src" not in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert re.findall(r"<script(?![^>]* src=)|<style|\bon\w+=|\bstyle=", page.text) == []


@pytest.mark.parametrize("file", [*WEB.glob("*.html"), *WEB.glob("*.js"), *WEB.glob("*.css")], ids=lambda file: file.name)
def test_nothing_of_ours_names_an_outside_address(file: Path) -> None:
    assert re.findall(r"https?:|[\"'(=]//", file.read_text("utf-8")) == []


def test_what_npm_brings_is_pinned_with_hashes_and_from_nowhere_in_particular() -> None:
    wanted = json.loads((WEB / "package.json").read_text("utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    locked = json.loads((WEB / "package-lock.json").read_text("utf-8"))["packages"]
    packages = {name: package for name, package in locked.items() if name}
    assert {f"node_modules/{name}" for name in wanted} <= packages.keys()
    assert all(package["integrity"].startswith("sha512-") and "resolved" not in package for package in packages.values())


async def test_files_go_by_their_exact_names(client: AsyncClient) -> None:
    folder = links(await client.get("/graphql", headers=BROWSER))[0].rpartition("/")[0]
    for path in (f"{folder}/package.json", f"{folder}/../ide.py", f"{folder}/..%2F..%2Fpyproject.toml", f"{folder}/"):
        assert (await client.get(f"/{path}")).status_code == 404
    assert (await client.get("/graphql/ide/0123456789abcdef/icon.svg")).status_code == 404


@pytest.mark.parametrize("accept", ["*/*", "", "application/json", "application/json, text/html;q=0.9", "text/html;q=0"])
async def test_whoever_is_no_browser_is_told_how_to_ask_as_before(client: AsyncClient, accept: str) -> None:
    answer = await client.get("/graphql", headers={"Accept": accept})
    assert answer.status_code == 400
    assert "Ask by POST" in answer.json()["errors"][0]["message"]


async def test_a_query_in_the_address_is_answered_and_not_shown_a_page(client: AsyncClient) -> None:
    answer = await client.get("/graphql", params={"query": "{ locations { totalCount } }"}, headers=BROWSER)
    assert answer.headers["content-type"].startswith("application/json")


async def test_where_it_is_off_a_browser_is_told_how_to_ask_and_there_are_no_files(database: Database) -> None:
    version = Ide().version
    async with client_of(database, None) as client:
        assert (await client.get("/graphql", headers=BROWSER)).status_code == 400
        assert (await client.get(f"/graphql/ide/{version}/icon.svg")).status_code == 404


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        (Settings(), True),
        (Settings(ide="off"), False),
        (Settings(env="production", payments="test", secret_key=SECRET), False),
        (Settings(env="production", payments="test", secret_key=SECRET, ide="on"), True),
    ],
    ids=["development", "turned off", "production", "turned on"],
)
def test_production_shows_it_only_when_told_to(settings: Settings, shown: bool) -> None:
    assert settings.shows_ide is shown


def test_a_file_that_is_lacking_makes_the_page_plain(tmp_path: Path) -> None:
    for name in FETCHED_FILES:
        assert Ide(tmp_path).is_plain
        (tmp_path / name).write_text("/**/", "utf-8")
    assert not Ide(tmp_path).is_plain


def test_another_content_has_another_address(tmp_path: Path) -> None:
    for name in FETCHED_FILES:
        (tmp_path / name).write_text("/**/", "utf-8")
    first = Ide(tmp_path).version
    (tmp_path / FETCHED_FILES[0]).write_text("/* changed */", "utf-8")
    assert Ide(tmp_path).version != first


def test_what_it_asks_first_is_what_the_readme_asks() -> None:
    script = (WEB / "query.js").read_text("utf-8")
    (asked,) = re.findall(r"QUERY = `(.*?)`", script, re.DOTALL)
    (headers,) = re.findall(r"HEADERS = `(.*?)`", script, re.DOTALL)
    assert print_ast(parse(asked)) == print_ast(parse(query()))
    assert json.loads(headers) == {"Comptoir-Channel": "web", "Accept-Language": "en"}


def test_weights_of_an_accept_header() -> None:
    assert weights_of("text/html, application/JSON;charset=utf-8;q=0.5, */*;q=x") == {
        "text/html": 1,
        "application/json": 0.5,
        "*/*": 1,
    }
