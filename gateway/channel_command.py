"""`comptoir channels`: the ways buyers come to the shop."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adapters.files.shop import read_channels
from adapters.sql.channel import SqlChannels
from adapters.sql.migrate import migrate
from adapters.sql.work import SqlWork
from domain.intake.channel import StrategyChange, import_channels
from gateway.run import draft_of, fail, plural, report, run, say

channels = typer.Typer(help="Lists, checks and sets the channels of the shop.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE", help="TOML, such as demo/channels.toml.")]


@channels.command("list")
def list_() -> None:
    """All channels, with what they show and sell."""
    run(migrate)
    for channel in run(lambda database: SqlChannels(database).every()):
        public = "public" if channel.public else "by session"
        methods = ", ".join(channel.fulfillment_methods)
        say(f"{channel.code}  {channel.kind} {channel.strategy} {channel.currency_code} {public}  {channel.shows}  {methods}")


@channels.command()
def check(file: File) -> None:
    """Reads a file and changes nothing."""
    say(f"{plural(len(draft_of(read_channels, file)), 'channel')} can be set from {file}.")


@channels.command("set")
def set_(file: File) -> None:
    """Adds the channels of a file, or changes them to what it says, all but their strategy; others are left alone."""
    wanted = draft_of(read_channels, file)
    run(migrate)
    outcome = run(lambda database: import_channels(SqlWork(database), wanted))
    if isinstance(outcome, StrategyChange):
        fail(f"channel {outcome.code!r} cannot change its strategy: its stock stands in the pool of the one it has")
    report("Channels", outcome)
