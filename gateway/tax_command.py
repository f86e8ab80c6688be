"""`comptoir taxes`: the taxes that prices include."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adapters.files.tax import read_taxes
from adapters.sql.migrate import migrate
from adapters.sql.work import SqlWork
from domain.intake.tax import check_taxes, every_tax, set_taxes
from gateway.run import draft_of, plural, replaced, require_known, run, say

taxes = typer.Typer(help="Lists, checks and sets the rates of the taxes that prices include.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE", help="TOML, such as demo/taxes.toml.")]


@taxes.command("list")
def list_() -> None:
    """All rates, by country and category."""
    run(migrate)
    for draft in run(lambda database: every_tax(SqlWork(database))):
        say(f"{draft.of.country_code}  {draft.percent.normalize():f} %  {draft.of.category or 'standard'}")


@taxes.command()
def check(file: File) -> None:
    """Compares a file with the shop's categories, and changes no rate."""
    wanted = draft_of(read_taxes, file)
    run(migrate)
    require_known(file, run(lambda database: check_taxes(SqlWork(database), wanted)))
    say(f"{plural(len(wanted), 'tax rate')} can be set from {file}.")


@taxes.command("set")
def set_(file: File) -> None:
    """Makes the rates of the shop those of a file; others are removed."""
    wanted = draft_of(read_taxes, file)
    run(migrate)
    outcome = run(lambda database: set_taxes(SqlWork(database), wanted))
    replaced("Tax rates", require_known(file, outcome), "removed")
