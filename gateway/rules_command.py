"""`comptoir rules`: what sourcing weighs, in all channels or in one."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer

from adapters.clock import system
from adapters.files.rules import read_rules
from adapters.sql.database import Database
from adapters.sql.migrate import migrate
from adapters.sql.reads import SqlReads
from adapters.sql.work import SqlWork
from domain.channel import Channel
from domain.intake.rules import check_rules, newest_rules, set_rules
from domain.money import Money
from domain.order_simulation import Tally, simulate_all
from domain.rules import SHARED, SourcingRules
from gateway.run import counts, draft_of, plural, progress, require_right, run, say

rules = typer.Typer(invoke_without_command=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE", help="TOML, such as demo/rules.toml.")]
Tried = Annotated[
    Path | None,
    typer.Option(
        "--simulate", exists=True, dir_okay=False, metavar="FILE", help="What all past orders would have come to by its rules."
    ),
]


@rules.callback()
def main(context: typer.Context, tried: Tried = None) -> None:
    """Lists, checks, tries out and sets what decides which location sends what."""
    if tried is not None:
        simulate(tried)
    elif context.invoked_subcommand is None:
        say(context.get_help())


def simulate(file: Path) -> None:
    """Nothing is changed; each order is sent again from the shelves of now, with what it took back on them."""
    book = draft_of(read_rules, file)
    run(migrate)
    require_right(file, run(lambda database: check_rules(SqlWork(database), book)))

    async def task(database: Database) -> list[str]:
        reads = SqlReads(database)
        with progress() as watch:
            tallies = await simulate_all(reads, book, system(), lambda seen: watch("Past orders", seen, seen))
        return [line_of(one, tallies[one.id]) for one in await reads.channels.every() if one.id in tallies]

    for line in run(task) or ["There are no orders yet."]:
        say(line)


def line_of(channel: Channel, tally: Tally) -> str:
    """As it would be, in place of how it was."""
    left_out = f"; {tally.left_out} left out" if tally.left_out else ""
    if tally.orders == 0:
        return f"{channel.code}: nothing that was sourced here{left_out}"
    now, was = (Money(channel.currency_code, minor).amount for minor in tally.cost)
    parcels = [f"{number / tally.orders:.2f}" for number in tally.parcels]
    carbon = [f"{grams / 1000:,.1f}" for grams in tally.carbon_grams]
    return (
        f"{channel.code}: {plural(tally.orders, 'order')}, carriers {now:,} {channel.currency_code} in place of {was:,}, "
        f"parcels per order {parcels[0]} in place of {parcels[1]}, kg CO2e {carbon[0]} in place of {carbon[1]}{left_out}"
    )


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
