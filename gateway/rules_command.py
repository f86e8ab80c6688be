"""`comptoir rules`: what sourcing weighs, in all channels or in one."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer

from adapters.clock import system
from adapters.files.rules import read_rules
from adapters.sql.migrate import migrate
from adapters.sql.work import SqlWork
from domain.intake.rules import check_rules, newest_rules, set_rules
from domain.rules import SHARED, SourcingRules
from gateway.run import counts, draft_of, plural, require_right, run, say

rules = typer.Typer(help="Lists, checks and sets what decides which location sends what.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE", help="TOML, such as demo/rules.toml.")]


@rules.command("list")
def list_() -> None:
    """The rules that count now, with what differs from real money alone."""
    run(migrate)
    if version := run(lambda database: newest_rules(SqlWork(database))):
        for name, some in {SHARED: version.draft.shared, **version.draft.channels}.items():
            say("  ".join([f"{name} v{version.number}", *words_of(some)]))


@rules.command()
def check(file: File) -> None:
    """Compares a file with the shop's channels and locations, and changes nothing."""
    book = draft_of(read_rules, file)
    run(migrate)
    require_right(file, run(lambda database: check_rules(SqlWork(database), book)))
    say(f"Shared rules and those of {plural(len(book.channels), 'channel')} can be set from {file}.")


@rules.command("set")
def set_(file: File) -> None:
    """Makes the rules of the shop those of a file, as a new version; what serves goes by them within a second."""
    book = draft_of(read_rules, file)
    run(migrate)
    counts("Sourcing rules", require_right(file, run(lambda database: set_rules(SqlWork(database), book, now=system()))))


def words_of(some: SourcingRules) -> list[str]:
    told = {field.name: getattr(some, field.name) for field in fields(some) if getattr(some, field.name) != field.default}
    return [f"{name} {', '.join(value) if isinstance(value, tuple) else value}" for name, value in told.items()]
