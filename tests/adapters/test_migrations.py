"""Migrations: from nothing, and from every earlier version, to exactly the tables of this one."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text

from adapters.sql.database import Database
from adapters.sql.migrate import migrate, revisions, version
from adapters.sql.tables import metadata
from adapters.sql.upsert import inserted
from domain.intake.listing import Listed, ListingDraft, import_listings
from tests.conftest import SERVER
from tests.shop import Shop, done, product, sheet

SQLITE_OBJECTS = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'"
POSTGRES_OBJECTS = """
SELECT table_name || '.' || column_name,
       concat_ws(' ', data_type, collation_name, is_nullable, column_default, generation_expression)
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
UNION ALL
SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
UNION ALL
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Nothing in it, not even tables."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
        return
    url: str = request.getfixturevalue("postgres_database")
    name = f"{url.rsplit('/', 1)[1]}_empty"

    async def server(*statements: str) -> None:
        connection = await asyncpg.connect(SERVER.replace("+asyncpg", ""))
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}"))
    yield url.rsplit("/", 1)[0] + "/" + name
    asyncio.run(server(f"DROP DATABASE {name} WITH (FORCE)"))


async def objects(database: Database) -> dict[str, list[str]]:
    """Everything the database has been told to keep, by the words it keeps, whose order does not matter."""
    query = SQLITE_OBJECTS if database.is_sqlite else POSTGRES_OBJECTS
    async with database.reading() as connection:
        found = await connection.execute(text(query))
    return {name: sorted(unquoted(words).replace(",", " ").split()) for name, words in found}


def unquoted(words: str) -> str:
    """Whatever SQLite renamed, as it does where a constraint is changed, it quotes."""
    return words.replace('"', "")


async def migrated_from(url: str, revision: str | None) -> tuple[dict[str, list[str]], list[object], str | None]:
    database = Database(url)
    if revision is not None:
        await migrate(database, revision)
        assert await version(database) == revision
    await migrate(database)

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with database.reading() as connection:
        differing = await connection.run_sync(differences)
    found = await objects(database), differing, await version(database)
    await database.close()
    return found


@pytest.mark.parametrize("revision", [None, *revisions()])
async def test_from_nothing_and_from_each_version_the_tables_are_those_of_this_one(
    empty_url: str, revision: str | None
) -> None:
    _, differing, at = await migrated_from(empty_url, revision)
    assert differing == []
    assert at == revisions()[-1]


async def test_migrations_and_tables_say_the_same_word_for_word(empty_url: str) -> None:
    """Also what alembic does not compare: checks, generated columns, partial indexes."""
    by_migration, _, _ = await migrated_from(empty_url, None)
    database = Database(empty_url)
    async with database.writing() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
        await connection.commit()
    by_tables = await objects(database)
    await database.close()
    assert by_migration == by_tables
    assert len(by_tables) > 20


async def test_a_shop_that_was_filled_before_there_was_a_search_can_be_searched(empty_url: str) -> None:
    """The index that the migration makes is the one that the imports made."""
    database = Database(empty_url)
    await migrate(database)
    shop = await Shop.opened(database)
    categories = (("Vêtements", "Manteaux"),)
    await shop.import_products(*(product(f"coat-{n}", title=f"Manteau n°{n}", categories=categories) for n in range(3)))
    renamed = ListingDraft(of=Listed("web", "coat-1", None), title="Trench Odette")
    done(await import_listings(shop.work, sheet(renamed), skip_bad_rows=False))
    filled = await shop.rows()
    await turned_back(database, "0002")
    await migrate(database)
    assert await shop.rows() == filled
    assert filled["search_word"]
    assert filled["search_form"]
    await database.close()


async def turned_back(database: Database, revision: str) -> None:
    """The same rows as that version would hold them."""
    async with database.writing() as connection:
        rows = {t: (await connection.execute(select(t))).mappings().all() for t in metadata.sorted_tables}
        await connection.run_sync(metadata.drop_all)
        await connection.execute(text("DROP TABLE alembic_version"))
        await connection.commit()
    await migrate(database, revision)
    async with database.writing() as connection:
        found = await connection.run_sync(lambda c: {t: [k["name"] for k in inspect(c).get_columns(t)] for t in tables_of(c)})
        for table, kept in rows.items():
            names = [name for name in found.get(table.name, ()) if table.c[name].computed is None]
            given = [{name: row[name] for name in names} for row in kept]
            if names and given:
                await connection.execute(inserted(connection, table).on_conflict_do_nothing(), given)
        await connection.commit()


def tables_of(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) & set(metadata.tables)


async def test_a_second_time_changes_nothing(empty_url: str) -> None:
    first, _, _ = await migrated_from(empty_url, None)
    second, _, _ = await migrated_from(empty_url, None)
    assert first == second


async def test_an_empty_database_has_no_version(empty_url: str) -> None:
    database = Database(empty_url)
    assert await version(database) is None
    await database.close()


def test_of_several_processes_that_migrate_at_once_one_does_it(empty_url: str, tmp_path: Path) -> None:
    environment = {**os.environ, "COMPTOIR_DATABASE_URL": empty_url}
    command = [str(Path(sys.executable).with_name("comptoir")), "migrate"]
    started = [
        subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], said
