"""The command line, as a merchant types it: exit codes, one clear line for a failure, nothing half-applied."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.sql.migrate import revisions
from gateway.command import app

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo"
COMPTOIR = Path(sys.executable).with_name("comptoir")


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


class Shell:
    """`comptoir …` over one database, in an empty folder."""

    def __init__(self, url: str, folder: Path) -> None:
        self.environment = {**os.environ, "COMPTOIR_DATABASE_URL": url, "COLUMNS": "200"}
        self.folder = folder

    def __call__(self, *words: str, **settings: str) -> Done:
        """In this process, which spares the two seconds that a new one takes to import everything; in a thread, since a test
        may have a loop of its own."""
        with chdir(self.folder), ThreadPoolExecutor(1) as thread:
            done = thread.submit(CliRunner().invoke, app, words, env=self.environment | settings).result()
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    def process(self, *words: str, **settings: str) -> Done:
        """As a merchant's machine runs it."""
        environment = self.environment | settings
        done = subprocess.run(
            [COMPTOIR, *words], cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def does(self, *words: str) -> str:
        """What it says when all goes well."""
        done = self(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def fails(self, *words: str, **settings: str) -> str:
        """What it says when it does not."""
        failed = self(*words, **settings)
        assert failed.returncode != 0
        assert "Traceback" not in failed.stderr
        return failed.stderr


@pytest.fixture
def comptoir(database_url: str, tmp_path: Path) -> Shell:
    """Over a migrated database of either kind."""
    return Shell(database_url, tmp_path)


@pytest.fixture
def anywhere(tmp_path: Path) -> Shell:
    """Over no database yet: a new file of SQLite."""
    return Shell(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}", tmp_path)


def test_jobs_say_what_they_did(comptoir: Shell) -> None:
    assert comptoir.does("jobs").splitlines() == [
        "checkouts expired: 0",
        "payments recovered: 0",
        "payments settled: 0",
        "orders whose goods came in: 0",
        "orders whose goods are lacking: 0",
        "orders sourced anew: 0",
        "fulfillments accepted too late: 0",
        "pickups reminded of: 0",
        "pickups expired: 0",
        "authorizations that end: 0",
        "letters sent: 0",
        "old events deleted: 0",
        "ended sessions, codes, attempts and keys deleted: 0",
        "carts found left alone: 0",
        "old carts deleted: 0",
    ]


def test_the_demo_shop_loads_and_a_second_time_changes_nothing(comptoir: Shell) -> None:
    first = comptoir.does("demo").splitlines()
    assert first == [
        "Channels: 6 added, 0 changed, 0 as they were.",
        "Locations: 14 added, 0 changed, 0 as they were.",
        "Postal codes: 151 added, 0 changed, 0 as they were.",
        "Products: 60 added, 0 changed, 0 as they were.",
        "Listings: 41 added, 0 changed, 0 as they were.",
        "Stock levels: 4004 added, 0 changed, 0 as they were.",
        "Stock levels of the marketplace: 60 added, 0 changed, 0 as they were.",
        "Tax rates: 6 added, 0 changed, 0 as they were.",
        "Promotions: 3 added, 0 changed, 0 as they were.",
        "Carrier tables: 1 added, 0 changed, 0 as they were.",
        "Sourcing rules: 1 added, 0 changed, 0 as they were.",
        "Accounts: 5 added, 0 changed, 0 as they were.",
        "Past orders: 3 added, 0 changed, 0 as they were.",
    ]
    proven = comptoir.does("prove")
    assert proven.startswith("Proven: ")
    assert comptoir.does("demo") == "The demo shop is here already; nothing was changed.\n"
    assert comptoir.does("prove") == proven


def test_a_shop_is_set_up_file_by_file(comptoir: Shell) -> None:
    assert (
        comptoir.does("channels", "check", str(DEMO / "channels.toml"))
        == f"6 channels can be set from {DEMO / 'channels.toml'}.\n"
    )
    comptoir.does("channels", "set", str(DEMO / "channels.toml"))
    assert "marketplace  MARKETPLACE MULTI EUR by session  BAND  DELIVERY" in comptoir.does("channels", "list")
    comptoir.does("import", "locations", str(DEMO / "locations.csv"))
    comptoir.does("import", "catalog", str(DEMO / "catalog.csv"))
    comptoir.does("import", "listings", str(DEMO / "listings.csv"))
    comptoir.does("import", "postal-codes", str(DEMO / "postal_codes.csv"))
    assert "4004 added" in comptoir.does("import", "stock", str(DEMO / "stock.csv"))
    assert "60 added" in comptoir.does("import", "stock", "--pool", "marketplace", str(DEMO / "stock-marketplace.csv"))
    assert "0 added, 0 changed, 4004 as they were" in comptoir.does("import", "stock", str(DEMO / "stock.csv"))
    comptoir.does("prove")


def test_bad_rows_are_named_and_nothing_is_imported(comptoir: Shell, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("Handle,Title,Variant SKU,Variant Price\ncoat,Coat,COAT,20\nscarf,Scarf,COAT,free\n", "utf-8")
    said = comptoir.fails("import", "catalog", str(file)).splitlines()
    assert said == [
        f"{file}:3: Variant Price: 'free' is not an amount such as 19.90",
        "comptoir: nothing was imported: 1 bad row; correct what is wrong, or leave it out with --skip-bad-rows",
    ]
    skipped = comptoir("import", "catalog", "--skip-bad-rows", str(file))
    assert (skipped.returncode, skipped.stdout) == (0, "Products: 1 added, 0 changed, 0 as they were, 1 row left out.\n")


def test_the_demo_shop_does_not_move_into_another_shop(anywhere: Shell, tmp_path: Path) -> None:
    file = tmp_path / "locations.csv"
    file.write_text(
        "code,name,kind,address,country_code,latitude,longitude,time_zone,services\n"
        "MAIN,Main,STORE,1 Main St,CA,45.5,-73.5,America/Toronto,PICKUP\n",
        "utf-8",
    )
    anywhere.does("import", "locations", str(file))
    assert "this database holds another shop" in anywhere.fails("demo")
    assert anywhere.does("channels", "list") == ""


def test_nor_into_one_that_has_goods_and_no_places_yet(anywhere: Shell, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("Handle,Title,Variant SKU,Variant Price\ncoat,Coat,COAT,20\n", "utf-8")
    anywhere.does("import", "catalog", str(file))
    assert "this database holds another shop" in anywhere.fails("demo")


def test_prices_that_no_channel_sells_in_are_pointed_out(anywhere: Shell, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("Handle,Title,Variant SKU,Variant Price\ncoat,Coat,COAT,20\n", "utf-8")
    assert "no channel sells in CHF yet" in anywhere("import", "catalog", "--currency", "CHF", str(file)).stderr


def test_a_file_that_cannot_be_read_is_not_skipped(anywhere: Shell, tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.touch()
    said = anywhere.fails("import", "stock", "--skip-bad-rows", str(file)).splitlines()
    assert said == [
        f"{file}:1: is empty; its first line must name the columns",
        "comptoir: nothing was imported: 1 file could not be read",
    ]


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (["import", "stock", "nowhere.csv"], {}, "nowhere.csv"),
        (
            ["import", "catalog", "--currency", "EURO", __file__],
            {},
            "--currency: 'EURO' is not an ISO 4217 currency code such as EUR",
        ),
        (
            ["import", "stock", "--pool", "web", __file__],
            {},
            "--pool: 'web' is not a channel with stock of its own; those are none",
        ),
        (["channels", "set", __file__], {}, "test_command.py: "),
        (["carriers", "check", __file__], {}, "test_command.py: "),
        (["promotions", "check", __file__], {}, "test_command.py: "),
        (["rules", "set", __file__], {}, "test_command.py: "),
        (["taxes", "set", __file__], {}, "test_command.py: "),
        (
            ["serve", "--workers", "2"],
            {"COMPTOIR_DATABASE_URL": "sqlite+aiosqlite:///x.db"},
            "more than one worker needs PostgreSQL",
        ),
        (["serve"], {"COMPTOIR_ENV": "production"}, "COMPTOIR_SECRET_KEY must be set, with at least 32 characters"),
        (["serve"], {"COMPTOIR_PORT": "many"}, "COMPTOIR_PORT: Input should be a valid integer"),
        (["prove"], {"COMPTOIR_DATABASE_URL": "mysql://x/y"}, "mysql:// is not supported"),
        (["prove"], {"COMPTOIR_DATABASE_URL": "nonsense"}, "COMPTOIR_DATABASE_URL: "),
        (
            ["prove"],
            {"COMPTOIR_DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:1/none"},
            "the database cannot be reached (ConnectionRefusedError)",
        ),
        (["migrate"], {"COMPTOIR_DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:1/none"}, "the database says:"),
        (
            ["migrate"],
            {"COMPTOIR_DATABASE_URL": "sqlite+aiosqlite:////nowhere/x.db"},
            "COMPTOIR_DATABASE_URL: there is no folder /nowhere",
        ),
    ],
    ids=str,
)
def test_a_failure_is_one_clear_line(anywhere: Shell, words: list[str], settings: dict[str, str], said: str) -> None:
    assert said in anywhere.fails(*words, **settings)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["serve"],
        ["demo"],
        ["migrate"],
        ["schema"],
        ["prove"],
        ["import"],
        ["import", "stock"],
        ["carriers"],
        ["carriers", "set"],
        ["channels"],
        ["channels", "set"],
        ["documents", "register"],
        ["promotions"],
        ["promotions", "set"],
        ["rules"],
        ["rules", "set"],
        ["taxes"],
        ["taxes", "set"],
    ],
    ids=" ".join,
)
def test_every_command_explains_itself(words: list[str]) -> None:
    explained = CliRunner().invoke(app, [*words, "--help"])
    assert explained.exit_code == 0
    assert "Usage: " in explained.output


def test_the_program_itself_says_so_in_one_line_and_with_its_exit_code(anywhere: Shell) -> None:
    failed = anywhere.process("prove")
    assert (failed.returncode, failed.stdout) == (1, "")
    (line,) = failed.stderr.splitlines()
    assert line.startswith("comptoir: ")
    assert anywhere.process("migrate") == Done(0, f"The database is at version {revisions()[-1]}.\n", "")


def test_migrate_says_where_the_database_is(anywhere: Shell) -> None:
    assert "run `comptoir migrate`" in anywhere.fails("prove")
    assert anywhere.does("migrate") == f"The database is at version {revisions()[-1]}.\n"


def test_the_schema_is_printed(anywhere: Shell) -> None:
    assert "type Query {" in anywhere.does("schema")


def test_the_first_break_of_the_ledger_fails_the_proof(anywhere: Shell, tmp_path: Path) -> None:
    anywhere.does("demo")
    with sqlite3.connect(tmp_path / "new.db") as connection:
        connection.execute("UPDATE stock_level SET on_hand = on_hand + 1 WHERE sku = 'MTX-MLL-NOI-38'")
    connection.close()
    assert "comptoir: SKU MTX-MLL-NOI-38 at " in anywhere.fails("prove")


def test_a_folder_of_documents_is_registered_whole_or_not_at_all(anywhere: Shell, tmp_path: Path) -> None:
    anywhere.does("demo")
    (tmp_path / "queries").mkdir()
    assert "0 .graphql files" in anywhere.fails("documents", "register", "queries", "--channel", "mobile")
    (tmp_path / "queries" / "stores.graphql").write_text("query Stores { locations { nodes { name } } }\n")
    wrong = tmp_path / "queries" / "wrong.graphql"
    wrong.write_text("query Wrong {\n  nonsense\n}\n")
    assert "queries/wrong.graphql:2: Cannot query field 'nonsense'" in anywhere.fails(
        "documents", "register", "queries", "--channel", "mobile"
    )
    wrong.unlink()
    assert "no channel has code 'watch'" in anywhere.fails("documents", "register", "queries", "--channel", "watch")
    register = ("documents", "register", "queries", "--channel", "mobile")
    assert anywhere.does(*register) == "Documents of mobile: 1 added, 0 as they were.\n"
    assert anywhere.does(*register) == "Documents of mobile: 0 added, 1 as they were.\n"


def test_staff_are_added_listed_and_deactivated(comptoir: Shell, tmp_path: Path) -> None:
    comptoir.does("import", "locations", str(DEMO / "locations.csv"))
    password = tmp_path / "password"
    password.write_text("a long secret\n", "utf-8")
    adding = ("staff", "add", "hugo@shop.test", "--name", "Hugo", "--password-file", str(password))
    assert "name it by --location" in comptoir.fails(*adding, "--role", "ASSOCIATE")
    assert "no location 'MOON'" in comptoir.fails(*adding, "--role", "ASSOCIATE", "--location", "MOON")
    assert "--role is ASSOCIATE" in comptoir.fails(*adding, "--role", "CUSTOMER")
    assert comptoir.does("staff", "list") == ""
    assert comptoir.does(*adding, "--role", "ASSOCIATE", "--location", "LYON") == "hugo@shop.test: added.\n"
    assert comptoir.does(*adding, "--role", "AGENT") == "hugo@shop.test: changed.\n"
    assert comptoir.does("staff", "deactivate", "Hugo@shop.test") == "Hugo@shop.test: deactivated.\n"
    assert "works here" in comptoir.fails("staff", "deactivate", "hugo@shop.test")
    assert comptoir.does("staff", "list") == "hugo@shop.test  Hugo  AGENT  deactivated\n"


def test_another_system_has_a_token_of_its_own_until_it_is_revoked(comptoir: Shell) -> None:
    comptoir.does("demo")
    till = ("token", "--integration", "caisse")
    assert comptoir.does(*till, "--channel", "till").count(".") == 2
    assert "there is no channel" in comptoir.fails(*till, "--channel", "tent")
    assert "name the --channel" in comptoir.fails(*till)
    assert "1 token revoked" in comptoir.does(*till, "--revoke")
    assert "0 tokens revoked" in comptoir.does(*till, "--revoke")


def test_development_tokens_are_for_anybody_but_not_in_production(comptoir: Shell) -> None:
    comptoir.does("demo")
    for whom in ((), ("--customer", "customer@demo.example"), ("--staff", "lyon@demo.example")):
        assert comptoir.does("token", *whom).count(".") == 2
    assert "no customer" in comptoir.fails("token", "--customer", "nobody@shop.test")
    assert "works here" in comptoir.fails("token", "--staff", "customer@demo.example")
    production = {"COMPTOIR_ENV": "production", "COMPTOIR_SECRET_KEY": "x" * 32, "COMPTOIR_PAYMENTS": "test"}
    assert "in production" in comptoir.fails("token", **production)
    assert "demo.example" in comptoir.fails("serve", "--port", "0", **production)
