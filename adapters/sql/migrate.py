"""Migrations: from nothing, or from any earlier version, to the tables of this one."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from adapters.sql.database import Database

LOCK = 0x636F6D70  # any number will do that nobody else takes
SCRIPTS = Path(__file__).with_name("migrations")


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(SCRIPTS))
    return made


def revisions() -> list[str]:
    """From the first to the newest."""
    return [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()][::-1]


async def migrate(database: Database, revision: str = "head") -> None:
    """In one transaction; of several that begin at once one does it, and the others find it done."""

    def upgrade(connection: Connection) -> None:
        if not database.is_sqlite:  # where BEGIN IMMEDIATE has made the others wait already
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        with_connection = config()
        with_connection.attributes["connection"] = connection
        command.upgrade(with_connection, revision)

    async with database.writing() as connection:
        await connection.run_sync(upgrade)
        await connection.commit()


async def version(database: Database) -> str | None:
    """The revision a database is at; None for an empty one."""
    async with database.reading() as connection:
        return await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())
