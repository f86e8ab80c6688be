"""A database for each test: SQLite in a file of its own, and PostgreSQL where it runs (with CI=true it must)."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import hypothesis
import pytest
from sqlalchemy.engine import make_url

from adapters.sql.database import Database
from adapters.sql.migrate import migrate
from tests.databases import FOLDER, emptied
from tests.shop import Shop

SERVER = os.environ.get("COMPTOIR_TEST_POSTGRES", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres")
IN_CI = os.environ.get("CI") == "true"
SHARED = Path(os.environ.get("COMPTOIR_SHARED", Path(__file__).parents[2] / "shared"))

hypothesis.settings.register_profile("tests", deadline=None, derandomize=True, max_examples=100)
hypothesis.settings.load_profile("tests")


def pytest_collection_finish() -> None:
    """What is imported and collected by now stays: to look for garbage in it again and again takes a tenth of the time."""
    gc.freeze()
    gc.set_threshold(20_000)


def missing(what: str) -> None:
    """Skips on a newcomer's machine, saying what for; fails in CI."""
    if IN_CI:
        pytest.fail(f"{what}, and CI=true")
    pytest.skip(what)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The contract, the real data and the harness that stand beside the project."""
    if not SHARED.is_dir():
        missing(f"{SHARED} is not there (COMPTOIR_SHARED names another place)")
    return SHARED


# ------------------------------------------------------------------------------------------------ databases


def migrated(url: str) -> None:
    async def run() -> None:
        database = Database(url)
        await migrate(database)
        await database.close()

    asyncio.run(run())


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrated(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """A database of this run's own, dropped when it ends; commits wait for no disk."""
    name = f"comptoir_test_{os.getpid()}"

    async def server(statement: str) -> None:
        connection = await asyncpg.connect(SERVER.replace("+asyncpg", ""), timeout=5)
        await connection.execute(statement)
        await connection.close()

    try:
        asyncio.run(server(f"CREATE DATABASE {name}"))
        asyncio.run(server(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        missing(f"no PostgreSQL at {SERVER} ({error}; COMPTOIR_TEST_POSTGRES names another)")
    url = make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    migrated(url)
    yield url
    asyncio.run(server(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def emptying(postgres_database: str) -> Iterator[Callable[[], None]]:
    """Over a connection that stays open."""
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(postgres_database.replace("+asyncpg", "")))
        yield lambda: runner.run(emptied(connection))
        runner.run(connection.close())


@pytest.fixture
def postgres_url(postgres_database: str, emptying: Callable[[], None]) -> str:
    emptying()
    return postgres_database


@pytest.fixture
def sqlite_url(sqlite_template: Path) -> Iterator[str]:
    with TemporaryDirectory(dir=FOLDER) as folder:
        yield f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, folder)}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database."""
    return url_of(request.param, request)


def url_of(kind: str, request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def shop(database: Database) -> Shop:
    """With a web channel, and nothing else yet."""
    return await Shop.opened(database)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was skipped, a line a reason."""
    reasons = Counter(str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []))
    for reason, times in reasons.items():
        terminalreporter.write_line(f"{times} skipped: {reason.removeprefix('Skipped: ')}")
